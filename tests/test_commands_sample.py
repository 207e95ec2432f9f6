"""What `sparring sample` writes: names that tell one file from another, and nothing written over."""

import os
import shutil
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from test_cli import call

import sparring
from sparring.report import video

NAMES = ("T-shirt/top", "Dress", "Ankle boot")
RUN = "0001-gan-clothes"


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A conditional run of three classes, two steps long."""
    home = tmp_path_factory.mktemp("trained")
    rng = np.random.default_rng(0)
    for i, name in enumerate(NAMES):
        folder = home / "clothes" / name.replace("/", "-")
        folder.mkdir(parents=True)
        for j in range(8):
            Image.fromarray(rng.integers(0, 80 * i + 40, (8, 8), np.uint8)).save(folder / f"{j}.png")
    sparring.train(
        "gan",
        home / "clothes",
        run={"steps": 2, "threads": 1, "out": home / "runs"},
        conditional=True,
        g_hidden=[4],
        d_hidden=[4],
    )
    return home / "runs"


@pytest.fixture
def here(tmp_path, monkeypatch, trained):
    """A folder with a copy of the run."""
    shutil.copytree(trained, tmp_path / "runs")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def drawn(capsys, *words):
    """The path that `sparring sample` prints."""
    code, out, err = call(capsys, "sample", *words)
    assert code == 0, err
    return out.split(":")[0].strip()


def test_names_say_what_is_drawn(here, capsys):
    stem = f"{RUN}-step2-seed"
    assert drawn(capsys, "1") == f"{stem}0.png"
    assert drawn(capsys, "1", "--seed", 5) == f"{stem}5.png"
    assert drawn(capsys, "1", "--weights", "newest") == f"{stem}0-newest.png"
    assert drawn(capsys, "1", "--label", "dress") == f"{stem}0-Dress.png"
    assert drawn(capsys, "1", "--interpolate", "1:2:3") == f"{stem}1-to-2.png"
    assert drawn(capsys, "1", "--interpolate", "1:2:3", "--gif") == f"{stem}1-to-2.gif"
    assert drawn(capsys, f"runs/{RUN}/checkpoints/00000002") == f"{stem}0-2.png", "the name was taken"
    assert drawn(capsys, "1", "--no-grid", "--count", 2) == f"{stem}0"
    shutil.copytree(f"runs/{RUN}/checkpoints/00000002", "mine")
    assert drawn(capsys, "mine") == "mine-step2-seed0.png"


def test_a_taken_name_gets_a_number_and_the_old_file_stays(here, capsys):
    first = Path(drawn(capsys, "1", "--count", 16))
    before = first.read_bytes()
    second = Path(drawn(capsys, "1", "--count", 4))
    assert second.name == first.stem + "-2.png" and first.read_bytes() == before
    assert Path(drawn(capsys, "1", "--count", 4)).name == first.stem + "-3.png"
    with Image.open(first) as a, Image.open(second) as b:
        assert a.size != b.size


def test_a_walk_through_many_seeds_is_a_loop_in_a_gif(here, capsys):
    stem = f"{RUN}-step2-seed"
    path = drawn(capsys, "1", "--interpolate", "1:2:3:9", "--gif")
    assert path == f"{stem}1-to-2-to-3.gif"
    model = sparring.load("1")
    with Image.open(path) as gif:
        assert gif.info["loop"] == 0 and sum(1 for _ in iter(lambda: _next(gif), None)) == 8
    around, through = model.walk([1, 2, 3], 9, closed=True).tensor, model.walk([1, 2, 3], 9).tensor
    with Image.open(path) as gif:
        gif.seek(8)
        scale = gif.height // around.shape[2]
        last = np.asarray(gif.convert("L"))[::scale, ::scale].astype(int)
    assert (
        np.abs(last - model.arrays(around)[8, ..., 0]).max()
        <= 1
        < np.abs(last - model.arrays(through)[8, ..., 0]).max()
    )
    ends = [model.interpolate(a, b, 4).tensor for a, b in ((1, 2), (2, 3), (3, 1))]
    assert torch.allclose(around, torch.cat([way[:3] for way in ends]), atol=1e-6), "three legs, no picture twice"
    halves = [model.interpolate(a, b, 5).tensor for a, b in ((1, 2), (2, 3))]
    assert torch.allclose(through, torch.cat([halves[0], halves[1][1:]]), atol=1e-6)
    for words, says in [("1:2:3:2", "from 3 to 10,000"), ("1:9", "two or more seeds"), ("1:b:9", "two or more seeds")]:
        code, _, err = call(capsys, "sample", "1", "--interpolate", words)
        assert code == 2 and says in " ".join(err.split()), err


def _next(gif):
    try:
        gif.seek(gif.tell() + 1)
    except EOFError:
        return None
    return gif.tell()


def test_inside_the_run_folder_a_point_is_the_run(here, capsys, monkeypatch):
    monkeypatch.chdir(here / "runs" / RUN)
    assert drawn(capsys, ".") == f"{RUN}-step2-seed0.png"
    assert not [name for name in os.listdir() if name.startswith(".-")]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--interpolate", "1:2:3", "--out", "faces.avi"], "--out is 'faces.avi', and a PNG would be written"),
        (["--interpolate", "1:2:3", "--gif", "--out", "faces.png"], "a GIF would be written"),
        (["--out", "faces"], "give a name that ends in .png"),
        (["--out", "taken.png"], "which is there already"),
        (["--out", "none/faces.png"], "there is no folder none"),
        (["--no-grid", "--out", "faces.png"], "give a folder"),
        (["--no-grid", "--out", "full"], "holds .png files already"),
        (
            ["--label", "Dres"],
            "there is no class 'Dres'; did you mean 'Dress'? The classes are Ankle boot, Dress, T-shirt-top",
        ),
        (["--label", "3"], "--label is 3; give the number of a class, from 0 to 2, or its name: Ankle boot, Dress"),
    ],
)
def test_what_would_be_something_else_is_refused(here, capsys, words, says):
    (here / "full").mkdir()
    for name in ("taken.png", "full/a.png"):
        (here / name).write_text("mine")
    before = sorted(here.rglob("*"))
    code, _, err = call(capsys, "sample", "1", *words)
    assert code == 2 and says in err and err.startswith("sparring: "), err
    assert sorted(here.rglob("*")) == before and (here / "taken.png").read_text() == "mine"


def test_a_class_by_name_is_the_class_by_number(here, capsys):
    by_name, by_number = drawn(capsys, "1", "--label", "DRESS"), drawn(capsys, "1", "--label", "1")
    other = drawn(capsys, "1", "--label", "Ankle boot")
    pictures = [np.asarray(Image.open(name)) for name in (by_name, by_number, other)]
    assert np.array_equal(pictures[0], pictures[1]) and not np.array_equal(pictures[0], pictures[2])
    assert other == f"{RUN}-step2-seed0-Ankle-boot.png"


needs_av = pytest.mark.skipif(find_spec("av") is None, reason="needs the extra video: av")


def test_without_the_extra_it_says_how_to_get_it_and_writes_nothing(here, capsys, monkeypatch):
    monkeypatch.setattr(video, "find_spec", lambda name: None)
    code, _, err = call(capsys, "sample", "1", "--interpolate", "1:2:4", "--out", "faces.mp4")
    assert code == 2 and "pip install 'sparring[video]'" in err and not (here / "faces.mp4").exists()


def test_a_film_is_of_an_interpolation(here, capsys):
    code, _, err = call(capsys, "sample", "1", "--out", "faces.mp4")
    assert code == 2 and "give --interpolate SEEDS:FRAMES too" in err
    code, _, err = call(capsys, "sample", "1", "--interpolate", "1:2:4", "--gif", "--out", "faces.mp4")
    assert code == 2 and "a name that ends in .gif" in err


def test_sides_become_even_by_repeating_the_last():
    odd = video._even(Image.fromarray(np.arange(15, dtype=np.uint8).reshape(3, 5)))
    assert odd.shape == (4, 6, 3) and odd[3, 5, 0] == odd[2, 4, 0] == 14
    assert video._even(Image.new("L", (6, 4))).shape == (4, 6, 3)


@needs_av
def test_the_film_has_the_frames_that_the_model_draws(here, capsys):
    import av

    code, out, err = call(capsys, "sample", "1", "--interpolate", "1:2:3:12", "--out", "faces.mp4")
    assert (code, out.strip()) == (0, "faces.mp4"), err
    model = sparring.load("1")
    drawn = model.arrays(model.walk([1, 2, 3], 12, closed=True).tensor)
    with av.open("faces.mp4") as film:
        stream = film.streams.video[0]
        assert stream.codec_context.name == "h264" and float(stream.average_rate) == pytest.approx(1000 / 60)
        assert "recipe=gan" in film.metadata["comment"]
        frames = [frame.to_ndarray(format="rgb24").astype(int) for frame in film.decode(video=0)]
    scale = frames[0].shape[0] // drawn.shape[1]
    small = np.stack([frame[::scale, ::scale, 0] for frame in frames])
    own, others = (np.abs(small - np.roll(drawn[..., 0], n, 0).astype(int)).mean() for n in (0, 4))
    assert len(small) == len(drawn) == 12 and own < 1.5 and others > 5, (own, others)
