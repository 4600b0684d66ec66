"""
What holds for a cell, by the table that the page has, too.
"""

from __future__ import annotations

import json

from dataclasses import asdict
from pathlib import Path

import pytest

from jupyter_fastpath.core.errors import PolicyError
from jupyter_fastpath.core.policy import PolicyRules


TABLE = Path(__file__).parents[1] / "fixtures" / "policy.json"
CASES = json.loads(TABLE.read_text(encoding="utf-8"))


def rules_of(server):
    """
    Return the rules that a server with those settings has.
    """
    patterns = tuple(
        (glob, overrides) for glob, overrides in server.get("patterns", ())
    )
    return PolicyRules(server.get("defaults", {}), patterns, server.get("ceilings", {}))


@pytest.mark.promise("H1", "H2")
@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_table(case):
    """Each case of the table comes out as it has it."""
    rules = rules_of(case["server"])
    found = rules.resolve(case["path"], case["notebook"], case["cell"])
    policy, cuts = asdict(found.policy), asdict(found.cuts)

    assert case["policy"] == {key: policy[key] for key in case["policy"]}
    assert case["cuts"] == {key: cuts[key] for key in case["cuts"]}
    assert case["sources"] == dict(found.sources)
    assert case["problems"] == [
        [problem.layer, problem.key, problem.value, problem.reason]
        for problem in found.problems
    ]


@pytest.mark.promise("H1")
@pytest.mark.parametrize(
    ("server", "told"),
    [
        ({"defaults": {"live_bytes": -1}}, "defaults: live_bytes = -1: is neither"),
        ({"patterns": [["a/*", {"kept": 1}]]}, "pattern 'a/*': kept = 1: is no key"),
        ({"patterns": [["a/*", 5]]}, "pattern 'a/*': 5: is no object"),
        ({"ceilings": {"above": "keep"}}, 'ceilings: above = "keep": is no key'),
        ({"ceilings": {"plane": "auto"}}, 'ceilings: plane = "auto": is no key'),
        ({"defaults": {"plane": "kept"}}, 'defaults: plane = "kept": is none of auto'),
        ({"ceilings": {"initiator_pace": True}}, "ceilings: initiator_pace = true"),
    ],
)
def test_refused(server, told):
    """A policy of the server that cannot be is refused, with its key and value."""
    with pytest.raises(PolicyError, match=r"^" + told.replace("*", r"\*")):
        rules_of(server).check()


def test_accepted():
    """A policy of the server that can be is not."""
    rules_of({"defaults": {"above": "keep"}, "ceilings": {"outputs": None}}).check()
