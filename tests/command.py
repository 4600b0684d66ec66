"""
The command line, to be run in a process of its own.
"""

from __future__ import annotations


__all__ = ["COMMAND"]

# Ctrl-C is heard also where whoever runs the tests has it ignored, as in the background.
COMMAND = (
    "import signal, sys; from jupyter_fastpath.cli import main;"
    " signal.signal(signal.SIGINT, signal.default_int_handler); sys.exit(main())"
)
