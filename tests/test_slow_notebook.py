"""The example notebook runs as it is, but for its minutes: in a plain Python, and in a kernel where there is one."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

NOTEBOOK = Path(__file__).parents[1] / "examples" / "first_steps.ipynb"
SHORTER = {
    '{"minutes": 1}': '{"steps": 6, "threads": 1, "log_every": 2, "sample_every": 2}',
    'gradients(Path("theory-out"))': 'gradients(Path("theory-out"), d_steps=60)',
}
LEFT = ["runs/0001-gan-fashion/results.png", "runs/0002-mine-fashion/results.png", "theory-out/gradients.png"]


def shortened():
    """The notebook as JSON, and how often each of its long settings was found."""
    text, found = NOTEBOOK.read_text("utf-8"), {}
    for long, short in SHORTER.items():
        a, b = json.dumps(long)[1:-1], json.dumps(short)[1:-1]
        found[long] = text.count(a)
        text = text.replace(a, b)
    return json.loads(text), found


def code(cells):
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


def test_the_notebook_is_whole_without_outputs_and_in_two_languages():
    notebook, found = shortened()
    assert notebook["nbformat"] == 4 and list(found.values()) == [2, 1]
    for cell in notebook["cells"]:
        assert not cell.get("outputs") and cell.get("execution_count") is None
        assert cell["cell_type"] == "code" or any("가" <= c <= "힣" for c in "".join(cell["source"]))


@pytest.mark.slow
def test_its_cells_run_one_after_the_other(tmp_path):
    cells = code(shortened()[0]["cells"])
    env = {**os.environ, "MPLBACKEND": "agg"}
    subprocess.run([sys.executable, "-c", "\n\n".join(cells)], cwd=tmp_path, env=env, check=True, timeout=600)
    assert all((tmp_path / name).is_file() for name in LEFT)


@pytest.mark.slow
def test_a_kernel_shows_live_samples_the_run_and_the_figure(tmp_path):
    nbclient, nbformat = pytest.importorskip("nbclient"), pytest.importorskip("nbformat")
    pytest.importorskip("ipykernel")
    notebook = nbformat.reads(json.dumps(shortened()[0]), as_version=4)
    nbclient.NotebookClient(notebook, timeout=600, resources={"metadata": {"path": str(tmp_path)}}).execute()
    assert all((tmp_path / name).is_file() for name in LEFT)
    outputs = [cell.outputs for cell in notebook.cells if cell.cell_type == "code"]
    trained, shown, drawn, dresses, curves, own, figure = outputs
    lines = "".join(o.text for o in trained if o.output_type == "stream" and o.name == "stdout")
    assert "run 0001-gan-fashion" in lines and "step 6" in lines
    (live,) = [o for o in trained if o.output_type == "display_data"]
    assert "step 6, 100 %" in live.data["text/html"] and "00000006.png" in live.data["text/html"]
    assert "image/png" in shown[0].data and "0001-gan-fashion: done, step 6" in shown[0].data["text/html"]
    assert "Samples: 36 of 28 x 28 x 1" in drawn[0].data["text/html"]
    assert "Samples: 16" in dresses[0].data["text/plain"] and "image/png" in dresses[0].data
    for cell in (curves, own, figure):
        assert "image/png" in cell[-1].data
