from __future__ import annotations

import asyncio
import json
import signal
import ssl

import pytest
import trustme

from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port
from tornado.web import Application, RequestHandler

from jupyter_fastpath.bench.endpoint import Endpoint
from jupyter_fastpath.bench.errors import BenchError
from jupyter_fastpath.bench.main import run
from jupyter_fastpath.bench.measuring import Plan, measure
from jupyter_fastpath.bench.page.browser import Browser, require
from jupyter_fastpath.bench.page.folder import ServerFolder
from jupyter_fastpath.bench.results import Results, read_results
from jupyter_fastpath.bench.running import working_folder
from jupyter_fastpath.bench.shape import Shape
from jupyter_fastpath.bench.sources import RunningServer
from jupyter_fastpath.bench.survey import endpoint_of, found

from .interrupting import measuring, needs_ctrl_c
from .running import theirs
from .test_main import TINY, parse


WEBSOCKETS = ("eval", "burst", "flush", "huge", "viewers")


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """Give a JupyterLab that its user has a kernel, a notebook and a layout in."""
    home = tmp_path_factory.mktemp("theirs")
    options = (
        "--ServerApp.jpserver_extensions={'jupyter_fastpath': True}",
        f"--LabApp.workspaces_dir={home / 'workspaces'}",
    )
    with theirs(home, *options, module="jupyterlab", token="theirs") as server:
        (server.root / "mine.txt").write_text("mine")
        server.ask("POST", "/api/kernels", {"name": "python3"})
        layout = {"data": {}, "metadata": {"id": "default"}}
        server.ask("PUT", "/lab/api/workspaces/default", layout)
        yield server


def measured(server, rounds, links=(), browser=None):
    """Return what is measured at a server that runs, with what is found there."""

    async def measuring():
        endpoint = Endpoint(server.url, server.token)
        running = await found(endpoint, needs_page=browser is not None)
        plan = Plan(rounds, TINY, links, RunningServer(running), browser)
        results = Results(surroundings=dict(running.surroundings))
        await measure(plan, results)
        return results

    return asyncio.run(measuring())


def complaint(url, token="", **options):
    """Return why one cannot measure at a server."""
    with pytest.raises(BenchError) as failure:
        asyncio.run(found(endpoint_of(url, token), **options))
    return str(failure.value)


@pytest.mark.kernel
@pytest.mark.promise("G2")
@pytest.mark.parametrize("scenario", WEBSOCKETS)
def test_measure(lab, scenario):
    """Each scenario that needs websockets alone runs at a server with a base url, and leaves nothing there."""
    before = lab.state
    results = measured(lab, [(scenario, "fastpath")])
    numbers = results.values[scenario]["fastpath"]

    assert ([], []) == (results.failures, results.losses)
    assert not [name for name in numbers if "server_cpu" in name or "_mb_ok" in name]
    assert before == lab.state


@pytest.mark.kernel
@pytest.mark.promise("G2", "G3")
def test_over_link(lab):
    """A link of ours can lead to a server of this machine that is not."""
    results = measured(lab, [("eval", "fastpath")], [Shape(rtt=0.04)])
    numbers = results.values["eval over 40 ms"]["fastpath"]

    assert [] == results.failures
    assert 40.0 <= numbers["link_rtt_ms"][0]
    assert 40.0 <= numbers["first_output_p50_ms"][0]


@pytest.mark.kernel
@pytest.mark.promise("G2")
def test_run(lab, tmp_path, capsys, monkeypatch):
    """The command takes the token from the environment, and tells who serves there in which versions."""
    path = tmp_path / "bench.json"
    monkeypatch.setenv("JUPYTER_TOKEN", "theirs")
    code = run(parse("--url", lab.url, "--scenario", "eval", "--json", str(path)))
    document = json.loads(path.read_text())

    assert 0 == code
    assert "| eval | fastpath |" in capsys.readouterr().out
    assert ["fastpath"] == list(document["scenarios"]["eval"])
    surroundings = document["surroundings"]
    assert lab.url == surroundings["server"]
    assert lab.ask("GET", "/api")["version"] == surroundings["server's jupyter_server"]
    assert "theirs" not in path.read_text()


@pytest.mark.kernel
@pytest.mark.promise("G2")
def test_without_token(tmp_path):
    """A server without our extension and without a token is measured as stock."""
    options = (
        "--ServerApp.jpserver_extensions={'jupyter_fastpath': False}",
        "--IdentityProvider.token=",
    )
    with theirs(tmp_path, *options) as server:
        before = server.state
        results = measured(server, [("eval", "stock")])

        assert [] == results.failures
        assert before == server.state
        assert "not there" == results.surroundings["server's jupyter_fastpath"]
        assert "no JupyterLab" in complaint(server.url, needs_page=True)


@pytest.mark.kernel
@pytest.mark.promise("G2")
def test_folder(lab):
    """A scenario and a kernel tell each other through files of a folder that only the server need see."""
    before = lab.state

    async def telling():
        running = await found(Endpoint(lab.url, lab.token))
        async with working_folder(running) as name:
            folder = ServerFolder(running.endpoint, name)
            nothing = await folder.read("printed")
            (lab.root / name / "printed").write_text("5")
            something = await folder.read("printed")
            await folder.touch("go")
            there = (lab.root / name / "go").exists()
            for _ in range(2):
                await folder.remove("printed")
            gone = await folder.read("printed")
            return nothing, something, there, gone

    assert (None, "5", True, None) == asyncio.run(telling())
    assert before == lab.state
    assert not list(lab.root.parent.rglob("Trash/files/*"))


@pytest.mark.browser
@pytest.mark.promise("G2")
@pytest.mark.timeout(300)
def test_page(lab):
    """A page of a running JupyterLab is measured in a folder and a layout of its own, of which nothing stays."""
    before = lab.state
    rounds = [("page-eval", "fastpath"), ("page-append", "fastpath")]
    results = measured(lab, rounds, browser=Browser(require()))
    numbers = results.values["page-eval"]["fastpath"]

    assert ([], []) == (results.failures, results.losses)
    assert 0 < numbers["round_trip_p50_ms"][0] < numbers["key_to_paint_p50_ms"][0]
    assert 0 < results.values["page-append"]["fastpath"]["lines_busy_mean_ms"][0]
    assert before == lab.state
    assert not list(lab.root.parent.rglob("Trash/files/*"))


@pytest.mark.kernel
@pytest.mark.promise("G2")
@needs_ctrl_c
def test_interrupted(lab, tmp_path):
    """Ctrl-C ends what was begun at a running server, and tells what was measured."""
    path = tmp_path / "bench.json"
    before = lab.state
    options = ("--url", lab.url, "--token", "theirs", "--scenario", "eval")
    with measuring(*options, "--repeat", "1000", "--json", str(path)) as process:
        assert process.stderr.readline().startswith("1/1000 eval, fastpath")
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)

    assert 130 == process.returncode
    assert read_results(path).rounds
    assert before == lab.state


@pytest.mark.kernel
@pytest.mark.promise("G2")
def test_refusals(lab):
    """What is wrong is named: the token, or the address."""
    assert "does not take the token" in complaint(lab.url, "wrong")
    assert "its address ends in its base url" in complaint(f"{lab.url}/lab", "theirs")
    assert "no server at http://127.0.0.1:1" in complaint("http://127.0.0.1:1")
    assert "not an address" in complaint("127.0.0.1:8888")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--url", "http://x", "--scenario", "stall"), "not our own: stall"),
        (("--url", "http://x", "--subjects", "stock"), "no --subjects"),
        (("--url", "http://x", "--clean"), "no --clean"),
        (("--url", "http://far", "--scenario", "eval", "--rtt", "20"), "http://far"),
        (("--url", "https://localhost", "--rtt", "20"), "with http"),
        (("--token", "x"), "--url, which is missing"),
    ],
)
def test_nonsense(options, words, capsys):
    """What cannot be measured at a running server is refused before it is asked."""
    assert 2 == run(parse(*options))
    assert words in capsys.readouterr().err


class _Answer(RequestHandler):
    """Answers with what is in a table, and refuses what is not."""

    def initialize(self, answers):
        self._answers = answers

    def get(self):
        answer = self._answers.get(self.request.path)
        if answer is None:
            self.set_status(404)
        else:
            self.write(answer)

    def post(self):
        self.set_status(403)


def answered(answers, **options):
    """Return why one cannot measure where these answers are given."""

    async def asking():
        socket, port = bind_unused_port()
        server = HTTPServer(Application([("/.*", _Answer, {"answers": answers})]))
        server.add_socket(socket)
        try:
            await found(Endpoint(f"http://127.0.0.1:{port}"), **options)
        finally:
            server.stop()

    with pytest.raises(BenchError) as failure:
        asyncio.run(asking())
    return str(failure.value)


def kernelspecs(**languages):
    """Return the answers of a server that has kernels of these languages."""
    specs = {name: {"spec": {"language": each}} for name, each in languages.items()}
    told = {"default": next(iter(languages)), "kernelspecs": specs}
    return {"/api": {"version": "2"}, "/api/kernelspecs": told}


def test_kernels():
    """A server that has no kernel of Python, or starts none, is told as that."""
    assert "but ir" in answered(kernelspecs(ir="R"))
    assert "no kernel may be started" in answered(kernelspecs(mine="python"))
    assert "no kernel may be started" in answered(kernelspecs(ir="R", python3="python"))
    assert "no Jupyter Server" in answered({"/api": "hello"})


def test_certificate():
    """A certificate that nobody trusts is named."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)

    async def asking():
        socket, port = bind_unused_port()
        server = HTTPServer(Application(), ssl_options=context)
        server.add_socket(socket)
        try:
            await found(Endpoint(f"https://127.0.0.1:{port}"))
        finally:
            server.stop()

    with pytest.raises(BenchError, match=r"is not trusted here: .*SSL_CERT_FILE"):
        asyncio.run(asking())
