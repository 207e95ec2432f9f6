"""Python and notebooks: the run object, what is shown while training, how things show themselves, and what goes wrong."""

import base64
import copy
import inspect
import io
import json
import os
import re
import sys
import types

import numpy as np
import pytest
import torch
from PIL import Image
from torch.utils.data import IterableDataset, TensorDataset

import sparring
from sparring import cli
from sparring.errors import CommandError, DataError, ModelError
from sparring.report.console import Console
from sparring.sessions import start
from sparring.use import doors, notebook
from sparring.use.model import Samples
from sparring.use.newest import newest
from sparring.use.run import TrainedRun, columns, open_run

RNG = np.random.default_rng(0)
IMAGES = RNG.integers(0, 256, (40, 6, 6, 1), np.uint8)
NAMES = ("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot")
SMALL = {"g_hidden": (8,), "d_hidden": (8,), "z_dim": 4, "batch_size": 4}
CLASSES = {**SMALL, "conditional": True}


def options(out, **more):
    base = {"steps": 4, "threads": 1, "device": "cpu", "precision": "float32", "out": out / "runs"}
    return {**base, "sample_every": 2, "log_every": 2, **more}


def own(spec, *, lr: float = 1e-3):
    from sparring.recipes import gan

    return gan(spec, lr=lr, **SMALL)


def nothing(spec, *, lr: float = 1e-3):
    own(spec, lr=lr)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return sparring.train("gan", "fashion", run=options(tmp_path_factory.mktemp("home")), quiet=True, **CLASSES)


def picture_in(text):
    return Image.open(io.BytesIO(base64.b64decode(re.search('base64,([^"]+)', text)[1])))


# the run object


def test_a_run_stands_wherever_a_path_may(run):
    assert isinstance(run, TrainedRun) and run.name == "0001-gan-fashion"
    assert os.fspath(run) == str(run) == str(run.path) and run == run.path and run.path == run
    assert hash(run) == hash(run.path) and run != run.path.parent and run == TrainedRun(run.path)
    assert (run / "results.png").is_file() and run.is_dir() and run.parent.name == "runs"
    with open(run / "config.json") as file:
        assert json.load(file) == run.config
    assert "metrics.jsonl" in os.listdir(run)
    assert torch.equal(sparring.load(run).sample(2).tensor, sparring.load(str(run)).sample(2).tensor)
    assert copy.copy(run) == run
    with pytest.raises(AttributeError, match="smaples"):
        _ = run.smaples


def test_the_newest_samples_are_pictures_with_their_path(run):
    assert list(run.samples) == ["samples", "samples-raw"]
    sheet = run.samples["samples"]
    assert sheet.path == run / "samples" / "00000004.png" and sheet.step == 4
    assert sheet.picture.size == Image.open(sheet.path).size and sheet.picture.height == 2 + 10 * 86, "a row a class"
    assert sheet._repr_png_() == sheet.path.read_bytes()
    text = run.samples._repr_html_()
    assert text.count("<img") == 2 and picture_in(text).size == sheet.picture.size
    assert list(run.samples.averaged()) == ["samples"]


def test_of_several_steps_and_directions_the_last_step_counts(tmp_path):
    for name in ("00000009", "00000100-x_to_y", "00000100-x_to_y-raw", "00000100-y_to_x", "100-own", "123456789-raw"):
        (tmp_path / f"{name}.png").touch()
    assert list(newest(tmp_path)) == list(newest(tmp_path).averaged()) == ["samples-raw"], "there is nothing else"
    (tmp_path / "123456789-raw.png").unlink()
    assert list(newest(tmp_path)) == ["x_to_y", "x_to_y-raw", "y_to_x"] and newest(tmp_path)["y_to_x"].step == 100
    assert list(newest(tmp_path).averaged()) == ["x_to_y", "y_to_x"]
    assert not newest(tmp_path / "none")


def test_metrics_are_columns(run):
    found, rows = run.metrics, [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    assert next(iter(found)) == "step" and found["step"].tolist() == [2, 4] and found["step"].dtype == np.int64
    assert found["D/paid/adversarial"].tolist() == [row["D/paid/adversarial"] for row in rows]
    assert {len(column) for column in found.values()} == {2}


def test_what_a_row_lacks_is_not_a_number():
    found = columns([{"b": 1.5, "step": 2}, {"step": 4, "a": 1, "c": "x"}])
    assert list(found) == ["step", "b", "a", "c"]
    assert found["b"].dtype == np.float64 and np.array_equal(found["b"], [1.5, np.nan], equal_nan=True)
    assert np.array_equal(found["a"], [np.nan, 1], equal_nan=True) and found["c"].tolist() == [None, "x"]
    assert columns([])["step"].shape == (0,)


def test_the_model_is_loaded_once_and_the_verdict_is_read(run, tmp_path):
    assert run.model is run.model and run.model.facts["progress"]["steps"] == 4
    (run / "verdict.json").unlink(missing_ok=True)
    assert run.verdict is None
    said = {"name": "collapsed", "words": "The samples are <all> alike.", "command": "sparring train gan"}
    (run / "verdict.json").write_text(json.dumps(said))
    try:
        assert run.verdict == said
        assert "The samples are &lt;all&gt; alike.<br>sparring train gan<br><img" in run._repr_html_()
    finally:
        (run / "verdict.json").unlink()


def test_a_run_shows_itself(run):
    assert repr(run) == f"<TrainedRun {run.path}: done, step 4, 16 images>"
    assert run._repr_png_() == (run / "results.png").read_bytes()
    assert picture_in(run._repr_html_()).size == run.results.size
    (run / "results.png").rename(run / "away")
    assert run.results is None and run._repr_png_() is None and "<img" not in run._repr_html_()
    (run / "away").rename(run / "results.png")


def test_a_finished_run_is_opened_by_number_name_or_path(run, monkeypatch):
    monkeypatch.chdir(run.parent.parent)
    for name in (1, "1", "0001-gan-fashion", run.path, run):
        assert open_run(name).path.resolve() == run.path
    assert open_run(1, out=run.parent) == run
    with pytest.raises(ModelError, match="There is no run '7'"):
        sparring.open_run(7)


def test_a_recipe_of_one_s_own_need_not_be_said_again(tmp_path):
    run = sparring.train(own, IMAGES, run=options(tmp_path), quiet=True)
    assert run.model.sample(3).tensor.shape == (3, 1, 6, 6)
    assert torch.equal(sparring.load(run).sample(3).tensor, run.model.sample(3).tensor)
    longer = sparring.resume(run, data=IMAGES, extend={"steps": 6}, quiet=True)
    assert longer == run and longer.model.facts["progress"]["steps"] == 6
    with pytest.raises(CommandError, match="not one of the library's"):
        _ = open_run(run).model
    assert open_run(run, recipe=own).model.facts["progress"]["steps"] == 6


# while training


def test_training_from_python_says_where_it_is_unless_it_is_asked_to_be_quiet(tmp_path, capsys):
    run = sparring.train("gan", IMAGES, run=options(tmp_path), **SMALL)
    out = capsys.readouterr().out
    assert "run 0001-gan-array" in out and "100 %" in out and "step 4" in out
    sparring.resume(run, data=IMAGES, extend={"steps": 5})
    assert "step 5" in capsys.readouterr().out
    sparring.train("gan", IMAGES, run=options(tmp_path), quiet=True, **SMALL)
    sparring.resume(run, data=IMAGES, extend={"steps": 6}, quiet=True)
    assert "".join(capsys.readouterr()) == ""
    stream = io.StringIO()
    sparring.train("gan", IMAGES, run=options(tmp_path), console=Console(stream=stream), **SMALL)
    assert "run 0003-gan-array" in stream.getvalue() and capsys.readouterr().out == ""


def test_the_doors_take_what_the_sessions_take():
    for name in ("train", "resume"):
        theirs = inspect.signature(getattr(start, name)).parameters
        ours = inspect.signature(getattr(doors, name)).parameters
        assert [n for n in ours if n != "quiet"] == list(theirs)
        assert all(ours[n].default == p.default for n, p in theirs.items())


class Handle:
    def __init__(self):
        self.updates = []

    def update(self, thing):
        self.updates.append(thing._repr_html_())


@pytest.fixture
def kernel(monkeypatch):
    """A notebook's kernel, as far as this library looks: what was shown, each with its handle."""
    shown = []

    def display(thing, display_id):
        assert display_id is True
        shown.append((thing._repr_html_(), handle := Handle()))
        return handle

    ipython = types.ModuleType("IPython")
    ipython.display = types.ModuleType("IPython.display")
    ipython.display.display = display
    ipython.get_ipython = lambda: types.SimpleNamespace(kernel=object())
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    monkeypatch.setitem(sys.modules, "IPython.display", ipython.display)
    return shown


def test_in_a_notebook_the_newest_samples_are_shown_in_one_place(tmp_path, kernel, capsys):
    run = sparring.train("gan", IMAGES, run=options(tmp_path), **SMALL)
    (text, handle), *more = kernel
    assert not more and len(handle.updates) == 1, "of step 2 and, in its place, of step 4"
    assert "step 2, 50 %" in text and "00000002.png" in text and "raw" not in text
    assert "step 4, 100 %" in handle.updates[0]
    assert np.array_equal(np.asarray(picture_in(handle.updates[0])), np.asarray(run.samples["samples"].picture))
    assert notebook.console().every == notebook.BETWEEN
    kernel.clear()
    sparring.train("gan", IMAGES, run=options(tmp_path), quiet=True, **SMALL)
    assert kernel == []


def test_outside_a_notebook_ipython_is_neither_imported_nor_asked(monkeypatch, kernel):
    assert notebook.in_notebook()
    monkeypatch.setattr(sys.modules["IPython"], "get_ipython", lambda: types.SimpleNamespace())
    assert not notebook.in_notebook(), "IPython in a terminal has no kernel"
    monkeypatch.delitem(sys.modules, "IPython")
    assert not notebook.in_notebook() and "IPython" not in sys.modules


# samples and models


def test_samples_unpack_as_before_and_show_themselves_magnified(run):
    drawn = run.model.sample(4, seed=1)
    tensor, pictures = drawn
    assert tensor is drawn.tensor and len(pictures) == 4
    assert repr(drawn) == "<Samples: 4 of 28 x 28 x 1, .tensor in [-1, 1] and .pictures>"
    sheet = np.asarray(Image.open(io.BytesIO(drawn._repr_png_())))
    scale = (560 - 3 * 2) // (2 * 28)
    assert sheet.shape == (4 + 2 * 28 * scale + 2, 4 + 2 * 28 * scale + 2, 3) and scale == 9
    first = sheet[2 : 2 + 28 * scale, 2 : 2 + 28 * scale, 0]
    assert np.array_equal(first, np.asarray(pictures[0]).repeat(scale, 0).repeat(scale, 1)), "without blur"
    assert picture_in(drawn._repr_html_()).size == sheet.shape[1::-1]
    many = Samples(torch.zeros(3000, 2, 5, 5), [])
    assert max(Image.open(io.BytesIO(many._repr_png_())).size) < 800


def test_a_model_shows_itself(run):
    assert repr(run.model) == "<Model gan of fashion, 28 x 28 x 1, step 4>"
    assert run.model._repr_png_() == run.model.sample(32)._repr_png_()
    assert "Model gan of fashion" in run.model._repr_html_()


def test_a_model_that_translates_shows_its_words(tmp_path):
    x, y = RNG.integers(0, 256, (2, 20, 16, 16, 3), np.uint8)
    tiny = {"features": 4, "blocks": 1, "d_features": 4, "batch_size": 2, "memory": 16}
    run = sparring.train("cyclegan_small", x, data_y=y, run=options(tmp_path, steps=1), quiet=True, **tiny)
    assert list(run.samples.averaged()) == ["x_to_y", "y_to_x"]
    assert run.model._repr_png_() is None
    assert run.model._repr_html_() == f"<div>{repr(run.model)[1:-1]}</div>"
    assert repr(run.model) == "<Model cyclegan_small of array-to-array, 16 x 16 x 3 to 16 x 16 x 3, step 1>"


def test_a_class_is_asked_for_by_name_or_number(run):
    expected = run.model.sample(3, label=3).tensor
    assert run.model.class_names == NAMES
    for label in ("Dress", "3", np.int64(3), torch.tensor(3)):
        assert torch.equal(run.model.sample(np.int64(3), label=label).tensor, expected)
    assert not torch.equal(run.model.sample(3, label="Coat").tensor, expected)
    a = run.model.interpolate(1, 2, 3, label="Dress").tensor
    assert torch.equal(a, run.model.interpolate(1, 2, 3, label=3).tensor)


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("Dres", "there is no class 'Dres'; did you mean 'Dress'? The classes are T-shirt/top, Trouser"),
        ("hat", "there is no class 'hat'"),
        (1.5, "label is 1.5; give the number of a class, from 0 to 9, or its name: T-shirt/top"),
        (True, "label is True"),
        ([3], r"label is \[3\]"),
        (10, "label is 10; give the number of a class, from 0 to 9"),
        ("10", "label is 10; give the number of a class, from 0 to 9"),
        (-1, "label is -1; give the number of a class, from 0 to 9"),
    ],
)
def test_a_label_that_is_none_is_refused_with_what_there_is(run, label, words):
    with pytest.raises(CommandError, match=words.replace("?", r"\?")):
        run.model.sample(3, label=label)


def test_the_command_takes_a_class_s_name(run, monkeypatch, tmp_path, capsys):
    monkeypatch.chdir(tmp_path)
    for label, name in (("Dress", "a.png"), ("3", "b.png")):
        with pytest.raises(SystemExit) as e:
            cli.main(["sample", str(run), "--count", "2", "--label", label, "--out", name])
        assert e.value.code == 0, capsys.readouterr().err
    assert np.array_equal(np.asarray(Image.open("a.png")), np.asarray(Image.open("b.png")))


# what goes wrong


class Endless(IterableDataset):
    def __iter__(self):
        yield torch.zeros(1, 6, 6)


@pytest.mark.parametrize(
    ("arguments", "kind", "words"),
    [
        ({"data": object()}, DataError, "data of type object cannot be read as pictures"),
        ({"data": 7}, DataError, "data of type int cannot be read as pictures"),
        ({"data": Endless()}, DataError, "Endless|iterable"),
        ({"data": TensorDataset(torch.zeros(4))}, DataError, "picture"),
        ({"recipe": nothing}, CommandError, "nothing returned NoneType, not an Experiment"),
        ({"recipe": 7}, CommandError, "int cannot be used as a recipe"),
        ({"recipe": None}, CommandError, "cannot be used as a recipe"),
        ({"recipe": lambda: None}, CommandError, "takes no pictures"),
        ({"run": 5}, CommandError, "run is 5; it takes options by name"),
        ({"run": "minutes"}, CommandError, "run is 'minutes'"),
        ({"run": {"minute": 5}}, CommandError, "no option 'minute'; did you mean 'minutes'"),
        ({"minutes": 5}, CommandError, "minutes is no setting of gan but of the run: run={'minutes': 5}"),
        ({"batchsize": 5}, CommandError, "no setting 'batchsize'; did you mean 'batch_size'"),
        ({"hooks": [3]}, CommandError, "3 was given as a hook"),
    ],
)
def test_what_a_notebook_s_user_gets_wrong_is_said_in_a_sentence(tmp_path, arguments, kind, words):
    given = {"recipe": "gan", "data": IMAGES, "run": options(tmp_path), "quiet": True, **arguments}
    with pytest.raises(kind, match=words):
        sparring.train(**given)
    assert not (tmp_path / "runs").exists(), "nothing was begun"


def test_control_the_same_call_without_the_mistake_trains(tmp_path):
    looks = []
    given = {"recipe": own, "data": TensorDataset(torch.rand(40, 1, 6, 6)), "hooks": lambda s: looks.append(s.done)}
    assert (sparring.train(**given, run=options(tmp_path), quiet=True) / "results.png").is_file()
    assert looks == [0.5, 1.0], "one hook need not stand in a list"


@pytest.mark.parametrize("n", ["12", 1.5, None, 0])
def test_a_number_of_pictures_that_is_none_is_refused(run, n):
    with pytest.raises(CommandError, match=rf"{n!r} pictures requested"):
        run.model.sample(n)
