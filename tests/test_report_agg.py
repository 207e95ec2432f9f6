"""Drawing does not care what MPLBACKEND names."""

import os
import subprocess
import sys

import pytest
from PIL import Image

RESULTS = """
from sparring.report.results import results_picture
results_picture([{"step": 1, "D/paid/adversarial": 1.0}], None, None, "a run", {}, path)
"""
FIGURE = """
from pathlib import Path
from sparring.theory.figures.style import page, save
save(page("a figure", "below"), Path(path).parent, Path(path).stem)
"""
IMPORT = "import matplotlib"


def ran(code, path, backend):
    """Python runs it with that MPLBACKEND, and tells what is left of it."""
    code = f"path = {str(path)!r}\n{code}\nimport matplotlib, os\nprint(os.environ['MPLBACKEND'], matplotlib.get_backend())"
    environment = {**os.environ, "MPLBACKEND": backend}
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)


@pytest.mark.parametrize(
    ("backend", "code"),
    [("module://nothing_here", RESULTS), ("module://nothing_here", FIGURE), ("nothing_here", FIGURE)],
    ids=["module-results", "module-theory", "name-theory"],
)
def test_a_backend_that_is_not_installed_is_not_needed(tmp_path, backend, code):
    path = tmp_path / "picture.png"
    done = ran(code, path, backend)
    assert done.returncode == 0, done.stderr
    with Image.open(path) as picture:
        assert picture.width > 1000


def test_control_matplotlib_alone_needs_it(tmp_path):
    assert ran(IMPORT, tmp_path, "nothing_here").returncode == 1


def test_a_backend_that_is_installed_stays_the_one_of_who_plots_beside(tmp_path):
    done = ran(RESULTS, tmp_path / "picture.png", "svg")
    assert done.stdout.split() == ["svg", "svg"]
