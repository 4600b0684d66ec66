"""
One notebook on disk, and all who write it: a page that comes and goes, an editor, and
the server; with a real relay, and the rules by which it brings output home.

Everything printed and everything edited is a token of its own, so that what is lost and
what is doubled shows.
"""

from __future__ import annotations

import copy
import itertools

import pytest

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from jupyter_fastpath.core.cadence import Tempo
from jupyter_fastpath.core.homecoming import RunOutput, bring_home
from jupyter_fastpath.core.journal import Journal
from jupyter_fastpath.core.notebook import fold
from tests.simulator import World


CELLS = ("c1", "c2")
PATH = "a.ipynb"
TEMPO = Tempo(first=2.0, bytes_per_minute=1e9)


class Page:
    """
    A page with the notebook, and the version of the file that it knows.
    """

    def __init__(self, client_id, disk, version):
        self.client_id = client_id
        self.notebook = copy.deepcopy(disk)
        self.known = version
        self.unsaved = set()
        self.is_here = True


class Saving(RuleBasedStateMachine):
    """
    What may happen to a notebook, in any order.
    """

    @initialize(saves=st.booleans())
    def begin(self, saves):
        """
        Have a page run a cell, which in the end saves the notebook or is closed without.
        """
        self.saves = saves
        self.numbers = itertools.count()
        self.world = World(tempo=TEMPO, away_seconds=1e6)
        self.journal = Journal()
        self.disk = {"cells": [new_cell(cell_id) for cell_id in CELLS]}
        self.version = 0
        self.foreign = set()  # versions that an editor has made
        self.page = None
        self.queue = []  # of runs and their cells, the first of which runs
        self.shown = {}  # cell -> what its newest run has printed
        self.edits = set()  # what is in the file and has to stay
        self.left = []  # runs of a server that was killed
        self.is_failing = False
        self.has_failed = 0
        self.open()
        self.run("c1")
        self.print()

    def token(self):
        """
        Return a text that nobody has written yet.
        """
        return f"<{next(self.numbers)}>"

    def write(self, notebook):
        """
        Write the file.
        """
        self.disk = copy.deepcopy(notebook)
        self.version += 1

    def turn(self):
        """
        Let messages arrive, and the server write what is due.
        """
        self.world.drain_all()
        while self.has_failed < len(self.world.saves):
            self.has_failed = len(self.world.saves)
            self.bring_home()
        if self.page is not None and self.page.is_here:
            self.take_up()

    # ---- the kernel

    def start(self):
        """
        Have the kernel take up the next run, if there is one.
        """
        if self.queue:
            run_id, cell_id = self.queue[0]
            self.shown[cell_id] = ""
            self.world.hears(self.world.kernel.status("busy", run_id=run_id))

    @precondition(lambda self: self.queue)
    @rule()
    def print(self):
        """
        The running cell prints.
        """
        run_id, cell_id = self.queue[0]
        text = self.token()
        self.shown[cell_id] += text
        self.world.hears(self.world.kernel.prints(text, run_id=run_id))
        self.turn()

    @precondition(lambda self: self.queue)
    @rule()
    def end(self):
        """
        The running cell is done, and the next begins.
        """
        run_id, _ = self.queue.pop(0)
        self.world.hears(self.world.kernel.replies(run_id=run_id))
        self.world.hears(self.world.kernel.status("idle", run_id=run_id))
        self.start()
        self.turn()

    # ---- the page

    @precondition(lambda self: self.page is None)
    @rule()
    def open(self):
        """
        A page opens the notebook.
        """
        page = self.page = Page(self.token(), self.disk, self.version)
        self.world.attach(page.client_id, counts=True)
        bring_home(page.notebook, self.left)
        self.turn()

    def take_up(self):
        """
        The page shows what runs have put out, as it is told.
        """
        bring_home(self.page.notebook, self.outputs(self.world.relay.kept()))

    @precondition(lambda self: self.page is not None and self.page.is_here)
    @rule(cell_id=st.sampled_from(CELLS))
    def run(self, cell_id):
        """
        Somebody runs a cell in the page.
        """
        run_id = self.token()
        if cell_id in {other for _, other in self.queue}:
            return
        self.left = [one for one in self.left if one.cell_id != cell_id]
        self.world.execute(run_id, cell_id, self.page.client_id)
        # What it showed is not wanted any more, and what it will is not there yet.
        self.shown.pop(cell_id, None)
        self.queue.append((run_id, cell_id))
        if len(self.queue) == 1:
            self.start()
        self.turn()

    @precondition(lambda self: self.page is not None)
    @rule(cell_id=st.sampled_from(CELLS))
    def edit(self, cell_id):
        """
        Somebody edits a cell in the page, connected or not.
        """
        text = self.token()
        find(self.page.notebook, cell_id)["source"] += text
        self.page.unsaved.add(text)

    @precondition(lambda self: self.page is not None and self.page.is_here)
    @rule()
    def save(self):
        """
        The page saves; if it has to ask, the user takes what is on disk.
        """
        page = self.page
        if page.known != self.version:
            seen = range(page.known + 1, self.version + 1)
            if self.journal.leads(PATH, str(page.known), str(self.version)):
                assert not self.foreign.intersection(seen), "overwrites somebody"
            else:
                assert self.foreign.intersection(seen), "asks for nothing"
                page.notebook = copy.deepcopy(self.disk)
                page.unsaved.clear()
                # What was left goes with what the user has decided against.
                for one in self.left:
                    self.shown.pop(one.cell_id, None)
                self.take_up()
            page.known = self.version
        self.write(page.notebook)
        page.known = self.version
        self.edits |= page.unsaved
        page.unsaved.clear()
        self.left = []
        self.world.relay.notebook_saved()
        self.world.relay.checkpoints.overwritten(self.world.now)
        self.world.turn()
        self.turn()

    @precondition(lambda self: self.page is not None and self.page.is_here)
    @rule()
    def sleep(self):
        """
        The network of the page breaks.
        """
        self.page.is_here = False
        self.world.detach(self.page.client_id, may_return=True)
        self.turn()

    @precondition(lambda self: self.page is not None and not self.page.is_here)
    @rule()
    def wake(self):
        """
        It is back.
        """
        self.page.is_here = True
        self.world.attach(self.page.client_id, counts=True)
        self.turn()

    @precondition(lambda self: self.page is not None and self.page.is_here)
    @rule()
    def close(self):
        """
        The page is closed, with what it has not saved.
        """
        self.world.detach(self.page.client_id, may_return=False)
        self.page = None
        self.turn()

    # ---- everybody else

    @rule(cell_id=st.sampled_from(CELLS), moves=st.booleans())
    def edit_file(self, cell_id, moves):
        """
        An editor changes the file: a cell, and maybe the order.
        """
        changed = copy.deepcopy(self.disk)
        text = self.token()
        find(changed, cell_id)["source"] += text
        if moves:
            changed["cells"].reverse()
        self.write(changed)
        self.edits.add(text)
        self.foreign.add(self.version)

    @rule(seconds=st.sampled_from([0.5, 5.0, 100.0]))
    def wait(self, seconds):
        """
        Time goes by.
        """
        for _ in range(5):
            self.world.wait(seconds / 5)
            self.turn()

    @rule(is_failing=st.booleans())
    def fail(self, is_failing):
        """
        The disk is full, or not any more.
        """
        self.is_failing = is_failing

    # ---- the server

    def outputs(self, runs):
        """
        Return what *runs* have put out so far.
        """
        store = self.world.relay.store
        store.seal()
        store.hurry(self.world.now)
        self.world.turn()
        folded = fold(message for message in self.world.spool if message.run_id)
        return [
            RunOutput(
                run.run_id,
                run.cell_id,
                None,
                folded[run.run_id].freeze(),
                run.execution_count,
                run.next_event_idx,
            )
            for run in runs
            if run.has_started
        ]

    def bring_home(self):
        """
        Do what the server does when it is to save.
        """
        orphans = self.world.relay.checkpoints.orphans()
        runs = self.outputs(orphans)
        if self.is_failing:
            self.world.relay.checkpoints.failed(self.world.now)
            return
        changed = copy.deepcopy(self.disk)
        if bring_home(changed, runs).is_changed:
            before = self.version
            self.write(changed)
            self.journal.noted(PATH, str(before), str(self.version))
        for run, output in zip(orphans, runs, strict=True):
            run.home_idx = output.count

    @precondition(lambda self: self.queue)
    @rule()
    def crash(self):
        """
        The server is killed and started again, and the page is gone with it.
        """
        left = self.outputs(self.world.relay.kept())
        cells = {one.cell_id for one in left}
        self.left = [one for one in self.left if one.cell_id not in cells] + left
        self.page = None
        self.queue = []
        self.world = World(tempo=TEMPO, away_seconds=1e6)
        self.journal = Journal()
        self.has_failed = 0
        if self.version not in self.foreign and not self.is_failing:
            changed = copy.deepcopy(self.disk)
            bring_home(changed, self.left)
            self.write(changed)
            self.left = []

    # ---- what must be

    def teardown(self):
        """
        When all is done and saved, everything is there, once.
        """
        if not hasattr(self, "disk"):
            return
        while self.queue:
            self.end()
        self.is_failing = False
        if self.page is not None and not self.page.is_here:
            self.wake()
        if self.page is not None:
            self.save() if self.saves else self.close()
        self.wait(100.0)
        sources = "".join(one["source"] for one in self.disk["cells"])
        left = {one.cell_id for one in self.left}

        assert all(sources.count(text) == 1 for text in self.edits)
        for cell_id, text in self.shown.items():
            if cell_id not in left:
                assert shown_in(find(self.disk, cell_id)) == text


def new_cell(cell_id):
    """
    Return a cell that has not run.
    """
    own = {"cell_type": "code", "id": cell_id, "source": ""}
    return own | {"outputs": [], "execution_count": None}


def find(notebook, cell_id):
    """
    Return a cell of a notebook.
    """
    (found,) = (one for one in notebook["cells"] if one["id"] == cell_id)
    return found


def shown_in(cell):
    """
    Return the text that a cell shows.
    """
    return "".join(output["text"] for output in cell["outputs"])


TestSaving = pytest.mark.promise("D5", "D6", "D7", "I3")(Saving.TestCase)
TestSaving.settings = settings(max_examples=300, stateful_step_count=30, deadline=None)
