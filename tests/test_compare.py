"""Runs beside one another, and their numbers for other tools."""

import csv
import importlib.util
import json
import re

import numpy as np
import pytest
from PIL import Image
from test_cli import call
from test_evaluate_samples import TINY
from test_measure import blobs

import sparring
from sparring.commands.compare import settings, table
from sparring.errors import CommandError
from sparring.report import tensorboard
from sparring.report.comparison import MOST, comparison_picture, of_rows
from sparring.report.measured import digits
from sparring.runs.folder import RunFolder
from sparring.runs.measurements import flat, while_trained
from sparring.use import export_metrics as export
from sparring.use.compare import compare

USUAL = {"threads": 1, "log_every": 2, "sample_every": 50, "save_every": 50, "steps": 6, "features": "random"}
PICTURES = blobs(80).images


@pytest.fixture(autouse=True)
def cache(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("SPARRING_CACHE", str(tmp_path_factory.getbasetemp() / "cache"))


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """By name: a and b measured alike, other in other features, bare not at all."""
    out = tmp_path_factory.mktemp("compare")

    def train(name, loss="nonsaturating", **given):
        options = {**USUAL, "out": out, "name": name, **given}
        return sparring.train("gan", PICTURES, run=options, quiet=True, loss=loss, **TINY).path

    given = {"a": {"evaluate": 2}, "b": {"evaluate": 3, "seed": 1, "loss": "hinge"}}
    given |= {"other": {"evaluate": 3, "features": "pixels"}, "bare": {}}
    return {name: train(name, **options) for name, options in given.items()}


def test_the_numbers_of_a_table_are_those_of_the_runs(runs):
    found = compare([runs["a"], runs["b"]])
    for run, name, steps in zip(found.runs, ("a", "b"), ([2, 4, 6], [3, 6]), strict=True):
        measured = while_trained(RunFolder.open(runs[name]))
        values = {m.step: m.measurement.values["kernel_distance"] for m in measured}
        assert list(values) == steps and run.name == runs[name].name
        assert run.newest["kernel_distance"] == (6, values[6])
        best = min(values, key=lambda step: values[step].value)
        assert run.best["kernel_distance"] == (best, values[best])
    (quantity,) = found.quantities
    a, b = quantity.along["images"]
    assert quantity.title == "kernel distance (random)" and (a.label, b.label) == (runs["a"].name, runs["b"].name)
    assert a.x.tolist() == [16, 32, 48] and b.x.tolist() == [24, 48] and a.low is not None
    assert quantity.along["step"][1].x.tolist() == [3, 6] and (np.diff(quantity.along["seconds"][0].x) > 0).all()
    best = compare([runs["a"], runs["b"]], "precision").runs[0].best["precision"].value.value
    assert best == max(m.measurement.values["precision"].value for m in while_trained(RunFolder.open(runs["a"])))


def test_the_settings_that_differ_and_no_others(runs):
    found = compare([runs["a"], runs["b"]])
    assert found.differing == {"settings.loss": ["nonsaturating", "hinge"], "run.seed": [0, 1], "run.evaluate": [2, 3]}
    assert "  settings.loss  nonsaturating  hinge" in settings(found)
    same = found._replace(differing={})
    assert settings(same) == ["", "all settings are the same", ""]


def test_unlike_numbers_are_refused_unless_told(runs):
    with pytest.raises(CommandError) as refused:
        compare([runs["a"], runs["other"]])
    name = "0001-a and 0003-other: in the features 'random' and 'pixels'"
    assert name in str(refused.value) and "--anyway" in str(refused.value)
    assert compare([runs["a"], runs["other"]], anyway=True).notes == [name]
    assert compare([runs["a"], runs["b"]]).notes == [], "control"


def test_runs_that_were_not_measured_are_compared_by_what_they_share(runs):
    found = compare([runs["a"], runs["bare"]])
    assert found.notes == ["not measured: 0004-bare; compared by what the rows of metrics share"]
    assert list(found.runs[0].newest)[:2] == ["loss D", "loss G"]
    rows = RunFolder.open(runs["bare"]).read_metrics()
    paid = sum(v for k, v in rows[-1].items() if k.startswith("D/paid/"))
    assert (
        found.runs[1].newest["loss D"].value.value == pytest.approx(paid) and found.runs[1].newest["loss D"].step == 6
    )
    assert found.runs[1].newest["held_out/accuracy/accuracy"].value.value == rows[-1]["held_out/accuracy/accuracy"]
    assert found.runs[0].best == {}
    one = compare([runs["a"], runs["bare"]], "held_out/accuracy/accuracy")
    assert [q.title for q in one.quantities] == ["held_out/accuracy/accuracy"]
    with pytest.raises(
        CommandError, match="0004-bare was not measured by kernel_distance: sparring evaluate 0004-bare"
    ):
        compare([runs["a"], runs["bare"]], "kernel_distance")
    with pytest.raises(CommandError, match="not all of these runs have no/such/key"):
        compare([runs["a"], runs["bare"]], "no/such/key")


def test_a_run_that_was_evaluated_afterwards_counts_as_measured(runs, tmp_path):
    path = sparring.train("gan", PICTURES, run={**USUAL, "out": tmp_path}, quiet=True, **TINY).path
    np.save(tmp_path / "real.npy", PICTURES)
    from sparring.runs.measurements import Measured, keep_evaluation

    found = sparring.evaluate(path, tmp_path / "real.npy", features="random", metrics=["kernel_distance"], count=72)
    keep_evaluation(path, Measured(6, 48, 1.0, found))
    compared = compare([runs["a"], path])
    assert compared.runs[1].newest["kernel_distance"].value == found.values["kernel_distance"] and not compared.notes


def test_the_command(runs, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, out, err = call(capsys, "compare", runs["a"], runs["b"])
    assert code == 0, err
    lines = out.splitlines()
    newest = compare([runs["a"], runs["b"]]).runs[0].newest["kernel_distance"].value.value
    assert lines[:3] == table(compare([runs["a"], runs["b"]])) and f"{digits(newest)} at 6" in lines[1]
    assert lines[0].split()[:5] == ["run", "state", "steps", "images", "time"]
    assert lines[-1] == "compare.png" and Image.open("compare.png").width == 1480
    code, out, _ = call(capsys, "compare", runs["a"], runs["b"], "--json")
    report = json.loads(out)
    assert report["picture"] == "compare-2.png" and report["runs"][1]["newest"]["kernel_distance"]["step"] == 6
    assert report["differing"]["run.seed"] == [0, 1] and report["runs"][0]["card"]["features"] == "random"
    for words, says in [
        ([runs["a"]], "two or more different runs"),
        ([runs["a"], runs["a"]], "two or more different runs"),
        ([runs["a"], runs["b"], "--metric", "beauty"], "there is no metric 'beauty'"),
        ([runs["a"], runs["other"]], "do not compare"),
    ]:
        code, out, err = call(capsys, "compare", *words)
        assert code == 2 and says in " ".join(err.split())
    assert sorted(p.name for p in tmp_path.iterdir()) == ["compare-2.png", "compare.png"], "nothing was left of those"


def test_the_picture_has_a_row_for_each_quantity(tmp_path):
    rows = {"a": [{"step": i, "images": 8 * i, "seconds": i / 2, "loss D": 1 / i} for i in range(1, 30)]}
    sizes = []
    for n in (1, 2, MOST + 3):
        comparison_picture([of_rows("loss D", rows)] * n, tmp_path / "picture.png")
        sizes.append(Image.open(tmp_path / "picture.png").height)
    assert sizes[1] - sizes[0] > 250 and sizes[2] - sizes[0] == (MOST - 1) * (sizes[1] - sizes[0])


def test_a_table_for_other_tools_has_every_number_once(runs, tmp_path, capsys):
    run = RunFolder.open(runs["b"])
    code, out, _ = call(capsys, "export-metrics", runs["b"], "--out", tmp_path / "b.csv")
    assert code == 0 and out.strip() == f"{tmp_path / 'b.csv'}: 4 rows"
    with open(tmp_path / "b.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0])[:3] == ["step", "images", "seconds"] and [row["step"] for row in rows] == ["2", "3", "4", "6"]
    metrics, measured = {r["step"]: r for r in run.read_metrics()}, {m.step: m for m in while_trained(run)}
    for row in rows:
        step = int(row["step"])
        for name, value in metrics.get(step, {}).items():
            assert float(row[name]) == value
        distance = measured[step].measurement.values["kernel_distance"] if step in measured else None
        shown = [row[f"evaluate/kernel_distance{end}"] for end in ("", "/low", "/high")]
        assert shown == (["", "", ""] if distance is None else [str(end) for end in distance])
    assert rows[1]["D/paid/adversarial"] == "", "there is no row of metrics at step 3"


def test_numbers_that_are_not_finite_are_exported_as_they_are(tmp_path):
    export.to_csv([{"step": 1, "images": 8, "loss": float("nan")}, {"step": 2, "other, name": 1.5}], tmp_path / "t.csv")
    assert (tmp_path / "t.csv").read_text() == 'step,images,seconds,loss,"other, name"\n1,8,,nan,\n2,,,,1.5\n'
    row = {"step": 3, "values": {"precision": [0.5, None, None], "two_sample": [0.6, 0.5, 0.7]}, "card": {}, "took": 1}
    wanted = {"step": 3, "evaluate/precision": 0.5, "evaluate/two_sample": 0.6}
    assert flat(row) == wanted | {"evaluate/two_sample/low": 0.5, "evaluate/two_sample/high": 0.7}


def test_without_the_extra_it_is_told_before_anything_is_written(runs, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(tensorboard, "find_spec", lambda name: None)
    code, _, err = call(capsys, "export-metrics", runs["a"], "--to", "tensorboard", "--out", tmp_path / "board")
    assert code == 2 and "pip install 'sparring[tensorboard]'" in err and not (tmp_path / "board").exists()
    with pytest.raises(CommandError, match="pip install"):
        tensorboard.Writer(tmp_path / "board")
    with pytest.raises(CommandError, match="pip install"):
        sparring.train(
            "gan", PICTURES, run={**USUAL, "out": tmp_path / "runs", "tensorboard": True}, quiet=True, **TINY
        )


@pytest.mark.skipif(importlib.util.find_spec("tensorboardX") is None, reason="needs the extra tensorboard")
def test_what_tensorboard_reads_is_what_was_measured(runs, tmp_path, capsys):
    run = RunFolder.open(runs["b"])
    code, _, err = call(capsys, "export-metrics", runs["b"], "--to", "tensorboard", "--out", tmp_path / "board")
    assert code == 0, err
    assert scalars(tmp_path / "board") == expected(run)
    code, _, err = call(capsys, "export-metrics", runs["b"], "--to", "tensorboard", "--out", tmp_path / "board")
    assert code == 2 and "is there already" in err
    live = sparring.train(
        "gan", PICTURES, run={**USUAL, "out": tmp_path / "runs", "tensorboard": True, "evaluate": 2}, quiet=True, **TINY
    )
    found = RunFolder.open(live.path)
    assert scalars(live.path / "tensorboard") == expected(found) and len(expected(found)) > 20
    sparring.resume(live, data=PICTURES, extend={"steps": 10}, quiet=True)
    assert scalars(live.path / "tensorboard") == expected(RunFolder.open(live.path)), "and goes on when the run does"
    bare = sparring.train("gan", PICTURES, run={**USUAL, "out": tmp_path / "runs"}, quiet=True, **TINY)
    assert not (bare / "tensorboard").exists(), "control"


def expected(run):
    """(tag, step) -> value of all that a run noted; tags have no brackets."""
    return {
        (re.sub(r"[^-/\w.]", "_", name), row["step"]): pytest.approx(value, rel=1e-6)
        for row in export.table(run)
        for name, value in row.items()
        if name != "step"
    }


def scalars(folder):
    """(tag, step) -> value, read from the event files record by record."""
    import struct

    from tensorboardX.proto.event_pb2 import Event

    found = {}
    for path in sorted(folder.iterdir()):
        data, at = path.read_bytes(), 0
        while at < len(data):
            (length,) = struct.unpack_from("<Q", data, at)
            event = Event.FromString(data[at + 12 : at + 12 + length])
            found |= {(v.tag, event.step): v.simple_value for v in event.summary.value}
            at += 16 + length
    return found
