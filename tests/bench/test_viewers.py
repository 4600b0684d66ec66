from __future__ import annotations

from jupyter_fastpath.bench import frames
from jupyter_fastpath.bench.viewers import Seen, checksum


def stream(name, text):
    """Return a frame with a stream message."""
    content = b'{"name":"%b","text":"%b"}' % (name, text)
    return frames.encode("iopub", [b'{"msg_type":"stream"}', b"{}", b"{}", content])


def test_seen():
    """A viewer's text is told by its length and checksum, however it was cut."""
    seen = Seen()
    for frame in (stream(b"stdout", b"ab"), stream(b"stderr", b"!"), None):
        seen.received(frame)
    seen.received(stream(b"stdout", b"c"))

    assert (3, 3, checksum("abc")) == (seen.messages, seen.characters, seen.checksum)


def test_forget():
    """A viewer that has been asked begins anew."""
    seen = Seen()
    seen.received(stream(b"stdout", b"ab"))
    seen.forget()

    assert Seen() == seen
