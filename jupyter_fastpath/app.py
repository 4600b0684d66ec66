"""
The server extension: puts the parts together and starts none of them.
"""

from __future__ import annotations

import logging

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_server.extension.application import ExtensionApp
from traitlets import Bool, TraitError

from . import __version__
from .config import (
    ConnectionConfig,
    KernelConfig,
    LimitConfig,
    PaceConfig,
    PolicyConfig,
    SavingConfig,
    SpoolConfig,
    StateConfig,
    TelemetryConfig,
    TraceConfig,
    WritingConfig,
)
from .connection import HUBS, FastpathWebsocketConnection
from .contents import Saving
from .core.pages import Pages
from .downloads import DOWNLOAD_ROUTES
from .events import RunEvents
from .handlers import KERNEL_ROUTES
from .homecoming import HOMECOMING, Homecoming
from .hubs import KernelHubs
from .metrics import Metrics
from .notebook_files import NotebookFiles
from .notebook_handler import NOTEBOOK_ROUTES
from .rest import RECOVERY_ROUTES, STATUS_ROUTES
from .saves import NotebookSaves
from .shared_document import SharedDocuments
from .sharing import broker_of
from .state_socket import PAGES, STATE_ROUTES
from .states import STATES, States
from .summaries import Summaries
from .takeover import SETTING, ConnectionFactory, Standing, name_of, standing


if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp
    from traitlets.config import Configurable

    from .core.policy import PolicyRules
    from .leftovers import Leftovers


__all__ = ["FastpathApp"]


class FastpathApp(ExtensionApp):
    """
    Replaces the kernel WebSocket connection of Jupyter Server.
    """

    name = "jupyter_fastpath"
    description = "A fast path between kernels and browsers."
    classes = [
        PaceConfig,
        KernelConfig,
        LimitConfig,
        SpoolConfig,
        StateConfig,
        TraceConfig,
        TelemetryConfig,
        SavingConfig,
        PolicyConfig,
        WritingConfig,
        ConnectionConfig,
        KernelHubs,
    ]

    enabled = Bool(
        True,
        help="Whether Fastpath serves kernels. If not, everything is as without it.",
    ).tag(config=True)

    _chosen = False
    _hubs: KernelHubs | None = None
    _factory: ConnectionFactory | None = None
    _homecoming: Homecoming | None = None
    _saves: NotebookSaves | None = None
    _summaries: Summaries | None = None
    _metrics: Metrics | None = None

    def _link_jupyter_server_extension(self, serverapp: ServerApp) -> None:
        """
        Remember whether the user has chosen a connection class.

        Other extensions write their choice into the same place, but later.
        """
        super()._link_jupyter_server_extension(serverapp)
        self._chosen = SETTING in serverapp.config.ServerApp

    def initialize_settings(self) -> None:
        """
        Take over, if nobody else has.
        """
        present = self.settings[SETTING]
        self._standing = standing(present, enabled=self.enabled, chosen=self._chosen)
        say = self.log.info
        self._policy_config = PolicyConfig(parent=self)
        self._writing_config = WritingConfig(parent=self)
        try:
            policy = self._policy_config.freeze()
        except TraitError as exc:
            say = self.log.error
            self._standing = Standing(False, f"a setting cannot be: {exc}")
        self.settings["fastpath_report"] = self.report
        self.settings["fastpath_connection_config"] = ConnectionConfig(parent=self)
        if self._standing.in_force:
            self._take_over(present, policy)
        is_on = "on" if self._standing.in_force else "off"
        say("fastpath is %s: %s", is_on, self._standing.reason)

    def _take_over(self, present: Any, policy: PolicyRules) -> None:
        serverapp: Any = self.serverapp
        self._factory = ConnectionFactory(present)
        self._state_config = StateConfig(parent=self)
        limits = self._limit_config = LimitConfig(parent=self)
        self._hubs = KernelHubs(
            self._factory.serves,
            parent=self,
            multi_kernel_manager=serverapp.kernel_manager,
            session_manager=serverapp.session_manager,
            policy=policy,
            limits=limits.freeze(),
            states=States(broker_of(self._state_config, self.log), limits.watchers),
        )
        self._tell_of_runs(serverapp)
        self._take_part_in_saves(serverapp.contents_manager)
        self._hubs.take_over(serverapp.event_logger)
        self.settings[HUBS] = self._hubs
        # Where pages look for what the server can do.
        self.settings.setdefault("page_config_data", {})["fastpath"] = "on"
        self.settings[SETTING] = self._factory
        # The server asks this class, not the setting, to close all connections.
        serverapp.kernel_websocket_connection_class = FastpathWebsocketConnection

    def _tell_of_runs(self, serverapp: Any) -> None:
        assert self._hubs is not None
        config = self._trace_config = TraceConfig(parent=self)
        path = Path(config.runs).expanduser() if config.runs else None
        logger = self.log.getChild("runs")
        logger.setLevel(logging.INFO if config.log else logging.WARNING)
        self._summaries = Summaries(path, logger, as_json=config.json)
        self._hubs.run_told = RunEvents(serverapp.event_logger).told
        states = self.settings[STATES] = self._hubs.states
        pages = self.settings[PAGES] = Pages()
        self._metrics = Metrics(
            self._hubs.figures, lambda: states.counts, pages.totals, self.log
        )
        self._hubs.counted = self._metrics.ended
        self._hubs.run_summed_up = self._summed_up

    def _summed_up(self, record: dict[str, Any]) -> None:
        assert self._summaries is not None
        assert self._metrics is not None
        self._summaries.done(record)
        self._metrics.run_done(record)

    def _take_part_in_saves(self, contents_manager: Any) -> None:
        assert self._hubs is not None
        saving = Saving(self._hubs)
        rules = self._writing_config.freeze()
        saves = NotebookSaves(contents_manager, self.log, saving.before, rules)
        self._saves = saves
        files = NotebookFiles(contents_manager, saves)
        assert self.serverapp is not None
        shared = SharedDocuments(self.serverapp)
        self._homecoming = Homecoming(self._hubs, files, shared, self.log)
        shared.opened = self._homecoming.opened
        self._hubs.attached = self._homecoming.attached
        self.settings[HOMECOMING] = self._homecoming
        if self._hubs.saving_config.bring_home:
            self._hubs.save_due = self._homecoming.save_due
            self._hubs.left_behind = self._homecoming.left_behind
        saves.listen(self._homecoming.saved)
        saves.follow(saving.progressed)

    def initialize_handlers(self) -> None:
        """
        Add our routes; the kernel's WebSocket only if Fastpath is in force.
        """
        self.handlers.extend(STATUS_ROUTES)
        if self._standing.in_force:
            self.handlers.extend(KERNEL_ROUTES)
            self.handlers.extend(RECOVERY_ROUTES)
            self.handlers.extend(DOWNLOAD_ROUTES)
            self.handlers.extend(STATE_ROUTES)
        if self._standing.in_force and self._writing_config.off_loop:
            self.handlers.extend(NOTEBOOK_ROUTES)

    async def _start_jupyter_server_extension(self, _: ServerApp) -> None:
        """
        Bring home what an earlier server could not.
        """
        if self._hubs is not None:
            await self._hubs.states.open()
        if self._metrics is not None:
            self._metrics.open()
        if self._homecoming is not None:
            await self._homecoming.begin()

    async def stop_extension(self) -> None:
        """
        Have all that is to be saved written, and let go of all kernels.
        """
        if self._homecoming is not None and self._saves is not None:
            await self._homecoming.finish()
            await self._saves.flush()
        if self._hubs is not None:
            self._hubs.close()
            await self._hubs.states.close()
        if self._summaries is not None:
            self._summaries.close()
        if self._metrics is not None:
            self._metrics.close()

    @property
    def standing(self) -> Standing:
        """Whether Fastpath is in force, and why."""
        return self._standing

    def configurables(self) -> list[Configurable]:
        """
        Return everything of ours that can be configured, as it is configured.
        """
        connection: ConnectionConfig = self.settings["fastpath_connection_config"]
        if self._hubs is None:
            return [self, connection]
        hubs = self._hubs
        kept = [hubs.spool_config, hubs.saving_config, self._policy_config]
        kept += [self._writing_config, self._state_config, self._limit_config]
        kept += [self._trace_config, hubs.telemetry_config]
        return [self, connection, hubs.pace_config, hubs.kernel_config, *kept]

    @property
    def leftovers(self) -> Leftovers | None:
        """Output of kernels that are gone, which is in no notebook yet."""
        return None if self._hubs is None else self._hubs.leftovers

    def report(self) -> dict[str, Any]:
        """
        Return what is in force, and what the hubs have counted, as plain values.
        """
        manager: Any = self.serverapp.kernel_manager if self.serverapp else None
        return {
            "version": __version__,
            "in_force": self._standing.in_force,
            "reason": self._standing.reason,
            "connection_class": name_of(self.settings[SETTING]),
            "kernels": [
                self._report_kernel(manager.get_kernel(kernel_id))
                for kernel_id in manager.list_kernel_ids()
            ],
        }

    def _report_kernel(self, kernel: Any) -> dict[str, Any]:
        chosen: object = self.settings[SETTING]
        reason = self._standing.reason
        if self._factory is not None:
            chosen, reason = self._factory.choose(kernel), self._factory.reason(kernel)
        hub = self._hubs.get(kernel.kernel_id) if self._hubs is not None else None
        told = {
            "kernel_id": kernel.kernel_id,
            "name": kernel.kernel_name,
            "connection_class": name_of(chosen),
            "reason": reason,
        }
        if hub is None:
            return told
        return told | {
            "ready": hub.is_ready,
            "clients": hub.client_count,
            "counters": asdict(hub.counters),
        }
