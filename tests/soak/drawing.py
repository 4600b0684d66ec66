"""
A picture of what a server used while many used it.
"""

from __future__ import annotations

import io

from typing import Any

from matplotlib.figure import Figure


__all__ = ["draw"]

CURVES = (("rss", 1e6, "memory, MB"), ("files", 1, "open files"), ("cpu", 1, "CPU, s"))


def draw(told: dict[str, Any]) -> bytes:
    """
    Return it as SVG.
    """
    figure = Figure(figsize=(8, 6), layout="constrained")
    minutes = [sample["at"] / 60 for sample in told["samples"]]
    for axes, (name, unit, label) in zip(
        figure.subplots(len(CURVES), sharex=True), CURVES, strict=True
    ):
        values = [sample[name] / unit for sample in told["samples"]]
        axes.plot(minutes, values, color="#0072b2", linewidth=1)
        axes.set_ylabel(label)
        axes.set_ylim(bottom=0)
        axes.grid(alpha=0.3)
    axes.set_xlabel(
        f"minutes; {told['users']} users, {sum(told['done'].values())} actions"
    )
    picture = io.BytesIO()
    figure.savefig(picture, format="svg", metadata={"Date": None, "Creator": None})
    return picture.getvalue()
