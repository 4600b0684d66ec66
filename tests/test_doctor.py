"""
``jupyter fastpath doctor`` in a process of its own, as an administrator runs it.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys

import pytest

from jupyter_fastpath import __version__
from tests.command import COMMAND


pytestmark = pytest.mark.promise("Z2")

PATIENCE = 60.0


@pytest.fixture
def jp_server_config():
    """
    Our extension is on.
    """
    return {"ServerApp": {"jpserver_extensions": {"jupyter_fastpath": True}}}


@pytest.fixture
def doctor(tmp_path, jp_asyncio_loop):
    """
    Run the doctor where Jupyter is configured so; return its exit code and its words.
    """

    async def run(*arguments, enabled=True, **config):
        extensions = {"jupyter_fastpath": enabled}
        config.setdefault("ServerApp", {})["jpserver_extensions"] = extensions
        directory = tmp_path / "doctor"
        directory.mkdir()
        (directory / "jupyter_server_config.json").write_text(json.dumps(config))
        environment = os.environ | {
            "HOME": str(directory),
            "JUPYTER_CONFIG_DIR": str(directory),
            "JUPYTER_DATA_DIR": str(directory / "data"),
            "JUPYTER_RUNTIME_DIR": str(directory / "runtime"),
        }
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", COMMAND, "doctor", *arguments),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            cwd=directory,
            env=environment,
        )
        out, _ = await asyncio.wait_for(process.communicate(), PATIENCE)
        return process.returncode, out.decode()

    return run


async def test_well(doctor):
    """Where all is well the doctor says what is in force, and leaves with 0."""
    code, words = await doctor(PaceConfig={"pressed": 2.5})

    assert code == 0, words
    assert f"fastpath {__version__} is on: it replaces Jupyter Server's own" in words
    assert "PaceConfig.pressed = 2.5" in words
    assert "jupyter_server: 2." in words
    assert words.splitlines()[-1] == "OK"


async def test_not_enabled(doctor):
    """If the extension is not enabled the doctor says how to, and leaves with 1."""
    code, words = await doctor(enabled=False)

    assert code == 1
    assert "TROUBLE: the server extension jupyter_fastpath is not enabled" in words
    assert words.splitlines()[-1] == "not OK"


async def test_switched_off(doctor):
    """Switched off on purpose is no trouble."""
    code, words = await doctor(FastpathApp={"enabled": False})

    assert code == 0, words
    assert "is off: FastpathApp.enabled is False" in words


async def test_bad_policy(doctor):
    """A setting that cannot be is told with its key and value, and the doctor leaves with 1."""
    code, words = await doctor(PolicyConfig={"ceilings": {"above": "keep"}})

    assert code == 1
    assert 'ceilings: above = "keep": is no key of a policy' in words


async def test_steps_aside(doctor):
    """If another class is configured the doctor names it, and leaves with 1."""
    name = "jupyter_server.services.kernels.connection.channels"
    name += ".ZMQChannelsWebsocketConnection"
    setting = {"kernel_websocket_connection_class": name}
    code, words = await doctor(ServerApp=setting)

    assert code == 1
    assert f"ServerApp.kernel_websocket_connection_class is configured: {name}" in words


async def test_gateway(doctor):
    """If a gateway is configured the doctor says that Fastpath serves its kernels."""
    code, words = await doctor(GatewayClient={"url": "http://127.0.0.1:1"})

    assert code == 0, words
    assert "is on: it replaces Jupyter Server's connection class for kernels" in words
    assert "GatewayWebSocketConnection" in words


@pytest.fixture
def url(jp_serverapp, http_server, jp_http_port, jp_base_url):
    """
    The address of a running server.
    """
    return f"http://localhost:{jp_http_port}{jp_base_url}"


@pytest.mark.kernel
async def test_running_server(doctor, jp_fetch, jp_serverapp, url):
    """Of a running server the doctor tells which class serves which kernel."""
    answer = await jp_fetch("api", "kernels", method="POST", body="{}")
    kernel_id = json.loads(answer.body)["id"]
    token = jp_serverapp.identity_provider.token
    code, words = await doctor("--url", url, "--token", token)

    assert code == 0, words
    assert f"the server at {url}:" in words
    assert f"kernel {kernel_id} (python3):" in words
    assert "FastpathWebsocketConnection: its channels are ZeroMQ sockets" in words


@pytest.mark.parametrize("token", ["", "wrong"])
async def test_running_server_without_token(doctor, url, token):
    """A server that does not tell is trouble, if it was asked for by name."""
    code, words = await doctor("--url", url, "--token", token)

    assert code == 1
    assert "403" in words


@pytest.mark.parametrize("address", ["http://127.0.0.1:1/", "ftp://x", "nonsense"])
async def test_no_server(doctor, address):
    """An address at which there is no server is trouble, not a traceback."""
    code, words = await doctor("--url", address)

    assert code == 1
    assert f"TROUBLE: the server at {address} does not run fastpath" in words
    assert "Traceback" not in words


async def test_secrets(doctor):
    """What may have a password in it is not shown, only that it is there."""
    url = "redis://alice:s3cret@host:6379/0"
    _, words = await doctor(StateConfig={"broker": url})

    assert "StateConfig.broker = (set, and not shown)" in words
    assert "s3cret" not in words
