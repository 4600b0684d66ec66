"""
What a page sends to save a notebook.
"""

from __future__ import annotations

import json

import pytest

from hypothesis import given
from hypothesis import strategies as st

from jupyter_fastpath.core.body import decode_model


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(
    st.lists(JSON), st.dictionaries(st.text(), JSON), st.dictionaries(st.text(), JSON)
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
