from __future__ import annotations

import pytest

from hypothesis import given

from jupyter_fastpath.core.rules import Rules
from tests.strategies import kernel_messages, make, request


ERROR = {"ename": "ValueError", "evalue": "secret", "traceback": ["secret"]}
TOLD = {"ename": "ExecutionError", "evalue": "Execution error", "traceback": ["no"]}


@pytest.mark.promise("A9")
@pytest.mark.parametrize(
    ("allowed", "expected"),
    [
        (frozenset(), True),
        (frozenset({"execute_request", "comm_msg"}), True),
        (frozenset({"comm_msg"}), False),
    ],
)
def test_allowed_types(allowed, expected):
    """
    A client may send the types that are named, and all if none is.
    """
    assert expected == Rules(allowed_types=allowed).allow(request("r1"))


@pytest.mark.promise("A9")
@pytest.mark.parametrize(
    "message",
    [
        make("error", ERROR),
        make("execute_reply", ERROR | {"status": "error"}, channel="shell"),
    ],
)
def test_tracebacks_are_redacted(message):
    """
    Of an error only that there was one is told, and everything else of it is kept.
    """
    redacted = Rules(traceback_replacement="no").redacted(message)

    assert message.content | TOLD == redacted.content
    assert message.parts[:3] == redacted.parts[:3]
    assert message.channel == redacted.channel
    assert b"secret" not in b"".join(redacted.parts)


@pytest.mark.parametrize(
    "message",
    [
        make("stream", ERROR),
        make("error", {"ename": "ValueError"}),
        make("execute_reply", {"status": "ok"}, channel="shell"),
    ],
)
def test_nothing_to_redact(message):
    """
    What has no traceback passes as it is.
    """
    assert Rules(traceback_replacement="no").redacted(message) is message


@given(kernel_messages)
def test_tracebacks_are_shown(message):
    """
    Where tracebacks are shown nothing is touched, nor even read.
    """
    redacted = Rules().redacted(message)

    assert redacted is message
    assert "content" not in vars(message)
