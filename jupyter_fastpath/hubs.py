"""
The hubs of all kernels of this server.
"""

from __future__ import annotations

import asyncio
import uuid

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_core.paths import jupyter_runtime_dir
from jupyter_core.utils import ensure_async
from tornado.web import HTTPError
from traitlets import Instance
from traitlets.config import LoggingConfigurable

from .config import KernelConfig, PaceConfig, SavingConfig, SpoolConfig, TelemetryConfig
from .core.limits import Limits
from .core.policy import PolicyRules
from .core.rules import Rules
from .core.terms import Terms
from .hub import KernelHub
from .leftovers import Leftovers
from .parts import HubParts
from .spool import Spool
from .states import States
from .telemetry import Telemetry
from .trace import Trace


if TYPE_CHECKING:
    from collections.abc import Callable

    from jupyter_events import EventLogger

    from .core.counters import Counters
    from .metrics import Figures


__all__ = ["KERNEL_ACTIONS", "KernelHubs"]

KERNEL_ACTIONS = "https://events.jupyter.org/jupyter_server/kernel_actions/v1"
CONTENTS = "https://events.jupyter.org/jupyter_server/contents_service/v1"


class KernelHubs(LoggingConfigurable):
    """
    Keeps one hub for each kernel that Fastpath serves, from its start to its end.

    Jupyter Server begins to watch the activity of a kernel when it has started, and
    stops when it is shut down. That is when a hub begins and ends; it does that
    watching, too.

    Attributes:
        policy: What the administrator has set of how much is shown and kept.

        limits: What no kernel is to have more of.

        save_due: Called with a kernel's ID when what its runs have put out is to be
            brought into the notebook.

        left_behind: Called with the path of a notebook when a kernel of it is gone
            whose output neither a page nor the notebook has.

        attached: Called with a kernel's ID when a client has come to it.

        counted: Called with what was counted of a kernel that is gone.
    """

    multi_kernel_manager: Any = Instance(object)
    session_manager: Any = Instance(object)
    pace_config = Instance(PaceConfig)
    kernel_config = Instance(KernelConfig)
    spool_config = Instance(SpoolConfig)
    saving_config = Instance(SavingConfig)
    telemetry_config = Instance(TelemetryConfig)
    policy = Instance(PolicyRules)
    limits = Instance(Limits)
    states = Instance(States)

    def __init__(self, serves: Callable[[Any], bool], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._serves = serves
        manager = self.multi_kernel_manager
        self._stock_start: Callable[[str], None] = manager.start_watching_activity
        self._stock_stop: Callable[[str], None] = manager.stop_watching_activity
        self._hubs: dict[str, KernelHub] = {}
        self._stopping: dict[str, asyncio.Handle] = {}
        self.pace_config = PaceConfig(parent=self)
        self.kernel_config = KernelConfig(parent=self)
        self.spool_config = SpoolConfig(parent=self)
        self.saving_config = SavingConfig(parent=self)
        folder = self.spool_config.folder or Path(jupyter_runtime_dir(), "fastpath")
        self._spools = Path(folder).expanduser()
        self.leftovers = Leftovers(self._spools)
        path = self.kernel_config.trace
        self._trace = Trace(Path(path).expanduser()) if path else None
        self.save_due: Callable[[str], None] = lambda _: None
        self.left_behind: Callable[[str], None] = lambda _: None
        self.attached: Callable[[str], None] = lambda _: None
        self.counted: Callable[[Counters], None] = lambda _: None
        self.telemetry_config = TelemetryConfig(parent=self)
        self.telemetry = Telemetry(self.states, self.telemetry_config, self.log)
        self.run_told: Callable[[dict[str, Any]], None] = lambda _: None
        self.run_summed_up: Callable[[dict[str, Any]], None] = lambda _: None

    def take_over(self, event_logger: EventLogger) -> None:
        """
        Follow the kernels of the server from now on.
        """
        manager = self.multi_kernel_manager
        # There is no other way to be in the place of the watcher. Both are public, and
        # only this one manager is changed, not its class.
        manager.start_watching_activity = self._start_watching
        manager.stop_watching_activity = self._stop_watching
        event_logger.add_listener(
            schema_id=KERNEL_ACTIONS, listener=self._kernel_action
        )
        event_logger.add_listener(schema_id=CONTENTS, listener=self._contents_action)
        self._spools.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.leftovers.expire(self.spool_config.keep_seconds)

    def get(self, kernel_id: str) -> KernelHub | None:
        """
        Return the hub of a kernel, if it has one.
        """
        return self._hubs.get(kernel_id)

    def hub(self, kernel: Any) -> KernelHub:
        """
        Return the hub of *kernel*, a kernel manager, made if it has none yet.
        """
        kernel_id = kernel.kernel_id
        if kernel_id not in self._hubs:
            self._hubs[kernel_id] = hub = KernelHub(self._parts(kernel))
            hub.open()
        return self._hubs[kernel_id]

    def figures(self) -> list[Figures]:
        """
        Return what metrics tell of each kernel.
        """
        return [hub.figures for hub in self._hubs.values()]

    def of_notebook(self, path: str) -> list[KernelHub]:
        """
        Return the hubs of the kernels that belong to the notebook at *path*.
        """
        return [hub for hub in self._hubs.values() if hub.recovery.path == path]

    def is_shared(self, path: str) -> bool:
        """
        Return whether several clients have the notebook at *path* open.
        """
        return sum(hub.client_count for hub in self.of_notebook(path)) > 1

    def has_dropped(self, path: str) -> bool:
        """
        Return whether a client of the notebook at *path* could not be sent everything.
        """
        return any(hub.counters.cut for hub in self.of_notebook(path))

    def notebook_written(
        self, path: str, before: str | None, after: str, by: str
    ) -> None:
        """
        Tell all who have the notebook at *path* open that it was written, by whom.
        """
        for hub in self.of_notebook(path):
            hub.notebook_written(path, before, after, by)

    def with_orphans(self) -> list[str]:
        """
        Return the kernels that have output which neither a page nor the notebook has.
        """
        return [kernel_id for kernel_id, hub in self._hubs.items() if hub.has_orphans]

    def have_run(self, cell_id: str) -> bool:
        """
        Return whether a kernel that is here has run a cell.
        """
        return any(hub.knows_cell(cell_id) for hub in self._hubs.values())

    async def may_run(self, path: str, cell_id: str) -> bool:
        """
        Return whether a kernel of the notebook at *path* may be running a cell.
        """
        for session in await ensure_async(self.session_manager.list_sessions()):
            if session["path"] == path:
                hub = self._hubs.get(session["kernel"]["id"])
                # What a kernel does that has no hub is not known.
                if hub is None or hub.is_running(cell_id):
                    return True
        return False

    def close(self) -> None:
        """
        Let go of all kernels, for the server stops.
        """
        while self._hubs:
            _, hub = self._hubs.popitem()
            hub.dismiss()
            hub.close()
        self.telemetry.close()
        if self._trace is not None:
            self._trace.close()

    def _start_watching(self, kernel_id: str) -> None:
        """Watch a kernel that was started, or has come back at other ports."""
        kernel = self.multi_kernel_manager.get_kernel(kernel_id)
        if kernel_id in self._stopping:
            self._stopping.pop(kernel_id).cancel()
        if not self._serves(kernel):
            self._stock_start(kernel_id)
        elif kernel_id in self._hubs:
            self._hubs[kernel_id].restarted()
        else:
            self.hub(kernel)

    def _stop_watching(self, kernel_id: str) -> None:
        """
        Let go of a kernel that is being shut down.

        Or stop to watch one for a moment, because it was restarted at other ports.
        """
        self._stock_stop(kernel_id)
        self._end_soon(kernel_id, has_died=False)

    def _died(self, kernel_id: str) -> None:
        """Let go of a kernel that could not be restarted."""
        self.log.error("kernel %s died and could not be restarted", kernel_id)
        # The callbacks of the restarter, of which this is one, must stay until then.
        self._end_soon(kernel_id, has_died=True)

    def _end_soon(self, kernel_id: str, *, has_died: bool) -> None:
        loop = asyncio.get_running_loop()
        end = partial(self._end, kernel_id, has_died=has_died)
        self._stopping[kernel_id] = loop.call_soon(end)

    def _end(self, kernel_id: str, *, has_died: bool) -> None:
        self._stopping.pop(kernel_id, None)
        hub = self._hubs.pop(kernel_id, None)
        if hub is None:
            return
        hub.died(is_wanted=not has_died)
        path = hub.recovery.path if hub.has_orphans else None
        hub.close(has_died=has_died)
        self.counted(hub.counters)
        if path is not None:
            self.left_behind(path)

    async def _kernel_action(
        self,
        logger: EventLogger,  # noqa: ARG002 (listeners are called with it)
        schema_id: str,  # noqa: ARG002
        data: dict[str, Any],
    ) -> None:
        """Listen to what the server does to its kernels."""
        kernel_id = data.get("kernel_id", "")
        hub = self._hubs.get(kernel_id)
        if hub is None or data.get("status") != "success":
            return
        if data["action"] == "restart":
            hub.restarted()
        elif data["action"] == "interrupt":
            hub.interrupted()
        elif kernel_id not in self.multi_kernel_manager:
            # Nobody watches the activity of kernels behind a gateway, nor stops to.
            self._end(kernel_id, has_died=False)

    async def _contents_action(
        self,
        logger: EventLogger,  # noqa: ARG002 (listeners are called with it)
        schema_id: str,  # noqa: ARG002
        data: dict[str, Any],
    ) -> None:
        """Listen to which files are renamed."""
        if data.get("action") == "rename":
            old, new = data["source_path"].strip("/"), data["path"].strip("/")
            await self._follow(old, new)

    async def _follow(self, old: str, new: str) -> None:
        """Let the sessions of notebooks that were renamed follow them."""
        manager = self.session_manager
        for session in await ensure_async(manager.list_sessions()):
            path = session["path"]
            if path == old or path.startswith(f"{old}/"):
                moved = new + path[len(old) :]
                await ensure_async(manager.update_session(session["id"], path=moved))
                hub = self._hubs.get(session["kernel"]["id"])
                if hub is not None:
                    hub.notebook_moved()

    def brought_home(self, path: str, size: int, seconds: float) -> None:
        """
        Note that the server has saved the notebook at *path*.
        """
        for hub in self.of_notebook(path):
            hub.brought_home(size, seconds)

    async def notebook_saved(
        self, path: str, size: int, seconds: float, *, is_shared: bool = False
    ) -> None:
        """
        Note that somebody has saved the notebook at *path*: so many bytes, in so many
        seconds; a room has if the document *is shared*.
        """
        for hub in list(self._hubs.values()):
            # JupyterLab may give a session its path only now.
            if await hub.recovery.get_path() == path:
                hub.notebook_saved(size, seconds, is_shared=is_shared)
        await asyncio.to_thread(self.leftovers.forget, path)

    def _parts(self, kernel: Any) -> HubParts:
        return HubParts(
            kernel=kernel,
            multi_kernel_manager=self.multi_kernel_manager,
            config=self.kernel_config,
            terms=self._terms(kernel.kernel_id),
            spool=self._spool(kernel.kernel_id),
            find_path=self._find_path,
            save_due=self.save_due,
            attached=self.attached,
            died=self._died,
            states=self.states,
            telemetry=self.telemetry,
            run_told=self.run_told,
            run_summed_up=self.run_summed_up,
            log=self.log,
            trace=self._trace,
        )

    def _spool(self, kernel_id: str) -> Spool:
        # A kernel that is found again by another server has the ID it had.
        folder = self._spools / f"{kernel_id}.{uuid.uuid4().hex[:8]}"
        return Spool(folder, self.spool_config.bytes, self.log)

    def _terms(self, kernel_id: str) -> Terms:
        config = self.kernel_config
        manager = self.multi_kernel_manager
        hidden = None
        if not manager.allow_tracebacks:
            hidden = manager.traceback_replacement_message
        keeps = manager.buffer_offline_messages
        return Terms(
            kernel_id=kernel_id,
            paces=self.pace_config.freeze(),
            rules=Rules(frozenset(manager.allowed_message_types), hidden),
            policy=self.policy,
            idle_grace=config.idle_grace,
            reply_grace=config.reply_grace,
            away_seconds=config.away_seconds if keeps else 0.0,
            memory_bytes=self.spool_config.memory_bytes,
            tempo=self.saving_config.freeze(),
            limits=self.limits,
        )

    async def _find_path(self, kernel_id: str) -> str | None:
        manager = self.session_manager
        try:
            session = await ensure_async(manager.get_session(kernel_id=kernel_id))
        except HTTPError:
            # A kernel need not belong to a session.
            return None
        return str(session["path"])
