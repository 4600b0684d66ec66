"""
What jupyter_fastpath promises, and how far each promise is kept.

A test names the promises it shows with `@pytest.mark.promise("B1", "B2")`, a module
with `pytestmark = pytest.mark.promise("B1")`. `test_requirements.py` holds this table
and the marks together in both directions. `python tests/requirements.py` prints it.

Ids are never given to another promise; one that is dropped stays, with its reason.
"""

from __future__ import annotations

import collections
import dataclasses

from typing import Literal


State = Literal["kept", "partly", "planned", "not ported"]


@dataclasses.dataclass(frozen=True)
class Requirement:
    """
    One promise in one sentence, and where it stands.

    kept: tests name it and show all of it. partly: tests name it, and `note` says what
    is missing. planned: no test names it. not ported: it was dropped, and `note` says
    why.
    """

    id: str
    text: str
    state: State = "planned"
    note: str = ""


CORRECTNESS = (
    Requirement(
        "A1",
        "The start of each run is told: run_id, cell_id, kernel_id, path, initiator and"
        " ts_server.",
        "kept",
    ),
    Requirement(
        "A2",
        "The end of each run is told exactly once and after its last output, with status, execution_count and ts_server, and a client that hears it may believe it whatever it saw before.",
        "partly",
        "A client without a cursor may hear it a second time after a broken connection, with the same msg_id.",
    ),
    Requirement(
        "A3",
        "Each message of a run that goes to a client has its run_id and an event_idx"
        " that grows by one within the run.",
        "kept",
    ),
    Requirement(
        "A4",
        "Output of a run that a newer run of the same cell has replaced stays out of that cell, while its status, comms and display updates still arrive.",
        "kept",
    ),
    Requirement(
        "A5",
        "Sending again what a broken connection missed is the transport's work and leaves the Jupyter messages as they are.",
        "kept",
    ),
    Requirement(
        "A6",
        "All waiting output goes out before the end of a run is told, and a last flush"
        " makes sure of it.",
        "kept",
    ),
    Requirement(
        "A7",
        "Rerun, interrupt, restart, death of the kernel and the abort of queued runs"
        " after an error each end every affected run with one cell_done.",
        "kept",
    ),
    Requirement(
        "A8",
        "The end of a run has several witnesses and a named verdict, so that no one lost message leaves a cell at [*].",
        "partly",
        "An input_request that a broken connection swallowed is not sent again to a client without a cursor, and only ipykernel is probed.",
    ),
    Requirement(
        "A9",
        "Everything else of the kernel protocol passes unharmed and in order: stdin,"
        " comms with buffers, debug and control, subshells, clear_output,"
        " update_display_data, unknown types, both subprotocols, and the server's"
        " filters.",
        "kept",
    ),
)

STREAMING = (
    Requirement(
        "B1",
        "Neighbouring stream messages of one run and one name are merged, nothing is"
        " reordered, and a reader of the text cannot tell.",
        "kept",
    ),
    Requirement(
        "B2",
        "The first output of a run is never held back; only what follows it is paced.",
        "kept",
    ),
    Requirement(
        "B3",
        "Between kernel and client no output is lost: not to a rate limit, not to a high-water mark of ZeroMQ, not to a slow client.",
        "partly",
        "Kernels other than ipykernel keep their own high-water mark, and for a client without a cursor what a broken connection had in its buffers is gone.",
    ),
    Requirement(
        "B4",
        "Live output is appended at once, the notebook's own state is brought up to date at checkpoints, and neither waits for the other.",
        "partly",
        "The notebook is brought up to date by the page that owns the run; the server does not do it itself yet.",
    ),
    Requirement(
        "B5",
        "While a stream grows its DOM node stays and text is appended: nothing is"
        " cleared, nothing shrinks unless the kernel asked, selection and scroll"
        " position survive.",
        "kept",
    ),
    Requirement(
        "B6",
        "Rendering has a budget for each animation frame, so that a page whose cells"
        " flood still answers to keys, and nothing is left out.",
        "partly",
        "The budget has tests; how soon keys are painted is measured by the benchmark and not held by a test.",
    ),
    Requirement(
        "B7",
        "Carriage returns, backspaces, ANSI colours, links and progress bars look as in stock, also where a chunk ends in the middle of one.",
        "kept",
    ),
    Requirement(
        "B8",
        "Loss between kernel and server is noticed by the kernel's own numbering,"
        " counted, and told in the output with its number.",
        "kept",
    ),
)

SIMPLE_EVALUATION = (
    Requirement(
        "C1",
        "Each stage of a short run has a latency budget that is measured and printed by"
        " the benchmark.",
        "kept",
    ),
    Requirement(
        "C2",
        "A kernel's readiness is checked once, not for each connection or run, and its"
        " sockets stay open.",
        "kept",
    ),
    Requirement(
        "C3",
        "Before a first output goes out only what it needs is done; bookkeeping comes"
        " after.",
        "kept",
    ),
    Requirement(
        "C4",
        "Who started a run is served first however many watch; they may lag, and end"
        " with the same outputs.",
        "kept",
    ),
)

SAVING = (
    Requirement(
        "D1",
        "Saves are rare and bounded while a cell floods, at once when a run ends, and"
        " soon when all is quiet.",
        "kept",
    ),
    Requirement("D2", "A save that would change nothing writes nothing.", "kept"),
    Requirement(
        "D3",
        "Stored outputs are compact: neighbouring stream entries of one name are one,"
        " whichever client saved them.",
        "kept",
    ),
    Requirement(
        "D4",
        "No runtime state enters the document: not the kernel's, not measurements, not"
        " ids of runs.",
        "kept",
    ),
    Requirement(
        "D5",
        "With no browser open the server brings outputs and execution counts into the"
        " notebook, through any contents manager or the shared document.",
        "kept",
    ),
    Requirement(
        "D6",
        "Nobody's edit is overwritten: cells are found by id, changes on disk are"
        " merged, deleted and edited cells follow a written rule, and trust stays as it"
        " was.",
        "kept",
    ),
    Requirement(
        "D7",
        "Output that had arrived before the server was killed is brought into the notebook at its next start.",
        "kept",
    ),
)

PAGE = (
    Requirement(
        "E1",
        "Output rerenders the active cell's output area and no other, shown by a test"
        " that counts.",
        "kept",
    ),
    Requirement(
        "E2",
        "A large output has only its part near the viewport in the DOM, and can be"
        " expanded, searched and copied in full.",
        "partly",
        "Text has; other kinds of output do not.",
    ),
    Requirement(
        "E3",
        "The height of an output area is stable while it is appended to.",
        "kept",
    ),
)

TRANSPORT = (
    Requirement(
        "F1",
        "A client that is slow or stopped costs bounded memory, slows nobody else, and gets everything when it comes back.",
        "kept",
    ),
    Requirement(
        "F2",
        "Batches grow with the pressure of the socket, and what was dropped, retried, spilled or deferred is counted and shown.",
        "kept",
    ),
    Requirement(
        "F3",
        "What the websocket compresses is verified and written down, and nothing is"
        " compressed twice.",
        "kept",
    ),
    Requirement(
        "F4",
        "A resumed connection gets exactly what it missed, or is told of the gap and fetches again.",
        "kept",
    ),
    Requirement(
        "F5",
        "Kernels behind an Enterprise or Kernel Gateway are treated as local ones are.",
        "partly",
        "What is on its way when the link to the gateway breaks is told as lost with ipykernel only, and what each kernel uses of the machine is not known. Enterprise Gateway was tried by hand.",
    ),
)

MEASURING = (
    Requirement(
        "G1",
        "Each run leaves one structured line with its ids, its times, its latencies and"
        " its messages and bytes in and out.",
        "kept",
    ),
    Requirement(
        "G2",
        "`jupyter fastpath bench` measures stock beside ours against a server it is"
        " given or starts, as a table and as JSON.",
        "kept",
    ),
    Requirement(
        "G3",
        "The same is measured over links with 20, 80 and 150 ms round trip, with jitter,"
        " and with stalls.",
        "partly",
        "`2+3`, two storms of prints and `2+3` in the page are; the other scenarios are not.",
    ),
    Requirement(
        "G4",
        "A scroll harness measures large notebooks by scenario, frame times, DOM counts"
        " and typing latency, and each of its phases has a watchdog.",
        "partly",
        "Plots have no scenario of their own.",
    ),
    Requirement(
        "G5",
        "Smoke checks pass or fail on facts: nothing is stuck after its end, and output"
        " only grows.",
        "kept",
    ),
    Requirement(
        "G6",
        "Logging is low by default, costs nothing when off, and has a JSON form for bug"
        " reports.",
        "kept",
    ),
)

POLICY = (
    Requirement(
        "H1",
        "An output policy is resolved from server, notebook pattern, notebook and cell,"
        " the nearest wins, alike in Python and TypeScript.",
        "kept",
    ),
    Requirement(
        "H2",
        "The policy says how much text is live, kept and backfilled, how many outputs,"
        " how much head and tail, how large images may be, and when to be cheap.",
        "partly",
        "When to be cheap is a setting of the page, hugeText, and no key.",
    ),
    Requirement(
        "H3",
        "Where something is cut a marker in the output says how much, and offers the"
        " rest.",
        "kept",
    ),
    Requirement(
        "H4",
        "The policy can be changed in the notebook itself, not only in files of the"
        " administrator.",
        "kept",
    ),
    Requirement(
        "H5",
        "The defaults keep all that a user expects, and heavy modes are explicit and can"
        " be undone.",
        "kept",
    ),
)

RECONNECTING = (
    Requirement(
        "I1",
        "A page refreshed or reopened during a run shows what is running, what is queued and what was output, and goes on.",
        "partly",
        "What was answered to input() is not shown any more after a refresh, and an Output widget captures nothing of a run that was taken up.",
    ),
    Requirement(
        "I2",
        "A second tab or person sees the output live and does not race the first for the document.",
        "kept",
    ),
    Requirement(
        "I3",
        "A cut network or a sleeping laptop loses and doubles nothing.",
        "kept",
    ),
    Requirement(
        "I4",
        "A page that takes up a run can answer the run's request for input.",
        "kept",
    ),
    Requirement(
        "I5",
        "Widgets shown before a refresh are live after it.",
        "partly",
        "While the kernel is busy a widget says that it is loading, until the kernel can be asked for its state.",
    ),
    Requirement(
        "I6",
        "All of this holds with jupyter-collaboration installed and on.",
        "partly",
        "While a cell that a page owns puts out something all the time, the room does not save; the policy and large outputs were not tried there.",
    ),
)

EPHEMERAL_STATE = (
    Requirement(
        "K1",
        "Kernel state, queue, run lifecycle, save state, CPU and memory are published"
        " with their last value, as Jupyter events too, and never saved.",
        "kept",
    ),
    Requirement(
        "K2",
        "The page shows kernel state, queue, CPU and memory, and each cell its run time.",
        "kept",
    ),
    Requirement(
        "K3",
        "Each run knows its peak memory, and a cell whose kernel died says why as far as"
        " can be known.",
        "partly",
        "Memory is measured only while somebody watches the kernel, so that a run that nobody watches has no peak.",
    ),
    Requirement(
        "K4",
        "The prompt tells apart queued, running, finished while away, and lost.",
        "partly",
        "A run that was queued when the server was killed is not told as lost.",
    ),
)

LARGE_NOTEBOOKS = (
    Requirement(
        "N1",
        "Outputs are ephemeral, persistent or auto, the unknown is persistent, and each"
        " cell may say otherwise.",
        "kept",
    ),
    Requirement(
        "N2",
        "Rows are virtualized while persistent outputs stay mounted where they belong,"
        " with focus, selection and clicks working.",
        "partly",
        "Focus and selection have no test of their own; what others change is tested by the shared model, not with a second page.",
    ),
    Requirement(
        "N3",
        "Plotly, ipywidgets, bokeh, iframes and references across cells survive long"
        " scrolling and reruns.",
        "partly",
        "In a shared notebook Plotly's output is new when another page draws it.",
    ),
    Requirement(
        "N4",
        "It is on by default for large notebooks, and a watchdog falls back to plain"
        " rendering and says so.",
        "kept",
    ),
    Requirement(
        "N5",
        "Frame rate, long frames, time to the first cell and output, mounted nodes and"
        " mapping errors are counted.",
        "kept",
    ),
)

GOOD_GUEST = (
    Requirement(
        "Z1",
        "One pip install turns everything on without node or a build, one pip uninstall leaves stock, and notebooks open everywhere.",
        "kept",
    ),
    Requirement(
        "Z2",
        "It steps aside, and says so, for another connection class, and a doctor tells"
        " what is active and why.",
        "kept",
    ),
    Requirement(
        "Z3",
        "Authentication, authorization, XSRF and origin checks hold on every route, and"
        " who may not execute can not run, answer or change policy.",
        "kept",
    ),
    Requirement(
        "Z4",
        "Bad frames, huge frames, hostile kernels and floods of connections meet a clear error and bounded memory, and others do not notice.",
        "partly",
        "The server's ZeroMQ queue is bounded for ipykernel only, and a recovered run of hundreds of megabytes is one answer that holds up others.",
    ),
    Requirement(
        "Z5",
        "It works with current Jupyter Server 2, JupyterLab 4.4 to 4.6, Notebook 7.4 and"
        " later, any kernel, Python 3.10 and later, on Linux, macOS and Windows.",
        "partly",
        "A page with jupyter-collaboration asks whether to overwrite when it saves by the keyboard, in the matrix (docs/compatibility.md). Kernels other than ipykernel were run without a browser: ipykernel 6, xeus-python, bash and R. Python 3.12 and 3.13, macOS and Windows were not run.",
    ),
)

REQUIREMENTS = (
    *CORRECTNESS,
    *STREAMING,
    *SIMPLE_EVALUATION,
    *SAVING,
    *PAGE,
    *TRANSPORT,
    *MEASURING,
    *POLICY,
    *RECONNECTING,
    *EPHEMERAL_STATE,
    *LARGE_NOTEBOOKS,
    *GOOD_GUEST,
)


def report() -> str:
    """
    Return the table as text, one promise on a line and the count of each state last.
    """
    lines = [
        f"{requirement.id:3} {requirement.state:10} {requirement.note}".rstrip()
        for requirement in REQUIREMENTS
    ]
    states = collections.Counter(requirement.state for requirement in REQUIREMENTS)
    counts = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
    return "\n".join([*lines, counts])


if __name__ == "__main__":
    print(report())
