from __future__ import annotations

import argparse
import asyncio
import json
import signal

import psutil
import pytest

from jupyter_fastpath.bench.main import add_arguments, run
from jupyter_fastpath.bench.measuring import Plan, measure
from jupyter_fastpath.bench.over import BY_DEFAULT, LINKED_SUBJECTS
from jupyter_fastpath.bench.page import browser
from jupyter_fastpath.bench.page.scenarios import PAGE_SCENARIOS
from jupyter_fastpath.bench.page.sizes import QUICK_PAGE, PageSizes
from jupyter_fastpath.bench.profiles import Profile
from jupyter_fastpath.bench.report import html
from jupyter_fastpath.bench.results import Results, read_results
from jupyter_fastpath.bench.rounds import BRIEFLY, chosen, schedule
from jupyter_fastpath.bench.scenarios import SCENARIOS
from jupyter_fastpath.bench.shape import Shape

from .interrupting import measuring, needs_ctrl_c


TINY = Profile(
    evaluations=2,
    spaced_evaluations=1,
    burst_lines=100,
    flush_lines=100,
    huge_megabytes=(1,),
    viewer_runs=1,
    viewer_lines=100,
    stall_lines=2000,
    stall_duration=0.5,
    stopped_megabytes=10,
    save_megabytes=1,
    gone_seconds=1.0,
    state_kernels=2,
    state_watchers=2,
    state_lines=20,
    state_rounds=2,
    state_runs=2,
    state_patience=0.0,
    traced_lines=100,
    traced_rounds=1,
    session_runs=10,
    quiet=3.0,
    page=PageSizes(
        flood_seconds=0.5,
        shown_bytes=10_000,
        kinds=("lines",),
        appends=2,
        print_megabytes=1,
        scroll_steps=5,
        evaluations=2,
        bar_steps=10,
        pictures=3,
        session_runs=3,
        refreshes=1,
        return_patience=20.0,
        cut_seconds=1.0,
        patience=30.0,
        scroll=QUICK_PAGE.scroll,
    ),
)

# CI's own benchmark, and the test of one scenario, run what is common to all.
MEASURED = [
    pytest.param(name, marks=[] if name == "burst" else [pytest.mark.full])
    for name in SCENARIOS
]


def parse(*arguments):
    """Return *arguments* as the command line has them."""
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return parser.parse_args(arguments)


def test_defaults():
    """Without options everything is measured once, quickly."""
    arguments = parse()

    assert (None, "quick", 1, None) == (
        arguments.scenario,
        arguments.profile,
        arguments.repeat,
        arguments.json,
    )
    assert arguments.subjects is None
    assert [*SCENARIOS, *PAGE_SCENARIOS] == chosen(arguments.scenario)
    assert list(BRIEFLY) == chosen(arguments.scenario, is_brief=True)
    assert set(BRIEFLY) < set(chosen(["all"], is_brief=True))


@pytest.mark.parametrize(
    "arguments",
    [("--subjects", "stock,none"), ("--repeat", "0"), ("--scenario", "none")],
)
def test_nonsense(arguments):
    """What cannot be measured is refused before anything starts."""
    with pytest.raises(SystemExit):
        parse(*arguments)


def test_schedule():
    """Subjects alternate within a scenario, and turn around with each repetition."""
    assert [
        ("eval", "stock"),
        ("eval", "fastpath"),
        ("eval", "fastpath"),
        ("eval", "stock"),
    ] == list(schedule(2, ["eval"], ("stock", "fastpath")))


def test_schedule_without_server():
    """The floor has no server that could stall or be viewed."""
    assert [("stall", "stock")] == list(schedule(1, ["stall"], ("floor", "stock")))


@pytest.mark.parametrize("scenario", ["state", "trace"])
def test_schedule_of_ours(scenario):
    """What only fastpath has is measured of nobody else."""
    assert [(scenario, "fastpath")] == list(schedule(1, [scenario], None))


def test_schedule_of_all():
    """Unless it is said whom to measure, the page has stock and ours, the rest all."""
    assert [
        ("eval", "floor"),
        ("eval", "stock"),
        ("eval", "stock-nolimit"),
        ("eval", "fastpath"),
        ("page-eval", "stock"),
        ("page-eval", "fastpath"),
    ] == list(schedule(1, ["eval", "page-eval"], None))
    assert [] == list(schedule(1, ["page-eval"], ("floor",)))


@pytest.mark.parametrize("group", ["page", "scroll"])
def test_groups(group):
    """One name stands for all that is measured of one kind, and none is measured twice."""
    those = [name for name in PAGE_SCENARIOS if name.startswith(f"{group}-")]

    assert those == chosen([group, those[0]])
    assert [those[1]] == chosen([those[1]])


def test_schedule_of_forced():
    """What the page does with large notebooks is forced where that is measured."""
    subjects = ("fastpath", "fastpath-off")

    assert [("scroll-text", each) for each in subjects] == list(
        schedule(1, ["scroll-text"], subjects)
    )
    assert [("eval", "fastpath")] == list(schedule(1, ["eval"], subjects))


def test_without_browser(monkeypatch, capsys, tmp_path):
    """Where the browser is missing nothing is started, and it is told what to install."""
    monkeypatch.setattr(browser, "NAMES", ("no-such-browser",))
    monkeypatch.setattr(browser, "PLACES", {})
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))

    assert 2 == run(parse("--scenario", "page-eval"))
    assert "apt-get install chromium" in capsys.readouterr().err


def test_firefox(capsys):
    """What needs more of a browser than Firefox tells is refused by name."""
    asked = ("--scenario", "page-eval", "--scenario", "page-typing")

    assert 2 == run(parse(*asked, "--browser", "firefox"))
    assert "not measured in Firefox: page-typing\n" in capsys.readouterr().err


@pytest.mark.kernel
@pytest.mark.promise("C1", "G2")
@pytest.mark.parametrize("scenario", MEASURED)
def test_measure(scenario):
    """Each scenario runs for each subject, loses nothing of ours, and leaves nothing."""
    results = Results()
    before = {child.pid for child in psutil.Process().children(recursive=True)}

    rounds = list(schedule(1, [scenario], ("floor", "stock", "fastpath")))
    asyncio.run(measure(Plan(rounds, TINY), results))

    after = {child.pid for child in psutil.Process().children(recursive=True)}
    assert ([], []) == (results.failures, results.losses)
    assert {subject for _, subject in rounds} == set(results.values[scenario])
    assert before == after


@pytest.mark.kernel
@pytest.mark.promise("G3")
@pytest.mark.full
@pytest.mark.parametrize("scenario", BY_DEFAULT)
def test_measure_over_link(scenario):
    """Over a link that delays, jitters and loses nothing of ours is lost or stuck, and its name is told."""
    results = Results()
    link = Shape(rtt=0.04, jitter=0.01, bandwidth=5e6, loss=0.01)

    rounds = list(schedule(1, [scenario], LINKED_SUBJECTS))
    asyncio.run(measure(Plan(rounds, TINY, [link]), results))

    (name,) = results.values
    assert ([], []) == (results.failures, results.losses)
    assert f"{scenario} over 40 ms, jitter 10 ms, 5 MB/s, loss 1 % for 200 ms" == name
    assert set(LINKED_SUBJECTS) == set(results.values[name])


@pytest.mark.kernel
@pytest.mark.promise("G3")
def test_run_over_links(tmp_path, capsys):
    """Each link has its table, with how much more than its round trip a run takes, and is told as JSON."""
    path = tmp_path / "bench.json"

    code = run(
        parse(
            *("--scenario", "eval", "--subjects", "fastpath", "--rtt", "20,40"),
            *("--json", str(path)),
        )
    )

    assert 0 == code
    out = capsys.readouterr().out
    document = json.loads(path.read_text())
    assert {"20 ms", "40 ms"} == set(document["links"])
    for rtt in (20, 40):
        assert f"### eval over {rtt} ms (medians" in out
        ours = document["scenarios"][f"eval over {rtt} ms"]["fastpath"]
        above = ours["first_output_p50_above_rtt_ms"]["median"]
        assert pytest.approx(ours["first_output_p50_ms"]["median"]) == above + rtt
        assert ours["link_rtt_ms"]["median"] >= rtt
        assert document["links"][f"{rtt} ms"]["rtt"] == rtt / 1000


def test_not_over_links(capsys):
    """What cannot be measured over links is refused before anything starts."""
    assert 2 == run(parse("--scenario", "save", "--rtt", "20"))
    assert "not measured over links: save" in capsys.readouterr().err


@pytest.mark.kernel
def test_run(tmp_path, capsys):
    """The command prints a table, and writes the same as JSON and as Markdown."""
    path, markdown = tmp_path / "bench.json", tmp_path / "bench.md"

    code = run(
        parse(
            *("--scenario", "huge", "--subjects", "floor"),
            *("--json", str(path), "--markdown", str(markdown)),
        )
    )

    out = capsys.readouterr().out
    assert 0 == code
    assert "| 1 mb delivered share | 100.0% | - |" in out
    assert ["huge"] == list(json.loads(path.read_text())["scenarios"])
    assert out == markdown.read_text()


def test_run_of_results(tmp_path, capsys):
    """What was measured before is told again, compared, and checked."""
    slow, good = tmp_path / "slow.json", tmp_path / "good.json"
    for path, messages in ((slow, 90.0), (good, 2.0)):
        results = Results(date="2026-11-26")
        results.add("flush", "stock", {"messages": 100.0})
        results.add("flush", "fastpath", {"messages": messages})
        path.write_bytes(results.as_json)

    assert 0 == run(parse("--from", str(good), "--check", "--compare", str(slow)))
    assert "| messages | 90 | 2 | 0.0222 | 1 |" in capsys.readouterr().out
    assert 1 == run(parse("--from", str(slow), "--check"))
    assert 0 == run(parse("--from", str(slow)))


@pytest.mark.promise("G2")
def test_plot(tmp_path, capsys):
    """A report is written of what was measured before, and the same is told as without."""
    source, page = tmp_path / "old.json", tmp_path / "report.html"
    results = Results(date="2026-11-26")
    results.add("flush", "fastpath", {"messages": 2.0})
    results.rounds[0].raw.went("server_mb", [(0.0, 60.0), (1.0, 61.0)])
    source.write_bytes(results.as_json)

    assert 0 == run(parse("--from", str(source)))
    told = capsys.readouterr().out
    assert 0 == run(parse("--from", str(source), "--plot", str(page)))
    assert told == capsys.readouterr().out
    assert "data:image/svg+xml;base64," in page.read_text(encoding="utf-8")


@pytest.mark.promise("G2")
def test_plot_by_nothing(monkeypatch, tmp_path, capsys):
    """Nothing is measured if no report could be written of it, and it is told what to install."""
    monkeypatch.setattr(html, "MODULE", "no_such_module")

    code = run(parse("--scenario", "eval", "--plot", str(tmp_path / "report.html")))

    assert 2 == code
    told = capsys.readouterr().err
    assert "pip install 'jupyter_fastpath[bench]'" in told
    assert "eval" not in told


def test_compare_with_nothing(tmp_path, capsys):
    """Nothing is measured if what it is to be compared with is not there."""
    missing = tmp_path / "missing.json"

    assert 2 == run(parse("--scenario", "eval", "--compare", str(missing)))
    assert "missing.json cannot be read" in capsys.readouterr().err


@pytest.mark.kernel
@needs_ctrl_c
def test_interrupted(tmp_path):
    """Ctrl-C ends it and what it started, and what was measured until then is told."""
    path = tmp_path / "bench.json"
    options = ("--scenario", "huge", "--subjects", "floor", "--repeat", "1000")
    with measuring(*options, "--json", str(path)) as process:
        assert process.stderr.readline().startswith("1/1000 huge, floor")
        started = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=60)

    assert 130 == process.returncode
    assert "INTERRUPTED" in out
    assert read_results(path).is_interrupted
    assert read_results(path).rounds
    assert not psutil.wait_procs(started, timeout=10)[1]
