"""
The parts of README.md that are made from the code; run this file to renew them.
"""

from __future__ import annotations

import pathlib

from jupyter_fastpath.app import FastpathApp
from jupyter_fastpath.config import (
    ConnectionConfig,
    KernelConfig,
    PaceConfig,
    PolicyConfig,
    SavingConfig,
    SpoolConfig,
    StateConfig,
    TelemetryConfig,
    TraceConfig,
)


README = pathlib.Path(__file__).parent.parent / "README.md"
CONFIGURABLE = (
    FastpathApp,
    KernelConfig,
    PaceConfig,
    PolicyConfig,
    SavingConfig,
    SpoolConfig,
    TelemetryConfig,
    TraceConfig,
    StateConfig,
    ConnectionConfig,
)
BEGIN, END = "<!-- config -->\n", "<!-- /config -->\n"


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


def renewed(text: str) -> str:
    """
    Return the README *text* with the table as it ought to be.
    """
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{config_table()}\n{END}{after}"


if __name__ == "__main__":
    README.write_text(renewed(README.read_text()))
