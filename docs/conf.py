"""
How these pages become a site: ``sphinx-build docs FOLDER``.

Three pages of it are files of the folder above, that they are in one place only.
"""

from __future__ import annotations

import pathlib
import re

from typing import TYPE_CHECKING

import jupyter_fastpath


if TYPE_CHECKING:
    from sphinx.application import Sphinx


ROOT = pathlib.Path(__file__).parent.parent
ABOVE = {
    "index": "README.md",
    "changelog": "CHANGELOG.md",
    "contributing": "CONTRIBUTING.md",
}
# What the site has as it is, and under which name.
COPIED = {"LICENSE": "LICENSE", "bench/results": ""}
LINK = re.compile(r"\[([^\]]*)\]\((?!https?:|#)([^)]+)\)")

project = "Jupyter Fastpath"
author = "Jupyter Fastpath contributors"
release = jupyter_fastpath.__version__
extensions = ["myst_parser"]
exclude_patterns = ["*.ipynb"]
html_theme = "furo"
html_title = f"{project} {release}"
html_extra_path = [str(ROOT / path) for path in COPIED]
myst_heading_anchors = 3


def setup(app: Sphinx) -> None:
    """
    Have pages read from above.
    """
    app.connect("source-read", read)


def read(_: Sphinx, name: str, source: list[str]) -> None:
    """
    Put what is above before what the page has itself.
    """
    if name in ABOVE:
        text = (ROOT / ABOVE[name]).read_text(encoding="utf-8")
        source[0] = f"{LINK.sub(linked, text)}\n{source[0]}"


def linked(link: re.Match[str]) -> str:
    """
    Return a link of the folder above as it is on the site.
    """
    text, target = link.groups()
    for name, path in ABOVE.items():
        if target == path:
            return f"[{text}]({name}.md)"
    for path, name in COPIED.items():
        if target.startswith(path):
            return f'<a href="{target.replace(path, name).lstrip("/")}">{text}</a>'
    return f"[{text}]({target.removeprefix('docs/')})"
