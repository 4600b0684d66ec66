"""
How hard hypothesis tries: HYPOTHESIS_PROFILE is dev, ci, or nightly.
"""

from __future__ import annotations

import os

from hypothesis import settings


# A shared machine is slow at times, and that is no fault of ours.
settings.register_profile("dev", max_examples=50, deadline=None)
settings.register_profile("ci", max_examples=500, deadline=None)
settings.register_profile("nightly", max_examples=5000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))
