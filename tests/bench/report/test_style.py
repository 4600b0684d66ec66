from __future__ import annotations

import itertools

import pytest

from jupyter_fastpath.bench.bed import FORCED, SUBJECTS
from jupyter_fastpath.bench.report.style import PALETTES, Scheme, inks


pytestmark = pytest.mark.promise("G2")


def luminance(color):
    """Return how light a color is, from 0 to 1, as the WCAG tells."""
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    ]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("scheme", Scheme)
@pytest.mark.parametrize("subject", [*SUBJECTS, *FORCED, "nobody"])
def test_contrast(scheme, subject):
    """Each line is told from the paper, as the WCAG asks of graphics."""
    ink = inks([subject])[subject].on(scheme)
    ends = sorted(map(luminance, (ink, PALETTES[scheme].paper)))

    assert (ends[1] + 0.05) / (ends[0] + 0.05) >= 3


@pytest.mark.parametrize("scheme", Scheme)
def test_different(scheme):
    """No two subjects have the same color."""
    found = inks([*SUBJECTS, *FORCED, "nobody"])

    for one, other in itertools.combinations(found.values(), 2):
        assert one.on(scheme) != other.on(scheme)
