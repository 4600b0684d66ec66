"""
Pages of servers that are not as they are at home.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import threading

import pytest

from tests.browser.address import HOST, Address
from tests.browser.server import free_port, serving
from tests.integration.kernel_gateway import TOKEN, UNLIMITED, KernelGateway

from .nginx import BASE_URL, proxied
from .visit import Visit


pytestmark = [
    pytest.mark.browser,
    pytest.mark.promise("Z1", "Z3"),
    pytest.mark.timeout(300),
]

ON = {"jpserver_extensions": {"jupyter_fastpath": True}}


def test_nginx(tmp_path, page, certificate):
    """All works behind nginx, as documented, below a base URL and with TLS."""
    config = {"ServerApp": {**ON, "trust_xheaders": True}}
    address = Address(free_port(), BASE_URL)
    with (
        serving(tmp_path, config, address=address) as lab,
        proxied(
            tmp_path / "nginx", f"http://{HOST}:{address.port}", certificate
        ) as front,
    ):
        Visit(page, dataclasses.replace(lab, address=front)).spend()

        assert "/jupyter_fastpath/" not in lab.news()


def test_tls(tmp_path, page, certificate):
    """All works with TLS in the server, and where each route has to have a guard."""
    files = {"certfile": str(certificate.chain), "keyfile": str(certificate.key)}
    guards = {"allow_unauthenticated_access": False}
    address = Address(free_port(), "/a%40b/", certificate.authority)
    config = {"ServerApp": {**ON, **files, **guards}}
    with serving(tmp_path, config, address=address) as lab:
        Visit(page, lab).spend()

        assert "/jupyter_fastpath/" not in lab.news()


@pytest.mark.promise("F5")
def test_gateway(tmp_path, page):
    """All works with kernels behind a gateway."""
    # Its kernels run where those of the notebooks would without it.
    folder = tmp_path / "root"
    folder.mkdir()
    gateway = KernelGateway(folder, UNLIMITED)
    config = {
        "ServerApp": ON,
        "GatewayClient": {"url": gateway.url, "auth_token": TOKEN},
    }
    with begun(gateway), serving(tmp_path, config) as lab:
        Visit(page, lab).spend()

        assert "/jupyter_fastpath/" not in lab.news()


@contextlib.contextmanager
def begun(gateway):
    """Have a gateway run for the block."""
    # The browser has the loop of this thread.
    beginning = threading.Thread(target=lambda: asyncio.run(gateway.begin()))
    beginning.start()
    beginning.join()
    try:
        yield
    finally:
        gateway.end()
