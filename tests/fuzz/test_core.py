"""
What the core is given by who means it ill: kernels, clients and authors of notebooks.
"""

from __future__ import annotations

import contextlib
import copy
import json

import pytest

from hypothesis import given
from hypothesis import strategies as st

from jupyter_fastpath.core.body import decode_model
from jupyter_fastpath.core.errors import MalformedFrame
from jupyter_fastpath.core.homecoming import RunOutput, bring_home
from jupyter_fastpath.core.policy import PolicyRules
from jupyter_fastpath.core.saved import compact, cut_notebook
from jupyter_fastpath.core.state_request import decode
from tests.simulator import World

from .values import MESSAGES, NOTEBOOKS, VALUES, WORDS, packed_or_garbage


pytestmark = [pytest.mark.promise("Z4"), pytest.mark.timeout(6 * 3600)]


@given(st.lists(MESSAGES, max_size=20))
def test_hostile_kernel(messages):
    """Whatever a kernel sends, the next run that is in order comes to its end."""
    world = World()
    world.attach("alice", "bob")
    world.execute("r1")
    for message in messages:
        world.hears(message)
    world.drain_all()
    world.execute("good", "c9")
    world.runs("good")
    world.wait(60.0)

    ends = [change for change in world.changes if hasattr(change, "status")]
    assert "good" in {change.run_id for change in ends}


@given(st.lists(MESSAGES, max_size=20))
def test_hostile_client(messages):
    """Whatever a client sends, the run of another is told whole."""
    world = World()
    world.attach("alice", "bob")
    for message in messages:
        world.asks(message, "bob")
    world.execute("good", "c9", client="alice")
    world.runs("good", world.kernel.prints("whole", run_id="good"))
    world.wait(60.0)

    assert "whole" == world.text("alice")


@given(NOTEBOOKS)
def test_hostile_notebook(notebook):
    """What is saved of a notebook is cut or left, and its cells stay, whatever is in it."""
    before = copy.deepcopy(notebook)
    compact(notebook)
    cut_notebook(notebook, PolicyRules(), "a.ipynb", lambda _: None)
    run = RunOutput("r1", "c1", "", [{"output_type": "stream", "text": "x"}], 1)
    bring_home(notebook, [run])

    def sources(one):
        cells = [cell for cell in one["cells"] if isinstance(cell, dict)]
        return json.dumps([cell.get("source") for cell in cells])

    assert sources(before) == sources(notebook)
    assert len(before["cells"]) == len(notebook["cells"])


@given(VALUES, VALUES)
def test_hostile_policy(notebook, cell):
    """Whatever stands in the metadata, there is a policy."""
    rules = PolicyRules(ceilings={"stream_bytes": 1000})

    assert rules.resolve("a.ipynb", notebook, cell).policy is not None


REQUESTS = st.fixed_dictionaries(
    {},
    optional={
        "subscribe": st.lists(WORDS, max_size=3) | VALUES,
        "unsubscribe": st.lists(WORDS, max_size=3) | VALUES,
        "painted": VALUES,
        "counted": VALUES,
        "else": VALUES,
    },
)


@given(packed_or_garbage(REQUESTS))
def test_hostile_watcher(frame):
    """What a watcher asks for is done, refused with what cannot be, or no request."""
    with contextlib.suppress(MalformedFrame, ValueError):
        assert decode(frame, 0) is not None


MODELS = st.fixed_dictionaries(
    {}, optional={"type": VALUES, "format": VALUES, "content": NOTEBOOKS | VALUES}
)


@given(packed_or_garbage(MODELS))
def test_hostile_body(body):
    """The body of a save is read as the server would, or left to it."""
    model = decode_model(body)

    assert model is None or model == json.loads(body)
