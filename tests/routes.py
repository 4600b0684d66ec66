"""
All routes of ours, as a server has them: nobody keeps a list that could be wrong.
"""

from __future__ import annotations

import re

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from tornado.routing import PathMatches, Rule, RuleRouter
from tornado.web import RequestHandler
from tornado.websocket import WebSocketHandler


if TYPE_CHECKING:
    from collections.abc import Iterator

    from jupyter_server.serverapp import ServerApp


__all__ = ["Route", "routes_of"]

METHODS: Final = ("get", "head", "post", "put", "patch", "delete")
# What stands for the groups of a route.
EXAMPLES: Final = {
    "kernel_id": "00000000-0000-0000-0000-000000000000",
    "run_id": "r1",
    "session_id": "s1",
    "index": "0",
    "path": "/a.ipynb",
}
GROUP: Final = re.compile(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)")


@dataclass(frozen=True)
class Route:
    """
    One method of one route.

    Args:
        method: In capitals, as HTTP has it.

        path: An example of what the route matches.

        handler: Who answers.
    """

    method: str
    path: str
    handler: type[RequestHandler]

    @property
    def is_websocket(self) -> bool:
        """Whether a websocket is opened by it."""
        return issubclass(self.handler, WebSocketHandler)


def routes_of(app: ServerApp) -> Iterator[Route]:
    """
    Give each method of each route of *app* that a handler of ours answers.
    """
    for rule in _rules(app.web_app.default_router):
        handler: Any = rule.target
        is_ours = getattr(handler, "__module__", "").startswith("jupyter_fastpath")
        if is_ours and isinstance(rule.matcher, PathMatches):
            path = _example(rule.matcher.regex.pattern)
            for method in METHODS:
                if getattr(handler, method) is not getattr(RequestHandler, method):
                    yield Route(method.upper(), path, handler)


def _rules(router: RuleRouter) -> Iterator[Rule]:
    for rule in router.rules:
        if isinstance(rule.target, RuleRouter):
            yield from _rules(rule.target)
        else:
            yield rule


def _example(pattern: str) -> str:
    path = GROUP.sub(lambda group: EXAMPLES[group[1]], pattern).rstrip("$")
    path = path.replace("\\", "")
    assert re.fullmatch(pattern.rstrip("$"), path), pattern
    return path
