"""
What is measured in a page: each scenario takes a bed and returns its numbers by name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .appended import appended
from .calm import calm
from .edited import edited
from .evaluated import evaluated
from .interrupted import cut, refreshed
from .live import live
from .printed import printed
from .scrolled import mixed, text
from .session import lived
from .staged import staged
from .typed import typed


if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from jupyter_fastpath.bench.storms import Numbers

    from .bed import PageBed


__all__ = ["PAGE_SCENARIOS", "WITHOUT_CDP"]

# What is seen in the page alone: the others ask the browser for what Firefox does not
# tell.
WITHOUT_CDP = ("page-eval", "page-calm")
PAGE_SCENARIOS: dict[str, Callable[[PageBed], Awaitable[Numbers]]] = {
    "page-eval": evaluated,
    "page-stages": staged,
    "page-typing": typed,
    "page-append": appended,
    "page-print": printed,
    "page-calm": calm,
    "page-refresh": refreshed,
    "page-cut": cut,
    "page-session": lived,
    "scroll-text": text,
    "scroll-mixed": mixed,
    "scroll-edit": edited,
    "scroll-live": live,
}
