"""
What jupyter_kernel_client gets of a server, and nbclient through it.

Runs in an environment of its own: ``python runner.py <address> <token>``, and prints
what came of it as JSON.
"""

from __future__ import annotations

import json
import sys
import threading

from typing import Any

import nbformat

from jupyter_kernel_client import JupyterKernelClient, KernelHttpManager
from nbclient import NotebookClient


CELLS = [
    "import sys\nfor i in range(300): print(i, file=[sys.stdout, sys.stderr][i % 7 == 0], flush=True)",
    "2 + 3",
    (
        "from IPython.display import clear_output, display\n"
        "handle = display('one', display_id='d')\n"
        "print('gone')\nclear_output(wait=True)\nhandle.update('two')\nprint('stays')"
    ),
    "1 / 0",
]
TIMEOUT = 60.0

ENDLESS = "import time\nwhile True: time.sleep(0.01)"


def joined(outputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """
    Return the outputs of a run, neighbouring text in one.
    """
    found: list[dict[str, Any]] = []
    for output in outputs:
        name = output.get("name")
        if found and name and name == found[-1].get("name"):
            found[-1]["text"] += output["text"]
        else:
            found.append(dict(output))
    return found


def by_kernel_client(address: str, token: str) -> dict[str, Any]:
    """
    Return what came of runs, an interrupt and a restart.
    """
    with JupyterKernelClient(server_url=address, token=token) as client:
        results = [client.execute(code) for code in CELLS]
        timer = threading.Timer(1.0, client.interrupt)
        timer.start()
        interrupted = client.execute(ENDLESS, timeout=TIMEOUT)
        timer.join()
        client.restart()
        restarted = client.execute("3 + 4", timeout=TIMEOUT)
    runs = [one | {"outputs": joined(one["outputs"])} for one in results]
    return {"runs": runs, "interrupted": interrupted, "restarted": restarted}


def by_manager(address: str, token: str) -> dict[str, Any]:
    """
    Return what came of input, and of a notebook that nbclient runs.
    """
    manager = KernelHttpManager(server_url=address, token=token)
    manager.start_kernel(name="python3")
    client = manager.client
    client.start_channels()
    client.wait_for_ready(timeout=TIMEOUT)
    heard: list[str] = []
    reply = client.execute_interactive(
        "print('hello', input('who? '))",
        allow_stdin=True,
        output_hook=lambda message: heard.append(message["content"].get("text", "")),
        stdin_hook=lambda _: client.input("Ada"),
        timeout=TIMEOUT,
    )
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [nbformat.v4.new_code_cell(code) for code in CELLS]
    runner = NotebookClient(notebook, km=manager, allow_errors=True)
    runner.kc = client
    runner.execute(reset_kc=False)
    outputs = [joined(cell.outputs) for cell in notebook.cells]
    client.stop_channels()
    manager.shutdown_kernel(now=True)
    return {"input": ["".join(heard), reply["content"]["status"]], "notebook": outputs}


if __name__ == "__main__":
    asked = sys.argv[1:]
    print(json.dumps([by_kernel_client(*asked), by_manager(*asked)]))
