"""
Where what is measured comes from: servers of our own, or one that runs already.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from .bed import bed, running_bed
from .page.elsewhere import running_page_bed
from .page.own import page_bed
from .server import INSTALLED


if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractAsyncContextManager

    from .bed import Bed
    from .page.bed import PageBed
    from .page.browser import Browser
    from .page.sizes import PageSizes
    from .profiles import Profile
    from .running import Running
    from .server import Interpreter
    from .shape import Shape


__all__ = ["INSTALLED_SERVERS", "OwnServers", "RunningServer", "Source"]


class Source(Protocol):
    """Whoever has beds."""

    def bed(
        self, subject: str, profile: Profile, shape: Shape | None
    ) -> AbstractAsyncContextManager[Bed]:
        """Give a bed, over a link of *shape* if one is given."""

    def page_bed(
        self, subject: str, sizes: PageSizes, browser: Browser, shape: Shape | None
    ) -> AbstractAsyncContextManager[PageBed]:
        """Give a bed in a page, over a link of *shape* if one is given."""


@dataclass(frozen=True)
class OwnServers:
    """
    A new server for each bed.

    Args:
        pythons: With what those of a subject are started, if not as installed.
    """

    pythons: Mapping[str, Interpreter] = field(default_factory=dict)

    def bed(
        self, subject: str, profile: Profile, shape: Shape | None
    ) -> AbstractAsyncContextManager[Bed]:
        """Give a bed, over a link of *shape* if one is given."""
        return bed(subject, profile, shape=shape, python=self._python(subject))

    def page_bed(
        self, subject: str, sizes: PageSizes, browser: Browser, shape: Shape | None
    ) -> AbstractAsyncContextManager[PageBed]:
        """Give a bed in a page, over a link of *shape* if one is given."""
        python = self._python(subject)
        return page_bed(subject, sizes, browser, shape=shape, python=python)

    def _python(self, subject: str) -> Interpreter:
        return self.pythons.get(subject, INSTALLED)


INSTALLED_SERVERS = OwnServers()


@dataclass(frozen=True)
class RunningServer:
    """
    One server, that is not ours.

    Args:
        running: What it is; the only subject is what serves there.
    """

    running: Running

    def bed(
        self, subject: str, profile: Profile, shape: Shape | None
    ) -> AbstractAsyncContextManager[Bed]:
        """Give a bed, over a link of *shape* if one is given."""
        assert subject == self.running.subject
        return running_bed(self.running, profile, shape)

    def page_bed(
        self, subject: str, sizes: PageSizes, browser: Browser, shape: Shape | None
    ) -> AbstractAsyncContextManager[PageBed]:
        """Give a bed in a page, over a link of *shape* if one is given."""
        assert subject == self.running.subject
        return running_page_bed(self.running, sizes, browser, shape)
