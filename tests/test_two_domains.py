"""Translating runs through the real doors: two sets of pictures that have nothing to do with each other."""

import json

import numpy as np
import pytest
import torch
from PIL import Image
from test_cli import call

import sparring
from sparring.data.embedded_sets import emoji_pairs
from sparring.errors import CommandError
from sparring.report import results
from sparring.report.domain_names import domain_names
from sparring.report.png import read_text
from sparring.runs import checkpoint
from sparring.runs.folder import RunFolder
from sparring.sessions import shots
from sparring.sessions.domains import sources_for
from sparring.sessions.start import resume, train

RNG = np.random.default_rng(0)
GREY16 = RNG.integers(0, 65536, (31, 12, 10, 1), np.uint16)
SEVEN = RNG.integers(0, 256, (23, 12, 10, 7), np.uint8)
COLOUR = RNG.integers(0, 256, (40, 12, 10, 3), np.uint8)
TINY = {"features": 8, "blocks": 1, "d_features": 4, "batch_size": 2, "memory": 6, "pool": 5, "images": 1000}
FLAGS = ["--features", "8", "--blocks", "1", "--d-features", "4", "--batch-size", "2", "--memory", "6"]


def options(tmp_path, **more):
    base = {"out": tmp_path / "runs", "threads": 1, "precision": "float32", "steps": 6}
    return {**base, "log_every": 2, "sample_every": 3, "save_every": 2, "keep": 20, **more}


def tensors(path):
    return checkpoint.read(checkpoint.newest(RunFolder.open(path).checkpoints)[0]).tensors


@pytest.mark.parametrize(("x", "y"), [(COLOUR, COLOUR[:25]), (GREY16, SEVEN)])
def test_n_steps_stop_resume_m_steps_are_n_plus_m_steps_whatever_the_domains_are(x, y, tmp_path):
    straight = train("cyclegan_small", x, data_y=y, run=options(tmp_path), **TINY)
    stopped = train("cyclegan_small", x, data_y=y, run=options(tmp_path, steps=2), **TINY)
    resume(RunFolder.open(stopped), extend={"steps": 6}, data=x, data_y=y)
    a, b = tensors(straight), tensors(stopped)
    assert a.keys() == b.keys() and "kept.0.memory_y.pictures" in a["game"] and "pool_x.pictures" in a["game"]
    assert not [k for part in a for k in a[part] if not torch.equal(a[part][k], b[part][k])]


def test_pictures_of_another_domain_y_are_refused_with_the_difference(tmp_path):
    run = train("cyclegan_small", COLOUR, data_y=COLOUR[:25], run=options(tmp_path, steps=2), **TINY)
    with pytest.raises(CommandError, match="the pictures are not those of the run"):
        resume(RunFolder.open(run), extend={"steps": 4}, data=COLOUR, data_y=COLOUR[1:26])


def test_strips_there_and_back_of_held_out_pictures_are_left(tmp_path, curves):
    run = train("cyclegan_small", COLOUR, data_y=COLOUR[:25], run=options(tmp_path), **TINY)
    names = {p.name for p in (run / "samples").iterdir()}
    assert {"00000000-x_to_y.png", "00000006-y_to_x.png", "00000003-x_to_y-raw.png"} <= names
    with Image.open(run / "samples" / "00000006-x_to_y.png") as strip:
        assert strip.mode == "RGB" and strip.width > 3 * strip.height / 2
    assert read_text(run / "samples" / "00000006-x_to_y.png")["recipe"] == "cyclegan_small"
    assert (run / "results.png").stat().st_size > 20_000
    with Image.open(run / "reals-x.png") as x, Image.open(run / "reals-y.png") as y:
        assert x.size != y.size
    rows = RunFolder.open(run).read_metrics()
    assert {"held_out/error/cycle_error", "G/paid/lookalikes", "G/paid/adversarial_xy", "D/paid/adversarial_y"} <= rows[
        -1
    ].keys()
    data = json.loads((run / "data.json").read_text())
    assert data["x"]["pictures"] == 40 and data["y"]["pictures"] == 25
    assert "sparring translate" in (run / "README.md").read_text()


def test_results_say_what_lies_side_by_side(tmp_path, monkeypatch):
    assert [shots.caption("x_to_y", width, [8, 10], {"x": "x", "y": "y"}) for width in (26, 28, 18, 10)] == [
        "x → y: picture, translation, back", "x → y: picture, translation, back", "x → y: picture, translation", "x → y",
    ]  # fmt: skip
    assert shots.caption("samples", 8, [8], {}) == "Newest samples" and shots.caption("faces", 16, [8], {}) == "faces"
    told = []
    monkeypatch.setattr(shots, "results_picture", lambda metrics, samples, *_, **__: told.append(list(samples)))
    train("cyclegan_small", COLOUR, data_y=COLOUR[:25], run=options(tmp_path, steps=2), **TINY)
    assert told[-1] == ["x → y: picture, translation, back", "y → x: picture, translation, back"]


def folders(tmp_path, *names):
    for name, pictures in zip(names, (COLOUR[:20], COLOUR[20:40]), strict=True):
        (tmp_path / name).mkdir()
        for i, values in enumerate(pictures):
            Image.fromarray(values).save(tmp_path / name / f"{i}.png")


def test_domains_are_called_after_their_sources_wherever_a_person_reads(tmp_path, monkeypatch, capsys, curves):
    monkeypatch.chdir(tmp_path)
    folders(tmp_path, "photos", "drawings")
    told = []
    real = results.with_names
    monkeypatch.setattr(results, "with_names", lambda *given: told.append(real(*given)) or told[-1])
    captions = []
    monkeypatch.setattr(results, "sheet", lambda name, *_: captions.append(name) or (name, Image.new("RGB", (9, 9))))
    words = ["train", "cyclegan_small", "--data", "photos", "--data-y", "drawings", *FLAGS, "--run.threads", "1"]
    code, out, err = call(capsys, *words, "--steps", "2", "--run.log-every", "1")
    assert code == 0, err
    run = "runs/0001-cyclegan_small-photos-to-drawings"
    assert f"sparring translate {run} PICTURES --to drawings" in out
    assert (
        "samples/ and checkpoints/ contain images of the data: if it is private, share what sparring export writes"
        in out
    )
    assert captions[-2:] == [
        "photos → drawings: picture, translation, back", "drawings → photos: picture, translation, back",
    ]  # fmt: skip
    labels = {c.label for panel in told[-1] for c in panel.curves}
    assert {"adversarial photos → drawings", "adversarial drawings", "D_y(y)", "cycle_error"} <= labels
    assert "G/paid/adversarial_xy" in RunFolder.open(tmp_path / run).read_metrics()[-1], "keys for programs stay"
    page = (tmp_path / run / "README.md").read_text("utf-8")
    assert "--to photos or --to drawings chooses the direction" in page and "| domain y | drawings |" in page
    for to, out in (("drawings", "a"), ("Photos", "b"), ("y", "c"), ("x", "d")):
        assert call(capsys, "translate", run, "photos/0.png", "--to", to, "--out", out)[0] == 0
    a, b, c, d = (Image.open(f"{out}/0.png").tobytes() for out in "abcd")
    assert a == c != b == d
    code, _, err = call(capsys, "translate", run, "photos/0.png", "--to", "sketches", "--out", "e")
    assert code == 2 and "to is 'sketches'; this model translates to 'y' (drawings), 'x' (photos)" in err


@pytest.mark.parametrize("names", [("a", "A"), ("x", "b"), ("a", "b" * 19), ("한" * 10, "b"), ("a\n", "b"), ("", "b")])
def test_names_that_cannot_tell_the_domains_apart_are_x_and_y(names):
    assert domain_names(names) == {"x": "x", "y": "y"}
    assert domain_names(["a", "b" * 18]) == {"x": "a", "y": "b" * 18}, "control"


def test_domains_of_other_channels_leave_pictures_of_each_way(tmp_path, curves):
    run = train("cyclegan_small", GREY16, data_y=SEVEN, run=options(tmp_path), **TINY)
    names = {p.name.split("-", 1)[1] for p in (run / "samples").iterdir()}
    assert {"x_to_y.png", "x_to_y_and_back.png", "y_to_x.png", "y_to_x_and_back.png"} <= names
    with Image.open(run / "samples" / "00000006-x_to_y_and_back.png") as back:
        assert back.mode == "I;16", "what is of domain x is 16-bit grey as x is"
    model = sparring.load(run)
    assert [spec.channels for spec in model.specs] == [1, 7] and model.translate(GREY16[0]).shape == (12, 10, 7)


def test_the_command_takes_two_sets_and_gives_its_configuration_back(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SPARRING_CACHE", str(tmp_path / "cache"))
    (tmp_path / "photos").mkdir()
    for i in range(12):
        Image.fromarray(COLOUR[i]).save(tmp_path / "photos" / f"{i}.png")
    np.save(tmp_path / "drawings.npy", GREY16)
    words = ["train", "cyclegan_small", "--data", "photos", "--data-y", "drawings.npy", *FLAGS, "--run.threads", "1"]
    code, _, err = call(capsys, *words, "--run.steps", "2")
    assert code == 0, err
    config = json.loads((tmp_path / "runs/0001-cyclegan_small-photos-to-drawings/config.json").read_text())
    assert config["data"]["sources"] == ["photos", "drawings.npy"]
    config_path = tmp_path / "runs/0001-cyclegan_small-photos-to-drawings/config.json"
    code, _, err = call(capsys, "train", "cyclegan_small", "--config", config_path, "--run.steps", "3")
    assert code == 0, err
    assert (tmp_path / "runs/0002-cyclegan_small-photos-to-drawings").is_dir()
    code, out, _ = call(capsys, "train", "cyclegan_small", "--config", config_path, "--dry-run", "--json")
    facts = json.loads(out)
    assert code == 0 and [d["channels"] for d in facts["data"]] == [3, 1] and set(facts["parameters"]) == {"G", "D"}
    assert call(capsys, "resume", "1", "--run.steps", "4")[0] == 0
    code, out, _ = call(capsys, "list")
    assert code == 0 and "0002-cyclegan_small-photos-to-drawings" in out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["train", "cyclegan_small", "--data", "emoji"], "--data-y is missing"),
        (["train", "cyclegan_small", "--data-y", "emoji"], "--data is missing"),
        (["train", "cyclegan_small", "--run.until", "indistinguishable"], "this recipe translates"),
        (["train", "cyclegan", "--data", "emoji", "--data-y", "fashion"], "lambda_identity to 0"),
        (["train", "cyclegan_small", "--data", "emoji", "--data-y", "fashion"], "give a size for both"),
    ],
)
def test_what_does_not_go_together_is_refused_in_words(words, message, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    code, _, err = call(capsys, *words, "--run.steps", "1", "--run.threads", "1")
    assert code in (2, 3) and message in " ".join(err.split()), err


def test_a_recipe_of_one_domain_takes_no_second():
    with pytest.raises(CommandError, match="learns one set of pictures"):
        sparring.train("gan", "fashion", data_y="emoji", run={"steps": 1})


def test_the_default_domains_share_no_design_and_no_test_design():
    from sparring.data.open import open_pictures
    from sparring.recipes import cyclegan

    x, y = (open_pictures(source) for source in sources_for(cyclegan))
    pairs = emoji_pairs()
    assert np.array_equal(x.images, pairs.modern[pairs.role == "trainA"])
    assert np.array_equal(y.images, pairs.flat[pairs.role == "trainB"])
    a, b, test = (set(pairs.design[pairs.role == role]) for role in ("trainA", "trainB", "test"))
    assert not a & b and not (a | b) & test
