"""
What of a notebook is saved.
"""

from __future__ import annotations

import copy

import nbformat
import pytest

from jupyter_fastpath.core.marker import MARKER
from jupyter_fastpath.core.policy import PolicyRules
from jupyter_fastpath.core.saved import Origin, compact, cut_notebook, policy_in


pytestmark = pytest.mark.promise("H2", "H3")

SMALL = {"saved_bytes": 10, "tail_bytes": 4}
ORIGIN = Origin("kernel", "run", 7)


def stream(text, name="stdout"):
    """
    Return text as a notebook has it.
    """
    return {"output_type": "stream", "name": name, "text": text}


def display(data):
    """
    Return what is displayed as a notebook has it.
    """
    return {"output_type": "display_data", "data": data, "metadata": {}}


def notebook_of(*outputs, cell=None, own=None):
    """
    Return a notebook of one cell with those outputs, both maybe with a policy.
    """
    made = nbformat.v4.new_code_cell(outputs=list(outputs), execution_count=3)
    made["id"] = "c1"
    made["metadata"] = {} if cell is None else {"fastpath": {"policy": cell}}
    metadata = {} if own is None else {"fastpath": {"policy": own}}
    notebook = nbformat.v4.new_notebook(cells=[made], metadata=metadata)
    return copy.deepcopy(dict(notebook))


def saved(*outputs, cell=None, own=None, origin=ORIGIN, **rules):
    """
    Return the outputs of a cell as they are saved.
    """
    notebook = notebook_of(*outputs, cell=cell, own=own)
    asked = []

    def find_origin(cell_id):
        asked.append(cell_id)
        return origin

    compact(notebook)

    cut_notebook(notebook, PolicyRules(**rules), "a.ipynb", find_origin)
    nbformat.validate(nbformat.from_dict(notebook))
    assert asked in ([], ["c1"])
    return notebook["cells"][0]["outputs"]


def test_nothing_is_cut():
    """What the policy allows is saved as it is, and nobody is asked for anything."""
    outputs = [stream("x" * 100), display({"text/plain": "y"}), stream("z")]

    assert saved(*outputs, origin=None) == outputs
    assert saved(stream("0123456789abcd"), cell=SMALL) == [stream("0123456789abcd")]


@pytest.mark.parametrize("layer", ["cell", "own"])
def test_text(layer):
    """Of a text that is too long the first and last lines are saved, with a marker between."""
    text = ["one\n", "two\n", "three\n", "four\n", "5\n"]
    first, marker, last = saved(stream(text), **{layer: SMALL})

    assert first == stream("one\ntwo\n")
    assert last == stream("5\n")
    assert marker["data"][MARKER] == {
        "version": 1,
        "kind": "text",
        "kernel_id": "kernel",
        "run_id": "run",
        "start": 7,
        "is_done": True,
        "head_bytes": 8,
        "tail_bytes": 2,
        "total_bytes": 21,
        "head_lines": 2,
        "tail_lines": 1,
        "total_lines": 5,
        "kept_bytes": 21,
    }
    assert "10 of 21 bytes of text are shown" in marker["data"]["text/plain"]


@pytest.mark.promise("D3")
def test_compact():
    """Neighbouring text of one stream is one output, as it is seen, and that changes no more."""
    plot = display({"image/png": "x"})
    outputs = [
        *(stream("a"), stream(["b\n", "c"]), stream("\rd\n")),
        *(
            stream("e\n", "stderr"),
            stream(" 50 %\r100 %"),
            plot,
            stream("f"),
            plot,
            plot,
        ),
        stream("\b"),
    ]
    found = saved(*outputs)

    assert found == [
        *(stream("ab\nd\n"), stream("e\n", "stderr"), stream("100 %")),
        *(plot, stream("f"), plot, plot, stream("")),
    ]
    assert saved(*found) == found


@pytest.mark.promise("D3")
def test_not_compacted():
    """Text that says more than it must is left alone."""
    notebook = notebook_of(stream("a"), stream("b"), stream("c"))
    notebook["cells"][0]["outputs"][1]["more"] = 1
    before = copy.deepcopy(notebook)
    compact(notebook)
    cut_notebook(notebook, PolicyRules(), "a.ipynb", lambda _: None)

    assert notebook == before


def test_twice():
    """What was saved once is not cut again."""
    once = saved(stream("one\ntwo\nthree\nfour\n5\n"), cell=SMALL)

    assert saved(*once, cell=SMALL) == once


def test_lines():
    """Lines can be limited, too."""
    limits = {"saved_lines": 1, "tail_bytes": 2}
    first, _, last = saved(stream("a\nb\nc\nd\n"), cell=limits)

    assert (first["text"], last["text"]) == ("a\n", "d\n")


def test_other_outputs():
    """Outputs that are no text stay in their order, before and after the marker."""
    one, two = display({"a/b": "1"}), display({"a/b": "2"})
    outputs = saved(
        stream("0\n"), one, stream("12345678\n"), two, stream("x\ny\n"), cell=SMALL
    )

    assert [one["output_type"] for one in outputs] == [
        "stream",
        "display_data",
        "display_data",
        "display_data",
        "stream",
    ]
    assert outputs[1] == one
    assert outputs[3] == two
    assert MARKER in outputs[2]["data"]


def test_what_was_cut_before():
    """A marker of what was cut before gives way to one that counts that, too."""
    told = {"kind": "text", "kernel_id": "k", "run_id": "r", "start": 3}
    told |= {
        "total_bytes": 999,
        "total_lines": 99,
        "kept_bytes": 500,
        "head_bytes": "x",
    }
    before = display({"text/plain": "…", MARKER: told})
    head, marker, tail = saved(
        *(stream("0123456\n"), before, stream("abc\ndef\nghi\n")),
        cell=SMALL,
        origin=None,
    )
    told = marker["data"][MARKER]

    assert (head["text"], tail["text"]) == ("0123456\n", "ghi\n")
    assert (told["kernel_id"], told["run_id"], told["start"]) == ("k", "r", 3)
    assert (told["total_bytes"], told["kept_bytes"]) == (999, 500)
    assert (told["head_bytes"], told["tail_bytes"]) == (8, 4)


def test_what_cannot_be_had_back():
    """What is nowhere else is saved, whatever the policy, unless that is to cut."""
    outputs = [stream("one\ntwo\nthree\nfour\n5\n")]
    cut = saved(*outputs, cell={**SMALL, "above": "cut"}, origin=None)

    assert saved(*outputs, cell=SMALL, origin=None) == outputs
    assert cut[1]["data"][MARKER]["kept_bytes"] == 0
    assert "not kept" in cut[1]["data"]["text/plain"]


def test_ceiling():
    """A ceiling of the administrator is passed by nobody, whatever can be had back."""
    outputs = [stream("one\ntwo\nthree\nfour\n5\n")]
    rules = {"ceilings": {"saved_bytes": 10, "tail_bytes": 4}}
    for policy in ({"above": "keep"}, {"saved_bytes": None}, {"saved_bytes": 1e300}):
        found = saved(*outputs, cell=policy, origin=None, **rules)

        assert found[0] == stream("one\ntwo\n")


def test_ephemeral():
    """Outputs that are not to be saved are not, and the cell keeps its number."""
    notebook = notebook_of(stream("x"), own={"ephemeral": True})
    compact(notebook)
    cut_notebook(notebook, PolicyRules(), "a.ipynb", lambda _: None)

    assert notebook["cells"][0]["outputs"] == []
    assert notebook["cells"][0]["execution_count"] == 3


def test_large():
    """An output that is too large, where that is dropped, leaves a marker in its place."""
    small, large = display({"a/b": "x"}), display({"a/b": "x" * 100, "text/plain": "y"})
    found = saved(
        small, large, stream("z" * 100), cell={"rich_bytes": 50, "above": "cut"}
    )
    told = found[1]["data"][MARKER]

    assert (found[0], found[2]) == (small, stream("z" * 100))
    assert told["mime_types"] == ["a/b", "text/plain"]
    assert told["kept_bytes"] == 0
    assert saved(small, large, cell={"rich_bytes": 50}) == [small, large]


def test_many():
    """Outputs that are too many, where they are dropped, leave a marker behind the others."""
    outputs = [display({"a/b": str(i)}) for i in range(5)]
    found = saved(*outputs, cell={"outputs": 2, "above": "cut"})
    told = found[2]["data"][MARKER]

    assert found[:2] == outputs[:2]
    assert (told["kind"], told["shown"], told["total"]) == ("outputs", 2, 5)
    assert saved(*found, cell={"outputs": 2, "above": "cut"}) == found
    assert saved(*outputs, cell={"outputs": 2}) == outputs


@pytest.mark.parametrize(
    "thing",
    [None, 5, {}, {"metadata": 5}, {"metadata": {}}, {"metadata": {"fastpath": "x"}}],
)
def test_no_policy(thing):
    """What has no policy, whatever it has else, has none."""
    assert policy_in(thing) is None


def test_other_cells():
    """Cells that are no code, or have put out nothing, are left alone."""
    notebook = notebook_of()
    notebook["cells"].append({"cell_type": "markdown", "source": "", "metadata": {}})
    before = copy.deepcopy(notebook)
    compact(notebook)
    cut_notebook(notebook, PolicyRules({"ephemeral": True}), "a.ipynb", lambda _: None)
    cut_notebook({}, PolicyRules(), "a.ipynb", lambda _: None)

    assert notebook == before
