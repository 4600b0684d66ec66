"""
The two halves of the wheel, each where the other is turned off.
"""

from __future__ import annotations

import json

import pytest


pytestmark = [
    pytest.mark.browser,
    pytest.mark.promise("Z1"),
    pytest.mark.timeout(300),
]

NO_SERVER = {"ServerApp": {"jpserver_extensions": {"jupyter_fastpath": False}}}
SMALL = {"PolicyConfig": {"defaults": {"live_bytes": 1000, "tail_bytes": 10}}}
NO_PAGE = {"disabledExtensions": {"jupyter-fastpath": True}}
NO_RENDERING = {"disabledExtensions": {"jupyter-fastpath:rendering": True}}
HAS_PAGE = "() => window.jupyterapp.hasPlugin('jupyter-fastpath:runs')"


def run_simple(notebook):
    """
    Run 2 + 3, and return when that shows its result.
    """
    notebook.run()
    notebook.wait_for_prompts("[1]:")
    notebook.wait_for_text("5")


@pytest.mark.parametrize("config", [NO_SERVER], ids=["off"])
def test_page_alone(lab, open_notebook):
    """Where the server half is off, the page half asks for nothing and says nothing."""
    notebook = open_notebook("2 + 3")
    heard = []
    notebook.page.on("request", lambda request: heard.append(request.url))
    notebook.page.on("pageerror", lambda error: heard.append(f"error: {error.stack}"))
    notebook.page.on("console", lambda said: heard.append(f"{said.type}: {said.text}"))
    notebook.refresh()
    notebook.wait_for_kernel()
    run_simple(notebook)

    assert notebook.page.evaluate(HAS_PAGE)
    assert lab.get("/api/fastpath/status") is None
    assert [] == [one for one in heard if "/api/fastpath" in one]
    assert [] == [
        one for one in heard if one.startswith("error:") and "fastpath" in one
    ]


@pytest.fixture
def page_config():
    """
    What `jupyter labextension disable` has written.
    """
    return NO_PAGE


@pytest.fixture
def page_is_off(tmp_path, page_config):
    """
    The page half is disabled, or some of it.
    """
    path = tmp_path / "config" / "labconfig" / "page_config.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(page_config), encoding="utf-8")


@pytest.mark.own_server
@pytest.mark.parametrize("page_config", [NO_RENDERING], ids=["rendering"])
def test_rendering_off(page_is_off, open_notebook):
    """Where JupyterLab is to show text, runs are taken up all the same."""
    notebook = open_notebook("print(2 + 3); input()")
    notebook.run()
    notebook.wait_for_output(0, "5")
    notebook.refresh()
    notebook.wait_for_output(0, "5")
    notebook.answer("yes")
    notebook.wait_for_prompts("[1]:")

    assert notebook.page.locator(".jp-fastpath-Block").count() == 0


@pytest.mark.own_server
def test_server_alone(page_is_off, lab, open_notebook):
    """Where the page half is off, the server half serves a page as stock has it."""
    notebook = open_notebook("2 + 3")
    run_simple(notebook)

    assert not notebook.page.evaluate(HAS_PAGE)
    assert lab.get("/api/fastpath/status")["in_force"]


@pytest.mark.own_server
@pytest.mark.promise("H3")
@pytest.mark.parametrize("config", [SMALL], ids=["limited"])
def test_marker_in_stock(page_is_off, open_notebook):
    """Where the page half is off, what was cut says so in words, and is saved as it was."""
    notebook = open_notebook("for i in range(1000): print(i)")
    notebook.run()
    notebook.wait_for_prompts("[1]:")
    notebook.wait_for_output(0, "of 3,890 bytes of text are shown")
    outputs = notebook.outputs()
    notebook.save()
    notebook.refresh()
    notebook.wait_for_output(0, "of 3,890 bytes of text are shown")

    assert notebook.outputs() == outputs
    assert notebook.page.locator(".jp-fastpath-CutBar").count() == 0
