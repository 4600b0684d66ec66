"""
What an administrator sets, and what of it reaches the core.
"""

from __future__ import annotations

import math

import pytest

from traitlets import TraitError
from traitlets.config import Config
from traitlets.config.loader import DeferredConfigString

from jupyter_fastpath.config import (
    ConnectionConfig,
    KernelConfig,
    PaceConfig,
    TelemetryConfig,
    configured,
)
from jupyter_fastpath.core.clients import Paces
from jupyter_fastpath.core.sampling import Sampling
from jupyter_fastpath.core.throttle import Pace


STOCK = "ZMQChannelsWebsocketConnection"


def test_defaults():
    """Without settings the core is told its own defaults."""
    assert PaceConfig().freeze() == Paces(Pace(0.015, 0.03), Pace(0.05, 0.1))


def test_paces():
    """Each pace reaches the client that it is meant for."""
    config = PaceConfig(
        initiator_shortest=0.1,
        initiator_longest=0.2,
        collaborator_shortest=0.3,
        collaborator_longest=0.4,
        pressed=5.0,
    )

    assert config.freeze() == Paces(Pace(0.1, 0.2, 5.0), Pace(0.3, 0.4, 5.0))


@pytest.mark.parametrize("section", [STOCK, "ServerApp"])
def test_rates_of_stock(section):
    """The rates that somebody has set for Jupyter Server hold, under both of their names."""
    limits = {"iopub_msg_rate_limit": 10, "iopub_data_rate_limit": 1000.0}
    paces = PaceConfig(config=Config({section: limits})).freeze()

    for pace in (paces.initiator, paces.collaborator):
        assert (pace.messages_per_second, pace.bytes_per_second) == (10, 1000)


@pytest.mark.parametrize(
    "limits",
    [
        {},
        {"iopub_msg_rate_limit": 0, "iopub_data_rate_limit": 0},
        {"iopub_msg_rate_limit": -1},
        {"iopub_data_rate_limit": 1000, "limit_rate": False},
    ],
)
def test_no_rates(limits):
    """No limit is set by default, by zero, or if limits are off."""
    pace = PaceConfig(config=Config({STOCK: limits})).freeze().initiator

    assert (pace.messages_per_second, pace.bytes_per_second) == (math.inf, math.inf)


def test_configured():
    """The newer name goes before the older, and what is not set is not there."""
    config = Config({STOCK: {"a": 1}, "ServerApp": {"a": 2, "b": 3}})

    assert [configured(config, name) for name in "abc"] == [1, 3, None]


def test_telemetry():
    """How often is measured is as the core has it by default."""
    assert TelemetryConfig().freeze() == Sampling()


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, 0),
        (
            {
                "TelemetryConfig": {"mem_limit": 5},
                "ResourceUseDisplay": {"mem_limit": 6},
            },
            5,
        ),
        ({"ResourceUseDisplay": {"mem_limit": 6}}, 6),
        ({"ResourceUseDisplay": {"mem_limit": DeferredConfigString("7")}}, 7),
        ({"ResourceUseDisplay": {"mem_limit": lambda rss: rss}}, 0),
    ],
)
def test_mem_limit(monkeypatch, settings, expected):
    """The limit is ours, or that of jupyter-resource-usage if it is a number."""
    monkeypatch.delenv("MEM_LIMIT", raising=False)

    assert TelemetryConfig(config=Config(settings)).find_mem_limit() == expected


@pytest.mark.parametrize(("value", "expected"), [("8", 8), ("8G", 0), ("", 0)])
def test_mem_limit_of_environment(monkeypatch, value, expected):
    """Without any it is that of the environment, if it is a number."""
    monkeypatch.setenv("MEM_LIMIT", value)
    config = Config({"ResourceUseDisplay": {"mem_limit": 6}})

    assert TelemetryConfig().find_mem_limit() == expected
    assert TelemetryConfig(config=config).find_mem_limit() == 6


@pytest.mark.parametrize(
    "cls", [PaceConfig, KernelConfig, TelemetryConfig, ConnectionConfig]
)
def test_traits(cls):
    """Each setting can be set, explains itself, and refuses what makes no sense."""
    for name, trait in cls.class_own_traits(config=True).items():
        assert trait.help.endswith("."), name
        if isinstance(trait.default_value, float):
            with pytest.raises(TraitError):
                cls(**{name: -1.0})
