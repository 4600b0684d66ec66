"""
An nginx of a test's own, with the lines that docs/operations.md shows.
"""

from __future__ import annotations

import contextlib
import pathlib
import re
import shutil
import socket
import subprocess
import time

from collections.abc import Iterator
from typing import Final

import pytest

from tests.browser.address import HOST, Address
from tests.browser.ending import STOP_TIMEOUT
from tests.browser.server import LOOK, START_TIMEOUT, free_port

from .tls import Certificate


__all__ = ["BASE_URL", "proxied"]

OPERATIONS: Final = pathlib.Path(__file__).parents[2] / "docs" / "operations.md"
BLOCK: Final = re.compile(r"```nginx\n(.*?)```", re.DOTALL)

# Where the documented lines have the server.
BASE_URL: Final = "/team/"

# What surrounds them: nginx in the foreground, with its files in its folder, and as the
# user who has started it, since nobody else may look into that.
WHOLE: Final = """
daemon off;
user root;
worker_processes 1;
pid {home}/nginx.pid;
error_log {home}/nginx.log;
events {{}}
http {{
access_log off;
client_body_temp_path {home}/body;
proxy_temp_path {home}/proxied;
fastcgi_temp_path {home}/fastcgi;
uwsgi_temp_path {home}/uwsgi;
scgi_temp_path {home}/scgi;
{lines}
}}
"""


@contextlib.contextmanager
def proxied(
    home: pathlib.Path, upstream: str, certificate: Certificate, **other: str
) -> Iterator[Address]:
    """
    Give the address of an nginx in front of *upstream*, which ends with the block.

    Args:
        other: What is in the place of some of the documented values, by name.
    """
    address = Address(free_port(), BASE_URL, certificate.authority)
    home.mkdir()
    values = {
        "listen": f"{HOST}:{address.port} ssl",
        "ssl_certificate": str(certificate.chain),
        "ssl_certificate_key": str(certificate.key),
        "proxy_pass": upstream,
        **other,
    }
    config = home / "nginx.conf"
    config.write_text(WHOLE.format(home=home, lines=documented(values)))
    # Not on everybody's PATH.
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None:
        pytest.fail(
            "nginx is not on PATH. On Debian it is in the package nginx, which .ci/test"
            " installs.",
            pytrace=False,
        )
    process = subprocess.Popen(
        [program, "-c", config, "-p", home, "-e", home / "nginx.log"],
        stdin=subprocess.DEVNULL,
    )
    try:
        wait_for(address, process)
        yield address
    finally:
        process.terminate()
        process.wait(STOP_TIMEOUT)


def documented(values: dict[str, str]) -> str:
    """
    Return the documented lines with some other values.
    """
    (lines,) = BLOCK.findall(OPERATIONS.read_text(encoding="utf-8"))
    for name, value in values.items():
        lines, count = re.subn(
            rf"^( *{name}) .*;$", rf"\1 {value};", lines, flags=re.MULTILINE
        )
        assert count == 1, name
    return str(lines)


def wait_for(address: Address, process: subprocess.Popen[bytes]) -> None:
    """
    Return as soon as nginx listens, and raise if it never does.
    """
    deadline = time.monotonic() + START_TIMEOUT
    while True:
        with (
            contextlib.suppress(OSError),
            socket.create_connection((HOST, address.port)),
        ):
            return
        assert process.poll() is None, "nginx has ended"
        assert time.monotonic() < deadline, "nginx does not listen"
        time.sleep(LOOK)
