"""
The server extension in a real server: what it replaces, and when it steps aside.
"""

from __future__ import annotations

import json

import pytest

from jupyter_server.gateway.connections import GatewayWebSocketConnection
from jupyter_server.gateway.gateway_client import GatewayClient
from jupyter_server.services.kernels.connection.channels import (
    ZMQChannelsWebsocketConnection,
)
from traitlets.config import Config

from jupyter_fastpath import __version__
from jupyter_fastpath.connection import FastpathWebsocketConnection
from jupyter_fastpath.handlers import FastpathWebsocketHandler
from jupyter_fastpath.takeover import SETTING, ConnectionFactory


pytestmark = pytest.mark.promise("Z2")

STOCK = ZMQChannelsWebsocketConnection
STOCK_NAME = f"{STOCK.__module__}.{STOCK.__qualname__}"

OTHER_EXTENSION = """
from jupyter_server.services.kernels.connection.channels import (
    ZMQChannelsWebsocketConnection,
)

class TheirConnection(ZMQChannelsWebsocketConnection):
    pass

def _jupyter_server_extension_points():
    return [{"module": "another_extension"}]

def _load_jupyter_server_extension(server):
    settings = server.web_app.settings
    settings["kernel_websocket_connection_class"] = TheirConnection
"""


@pytest.fixture
def jp_server_config(config):
    """
    The configuration that pytest-jupyter asks for: ours on, and what the test wants.
    """
    whole = Config({"ServerApp": {"jpserver_extensions": {"jupyter_fastpath": True}}})
    whole.merge(Config(config))
    return whole


@pytest.fixture
def config():
    """
    The rest of the configuration.
    """
    return {}


def configured(**sections):
    """
    Return what makes a test run with a server that is configured so.
    """
    return pytest.mark.parametrize("config", [sections], ids=["configured"])


@pytest.fixture
def another_extension(tmp_path, monkeypatch, config):
    """
    An extension that puts a connection class of its own into the settings.
    """
    module = tmp_path / "another" / "another_extension.py"
    module.parent.mkdir()
    module.write_text(OTHER_EXTENSION)
    monkeypatch.syspath_prepend(module.parent)
    both = {"another_extension": True, "jupyter_fastpath": True}
    config["ServerApp"] = {"jpserver_extensions": both}


@pytest.fixture
def gateway():
    """
    Forget the one gateway client of the process before and afterwards.
    """
    GatewayClient.clear_instance()
    yield
    GatewayClient.clear_instance()


async def ask(jp_fetch):
    """
    Return what Fastpath says of itself.
    """
    return json.loads((await jp_fetch("api", "fastpath", "status")).body)


def route_of(server):
    """
    Return the handler class that the server takes for a kernel's websocket.
    """
    path = f"{server.base_url}api/kernels/1-2-3-4-5/channels"
    for rule in server.web_app.default_router.rules:
        for inner in getattr(rule.target, "rules", []):
            if inner.matcher.regex.match(path):
                return inner.target
    return None


async def test_in_force(jp_fetch, jp_serverapp):
    """Installed and enabled it serves the kernels, and tells so."""
    told = await ask(jp_fetch)

    assert told == {
        "version": __version__,
        "in_force": True,
        "reason": "it replaces Jupyter Server's own connection class",
        "connection_class": f"<ConnectionFactory in the place of {STOCK_NAME}>",
        "kernels": [],
    }
    assert isinstance(jp_serverapp.web_app.settings[SETTING], ConnectionFactory)
    assert jp_serverapp.kernel_websocket_connection_class is FastpathWebsocketConnection
    assert route_of(jp_serverapp) is FastpathWebsocketHandler


async def is_stock(jp_fetch, jp_serverapp):
    """
    Show that nothing of Jupyter Server was touched; return why.
    """
    told = await ask(jp_fetch)
    manager = jp_serverapp.kernel_manager

    assert told["in_force"] is False
    assert "fastpath_hubs" not in jp_serverapp.web_app.settings
    assert "start_watching_activity" not in vars(manager)
    assert route_of(jp_serverapp) is not FastpathWebsocketHandler
    return told["connection_class"], told["reason"]


@configured(FastpathApp={"enabled": False})
async def test_disabled(jp_fetch, jp_serverapp):
    """Switched off it touches nothing, and says so."""
    found = await is_stock(jp_fetch, jp_serverapp)

    assert found == (STOCK_NAME, "FastpathApp.enabled is False")


@configured(ServerApp={SETTING: STOCK_NAME})
async def test_user_chose(jp_fetch, jp_serverapp):
    """A class that the user has configured stays, even if it is stock's own."""
    found = await is_stock(jp_fetch, jp_serverapp)

    assert found == (STOCK_NAME, f"ServerApp.{SETTING} is configured: {STOCK_NAME}")


@configured(PolicyConfig={"defaults": {"live_bytes": -5}})
@pytest.mark.promise("H1")
async def test_bad_policy(jp_fetch, jp_serverapp):
    """With a policy that cannot be it touches nothing, and says which key and value it is."""
    found = await is_stock(jp_fetch, jp_serverapp)
    reason = "a setting cannot be: PolicyConfig: defaults: live_bytes = -5: is neither"

    assert found[0] == STOCK_NAME
    assert found[1].startswith(reason)


async def test_unknown_class(another_extension, jp_fetch, jp_serverapp):
    """A class that another extension has put there stays."""
    found, reason = await is_stock(jp_fetch, jp_serverapp)

    assert found == "another_extension.TheirConnection"
    assert reason == f"an unknown connection class is present: {found}"


@configured(GatewayClient={"url": "http://127.0.0.1:1"})
@pytest.mark.promise("F5")
async def test_gateway(gateway, jp_fetch, jp_serverapp):
    """Kernels behind a gateway are served as others are."""
    settings = jp_serverapp.web_app.settings

    assert isinstance(settings[SETTING], ConnectionFactory)
    assert GatewayWebSocketConnection.__name__ in repr(settings[SETTING])
    assert "behind a gateway" in settings["fastpath_report"]()["reason"]
    assert route_of(jp_serverapp) is FastpathWebsocketHandler


@pytest.mark.kernel
async def test_report(jp_fetch):
    """Each kernel is told of, with who serves it and why, and what was counted."""
    answer = await jp_fetch("api", "kernels", method="POST", body="{}")
    (kernel,) = (await ask(jp_fetch))["kernels"]

    assert kernel["kernel_id"] == json.loads(answer.body)["id"]
    assert kernel["connection_class"].endswith(".FastpathWebsocketConnection")
    assert kernel["reason"] == "its channels are ZeroMQ sockets"
    assert kernel["clients"] == 0
    assert kernel["counters"]["lost"] == 0


@configured(
    PaceConfig={"initiator_longest": 0.5},
    KernelConfig={"idle_grace": 3.0},
    ConnectionConfig={"ping_interval": 7.0},
)
def test_configurables(jp_serverapp):
    """What is in force can be asked for, as it was configured."""
    (app,) = jp_serverapp.extension_manager.extension_apps["jupyter_fastpath"]
    values = {}
    for configurable in app.configurables():
        values |= {type(configurable).__name__: configurable.trait_values()}

    assert set(values) == {
        *("FastpathApp", "ConnectionConfig", "PaceConfig"),
        *("KernelConfig", "PolicyConfig", "SpoolConfig"),
        *("SavingConfig", "WritingConfig", "StateConfig", "TraceConfig"),
        *("TelemetryConfig", "LimitConfig"),
    }
    assert values["PaceConfig"]["initiator_longest"] == 0.5
    assert values["KernelConfig"]["idle_grace"] == 3.0
    assert values["ConnectionConfig"]["ping_interval"] == 7.0
