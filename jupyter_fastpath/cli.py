"""
``jupyter fastpath``: what can be done from a shell.
"""

from __future__ import annotations

import argparse
import sys

from . import __version__, doctor
from .bench import main as bench
from .tracing import main as trace


__all__ = ["main"]


def main(argv: list[str] | None = None) -> int:
    """
    Run the command line *argv*, and return the exit code.
    """
    arguments = _parser().parse_args(argv)
    runs = {"bench": bench.run, "doctor": doctor.run, "trace": trace.run}
    return runs[arguments.command](arguments)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="jupyter fastpath", description=__doc__)
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="command", required=True)
    bench.add_arguments(
        commands.add_parser("bench", help="measure this machine, stock beside fastpath")
    )
    doctor.add_arguments(
        commands.add_parser("doctor", help="say what is in force, and why")
    )
    trace.add_arguments(
        commands.add_parser("trace", help="show what became of each run, and how soon")
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
