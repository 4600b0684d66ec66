from __future__ import annotations

import json

import nbformat
import pytest

from jupyter_fastpath.bench.errors import BenchError
from jupyter_fastpath.bench.page.bed import probe
from jupyter_fastpath.bench.page.lab import check_build, notebook_of, without


def test_notebook():
    """A notebook with a cell for each source is valid."""
    notebook = nbformat.reads(notebook_of(["1", "2"]).decode(), as_version=4)
    nbformat.validate(notebook)

    assert ["1", "2"] == [cell.source for cell in notebook.cells]


@pytest.mark.promise("G4")
def test_build(tmp_path):
    """A page that has loaded another build than the one on disk is not measured."""
    package = {"name": "x", "jupyterlab": {"_build": {"load": "static/entry.a1.js"}}}
    (tmp_path / "package.json").write_text(json.dumps(package))
    at = "http://127.0.0.1/lab/extensions/x/static"
    check_build([f"{at}/other.js", f"{at}/entry.a1.js"], tmp_path)

    with pytest.raises(BenchError, match="stale build"):
        check_build([f"{at}/entry.b2.js"], tmp_path)
    with pytest.raises(BenchError, match=r"entry\.a1\.js, which was built last"):
        check_build([], tmp_path)


def test_without(tmp_path):
    """Stock has all page extensions but ours, the first that is found of each name."""
    for folder, names in (("a", ("ours", "one", "@of/two")), ("b", ("one",))):
        for name in names:
            package = tmp_path / folder / name / "package.json"
            package.parent.mkdir(parents=True)
            package.write_text(json.dumps(folder))
    without("ours", [tmp_path / "a", tmp_path / "b"], tmp_path / "copy")
    found = sorted((tmp_path / "copy").rglob("package.json"))

    assert ["@of/two", "one"] == [
        path.parent.relative_to(tmp_path / "copy").as_posix() for path in found
    ]
    assert '"a"' == found[1].read_text()


def test_probe():
    """The scripts of the probe are in the package, the first of them first."""
    script = probe()

    assert script.startswith("// What the main thread")
    assert script.index("bench.painted") < script.index("bench.calm")
