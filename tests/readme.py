"""
The parts of README.md, docs/measuring.md and docs/compatibility.md that are made from the
code and from what was measured and tried; run this file to renew them.
"""

from __future__ import annotations

import pathlib

from jupyter_fastpath.app import FastpathApp

from . import measured
from .matrix import results


README = pathlib.Path(__file__).parent.parent / "README.md"
MEASURING = README.parent / "docs" / "measuring.md"
COMPATIBILITY = README.parent / "docs" / "compatibility.md"
CONFIGURABLE = (FastpathApp, *FastpathApp.classes)


def config_table() -> str:
    """
    Return the table of all that can be configured.
    """
    rows = ["| setting | default | what it is |", "| --- | --- | --- |"]
    for owner in CONFIGURABLE:
        for name, trait in owner.class_own_traits(config=True).items():
            help_text = " ".join(trait.help.split())
            default = trait.default()
            rows.append(f"| `{owner.__name__}.{name}` | `{default!r}` | {help_text} |")
    return "\n".join(rows) + "\n"


def renewed(text: str, **parts: str) -> str:
    """
    Return *text* with each of *parts* between the comments of its name.
    """
    for name, part in parts.items():
        begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->\n"
        before, _, rest = text.partition(begin)
        _, _, after = rest.partition(end)
        text = f"{before}{begin}\n{part}\n{end}{after}"
    return text


def renewed_pages() -> dict[pathlib.Path, str]:
    """
    Return the pages as they ought to be.
    """
    name, found = measured.latest()
    return {
        README: renewed(
            README.read_text(),
            bench=measured.summary(name, found),
            config=config_table(),
        ),
        MEASURING: renewed(MEASURING.read_text(), results=measured.whole(name, found)),
        COMPATIBILITY: renewed(COMPATIBILITY.read_text(), matrix=results.table()),
    }


if __name__ == "__main__":
    for path, text in renewed_pages().items():
        path.write_text(text)
