"""
Requests that nobody who means well would send, to a real server with a real kernel.
"""

from __future__ import annotations

import json

from urllib.parse import quote

import pytest

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tornado.httpclient import HTTPClientError

from tests.integration.conftest import NOTEBOOK

from .mutations import mutated
from .values import NOTEBOOKS, VALUES, packed_or_garbage


# One server and one kernel for all examples.
pytestmark = [
    pytest.mark.kernel,
    pytest.mark.promise("Z4"),
    pytest.mark.timeout(6 * 3600),
]
shared = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])

RUN = "00000000-0000-0000-0000-000000000000"
NAMES = st.sampled_from(["path", "since", "session_id", "start", "stop", "download"])
TEXTS = st.sampled_from(
    [
        *("", "a.ipynb", "../../etc/passwd", "/etc/passwd", "..", "\x00", "%00", "-1"),
        *("1e9", "9" * 30, "\u0661", "a" * 5000, "<script>", "'; DROP TABLE facts; --"),
    ]
)
QUERIES = st.dictionaries(NAMES, TEXTS, max_size=3)


@pytest.fixture
def jp_server_config():
    """
    A server with our extension.
    """
    return {"ServerApp": {"jpserver_extensions": {"jupyter_fastpath": True}}}


@pytest.fixture
def answer(jp_fetch, jp_asyncio_loop):
    """
    Return the code with which the server answers, and the body.
    """

    def ask(path, **options):
        parts = [quote(part, safe="") for part in path.split("/")]
        try:
            told = jp_asyncio_loop.run_until_complete(jp_fetch(*parts, **options))
        except HTTPClientError as exc:
            return exc.code, b"" if exc.response is None else exc.response.body
        return told.code, told.body

    return ask


@pytest.fixture
def kernel_id(answer):
    """
    A kernel.
    """
    body = json.dumps({"name": "python3"})
    _, told = answer("api/kernels", method="POST", body=body)
    return json.loads(told)["id"]


@shared
@given(
    st.sampled_from(
        [
            *("leftovers", "writes", "status", "policy"),
            *("kernels/KERNEL/runs", "kernels/KERNEL/sessions/SESSION"),
            *("kernels/KERNEL/runs/RUN/text", "kernels/KERNEL/runs/RUN/outputs/0"),
            "kernels/KERNEL/runs/RUN/rich/0",
        ]
    ),
    QUERIES,
    TEXTS.filter(bool),
)
def test_questions(answer, kernel_id, route, query, name):
    """Whatever is asked for is answered, refused, or not found; the server does not fail."""
    path = route.replace("KERNEL", kernel_id).replace("RUN", name)
    code, _ = answer(f"api/fastpath/{path.replace('SESSION', name)}", params=query)

    assert code < 500


@shared
@given(packed_or_garbage(st.fixed_dictionaries({"policy": VALUES}) | VALUES))
def test_policy(answer, kernel_id, body):
    """Whatever is sent as a policy is taken or refused."""
    path = f"api/fastpath/kernels/{kernel_id}/sessions/s1/policy"
    code, _ = answer(path, method="PUT", body=body)

    assert code in {204, 400}


def bodies(notebook):
    """
    Return a strategy for what a page sends to save *notebook*, sometimes damaged.
    """
    body = json.dumps({"type": "notebook", "format": "json", "content": notebook})
    return st.just(body.encode()) | mutated(body.encode())


@shared
@example(b"")
@given(NOTEBOOKS.flatmap(bodies))
def test_save(answer, jp_root_dir, body):
    """A notebook that makes no sense is saved or refused, as Jupyter Server does it, and what was there stays whole."""
    saved = jp_root_dir / "a.ipynb"
    before = json.dumps(NOTEBOOK)
    saved.write_text(before, "utf-8")
    code, _ = answer("api/contents/a.ipynb", method="PUT", body=body)
    after = saved.read_text("utf-8")

    # Jupyter Server itself answers 500 to some that it cannot read, and takes an empty one
    # for the wish to have a new file in a folder of that name, which is not found.
    assert code in {200, 400, 404, 500}
    assert json.loads(after) if code == 200 else after == before
