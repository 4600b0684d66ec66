"""
The environments in which it is tried whether all works, and what each is made of.
"""

from __future__ import annotations

import dataclasses
import importlib.metadata
import re

from typing import Final

from tests.browser.server import JUPYTERLAB, NOTEBOOK, Application


__all__ = ["ALL", "HOUSES", "HUB", "House"]

LAB: Final = "jupyterlab>=4.6,<4.7"
# What many have beside us; all of it in one house, as people have it.
NEIGHBOURS: Final = (
    "jupyterlab-execute-time",
    "jupyterlab-lsp",
    "ipywidgets",
    "jupyter-resource-usage",
    "jupyterlab-git",
)
# Of a requirement, its name and the lowest version.
LOWEST: Final = re.compile(r"([\w-]+).*>=([\d.]+)")


@dataclasses.dataclass(frozen=True)
class House:
    """
    What is installed beside the wheel, and what is to be seen there.

    Attributes:
        packages: Those whose versions are told, by the names that they are installed by.
        python: The version of Python; empty is that of whoever tries.
        told: What the doctor says.
    """

    name: str
    requirements: tuple[str, ...]
    packages: tuple[str, ...] = ("jupyterlab",)
    application: Application = JUPYTERLAB
    python: str = ""
    told: tuple[str, ...] = ("it replaces Jupyter Server's own connection class",)


def conflict(package: str) -> tuple[str, ...]:
    """
    Return what the doctor says of a package that takes over runs, too.
    """
    return (f"known conflict: {package}",)


def lowest() -> tuple[str, ...]:
    """
    Return the lowest versions that we say we take, of all that we need.
    """
    needed = importlib.metadata.requires("jupyter_fastpath") or ()
    plain = [each for each in needed if "extra" not in each or "'lab'" in each]
    bounds = [LOWEST.match(each) for each in plain]
    return tuple(f"{bound[1]}=={bound[2]}" for bound in bounds if bound)


HOUSES: Final = (
    House("lab-4.4", ("jupyterlab>=4.4,<4.5",)),
    House("lab-4.5", ("jupyterlab>=4.5,<4.6",)),
    House("lab-4.6", (LAB,)),
    House("lab-next", ("jupyterlab>=4.7.0a0,<5",)),
    House(
        "notebook-7.4",
        ("notebook>=7.4,<7.5",),
        packages=("notebook", "jupyterlab"),
        application=NOTEBOOK,
    ),
    House(
        "notebook-7",
        ("notebook>=7.5,<8",),
        packages=("notebook", "jupyterlab"),
        application=NOTEBOOK,
    ),
    House(
        "oldest",
        lowest(),
        packages=("jupyterlab", "jupyter_core", "pyzmq", "tornado", "traitlets"),
        python="3.10",
    ),
    House("python-3.10", (LAB,), python="3.10"),
    House("python-3.11", (LAB,), python="3.11"),
    House("python-3.12", (LAB,), python="3.12"),
    House("python-3.13", (LAB,), python="3.13"),
    House(
        "jupyter-collaboration",
        (LAB, "jupyter-collaboration>=5,<6"),
        packages=("jupyterlab", "jupyter-collaboration"),
    ),
    House(
        "jupyter_server_documents",
        (LAB, "jupyter_server_documents"),
        packages=("jupyterlab", "jupyter_server_documents"),
        told=conflict("jupyter_server_documents"),
    ),
    House(
        "jupyter_server_nbmodel",
        (LAB, "jupyter_server_nbmodel", "jupyter-collaboration>=5,<6"),
        packages=("jupyterlab", "jupyter_server_nbmodel", "jupyter-collaboration"),
        told=conflict("jupyter_server_nbmodel"),
    ),
    House(
        "neighbours",
        (LAB, *NEIGHBOURS, "python-lsp-server"),
        ("jupyterlab", *NEIGHBOURS),
    ),
)

# What tests/matrix/test_hub.py has its own tests for.
HUB: Final = House(
    "jupyterhub", (LAB, "jupyterhub>=5"), packages=("jupyterlab", "jupyterhub")
)
ALL: Final = (*HOUSES, HUB)
