"""
``python -m jupyter_fastpath.bench``.
"""

from __future__ import annotations

import argparse

from .main import add_arguments, run


parser = argparse.ArgumentParser(prog="jupyter fastpath bench", description=__doc__)
add_arguments(parser)
raise SystemExit(run(parser.parse_args()))
