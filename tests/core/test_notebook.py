from __future__ import annotations

import itertools

import pytest

from hypothesis import given
from hypothesis import strategies as st

from jupyter_fastpath.core.coalescer import coalesce
from jupyter_fastpath.core.notebook import Outputs, Part, TextOutput, fold
from tests.strategies import make, stream


# Text as a progress bar writes it, cut wherever a kernel cuts it.
chunks = st.lists(st.text("ab\n\r\b", max_size=6), max_size=8)


def seen(text):
    """
    Return what JupyterLab shows of *text*: one string, and a place in it.
    """
    shown, place = "", 0
    for letter in text:
        begin = shown.rfind("\n", 0, place) + 1
        if letter == "\n":
            shown += "\n"
            place = len(shown)
        elif letter == "\r":
            place = begin
        elif letter == "\b":
            if place > begin:
                shown = shown[: place - 1] + shown[place + 1 :]
                place -= 1
        else:
            shown = shown[:place] + letter + shown[place + 1 :]
            place += 1
    return shown


def written(texts, **options):
    """
    Return the output into which *texts* were written, one after another.
    """
    output = TextOutput("stdout", **options)
    for text in texts:
        output.add(text)
    return output


def freeze(*messages):
    """
    Return the outputs of the run of *messages*.
    """
    return fold(messages)["r1"].freeze()


def text_of(text, name="stdout"):
    """
    Return *text* as a notebook has it.
    """
    return {"output_type": "stream", "name": name, "text": text}


# ---- text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("abc", "abc"),
        ("abc\rx", "xbc"),
        ("abc\r", "abc"),
        ("ab\r\ncd", "ab\ncd"),
        ("ab\ncd\rx\ry", "ab\nyd"),
        ("abc\rx\n", "xbc\n"),
        ("abc\b\bx", "ax"),
        ("\b\ba\n\bb", "a\nb"),
        ("abcd\rx\by", "yd"),
        ("10%\r20%\r30%", "30%"),
    ],
)
def test_text(text, shown):
    """
    A carriage return writes over the last line, a backspace takes away in it.
    """
    assert (shown, len(shown)) == (written([text]).text, written([text]).length)


@given(chunks)
def test_as_jupyterlab_shows_it(texts):
    """
    However text is cut into chunks, it is kept as JupyterLab shows it.
    """
    output = written(texts)

    assert seen("".join(texts)) == output.text
    assert len(output.text) == output.length


@pytest.mark.promise("I1")
@given(chunks, chunks)
def test_text_goes_on(texts, more):
    """
    What a page takes up is seen as what was, and goes on where that goes on.
    """
    taken_up = written([written(texts).source])
    assert seen("".join(texts)) == taken_up.text
    for text in more:
        taken_up.add(text)

    assert seen("".join([*texts, *more])) == taken_up.text


def test_source():
    """
    A source is the text itself, unless text goes on somewhere inside its last line.
    """
    assert "ab\ncd" == written(["ab\ncd"]).source
    assert "ab\ncd\r" == written(["ab\ncd\r"]).source
    assert "ab\nxd\rx" == written(["ab\ncd\rx"]).source


@given(chunks, st.integers(0, 20), st.integers(0, 20))
def test_part(texts, start, length):
    """
    A part is what a slice of the whole is, and tells how long the whole is.
    """
    output = written(texts, start=start, stop=start + length)
    shown = seen("".join(texts))

    assert shown[start : start + length] == output.text
    assert len(shown) == output.length


# ---- outputs


def test_outputs():
    """
    What a run puts out is in the form of the notebook format, and nothing else is.
    """
    data = {"data": {"text/plain": "1"}, "metadata": {}}
    error = {"ename": "E", "evalue": "v", "traceback": []}

    assert [
        text_of("ab"),
        text_of("c", "stderr"),
        {"output_type": "display_data", **data},
        text_of("d"),
        {"output_type": "execute_result", "execution_count": 1, **data},
        {"output_type": "error", **error},
    ] == freeze(
        make("status", {"execution_state": "busy"}),
        stream("a"),
        stream("b"),
        stream("c", "stderr"),
        make("display_data", data),
        stream("d"),
        make("execute_result", {"execution_count": 1, **data}),
        make("error", error),
        make("comm_msg"),
    )


@pytest.mark.promise("A9")
@pytest.mark.parametrize("wait", [True, False])
def test_clear(wait):
    """
    A cleared cell is empty at once, or when there is something in the place of it.
    """
    outputs = Outputs()
    outputs.add(stream("a"))
    outputs.add(make("clear_output", {"wait": wait}))
    assert ([text_of("a")] if wait else []) == outputs.freeze()
    assert wait == outputs.clears_next
    outputs.add(stream("b"))

    assert [text_of("b")] == outputs.freeze()
    assert not outputs.clears_next


def test_cleared_twice():
    """
    A cell that was cleared while it was to be cleared later is empty.
    """
    clear = [make("clear_output", {"wait": wait}) for wait in (True, False)]

    assert [text_of("b")] == freeze(stream("a"), *clear, stream("b"))


@pytest.mark.promise("A9")
def test_update():
    """
    An update changes the displays of its ID, of whatever run, and no others.
    """
    shown = [
        make("display_data", {"data": {"x": n}, "transient": transient})
        for n, transient in enumerate([{"display_id": "d"}, {"display_id": "e"}, None])
    ]
    changed = {"data": {"x": 9}, "metadata": {"m": 1}}
    update = make(
        "update_display_data",
        {"transient": {"display_id": "d"}, **changed},
        run_id="r2",
    )
    nobody_s = make("update_display_data", {"data": {"x": 8}}, run_id="r2")
    first, *others = freeze(stream("a"), *shown, update, nobody_s)[1:]

    assert changed == {name: first[name] for name in ("data", "metadata")}
    assert {"display_id": "d"} == first["transient"]
    assert [message.content["data"] for message in shown[1:]] == [
        output["data"] for output in others
    ]


@pytest.mark.parametrize("content", [{}, {"name": 1}, {"text": None}, {"text": ["a"]}])
def test_odd_text(content):
    """
    Text that is none does not keep the rest from being told.
    """
    outputs = freeze(make("stream", content), make("display_data"))

    assert ["stream", "display_data"] == [output["output_type"] for output in outputs]


def test_fold():
    """
    Each run has its own outputs, though their messages come interleaved.
    """
    runs = fold([stream("a"), stream("b", run_id="r2"), stream("c")])

    assert {"r1": [text_of("ac")], "r2": [text_of("b")]} == {
        run_id: outputs.freeze() for run_id, outputs in runs.items()
    }
    assert [] == runs["unheard of"].freeze()


@pytest.mark.promise("B1")
@given(st.lists(st.builds(stream, st.text("ab\n\r\b"), st.sampled_from("oe"))))
def test_merged_or_not(sent):
    """
    However the messages of a run were merged, its outputs are the same.
    """
    outputs = freeze(*sent)

    assert outputs == freeze(*coalesce(sent))
    names = [name for name, _ in itertools.groupby(m.stream.name for m in sent)]
    assert names == [output["name"] for output in outputs]


def test_part_of_outputs():
    """
    Of all outputs only the part of one text is kept; what is no text has none.
    """
    messages = [stream("abc"), stream("defg", "stderr"), make("display_data")]
    outputs = fold(messages, Part(1, 1, 3))["r1"]
    texts = [outputs.get_text(index) for index in range(4)]

    assert [("", 3), ("ef", 4)] == [(text.text, text.length) for text in texts[:2]]
    assert [None, None] == texts[2:]
