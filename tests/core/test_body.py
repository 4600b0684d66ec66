"""
What a page sends to save a notebook.
"""

from __future__ import annotations

import json

import pytest

from hypothesis import given
from hypothesis import strategies as st

from jupyter_fastpath.core.body import decode_model
from tests.strategies import json_values


@given(
    st.lists(json_values),
    st.dictionaries(st.text(), json_values),
    st.dictionaries(st.text(), json_values),
)
def test_decoded(cells, content, model):
    """A model is what json makes of it, in the same order."""
    model = model | {"content": content | {"cells": cells}}
    body = json.dumps(model).encode()
    found = decode_model(body)

    # NaN apart, equal text is equal in everything.
    assert json.dumps(json.loads(body)) == json.dumps(found)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"{}",
        b'{"content": null}',
        b'{"content": {"cells": 3}}',
        b'{"content": {"cells": [NaN]}}',
        b'{"content": {"cells": ["\\ud800"]}}',
        b'{"content": {"cells": ["\xff"]}}',
        b'{"content": {"cells": []}',
    ],
)
def test_anything_else(body):
    """What is no model of a notebook, or not plainly JSON, is left to others."""
    assert decode_model(body) is None
