"""
How hard hypothesis tries: HYPOTHESIS_PROFILE is dev, ci, nightly, or hours.
"""

from __future__ import annotations

import os

from hypothesis import settings


__all__ = ["load"]

EXAMPLES = {"dev": 50, "ci": 500, "nightly": 5000, "hours": 200_000}


def load() -> None:
    """
    Have it try as hard as the environment says.
    """
    for name, count in EXAMPLES.items():
        # A shared machine is slow at times, and that is no fault of ours.
        settings.register_profile(name, max_examples=count, deadline=None)
    settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))
