"""
A Chromium that does no more than the tests need.
"""

from __future__ import annotations

from typing import Final

from playwright.sync_api import Browser, Playwright

from jupyter_fastpath.bench.page.browser import ARGUMENTS, require


__all__ = ["launched"]

# Chromium heeds only the last list of features that are off, and so Playwright's, of
# which these are what a page of ours could meet, is to be said again.
OFF_IN_PLAYWRIGHT: Final = (
    "AimEnabled",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
)
# Pages for the address field, which each new profile would load: a sixth of the work that
# it takes to open a notebook.
UNSEEN: Final = (
    "WebUIOmniboxAimPopup",
    "WebUIOmniboxPopup",
)


def launched(playwright: Playwright) -> Browser:
    """
    Return a browser that was started; who has it closes it.
    """
    features = f"--disable-features={','.join(OFF_IN_PLAYWRIGHT + UNSEEN)}"
    return playwright.chromium.launch(
        executable_path=require(), args=[*ARGUMENTS, features]
    )
