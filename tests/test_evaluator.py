"""Measuring while training: what is kept as the best, what a resume remembers, whose time it is, and what is seen of it."""

import json
import time

import numpy as np
import pytest
import torch
from PIL import Image
from test_cli import call
from test_evaluate_samples import TINY
from test_measure import blobs

import sparring
from sparring.errors import CommandError
from sparring.measure.measure import Measurement, measure
from sparring.measure.reference import Reference
from sparring.metrics.value import Value
from sparring.report.measured import panels
from sparring.runs import checkpoint
from sparring.runs.folder import RunFolder
from sparring.runs.measurements import while_trained
from sparring.sessions import evaluator, shots
from sparring.sessions.evaluator import MEASURED, score
from sparring.sessions.meter import Clock

PICTURES = blobs(80)
STEPS = {"threads": 1, "log_every": 2, "sample_every": 4, "save_every": 3, "evaluate": 2, "features": "random"}


@pytest.fixture(autouse=True)
def cache(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("SPARRING_CACHE", str(tmp_path_factory.getbasetemp() / "cache"))


def train(out, **given):
    recipe = given.pop("recipe", "gan")
    settings = {} if callable(recipe) else TINY
    return sparring.train(
        recipe, PICTURES.images, run={**STEPS, "out": out, "steps": 8, **given}, quiet=True, **settings
    )


def rows_of(path):
    return [
        {k: v for k, v in row.items() if k not in ("seconds", "took")} for row in RunFolder.open(path).read_measured()
    ]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return train(tmp_path_factory.mktemp("evaluator"), sample_every=8)


def test_a_row_is_what_measuring_the_checkpoint_gives(run):
    """The row of the last step, and the samples of the last checkpoint, measured by hand."""
    training, held_out = sparring.open_pictures(PICTURES.images).split(8)
    fakes = sparring.load(run).sample(72, seed=0).tensor
    names = ["kernel_distance", "precision", "recall"]
    by_hand = measure(
        fakes, Reference(training, "training", training, held_out), metrics=names, features="random", count=72
    )
    newest = while_trained(RunFolder.open(run.path))[-1]
    assert newest.step == 8 and newest.images == 64 and newest.measurement.card == by_hand.card
    for name, value in by_hand.values.items():
        assert newest.measurement.values[name].value == pytest.approx(value.value, rel=1e-3), name
    assert [row["step"] for row in rows_of(run)] == [2, 4, 6, 8]


def test_the_best_checkpoint_is_the_one_that_measured_best(run, capsys):
    rows = while_trained(RunFolder.open(run.path))
    best = min(rows, key=lambda m: m.measurement.values["kernel_distance"].value)
    assert [p.name for p in (run / "best").iterdir()] == [f"{best.step:08d}"]
    facts = checkpoint.read(run / "best" / f"{best.step:08d}", []).state
    assert facts[MEASURED] == {"by": "kernel_distance", **json.loads(json.dumps(best.as_json()))}
    loaded = sparring.load(run, best=True)
    assert loaded.facts["progress"]["steps"] == best.step
    by_step = sparring.load(run / "best" / f"{best.step:08d}")
    assert torch.equal(loaded.sample(4).tensor, by_step.sample(4).tensor)
    code, out, _ = call(capsys, "info", run, "--json")
    assert code == 0 and json.loads(out)["best checkpoint"]["step"] == best.step
    found = sparring.evaluate(run, PICTURES.images, best=True, metrics=["kernel_distance"], features="random", count=72)
    wanted = best.measurement.values["kernel_distance"].value
    assert found.values["kernel_distance"].value == pytest.approx(wanted, rel=1e-3)
    code, out, _ = call(capsys, "sample", run, "--best", "--out", run.path.parent / "best.png")
    assert code == 0 and Image.open(run.path.parent / "best.png").text["step"] == str(best.step)


def test_a_resumed_run_measures_what_an_unbroken_one_does(run, tmp_path):
    def stop(session):
        if session.trainer.steps == 5 and not stopped:
            stopped.append(True)
            raise KeyboardInterrupt

    stopped = []
    with pytest.raises(KeyboardInterrupt):
        sparring.train(
            "gan", PICTURES.images, run={**STEPS, "sample_every": 8, "out": tmp_path, "steps": 8}, quiet=True,
            hooks=sparring.Hook(stop, every=1, essential=True), **TINY,
        )  # fmt: skip
    path = tmp_path / "0001-gan-array"
    assert [row["step"] for row in rows_of(path)] == [2, 4] and max(
        checkpoint.steps(path / "checkpoints")
    ).name == "00000003"
    sparring.resume(path, data=PICTURES.images, quiet=True)
    assert rows_of(path) == rows_of(run)
    assert [p.name for p in (path / "best").iterdir()] == [p.name for p in (run / "best").iterdir()]


def test_patience_waits_for_the_measure_that_chooses(tmp_path, monkeypatch):
    """Scripted values: best at step 4, so with a patience of 2 the run ends after step 8."""
    script = iter([3.0, 1.0, 2.0, 1.5, 0.5])
    real = evaluator.measure

    def scripted(*args, **more):
        found = real(*args, **more)
        value = next(script)
        return found._replace(
            values={**found.values, "kernel_distance": found.values["kernel_distance"]._replace(value=value)}
        )

    monkeypatch.setattr(evaluator, "measure", scripted)
    path = train(tmp_path, steps=40, patience=2)
    assert [row["step"] for row in rows_of(path)] == [2, 4, 6, 8]
    assert [p.name for p in (path / "best").iterdir()] == ["00000004"]
    log = (path / "log.txt").read_text("utf-8")
    assert (
        "kernel distance (random) has not become better in 2 evaluations; the best checkpoint is that of step 4" in log
    )
    assert RunFolder.open(path.path).events()[-1]["kind"] == "done"
    assert sparring.resume(path, data=PICTURES.images, quiet=True) and len(rows_of(path)) == 4, "it is finished"


def test_time_of_measuring_is_not_time_of_training(tmp_path, monkeypatch):
    real = evaluator.measure

    def slow(*args, **more):
        time.sleep(0.4)
        return real(*args, **more)

    monkeypatch.setattr(evaluator, "measure", slow)
    monkeypatch.setattr(shots, "results_picture", lambda *a, **m: None)
    start = time.perf_counter()
    path = train(tmp_path, sample_every=8)
    whole = time.perf_counter() - start
    seconds = RunFolder.open(path.path).read_metrics()[-1]["seconds"]
    took = [row["took"] for row in RunFolder.open(path.path).read_measured()]
    assert len(took) == 4 and min(took) >= 0.4
    assert seconds < whole - sum(took) + 0.05
    assert "measured 4 times in this session, in " in (path / "log.txt").read_text("utf-8")


def test_a_stopped_clock_stands_still():
    clock = Clock(10.0)
    with clock.stopped():
        before = clock.seconds
        time.sleep(0.05)
        assert clock.seconds == before
    assert clock.seconds < before + 0.04 and clock.seconds >= 10
    time.sleep(0.05)
    assert clock.seconds > before + 0.04, "control: it goes on"


def test_numbers_of_another_kind_do_not_compete(run, tmp_path, monkeypatch):
    path = train(tmp_path, steps=4)
    old = checkpoint.read(max(checkpoint.steps(path / "best")), []).state[MEASURED]["step"]
    sparring.resume(path, data=PICTURES.images, extend={"steps": 8, "best": "precision"}, quiet=True)
    (kept,) = checkpoint.steps(path / "best")
    facts = checkpoint.read(kept, []).state[MEASURED]
    assert facts["by"] == "precision" and facts["step"] > old


def test_numbers_in_other_features_do_not_compete(tmp_path):
    path = train(tmp_path, steps=4, features="pixels")
    sparring.resume(path, data=PICTURES.images, extend={"steps": 8, "features": "random"}, quiet=True)
    values = {row["step"]: row["values"]["kernel_distance"][0] for row in rows_of(path)}
    (kept,) = checkpoint.steps(path / "best")
    assert checkpoint.step_of(kept) == min((6, 8), key=values.get)
    assert min(values[6], values[8]) > max(values[2], values[4]), "or this would say nothing"


def test_rows_that_are_taken_back_are_cut(tmp_path):
    (tmp_path / "config.json").write_text("{}")
    folder = RunFolder.open(tmp_path)
    for step in (2, 4, 6):
        folder.measured({"step": step})
    folder.cut_after(4)
    assert [row["step"] for row in folder.read_measured()] == [2, 4]


def test_what_is_asked_for_is_refused_before_the_first_step(tmp_path):
    for given, says in [
        ({"best": "label_agreement"}, "label_agreement needs generated images with labels"),
        ({"best": "fid"}, "FID is a number in Inception features only, these are random"),
        ({"features": "classifier"}, "cannot train a classifier"),
    ]:
        with pytest.raises(CommandError, match=says):
            train(tmp_path, **given)
    colour = np.tile(PICTURES.images, 3)
    with pytest.raises(CommandError, match="this recipe translates"):
        sparring.train(
            "cyclegan_small", colour, data_y=colour[::-1] // 2, quiet=True, features=4, blocks=1, d_features=4, batch_size=2,
            run={"steps": 1, "threads": 1, "out": tmp_path, "evaluate": 1},
        )  # fmt: skip


def test_less_is_better_in_a_score():
    def found(by, value):
        return score(by, Measurement({by: Value(value)}, card=None, warnings=[]))

    assert found("kernel_distance", 1.0) < found("kernel_distance", 2.0)
    assert found("precision", 0.9) < found("precision", 0.1)
    assert found("two_sample", 0.55) == pytest.approx(found("two_sample", 0.45))
    assert found("two_sample", 0.4) < found("two_sample", 0.9)


def test_curves_have_their_intervals_and_only_what_compares(run):
    found = while_trained(RunFolder.open(run.path))
    distance, shares = panels(found)
    (line,) = distance.curves
    assert distance.title == "Kernel distance (random)" and line.x.tolist() == [2, 4, 6, 8]
    values = [m.measurement.values["kernel_distance"] for m in found]
    assert line.low.tolist() == [v.low for v in values] and line.high.tolist() == [v.high for v in values]
    assert [c.label for c in shares.curves] == ["precision", "recall"] and shares.curves[0].low is None and shares.unit
    card = found[0].measurement.card._replace(features="pixels")
    mixed = [found[0]._replace(measurement=found[0].measurement._replace(card=card)), *found[1:]]
    assert panels(mixed)[0].curves[0].x.tolist() == [4, 6, 8]
    assert panels([]) == []


def test_the_band_is_the_interval_and_fits_the_axes(run):
    from matplotlib.figure import Figure

    from sparring.report.curves import limits
    from sparring.report.drawing import draw

    distance, shares = panels(while_trained(RunFolder.open(run.path)))
    ax = Figure().add_axes((0, 0, 1, 1))
    draw(ax, distance, "step")
    (line,) = distance.curves
    band = ax.collections[0].get_paths()[0].get_extents()
    assert (band.y0, band.y1) == (line.low.min(), line.high.max())
    low, high, _ = limits(distance)
    assert low < line.low.min() and line.high.max() < high
    bare = Figure().add_axes((0, 0, 1, 1))
    draw(bare, shares._replace(curves=shares.curves[:1]), "step")
    assert not bare.collections, "control: precision has no interval"


def test_the_picture_of_a_run_shows_what_was_measured(run, tmp_path):
    from sparring.report.results import results_picture

    found = while_trained(RunFolder.open(run.path))
    sizes = []
    for name, measured in (("with", found), ("without", [])):
        results_picture([], None, None, "a", {}, tmp_path / name, measured=measured)
        sizes.append(Image.open(tmp_path / name).size)
    assert sizes[0][1] > sizes[1][1] + 200


def test_the_page_tells_what_was_measured(run):
    text = (run / "README.md").read_text("utf-8")
    newest = while_trained(RunFolder.open(run.path))[-1]
    assert "| kernel distance (random) after step 8 |" in text
    assert "72 generated images against 72 training images of array, 12 x 12 x 1" in text
    step = checkpoint.step_of(checkpoint.steps(run / "best")[0])
    assert f"| best checkpoint | step {step}, in best/ |" in text
    assert "sparring evaluate" in text and newest.step == 8
