"""
What an administrator can configure, and nothing that does anything.
"""

from __future__ import annotations

import math
import os

from typing import TYPE_CHECKING

from traitlets import (
    Bool,
    Dict,
    Float,
    Int,
    List,
    TraitError,
    Tuple,
    Unicode,
    default,
)
from traitlets.config import LoggingConfigurable

from .core.cadence import Tempo
from .core.clients import Paces
from .core.errors import PolicyError
from .core.limits import Limits
from .core.policy import PolicyRules
from .core.sampling import Sampling
from .core.throttle import Pace
from .core.writing import WritingRules


if TYPE_CHECKING:
    from traitlets.config import Config


__all__ = [
    "ConnectionConfig",
    "KernelConfig",
    "LimitConfig",
    "PaceConfig",
    "PolicyConfig",
    "SavingConfig",
    "SpoolConfig",
    "StateConfig",
    "TelemetryConfig",
    "TraceConfig",
    "WritingConfig",
]

# Settings of Jupyter Server that pace text, if somebody has set them: their names
# under ZMQChannelsWebsocketConnection are the same as under ServerApp.
STOCK_SECTIONS = ("ZMQChannelsWebsocketConnection", "ServerApp")
MESSAGE_RATE = "iopub_msg_rate_limit"
DATA_RATE = "iopub_data_rate_limit"

# Where a URL may have a password, it is better said in the environment.
BROKER = "JUPYTER_FASTPATH_BROKER"

# Whose server this is, if JupyterHub has started it.
HUB_USER = "JUPYTERHUB_USER"


class PaceConfig(LoggingConfigurable):
    """
    How often clients are sent to.
    """

    initiator_shortest = Float(
        0.015,
        min=0.0,
        help="Seconds between two sends of text to who started the run, at the"
        " beginning of a burst. The first output of a run is never held back.",
    ).tag(config=True)

    initiator_longest = Float(
        0.03,
        min=0.0,
        help="Seconds between two sends of text to who started the run, in a long"
        " burst.",
    ).tag(config=True)

    collaborator_shortest = Float(
        0.05,
        min=0.0,
        help="Seconds between two sends to everybody else, at the beginning.",
    ).tag(config=True)

    collaborator_longest = Float(
        0.1,
        min=0.0,
        help="Seconds between two sends to everybody else, in a long burst.",
    ).tag(config=True)

    pressed = Float(
        1.0,
        min=0.0,
        help="Seconds between two sends of text at most, to a client whose"
        " connection is slow.",
    ).tag(config=True)

    def freeze(self) -> Paces:
        """
        Return the settings as a plain value for the core.
        """
        messages, size = self._rates()
        return Paces(
            Pace(
                self.initiator_shortest,
                self.initiator_longest,
                self.pressed,
                messages,
                size,
            ),
            Pace(
                self.collaborator_shortest,
                self.collaborator_longest,
                self.pressed,
                messages,
                size,
            ),
        )

    def _rates(self) -> tuple[float, float]:
        """Return the limits on text that somebody has set for Jupyter Server."""
        if configured(self.config, "limit_rate") is False:
            return math.inf, math.inf
        messages = configured(self.config, MESSAGE_RATE)
        size = configured(self.config, DATA_RATE)
        return _rate(messages), _rate(size)


def configured(config: Config, name: str) -> object:
    """
    Return what the user set *name* to for stock's connection; None if nothing.
    """
    sections = (config[section] for section in STOCK_SECTIONS)
    return next((section[name] for section in sections if name in section), None)


def _rate(limit: object) -> float:
    """Return a limit per second; as with Jupyter Server, 0 is none."""
    return float(limit) if isinstance(limit, int | float) and limit > 0 else math.inf


class KernelConfig(LoggingConfigurable):
    """
    How kernels are treated.
    """

    tune_ipykernel = Bool(
        True,
        help="Ask ipykernel, by one silent request per start, to queue output without"
        " limit instead of dropping it, and to flush text sooner. Other kernels are"
        " never asked anything.",
    ).tag(config=True)

    flush_interval = Float(
        0.03,
        min=0.0,
        help="Seconds for which a tuned ipykernel gathers text that is not flushed.",
    ).tag(config=True)

    idle_grace = Float(
        2.0,
        min=0.1,
        help="Seconds of silence after which a run is over that was replied to"
        " although the kernel's 'status: idle' did not arrive.",
    ).tag(config=True)

    reply_grace = Float(
        10.0,
        min=0.1,
        help="Seconds of silence after which a run without a reply is looked after:"
        " ipykernel is asked whether it has passed over the run, by an empty silent"
        " request; with other kernels the run is over if its 'status: idle' arrived.",
    ).tag(config=True)

    alive_interval = Float(
        3.0,
        min=0.1,
        help="Seconds between two looks whether a kernel that has something to run"
        " is alive, if it is no process of this machine: those are looked at each"
        " half second at least.",
    ).tag(config=True)

    away_seconds = Float(
        3600.0,
        min=0.0,
        help="Seconds for which a page whose connection is broken may come back and"
        " get what it missed. MappingKernelManager.buffer_offline_messages=False"
        " means 0.",
    ).tag(config=True)

    trace = Unicode(
        "",
        help="A file to which one JSON object per message is appended, without"
        " contents, for reports of bugs. Empty: none, at no cost.",
    ).tag(config=True)


class LimitConfig(LoggingConfigurable):
    """
    How many of what clients can make at will there may be: see ``docs/security.md``.
    """

    clients = Int(
        1000,
        min=1,
        help="Clients of one kernel, those among them that may come back. Who has been"
        " away for longest makes room for another; if all are connected, one more is"
        " closed with 1013.",
    ).tag(config=True)

    runs = Int(
        10_000,
        min=1,
        help="Runs of one kernel that are queued or running. One more ends at once,"
        " with an error that says so.",
    ).tag(config=True)

    watchers = Int(
        5000,
        min=1,
        help="Clients that watch the server's state. One more is closed with 1013.",
    ).tag(config=True)

    def freeze(self) -> Limits:
        """
        Return the settings of one kernel as a plain value for the core.
        """
        return Limits(clients=self.clients, runs=self.runs)


class TraceConfig(LoggingConfigurable):
    """
    What is written down of runs: see ``docs/measuring.md``.
    """

    runs = Unicode(
        "",
        help="A file to which the record of each run that is done is appended, as a"
        " JSON object per line, for 'jupyter fastpath trace'. Empty: none.",
    ).tag(config=True)

    log = Bool(
        False,
        help="Whether the server's log has a line for each run that is done.",
    ).tag(config=True)

    json = Bool(
        False,
        help="Whether that line is the record as JSON.",
    ).tag(config=True)


class SpoolConfig(LoggingConfigurable):
    """
    How what kernels publish is kept, for pages that have not got it yet and until it
    is in the notebook.
    """

    memory_bytes = Int(
        8 * 1024 * 1024,
        min=0,
        help="Bytes that are kept in memory for each kernel, until it has been silent"
        " for a minute. Everything is also kept on disk.",
    ).tag(config=True)

    folder = Unicode(
        "",
        help="Where on disk; only its owner can look into it. Empty: the folder"
        " 'fastpath' in Jupyter's runtime directory.",
    ).tag(config=True)

    bytes = Int(
        2 * 1024 * 1024 * 1024,
        min=0,
        help="Bytes that are kept on disk for each kernel. Of more the oldest are"
        " dropped, which is told where they are missing.",
    ).tag(config=True)

    keep_seconds = Float(
        7 * 24 * 3600.0,
        min=0.0,
        help="Seconds for which output is kept whose kernel or server is gone before"
        " it was in the notebook.",
    ).tag(config=True)


class SavingConfig(LoggingConfigurable):
    """
    How notebooks are saved: see ``docs/saving.md``.
    """

    bring_home = Bool(
        True,
        help="Whether the server writes into the notebook what cells have put out that"
        " no page has open. If not, it is kept until a page opens the notebook.",
    ).tag(config=True)

    first = Float(
        5.0,
        min=0.0,
        help="Seconds from the first output of a cell to the first save; inf: nothing"
        " is saved before all cells are done.",
    ).tag(config=True)

    growth = Float(
        3.0,
        min=1.0,
        help="By how much more time passes until the next save, each time.",
    ).tag(config=True)

    longest = Float(
        60.0,
        min=0.0,
        help="Seconds between two saves that this may come to.",
    ).tag(config=True)

    bytes_per_minute = Float(
        15_000_000.0,
        min=1.0,
        help="How much is written per minute in the long run, while cells run.",
    ).tag(config=True)

    share = Float(
        0.1,
        min=0.001,
        max=1.0,
        help="The part of all time for which saves may last, while cells run.",
    ).tag(config=True)

    retry = Float(
        1.0,
        min=0.1,
        help="Seconds until a save of the server that failed is tried again, each time"
        " twice as many.",
    ).tag(config=True)

    def freeze(self) -> Tempo:
        """
        Return the settings as a plain value for the core.
        """
        return Tempo(
            first=self.first,
            growth=self.growth,
            longest=self.longest,
            bytes_per_minute=self.bytes_per_minute,
            share=self.share,
            retry=self.retry,
        )


class PolicyConfig(LoggingConfigurable):
    """
    How much of what cells put out is shown, saved and kept: see ``docs/policy.md``.
    """

    defaults = Dict(
        help="The output policy of all notebooks: keys and values. What is not in it is"
        " as docs/policy.md has it.",
    ).tag(config=True)

    patterns = List(
        Tuple(Unicode(), Dict()),
        help="Output policies of some notebooks: pairs of a pattern of paths and what"
        " is other than by default there; the first that matches counts. * and ? stand"
        " for characters other than a slash, ** for any.",
    ).tag(config=True)

    ceilings = Dict(
        help="What no notebook or cell can go above, or below with a pace: keys and"
        " values of an output policy.",
    ).tag(config=True)

    def freeze(self) -> PolicyRules:
        """
        Return the settings as a plain value for the core.

        Raises:
            TraitError: One of them cannot be; it is named, with its value.
        """
        rules = PolicyRules(self.defaults, tuple(self.patterns), self.ceilings)
        try:
            rules.check()
        except PolicyError as exc:
            raise TraitError(f"PolicyConfig: {exc}") from exc
        return rules


class WritingConfig(LoggingConfigurable):
    """
    How notebooks are written, through whatever contents manager.
    """

    skip_unchanged = Bool(
        True,
        help="Do not write a notebook that is the same as what was last written at its"
        " path, if the file is still as it was left then.",
    ).tag(config=True)

    off_loop = Bool(
        True,
        help="Decode large notebooks in threads, and if the contents manager is one of"
        " Jupyter Server's own, sign and write them there, so that nobody else has to"
        " wait. Hooks and listeners of events are called on the event loop either way.",
    ).tag(config=True)

    def freeze(self) -> WritingRules:
        """
        Return the settings as a plain value for the core.
        """
        return WritingRules(self.skip_unchanged, self.off_loop)


class TelemetryConfig(LoggingConfigurable):
    """
    How what kernels use of the machine is measured, while somebody watches.
    """

    is_on = Bool(
        True,
        help="Whether processor time, memory and threads of kernels are measured, while"
        " somebody watches.",
    ).tag(config=True)

    shortest = Float(
        1.0,
        min=0.1,
        help="Seconds between two samples of a kernel that runs something, or changes.",
    ).tag(config=True)

    longest = Float(
        5.0,
        min=0.1,
        help="The seconds between two samples that this comes to while nothing changes;"
        " also between two looks at what is dear to know: the share of memory that is"
        " not in common with others, limits, and the memory of graphics processors.",
    ).tag(config=True)

    share = Float(
        0.02,
        min=0.001,
        max=1.0,
        help="The part of the time of one core that measuring may take, of all kernels"
        " together. With many of them it is done less often.",
    ).tag(config=True)

    mem_limit = Int(
        0,
        min=0,
        help="Bytes of memory that are shown as the limit of each kernel, unless its"
        " control group has a lower one. 0: ResourceUseDisplay.mem_limit of"
        " jupyter-resource-usage or the environment's MEM_LIMIT, if that is a number.",
    ).tag(config=True)

    def freeze(self) -> Sampling:
        """
        Return the settings as a plain value for the core.
        """
        return Sampling(self.shortest, self.longest, self.share)

    def find_mem_limit(self) -> int:
        """
        Return the limit in bytes that somebody has set; 0 if nobody has.
        """
        if self.mem_limit:
            return self.mem_limit
        section = self.config["ResourceUseDisplay"]
        of_others = os.environ.get("MEM_LIMIT", "")
        if "mem_limit" in section:
            of_others = section["mem_limit"]
        # It may be a function there, which is not for others to call.
        text = str(of_others)
        return int(text) if text.isdecimal() else 0


class StateConfig(LoggingConfigurable):
    """
    With which other servers this one shares what goes on: see ``docs/operations.md``.
    """

    broker = Unicode(
        help="Where Redis is: redis://host:6379/0, rediss://host:6379/0 or"
        " unix:///path, with user:password@ before the host if it asks for them."
        f" Default: the environment variable {BROKER}. Empty: nothing is shared.",
    ).tag(config=True, secret=True)

    group = Unicode(
        help="The servers that share are those with the same broker and group. All of"
        " them see all kernels of all of them. Default: the name of the user whose"
        " server it is, if JupyterHub has started it.",
    ).tag(config=True)

    @default("broker")
    def _default_broker(self) -> str:
        return os.environ.get(BROKER, "")

    @default("group")
    def _default_group(self) -> str:
        return os.environ.get(HUB_USER, "")


class ConnectionConfig(LoggingConfigurable):
    """
    How the WebSockets of clients are kept.
    """

    ping_interval = Float(
        15.0,
        min=0.0,
        help="Seconds between two pings; 0 for none. ServerApp.websocket_ping_interval"
        " goes before it.",
    ).tag(config=True)

    ping_timeout = Float(
        30.0,
        min=0.0,
        help="Seconds without any sign of life after which a connection is closed."
        " ServerApp.websocket_ping_timeout goes before it.",
    ).tag(config=True)
