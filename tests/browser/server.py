"""
A JupyterLab or a Notebook of our own: a real process, with nothing of the user's in it.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import pathlib
import secrets
import socket
import subprocess
import sys
import time

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final
from urllib.parse import quote

import psutil

from jupyter_fastpath.bench.page.lab import notebook_of

from .address import HOST, Address
from .ending import STOP_TIMEOUT, end, kill


__all__ = [
    "JUPYTERLAB",
    "NOTEBOOK",
    "Application",
    "Config",
    "Lab",
    "serving",
    "write",
]

# Sections of a Jupyter configuration file, as in c.ServerApp.token.
Config = Mapping[str, Mapping[str, Any]]

# Seconds to wait: two busy cores are slow, and a hang is a failure.
START_TIMEOUT: Final = 60.0
STATE_TIMEOUT: Final = 60.0

# Seconds between two looks at a server that cannot say yet that it is there.
LOOK: Final = 0.05

# The settings that keep the page from asking whether it may look for news.
NOTIFICATION: Final = "@jupyterlab/apputils-extension/notification.jupyterlab-settings"


@dataclasses.dataclass(frozen=True)
class Application:
    """
    What a server is started for: its module, its section, and where notebooks are.
    """

    module: str
    section: str
    documents: str


JUPYTERLAB: Final = Application("jupyterlab", "LabApp", "lab/tree")
NOTEBOOK: Final = Application("notebook", "JupyterNotebookApp", "notebooks")


@dataclasses.dataclass
class Lab:
    """
    A running JupyterLab, or Notebook, and the folder in which it has notebooks.
    """

    application: Application
    address: Address
    token: str
    home: pathlib.Path
    # What it is started with.
    python: str = sys.executable
    environment: dict[str, str] = dataclasses.field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    # Of those in the folder that the server shows.
    folder: str = ""
    told: int = 0

    @property
    def port(self) -> int:
        """The port at which it is reached."""
        return self.address.port

    @property
    def root(self) -> pathlib.Path:
        """The folder of the notebooks."""
        return self.home / "root" / self.folder

    @property
    def log(self) -> pathlib.Path:
        """What it has said."""
        return self.home / "server.log"

    def news(self) -> str:
        """
        Return what it has said since this was asked last.
        """
        said = self.log.read_bytes()[self.told :]
        self.told += len(said)
        return said.decode(errors="replace")

    def start(self) -> None:
        """
        Start the server, for the first time or again, and return when it answers.
        """
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                [self.python, "-m", self.application.module],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                cwd=self.root,
                env=self.environment,
                # A session of its own, so that Ctrl-C reaches only us.
                start_new_session=True,
            )
        wait_for(self, self.process)

    def crash(self) -> None:
        """
        End the server as a power cut does, and its kernels with it.
        """
        assert self.process is not None
        kernels = psutil.Process(self.process.pid).children(recursive=True)
        self.process.kill()
        self.process.wait(STOP_TIMEOUT)
        kill(kernels)

    def url(self, name: str, port: int | None = None) -> str:
        """
        Return the address of a page that has nothing open but this notebook.
        """
        at = self.address.on(port or self.port).url + self.application.documents
        path = quote(str(pathlib.PurePosixPath(self.folder, name)))
        return f"{at}/{path}?reset&token={self.token}"

    def write(self, name: str, sources: tuple[str, ...]) -> None:
        """
        Write a notebook with a code cell for each of *sources*.
        """
        (self.root / name).write_bytes(notebook_of(sources))

    def read(self, name: str) -> dict[str, Any]:
        """
        Return a notebook as it is on disk.
        """
        notebook: dict[str, Any] = json.loads((self.root / name).read_text("utf-8"))
        return notebook

    def wait_for_saved(
        self, is_there: Callable[[dict[str, Any]], bool], name: str = "Untitled.ipynb"
    ) -> float:
        """
        Return the Unix time at which a notebook was written, once *is_there* says that
        it is as it should be, and raise if that never is.
        """
        deadline = time.monotonic() + STATE_TIMEOUT
        while True:
            # A file that is being written is not whole for a moment.
            with contextlib.suppress(json.JSONDecodeError):
                if is_there(self.read(name)):
                    return (self.root / name).stat().st_mtime
            if time.monotonic() > deadline:
                raise TimeoutError(f"{name} was not saved in {STATE_TIMEOUT} s")
            time.sleep(LOOK)

    def saved_text(self, name: str, index: int = 0) -> str:
        """
        Return all the stream text that a cell of a notebook has on disk.
        """
        return "".join(
            "".join(output["text"])
            for output in self.read(name)["cells"][index]["outputs"]
            if output["output_type"] == "stream"
        )

    def answers(self) -> bool:
        """
        Does the server answer requests yet?
        """
        with contextlib.suppress(OSError):
            return self.get("/api/status") is not None
        return False

    def get(self, path: str) -> Any:
        """
        Return what the server answers, or None if it refuses.
        """
        return self.ask("GET", path)

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """
        Return what the server answers, or None if it refuses or has nothing to say.
        """
        return self.address.ask(method, path, self.token, body)

    def wait_for_kernel(self, state: str) -> None:
        """
        Return as soon as the one kernel is in that state, and raise if it never is.
        """
        deadline = time.monotonic() + STATE_TIMEOUT
        while [state] != [one["execution_state"] for one in self.get("/api/kernels")]:
            if time.monotonic() > deadline:
                raise TimeoutError(f"the kernel was not {state} in {STATE_TIMEOUT} s")
            time.sleep(LOOK)


@contextlib.contextmanager
def serving(
    home: pathlib.Path,
    config: Config,
    application: Application = JUPYTERLAB,
    address: Address | None = None,
    python: str = sys.executable,
) -> Iterator[Lab]:
    """
    Give a JupyterLab that writes only below *home*, and end it and its kernels after.

    It is at a port of its own if it has no other *address*.
    """
    address = address or Address(free_port())
    lab = Lab(application, address, secrets.token_hex(), home, python)
    lab.root.mkdir(exist_ok=True)
    lab.environment = prepare(home, lab, config)
    try:
        lab.start()
        yield lab
    finally:
        if lab.process is not None:
            end(lab.process)
        # Shown by pytest where a test fails.
        print(lab.news())


def prepare(home: pathlib.Path, lab: Lab, config: Config) -> dict[str, str]:
    """
    Write the configuration, and return the environment in which it is found.
    """
    server = {
        **lab.address.options,
        "allow_root": True,
        "open_browser": False,
        "root_dir": str(lab.root),
        # For each page the server would start a node, to see whether JupyterLab is built.
        "tornado_settings": {"page_config_data": {"buildCheck": False}},
        **config.get("ServerApp", {}),
    }
    page = {
        "expose_app_in_browser": True,
        "user_settings_dir": str(home / "settings"),
        "workspaces_dir": str(home / "workspaces"),
        **config.get(lab.application.section, {}),
    }
    whole = {**config, "ServerApp": server, lab.application.section: page}
    write(home / "config" / "jupyter_server_config.json", whole)
    write_settings(home)
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("JUPYTER")
    }
    return {
        **inherited,
        "IPYTHONDIR": str(home / "ipython"),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "PATH": os.pathsep.join(
            [str(pathlib.Path(lab.python).parent), os.environ["PATH"]]
        ),
        # The token travels by environment, because arguments are public.
        "JUPYTER_TOKEN": lab.token,
    }


def write_settings(home: pathlib.Path) -> None:
    """
    Write the settings that each page has.
    """
    quiet = {"checkForUpdates": False, "fetchNews": "false"}
    write(home / "settings" / NOTIFICATION, quiet)


def write(path: pathlib.Path, content: object) -> None:
    """
    Write a file of JSON, and the folders it is in.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content), encoding="utf-8")


def free_port() -> int:
    """
    Return a port that nobody listens on just now.
    """
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        port: int = listener.getsockname()[1]
        return port


def wait_for(lab: Lab, process: subprocess.Popen[bytes]) -> None:
    """
    Return as soon as the server answers, and raise if it ends or takes too long.
    """
    deadline = time.monotonic() + START_TIMEOUT
    while not lab.answers():
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        if time.monotonic() > deadline:
            raise TimeoutError(f"the server was silent for {START_TIMEOUT} s")
        time.sleep(LOOK)
