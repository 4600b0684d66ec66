"""
Real servers and pages as in tests/integration, and kernels that are not only ipykernel.
"""

from __future__ import annotations

import pathlib
import sys

import pytest

from tests.integration.conftest import (  # noqa: F401 (fixtures)
    config,
    connect,
    counters,
    hub,
    interrupt,
    jp_server_config,
    kernel_model,
    page,
    restart,
    start_kernel,
)
from tests.missing import missing

from .kinds import KINDS, Kind, install, is_there


MISBEHAVING = pathlib.Path(__file__).with_name("misbehaving.py")


# Of some forty starts of xeus-python one was never answered, for a reason not known yet.
SELDOM = {"xeus-python"}


@pytest.fixture(
    params=[
        pytest.param(name, marks=[pytest.mark.full] if name in SELDOM else [])
        for name in KINDS
    ]
)
def kind(request, jp_kernel_dir) -> Kind:
    """
    A kind of kernel, whose kernelspec is installed as ``kind``.
    """
    kind = KINDS[request.param]
    if not is_there(kind.needs):
        missing(f"{kind.needs} is not installed")
    install("kind", kind, jp_kernel_dir)
    return kind


@pytest.fixture
def tricks(jp_kernel_dir) -> str:
    """
    The kernel that misbehaves as it is asked to, installed.
    """
    argv = (sys.executable, str(MISBEHAVING), "{connection_file}")
    install("tricks", Kind(argv, sys.executable), jp_kernel_dir)
    return "tricks"
