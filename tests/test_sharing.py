from __future__ import annotations

import logging
import subprocess
import sys

import pytest

from jupyter_fastpath.config import StateConfig
from jupyter_fastpath.redis_broker import RedisBroker
from jupyter_fastpath.sharing import broker_of


LOG = logging.getLogger("sharing")
URL = "redis://alice:s3cret@host:6379/0"


def test_none(caplog):
    """By default nothing is shared, and nothing is said of it."""
    assert broker_of(StateConfig(), LOG) is None
    assert not caplog.records


def test_redis():
    """With a URL it is Redis by which is shared."""
    assert isinstance(broker_of(StateConfig(broker=URL), LOG), RedisBroker)


def test_not_imported():
    """Who does not share does not need redis."""
    code = "import sys, jupyter_fastpath.app; sys.exit('redis' in sys.modules)"

    assert 0 == subprocess.run([sys.executable, "-c", code], check=False).returncode


def test_not_installed(monkeypatch, caplog):
    """If redis is not there, the log says how to get it, and the server goes on."""
    monkeypatch.delitem(sys.modules, "jupyter_fastpath.redis_broker")
    monkeypatch.setitem(sys.modules, "redis.exceptions", None)

    assert broker_of(StateConfig(broker=URL), LOG) is None
    assert "jupyter_fastpath[redis]" in caplog.text


@pytest.mark.parametrize("url", ["http://:s3cret@host", "redis://:s/3cret@host"])
def test_no_url(caplog, url):
    """With a URL that cannot be, the server goes on, and the log does not show it."""
    assert broker_of(StateConfig(broker=url), LOG) is None
    assert "StateConfig.broker" in caplog.text
    assert "3cret" not in caplog.text


def test_environment(monkeypatch):
    """The broker and the user of JupyterHub are taken from the environment."""
    monkeypatch.setenv("JUPYTER_FASTPATH_BROKER", URL)
    monkeypatch.setenv("JUPYTERHUB_USER", "alice")
    config = StateConfig()

    assert (URL, "alice") == (config.broker, config.group)
    assert ("", "x") == (StateConfig(broker="").broker, StateConfig(group="x").group)
