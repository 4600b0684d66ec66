"""
``jupyter fastpath doctor``: what is in force here, and why.
"""

from __future__ import annotations

import json
import logging
import urllib.request

from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from jupyter_server.serverapp import ServerApp, list_running_servers
from jupyter_server.utils import fetch
from tornado.httpclient import HTTPClientError

from .app import FastpathApp


if TYPE_CHECKING:
    import argparse

    from .leftovers import Leftovers


__all__ = ["add_arguments", "run"]

PACKAGES = (
    "jupyter_fastpath",
    "jupyter_server",
    "jupyter_client",
    "jupyterlab",
    "notebook",
    "ipykernel",
    "pyzmq",
    "tornado",
)

CONFLICTS = {
    "jupyter_server_documents": "its connection class is replaced by fastpath's;"
    " cells that it runs through its own route are not fastpath's runs",
    "jupyter_server_nbmodel": "cells that it runs on the server, through its own"
    " route, are not fastpath's runs",
}

TIMEOUT = 10.0


@dataclass
class Findings:
    """
    What was found: lines to print, and what of it is trouble.
    """

    lines: list[str] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)

    def say(self, line: str) -> None:
        """Add a line."""
        self.lines.append(line)

    def complain(self, trouble: str) -> None:
        """Add a trouble."""
        self.troubles.append(trouble)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """
    Add the options of the doctor to *parser*.
    """
    parser.add_argument("--url", help="ask the server at this address, and no other")
    parser.add_argument("--token", default="", help="the token of that server")


def run(arguments: argparse.Namespace) -> int:
    """
    Print what is in force; return 1 if something is wrong, else 0.
    """
    findings = Findings()
    _look_at_packages(findings)
    if arguments.url:
        _look_at_server(findings, arguments.url, arguments.token, is_asked=True)
    else:
        _look_at_installation(findings)
        for server in list_running_servers():
            _look_at_server(findings, server["url"], server["token"])
    for line in findings.lines:
        print(line)
    for trouble in findings.troubles:
        print(f"TROUBLE: {trouble}")
    print("OK" if not findings.troubles else "not OK")
    return 1 if findings.troubles else 0


def _look_at_packages(findings: Findings) -> None:
    findings.say("versions:")
    for package in PACKAGES:
        findings.say(f"  {package}: {_version(package) or 'not installed'}")
    for package, what in CONFLICTS.items():
        if found := _version(package):
            findings.say(f"known conflict: {package} {found}: {what}")


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _look_at_installation(findings: Findings) -> None:
    """Put a server together as it would start here, without starting it."""
    logging.disable()
    server = ServerApp()
    server.initialize(argv=[], find_extensions=True, new_httpserver=False)
    apps = server.extension_manager.extension_apps.get(FastpathApp.name, set())
    if not apps:
        findings.complain(
            "the server extension jupyter_fastpath is not enabled: run"
            " `jupyter server extension enable jupyter_fastpath`"
        )
        return
    (app,) = apps
    assert isinstance(app, FastpathApp)
    findings.say("a server that starts here:")
    _judge(findings, app.report(), is_trouble=app.enabled)
    if app.leftovers is not None:
        _look_at_leftovers(findings, app.leftovers)
    findings.say("  config in force:")
    for configurable in app.configurables():
        owner = type(configurable)
        for name, trait in sorted(owner.class_own_traits(config=True).items()):
            value = configurable.trait_values()[name]
            is_shown = not (value and trait.metadata.get("secret"))
            shown = repr(value) if is_shown else "(set, and not shown)"
            findings.say(f"    {owner.__name__}.{name} = {shown}")


def _look_at_leftovers(findings: Findings, leftovers: Leftovers) -> None:
    for leftover in leftovers.find():
        if leftover.is_home:
            continue
        at = datetime.fromtimestamp(leftover.modified_at).astimezone()
        findings.say(
            f"  output that is in no notebook yet: of {leftover.path or 'no notebook'},"
            f" {leftover.size:,} bytes, kernel {leftover.kernel_id},"
            f" until {at:%Y-%m-%d %H:%M}"
        )


def _look_at_server(
    findings: Findings, url: str, token: str, *, is_asked: bool = False
) -> None:
    """Ask a running server what is in force there."""
    findings.say(f"the server at {url}:")
    try:
        report = _fetch(f"{url.rstrip('/')}/api/fastpath/status", token)
    except (OSError, HTTPClientError, ValueError) as exc:
        findings.say(f"  does not tell: {exc}")
        if is_asked:
            findings.complain(f"the server at {url} does not run fastpath: {exc}")
        return
    _judge(findings, report, is_trouble=is_asked)


def _fetch(url: str, token: str) -> dict[str, Any]:
    headers = {"Authorization": f"token {token}"} if token else {}
    if url.startswith("http+unix://"):
        return _report(fetch(url, headers=headers).body)
    if not url.startswith(("http://", "https://")):
        raise ValueError(f"not an address of a server: {url!r}")
    request = urllib.request.Request(url, headers=headers)  # noqa: S310 (see above)
    with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310
        return _report(answer.read())


def _report(answer: bytes) -> dict[str, Any]:
    report: dict[str, Any] = json.loads(answer)
    return report


def _judge(findings: Findings, report: dict[str, Any], *, is_trouble: bool) -> None:
    is_on = "on" if report["in_force"] else "off"
    findings.say(f"  fastpath {report['version']} is {is_on}: {report['reason']}")
    findings.say(f"  connections come from {report['connection_class']}")
    for kernel in report["kernels"]:
        findings.say(f"  kernel {kernel['kernel_id']} ({kernel['name']}):")
        findings.say(f"    served by {kernel['connection_class']}: {kernel['reason']}")
        for name, count in kernel.get("counters", {}).items():
            if count:
                findings.say(f"    {name}: {count:,}")
    if is_trouble and not report["in_force"]:
        findings.complain(f"fastpath is not in force: {report['reason']}")
