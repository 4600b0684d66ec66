"""
What a server that runs already is, and whether one can measure there.
"""

from __future__ import annotations

import contextlib
import ssl
import time

from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

import msgspec

from tornado.httpclient import HTTPClientError

from .bed import FASTPATH, STOCK
from .client import connected
from .endpoint import Endpoint
from .errors import BenchError
from .record import Wait
from .running import UNRECORDED, Running, session


if TYPE_CHECKING:
    from collections.abc import Iterator


__all__ = ["TOKEN_VARIABLE", "endpoint_of", "found"]

_FORBIDDEN = (401, 403)
_NOT_FOUND = 404
_TIMEOUT = 599
_PREFERRED = "python3"
_CONFIG = b'id="jupyter-config-data"'

_LANGUAGE = "python"

TOKEN_VARIABLE = "JUPYTER_TOKEN"  # noqa: S105 - where it is found

AnswerT = TypeVar("AnswerT")

_ASK = f"""
{UNRECORDED}
import json, platform, time
from importlib.metadata import PackageNotFoundError, version

try:
    ipykernel = version("ipykernel")
except PackageNotFoundError:
    ipykernel = "not installed"
print(json.dumps({{
    "python": platform.python_version(),
    "platform": platform.platform(),
    "ipykernel": ipykernel,
    "clocks": [time.perf_counter(), time.time()],
}}))
"""


class _Api(msgspec.Struct):
    version: str


class _Status(msgspec.Struct):
    version: str
    in_force: bool


class _Spec(msgspec.Struct):
    language: str = ""


class _Kernelspec(msgspec.Struct):
    spec: _Spec


class _Kernelspecs(msgspec.Struct):
    default: str
    kernelspecs: dict[str, _Kernelspec]


class _Told(msgspec.Struct):
    python: str
    platform: str
    ipykernel: str
    clocks: list[float]


class _Page(msgspec.Struct):
    version: str = msgspec.field(name="appVersion")


def endpoint_of(url: str, token: str) -> Endpoint:
    """Return where the server at *url* is, or raise if that is no address."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise BenchError(f"not an address of a server: {url!r}")
    return Endpoint(f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}", token)


async def found(endpoint: Endpoint, *, needs_page: bool = False) -> Running:
    """Return the server that is there, or raise with what is wrong with it."""
    with _named(endpoint):
        api = await _decoded(endpoint, "/api", _Api)
        # Whoever has no token may ask for the version, and for nothing else.
        kernelspecs = await _decoded(endpoint, "/api/kernelspecs", _Kernelspecs)
        status = await _status(endpoint)
        page = await _page(endpoint) if needs_page else None
    name = _python(kernelspecs)
    told, shares_clock = await _asked(endpoint, name)
    versions = {
        "jupyter_server": api.version,
        "jupyter_fastpath": status.version if status else "not there",
        **({"jupyterlab": page.version} if page else {}),
        "ipykernel": told.ipykernel,
        "python": told.python,
        "platform": told.platform,
    }
    return Running(
        endpoint,
        FASTPATH if status and status.in_force else STOCK,
        name,
        {
            "server": endpoint.url,
            **{f"server's {what}": version for what, version in versions.items()},
        },
        shares_clock,
    )


async def _decoded(endpoint: Endpoint, path: str, kind: type[AnswerT]) -> AnswerT:
    return msgspec.json.decode(await endpoint.fetch("GET", path), type=kind)


async def _status(endpoint: Endpoint) -> _Status | None:
    """Return what our extension tells, if it is there."""
    try:
        return await _decoded(endpoint, "/api/fastpath/status", _Status)
    except HTTPClientError as error:
        if error.code != _NOT_FOUND:
            raise
        return None


async def _page(endpoint: Endpoint) -> _Page:
    try:
        document = await endpoint.fetch("GET", "/lab")
    except HTTPClientError as error:
        raise BenchError(f"no JupyterLab at {endpoint.url}/lab: {error}") from error
    _, _, rest = document.partition(_CONFIG)
    config, _, _ = rest.partition(b">")[2].partition(b"</script>")
    return msgspec.json.decode(config, type=_Page)


def _python(found: _Kernelspecs) -> str:
    """Return the name of a kernel of Python."""
    for name in (_PREFERRED, found.default):
        kernelspec = found.kernelspecs.get(name)
        if kernelspec is not None and kernelspec.spec.language == _LANGUAGE:
            return name
    raise BenchError(
        f"the server has no kernel of Python that is named {_PREFERRED} or is its"
        f" default, but {', '.join(sorted(found.kernelspecs)) or 'none'}"
    )


async def _asked(endpoint: Endpoint, kernelspec: str) -> tuple[_Told, bool]:
    """Return what a kernel there tells of itself, and whether it has our clocks."""
    try:
        async with (
            session(endpoint, kernelspec) as kernel,
            connected(endpoint.websocket(kernel), endpoint.token) as client,
        ):
            before = _clocks()
            record = await client.execute(_ASK, Wait())
            after = _clocks()
    except HTTPClientError as error:
        raise BenchError(f"no kernel may be started there: {error}") from error
    if not record.is_done or not record.text:
        raise BenchError(f"a kernel {kernelspec!r} does not do there what it is told")
    told = msgspec.json.decode(record.text, type=_Told)
    between = zip(before, told.clocks, after, strict=True)
    return told, all(first <= clock <= last for first, clock, last in between)


def _clocks() -> list[float]:
    return [time.perf_counter(), time.time()]


@contextlib.contextmanager
def _named(endpoint: Endpoint) -> Iterator[None]:
    """Raise what goes wrong with what is to be done about it."""
    at = endpoint.url
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise BenchError(
            f"the certificate of {at} is not trusted here: {error.verify_message};"
            " SSL_CERT_FILE names those that are"
        ) from error
    except HTTPClientError as error:
        raise BenchError(_refusal(at, error)) from error
    except OSError as error:
        raise BenchError(f"no server at {at}: {error}") from error
    except msgspec.MsgspecError as error:
        raise BenchError(_no_server(at, error)) from error


def _refusal(at: str, error: HTTPClientError) -> str:
    if error.code == _TIMEOUT:
        return f"no server at {at}: {error}"
    if error.code in _FORBIDDEN:
        return (
            f"the server at {at} does not take the token, which --token or"
            f" {TOKEN_VARIABLE} gives: {error}"
        )
    return _no_server(at, error)


def _no_server(at: str, error: Exception) -> str:
    return (
        f"no Jupyter Server at {at}: {error}; its address ends in its base url, and"
        " in neither /lab nor /tree"
    )
