"""`sparring evaluate` of what is drawn from noise: against which pictures, with which numbers, and what is left in the run."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from test_cli import call
from test_measure import blobs

import sparring
from sparring.data.pictures import Pictures
from sparring.errors import CommandError, DataError, ModelError
from sparring.measure.measure import measure
from sparring.measure.reference import Reference
from sparring.report.measured import digits
from sparring.runs.measurements import Measured, evaluations, keep_evaluation, measured_of
from sparring.use.copies import copies, save_copies
from sparring.use.evaluate_samples import Sources, is_run, of_pictures

TINY = {"g_hidden": (8,), "d_hidden": (8,), "z_dim": 4, "batch_size": 8}
FAST = ["kernel_distance", "precision"]


@pytest.fixture(autouse=True)
def cache(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("SPARRING_CACHE", str(tmp_path_factory.getbasetemp() / "cache"))


def stored(path, n=80, seed=0, channels=1):
    np.save(path, blobs(n, channels, seed=seed).images)
    return path


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def run(home):
    options = {"steps": 3, "threads": 1, "out": home / "runs", "held_out": 20, "log_every": 3, "sample_every": 3}
    return sparring.train("gan", stored(home / "real.npy"), run=options, quiet=True, **TINY)


def own(run):
    """The pictures of the run as it parted them: training, held out."""
    return sparring.open_pictures(Path(run).parents[1] / "real.npy").split(20)


def test_a_run_is_measured_against_its_own_pictures(run):
    training, held_out = own(run)
    fakes = sparring.load(run).sample(60, seed=5).tensor
    by_hand = measure(
        fakes, Reference(training, "training", training, held_out), metrics=FAST, features="random", seed=5
    )
    found = sparring.evaluate(run, metrics=FAST, features="random", seed=5)
    assert found.values == by_hand.values and found.card == by_hand.card
    assert (found.card.part, found.card.real, found.card.fake, found.card.weights) == ("training", 60, 60, "average")
    assert found.warnings[-1] == "there are 60 real images, so 60 were generated; --count generates more"
    assert sparring.evaluate(run, metrics=FAST, features="random", seed=6).values != found.values, "control"
    newest = sparring.evaluate(run, metrics=FAST, features="random", seed=5, weights="newest")
    assert newest.card.weights == "newest" and newest.values != found.values
    few = sparring.evaluate(run, metrics=FAST, features="random", count=30, part="held out")
    assert (few.card.part, few.card.real, few.card.fake) == ("held out", 20, 30)
    assert few.card.reference_digest == held_out.digest() and not any("--count" in line for line in few.warnings)


def test_enough_held_out_pictures_are_compared_with():
    parts = blobs(600).split(500), blobs(600).split(499)
    assert [Reference.of_run(*p).part for p in parts] == ["held out", "training"]
    assert all(Reference.of_run(*p).held_out is p[1] and Reference.of_run(*p).training is p[0] for p in parts)
    assert Reference.of_run(parts[1][0], None).part == "training"
    with pytest.raises(CommandError, match="holds out no images"):
        Reference.of_run(parts[1][0], None, "held out")


def test_the_pictures_of_a_run_may_have_moved_but_not_changed(run, home):
    real, away = home / "real.npy", home / "away.npy"
    real.rename(away)
    try:
        with pytest.raises(DataError, match=r"real.npy"):
            sparring.evaluate(run, metrics=FAST, features="random")
        moved = sparring.evaluate(run, away, metrics=FAST, features="random")
        assert moved.card.part == "training", "they are known by their content"
        stored(real, seed=9)
        with pytest.raises(DataError, match="is not what 0001-gan-real was trained on; give --data REAL"):
            sparring.evaluate(run, metrics=FAST, features="random")
        other = sparring.evaluate(run, real, metrics=FAST, features="random")
        assert (other.card.part, other.card.real) == ("all", 80)
    finally:
        away.rename(real)
    checkpoint = max((run / "checkpoints").iterdir())
    assert sparring.evaluate(checkpoint, metrics=FAST, features="random").card.part == "training"


def test_pictures_without_a_run(tmp_path):
    real = stored(tmp_path / "real.npy")
    (tmp_path / "fake").mkdir()
    for i, picture in enumerate(blobs(40, seed=0).images):
        Image.fromarray(picture[..., 0]).save(tmp_path / "fake" / f"{i:03d}.png")
    how = {"metrics": ["kernel_distance", "precision"], "features": "random"}
    found = sparring.evaluate(tmp_path / "fake", real, **how)
    assert (found.card.weights, found.card.part, found.card.fake, found.card.real) == ("files", "all", 40, 80)
    assert found.values["precision"].value == 1, "they are among the real"
    tensor = blobs(40).batch(torch.arange(40))[0]
    assert sparring.evaluate(tensor, real, **how).values["precision"].value == 1
    wrong = sparring.evaluate(tensor.sign(), real, **how).values["kernel_distance"]
    assert found.values["kernel_distance"].low < 0 < 0.1 < wrong.low, "control"
    np.save(tmp_path / "large.npy", blobs(40, side=24).images)
    resized = sparring.evaluate(tmp_path / "large.npy", real, **how)
    assert (resized.card.height, resized.card.fake) == (12, 40)
    assert [line for line in resized.warnings if line.startswith("generated images: ") and "12x12" in line]
    small = sparring.evaluate(tmp_path / "large.npy", real, size="6x8", **how)
    assert (small.card.height, small.card.width) == (6, 8)
    with pytest.raises(CommandError, match="give --data REAL"):
        sparring.evaluate(tmp_path / "fake")


def test_labels_count_only_where_both_sides_mean_the_same():
    fake, real = blobs(60, seed=1), blobs(80)
    kept = of_pictures_of(fake, real)
    assert kept.labels is not None and kept.class_names == real.class_names
    other = Pictures(fake.images, fake.labels, ("x", "y", "z"))
    assert of_pictures_of(other, real).labels is None


def of_pictures_of(fake, real):
    """What `of_pictures` makes of pictures as a folder would give them."""
    import sparring.use.evaluate_samples as module

    opened = {"fake": fake, "real": real}
    original, module.open_pictures = module.open_pictures, lambda name, *size, **how: opened[name]
    try:
        return of_pictures("fake", "real").fakes
    finally:
        module.open_pictures = original


def test_a_copier_is_seen_on_the_sheet(tmp_path):
    training = blobs(50)
    x, _ = training.batch(torch.arange(50))

    def drawing(pictures):
        return Sources(lambda n: iter([pictures[:n]]), None, Reference(blobs(10, seed=3), "held out", training), [])

    found = copies(drawing(x[:20]), "random")
    assert (found.distances < 1e-6).all() and np.array_equal(found.samples, found.nearest)
    honest = copies(drawing(blobs(20, seed=7).batch(torch.arange(20))[0]), "inception")
    assert (honest.distances > 0).all() and not np.array_equal(honest.samples, honest.nearest), (
        "control; in quick features"
    )
    assert list(honest.distances) == sorted(honest.distances)
    assert save_copies(found, tmp_path / "sheet.png", {"run": "a"}, 0, 255) == 20
    picture = Image.open(tmp_path / "sheet.png")
    assert picture.text["run"] == "a" and picture.width > 24
    assert copies(Sources(lambda n: iter([x]), None, Reference(training, "all"), [])) is None


def test_the_command_prints_a_table_and_keeps_what_it_found(run, capsys):
    (run / "evaluation.json").unlink(missing_ok=True)
    words = ["evaluate", run, "--features", "random"]
    code, out, err = call(capsys, *words, "--metrics", "kernel_distance", "nearer_to_training")
    assert code == 0, err
    lines = out.splitlines()
    assert lines[0] == "0001-gan-real, step 3, average weights"
    assert lines[2].split("  ")[0] == "measure" and "95 % interval" in lines[2]
    value, low, high = evaluations(run.path)[0].measurement.values["kernel_distance"]
    assert lines[3].split() == f"kernel distance (random) {digits(value)} {digits(low)} to {digits(high)} lower".split()
    assert lines[4].startswith("share nearer to a training image than to a held-out one") and lines[4].endswith(
        "near 0.5"
    )
    assert "60 generated images against 60 training images of real, 12 x 12 x 1" in lines
    assert (run / "memorised.png").is_file() and "the 40 of 1,000 samples nearest" in lines[-1]
    code, out, _ = call(capsys, *words, "--metrics", "precision", "--json")
    report = json.loads(out)
    assert code == 0 and list(report["values"]) == ["precision"] and report["step"] == 3 and report["run"] == run.name
    (both,) = evaluations(run.path)
    assert list(both.measurement.values) == ["kernel_distance", "nearer_to_training", "precision"], "of one card"
    call(capsys, *words, "--metrics", "precision", "--seed", "4")
    assert [m.measurement.card.seed for m in evaluations(run.path)] == [0, 4], "newest last"
    call(capsys, *words, "--metrics", "recall")
    assert [m.measurement.card.seed for m in evaluations(run.path)] == [4, 0], "newest last"


def test_the_command_for_pictures_alone(capsys, tmp_path):
    real, fake = stored(tmp_path / "real.npy"), stored(tmp_path / "fake.npy", 40, seed=1)
    words = ["evaluate", fake, "--data", real, "--features", "random", "--metrics", "coverage"]
    code, out, _ = call(capsys, *words, "--out", tmp_path / "found.json")
    assert code == 0 and "40 generated images against 80 images of real" in out
    assert json.loads((tmp_path / "found.json").read_text())["card"]["weights"] == "files"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["fake.npy", "found.json", "real.npy"]


def test_what_the_command_refuses(run, capsys, tmp_path):
    translating = sparring.train(
        "cyclegan_small", np.tile(blobs(12).images, 3), data_y=np.tile(blobs(12, seed=2).images, 3), quiet=True, features=4,
        blocks=1, d_features=4, batch_size=2, run={"steps": 1, "threads": 1, "out": tmp_path / "runs", "held_out": 2},
    )  # fmt: skip
    real = stored(tmp_path / "real.npy")
    for words, code, says in [
        ([run, "--metrics", "beauty"], 2, "there is no metric 'beauty'"),
        ([run, "--metrics", "fid", "--features", "random"], 2, "FID is a number in Inception features only"),
        ([run, "--pairs", real, real, "--metrics", "recall"], 2, "--metrics is for runs that draw from noise"),
        ([run, "--known", real, real], 2, "--known is for runs that translate; give --pairs too"),
        ([run, "--best"], 3, "has no best checkpoint"),
        ([run, "--best", "--step", "3"], 2, "--best and --step are both given"),
        ([translating], 3, "<ndarray in memory>"),
        ([real], 2, "give --data REAL"),
        (["nothing"], 3, "There is no run 'nothing'"),
    ]:
        got, out, err = call(capsys, "evaluate", *words)
        assert (got, says in " ".join((out + err).split())) == (code, True), out + err


def test_what_is_a_run_and_what_are_pictures(run, tmp_path, monkeypatch):
    (tmp_path / "pictures").mkdir()
    monkeypatch.chdir(run.path.parents[1])
    for what in (run, 1, "1", run.name, str(run), max((run / "checkpoints").iterdir()), "missing"):
        assert is_run(what), what
    for what in ("fashion", tmp_path / "pictures", str(tmp_path / "pictures"), "real.npy", np.zeros(3)):
        assert not is_run(what), what


def test_a_damaged_evaluation_is_told(run, tmp_path):
    new = Measured(3, 24, 0.5, sparring.evaluate(run, metrics=FAST, features="random"))
    keep_evaluation(tmp_path, new)
    assert evaluations(tmp_path) == [new]
    (row,) = json.loads((tmp_path / "evaluation.json").read_text())
    for damage in (
        {},
        [1],
        [{**row, "step": "3"}],
        [{**row, "values": {"beauty": [1, None, None]}}],
        [{**row, "card": {}}],
    ):
        (tmp_path / "evaluation.json").write_text(json.dumps(damage))
        with pytest.raises(ModelError, match=r"evaluation.json"):
            keep_evaluation(tmp_path, new)
    with pytest.raises(ModelError, match="at which step"):
        measured_of({k: v for k, v in row.items() if k != "images"})
