"""
What pages count of the notebooks that are open in them, on the websocket that tells it.
"""

from __future__ import annotations

import time

import pytest

from jupyter_server.auth import Authorizer

from jupyter_fastpath.core.pages import MAX_NOTEBOOKS
from jupyter_fastpath.state_socket import PAGES

from .conftest import configured


pytestmark = [pytest.mark.kernel, pytest.mark.promise("N5")]

COUNTS = {
    "cells": 200,
    "rows": 12,
    "nodes": 900,
    "stateful": 3,
    "parked": 1,
    "scroll_frames": 60,
    "long_frames": 2,
    "errors": 0,
    "fps": 59.9,
    "first_cell": 0.4,
    "first_output": None,
}
PATH = "a b/ü.ipynb"


def report(path=PATH, **counts):
    """
    Return what a page tells of a notebook.
    """
    return {"path": path, "counts": {**COUNTS, **counts}}


def topics_of(watcher, path=PATH):
    """
    Return the topics of a notebook that have been told, one for each page.
    """
    return [topic for topic in watcher.topics if topic.endswith(f"/{path}")]


async def one_topic(watcher, path=PATH):
    """
    Return the topic of a notebook in a page as soon as it is told.
    """
    return (await watcher.until(lambda: topics_of(watcher, path)))[0]


async def test_told(watch):
    """What a page tells is told to whoever watches, until the page leaves."""
    page = await watch()
    watcher = await watch("pages/**")
    began = time.time()
    page.ask(counted=report())
    topic = await one_topic(watcher)
    first = dict(watcher.topics[topic])
    page.ask(counted=report(errors=1))
    second = await watcher.value(topic, lambda value: value["errors"])
    await page.close()
    await watcher.value(topic, lambda value: value is None)

    assert topic.startswith("pages/")
    assert began - 0.1 <= first.pop("ts") <= time.time()
    assert first == {"path": PATH, **COUNTS}
    assert (second["errors"], second["cells"]) == (1, 200)


async def test_closed(watch):
    """A notebook that is closed in its page is told of no more."""
    page = await watch(f"pages/*/{PATH}")
    page.ask(counted=report())
    topic = await one_topic(page)
    page.ask(counted={"path": PATH, "counts": None})

    assert await page.value(topic, lambda value: value is None) is None


async def test_each(watch):
    """Pages that have the same notebook open have a topic each."""
    one, other = await watch(), await watch(f"pages/*/{PATH}")
    one.ask(counted=report())
    other.ask(counted=report())
    await other.until(lambda: len(topics_of(other)) == 2)
    await one.close()
    await other.until(lambda: None in other.topics.values())

    assert 1 == sum(value is not None for value in other.topics.values())


class OneNotebookOnly(Authorizer):
    """Lets anybody know of one notebook only."""

    def is_authorized(self, handler, user, action, resource):
        """Return whether it is about that notebook."""
        if handler.request.path.endswith("/fastpath/state"):
            path = handler.path_kwargs.get("path")
            return (action, resource, path) == ("read", "contents", PATH)
        return True


@pytest.mark.promise("Z3")
@configured(ServerApp={"authorizer_class": OneNotebookOnly})
async def test_rights(watch, jp_serverapp):
    """Of a notebook that somebody may not read they tell nothing, and are told nothing."""
    page = await watch("**")
    page.ask(counted=report("hidden.ipynb"))
    page.ask(counted=report())
    await one_topic(page)

    assert [] == topics_of(page, "hidden.ipynb")
    assert 1 == jp_serverapp.web_app.settings[PAGES].totals().notebooks


@pytest.mark.promise("Z4")
async def test_refused(watch):
    """What cannot be is refused in words, and all goes on."""
    page = await watch("pages/**")
    page.ask(counted=report(errors=-1))
    assert "errors" in await page.error()
    page.ask(counted=report("x" * 2000))
    assert "path" in await page.error()
    for index in range(MAX_NOTEBOOKS + 1):
        page.ask(counted=report(f"{index}.ipynb"))
    assert str(MAX_NOTEBOOKS) in await page.error()
    page.ask(counted=report("0.ipynb", errors=3))
    topic = await one_topic(page, "0.ipynb")

    assert 3 == (await page.value(topic, lambda value: value["errors"]))["errors"]


async def test_metrics(watch, jp_serverapp, jp_fetch):
    """What all pages count together is among the server's metrics."""
    await jp_serverapp.extension_manager.start_all_extensions()
    page = await watch("pages/**")
    page.ask(counted=report(errors=2))
    await one_topic(page)
    lines = (await jp_fetch("metrics")).body.decode().splitlines()

    assert "fastpath_page_errors_total 2.0" in lines
    assert "fastpath_page_notebooks 1.0" in lines
    assert "fastpath_page_nodes 900.0" in lines
