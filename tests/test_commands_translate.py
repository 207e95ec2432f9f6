"""``sparring translate``: every kind of picture goes through a run and comes out in its own form."""

import os
import subprocess
import sys

import numpy as np
import pytest
import torch
from PIL import Image
from test_cli import call

import sparring
from sparring.cli import main
from sparring.data.resize import LUMA
from sparring.use import apply

TINY = {"features": 8, "blocks": 1, "d_features": 8, "batch_size": 2, "lr": 0.01, "d_lr": 0.01}


def trained(folder, x_channels, y_channels):
    rng = np.random.default_rng(x_channels)
    x, y = (rng.integers(0, 256, (12, 16, 16, c), np.uint8) for c in (x_channels, y_channels))
    return sparring.train("cyclegan_small", x, data_y=y, run={"steps": 2, "threads": 1, "out": folder}, **TINY)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return trained(tmp_path_factory.mktemp("colour"), 3, 3)


@pytest.fixture(scope="module")
def run7(tmp_path_factory):
    return trained(tmp_path_factory.mktemp("seven"), 7, 7)


@pytest.fixture(scope="module")
def run17(tmp_path_factory):
    return trained(tmp_path_factory.mktemp("grey-to-seven"), 1, 7)


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def noise(*shape, dtype=np.uint8, seed=0):
    rng = np.random.default_rng(seed)
    if dtype == np.float32:
        return rng.random(shape, np.float32)
    return rng.integers(0, np.iinfo(dtype).max + 1, shape, dtype)


def by_the_network(run, values, to="y", weights="average"):
    """What the network gives for (H, W, C), computed apart from the code under test; not rounded."""
    game = sparring.load(run, weights=weights).game
    white = 1 if values.dtype.kind == "f" else np.iinfo(values.dtype).max
    x = torch.from_numpy(values.astype(np.float32) / white * 2 - 1).permute(2, 0, 1)[None]
    with torch.no_grad():
        drawn = (game.G_xy if to == "y" else game.G_yx)(x)[0].permute(1, 2, 0)
    return (drawn.double().numpy() + 1) / 2 * white


def assert_translated(run, before, after, to="y", weights="average", within=0.51):
    """``after`` is what the network makes of ``before``, and that is something else than ``before``."""
    assert (before.dtype, before.shape) == (after.dtype, after.shape)
    wanted = by_the_network(run, before, to, weights)
    assert np.abs(after - wanted).max() <= within
    white = 1 if before.dtype.kind == "f" else np.iinfo(before.dtype).max
    assert np.abs(wanted - before).max() > 0.05 * white


def save(path, values):
    """What the file holds, which is less than was given if it is a JPEG."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(values).save(path)
    return read(path)


def read(path):
    with Image.open(path) as image:
        return np.asarray(image)


def test_help_lists_it_without_torch():
    code = "import sys\nfrom sparring.cli import main\ntry:\n    main(['--help'])\nexcept SystemExit: pass\n"
    done = subprocess.run(
        [sys.executable, "-c", code + "assert 'torch' not in sys.modules"], capture_output=True, text=True
    )
    assert done.returncode == 0 and "translate" in done.stdout, done.stderr


@pytest.mark.parametrize("to", ["y", "x"])
@pytest.mark.parametrize("weights", ["average", "newest"])
def test_one_file(here, capsys, run, to, weights):
    before = save(here / "a.png", noise(301, 517, 3))
    code, out, err = call(capsys, "translate", run, "a.png", "--to", to, "--weights", weights, "--step", 2)
    strokes = "strokes have the size that the model learned: it was trained on 16 px pictures, and the largest of these is 517 px"
    assert (code, out.splitlines()) == (0, ["translated: 1 picture in translated", strokes]), err
    assert sorted(os.listdir("translated")) == ["a.png"]
    assert Image.open("translated/a.png").mode == "RGB"
    assert_translated(run, before, read("translated/a.png"), to, weights)
    other = by_the_network(run, before, "x" if to == "y" else "y", weights)
    assert np.abs(read("translated/a.png") - other).max() > 5, "control: the other translator draws something else"


def test_many_files_and_a_folder_keep_their_places(here, capsys, run):
    names = ["in/a.png", "in/sub/a.png", "in/sub/deep/b.webp", "one.bmp", "two.tiff"]
    before = {name: save(here / name, noise(20 + i, 33, 3, seed=i)) for i, name in enumerate(names)}
    (here / "in/notes.txt").write_text("no picture")
    save(here / "in/.hidden.png", noise(4, 4, 3))
    (here / "in/sub/loop").symlink_to(here / "in")
    code, out, err = call(capsys, "translate", run, "in", "one.bmp", "two.tiff", "--out", "in/made")
    assert code == 0 and out.startswith("translated: 5 pictures in in/made\nstrokes have the size"), err
    made = {str(p.relative_to(here / "in/made")) for p in (here / "in/made").rglob("*") if p.is_file()}
    assert made == {name.removeprefix("in/") for name in names}
    for name, values in before.items():
        assert_translated(run, values, read(here / "in/made" / name.removeprefix("in/")))
    for path in [p for p in (here / "in/made").rglob("*") if p.is_file()]:
        path.rename(path.with_name("older-" + path.name))
    code, out, _ = call(capsys, "translate", run, "in", "--out", "in/made")
    assert code == 0 and out.startswith("translated: 3 pictures in in/made\n"), (
        "earlier translations are no pictures to translate"
    )


def test_one_translation_does_not_replace_another(here, capsys, run):
    save(here / "a.png", noise(20, 30, 3))
    assert call(capsys, "translate", run, "a.png", "--to", "y")[0] == 0
    to_y = (here / "translated/a.png").read_bytes()
    code, _, err = call(capsys, "translate", run, "a.png", "--to", "x")
    assert code == 2 and "translated/a.png is there already" in err and "--out" in err
    assert (here / "translated/a.png").read_bytes() == to_y
    assert call(capsys, "translate", run, "a.png", "--to", "x", "--out", "to-x")[0] == 0
    assert (here / "to-x/a.png").read_bytes() != to_y


def test_16_bit_grey_tiff_keeps_its_bits(here, capsys, run):
    before = save(here / "deep.tiff", noise(41, 30, dtype=np.uint16))
    code, _, err = call(capsys, "translate", run, "deep.tiff")
    assert code == 0, err
    after = read("translated/deep.tiff")
    assert Image.open("translated/deep.tiff").mode == "I;16" and (after.dtype, after.shape) == (np.uint16, (41, 30))
    wanted = by_the_network(run, np.repeat(before[..., None], 3, 2)) @ LUMA
    assert np.abs(after - wanted).max() < 1.5 and np.abs(wanted - before).max() > 3000
    assert len(np.unique(after & 255)) > 200, "the lower 8 bits are not repeated upper ones"


def test_alpha_is_kept_and_the_translator_sees_white_below_it(here, capsys, run):
    before = save(here / "a.png", noise(25, 31, 4))
    assert call(capsys, "translate", run, "a.png", "--size", "12x20")[0] == 0
    assert call(capsys, "translate", run, "a.png", "--out", "own")[0] == 0
    after = read("own/a.png")
    assert Image.open("own/a.png").mode == "RGBA" and np.array_equal(after[..., 3], before[..., 3])
    image = Image.fromarray(before)
    flat = np.asarray(Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB"))
    assert_translated(run, flat, after[..., :3])
    assert Image.open("translated/a.png").mode == "RGBA" and read("translated/a.png").shape == (12, 20, 4)


def test_a_palette_stays_a_palette(here, capsys, run):
    smooth = np.linspace(0, 255, 40 * 60 * 3).reshape(40, 60, 3).astype(np.uint8)
    Image.fromarray(smooth).quantize(16).save("p.png")
    assert call(capsys, "translate", run, "p.png")[0] == 0
    with Image.open("p.png") as a, Image.open("translated/p.png") as b:
        assert (a.mode, a.size) == (b.mode, b.size) == ("P", (60, 40))
        wanted = by_the_network(run, np.asarray(a.convert("RGB")))
        assert np.abs(np.asarray(b.convert("RGB")) - wanted).mean() < 3, "256 colours are close to all"


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
def test_seven_channels(here, capsys, run7, dtype):
    (here / "in").mkdir()
    before = noise(19, 23, 7, dtype=dtype)
    np.save("in/seven.npy", before)
    code, _, err = call(capsys, "translate", run7, "in")
    assert code == 0, err
    after = np.load("translated/seven.npy")
    assert_translated(run7, before, after, within={np.uint8: 0.51, np.uint16: 1.5, np.float32: 1e-5}[dtype])


def test_what_the_format_cannot_hold_is_named(here, capsys, run17, run7):
    for name in ("grey.jpg", "grey.png"):
        save(here / name, noise(20, 20))
    np.save("grey.npy", noise(20, 20))
    code, out, err = call(capsys, "translate", run17, "grey.jpg", "grey.png", "grey.npy")
    assert code == 3 and "translated: 1 picture " in out and np.load("translated/grey.npy").shape == (20, 20, 7)
    assert "skipped grey.jpg: cannot be written as .jpg: 7 channels of uint8 need .tiff or .npy" in err
    assert "2 of 3 could not be translated" in err and os.listdir("translated") == ["grey.npy"]
    code, _, err = call(capsys, "translate", run7, "grey.jpg")
    assert code == 3 and "7 channels of uint8 need .tiff or .npy" in err


def test_broken_files_are_named_and_the_rest_is_translated(here, capsys, run):
    good = [save(here / f"in/{name}.png", noise(20, 20, 3, seed=i)) for i, name in enumerate("az")]
    (here / "in/cut.png").write_bytes((here / "in/a.png").read_bytes()[:300])
    (here / "in/empty.jpg").write_bytes(b"")
    (here / "in/gone.png").symlink_to("nowhere")
    os.mkfifo(here / "in/pipe.png")
    code, out, err = call(capsys, "translate", run, "in", "missing.png")
    assert code == 3 and out == "translated: 2 pictures in translated\n"
    assert "5 of 7 could not be translated" in err and "Traceback" not in err
    for name, why in {
        "in/cut.png": "",
        "in/empty.jpg": "empty",
        "in/gone.png": "No such",
        "in/pipe.png": "regular",
    }.items():
        assert f"skipped {name}: " in err and why in err
    assert "skipped missing.png: No such file" in err
    for name, values in zip("az", good, strict=True):
        assert_translated(run, values, read(f"translated/{name}.png"))
    assert len(os.listdir("translated")) == 2


def test_nothing_is_overwritten(here, capsys, run):
    before = {
        name: save(here / name, noise(9, 9, 3, seed=i)) for i, name in enumerate(["in/a.png", "b/a.png", "in/b.bmp"])
    }
    save(here / "in/a.jpg", noise(9, 9, 3))
    (here / "linked").mkdir()
    (here / "linked/a.png").symlink_to(here / "in/a.png")
    (here / "file").write_text("")
    for words, says in [
        (["in", "--out", "in"], "in/a.jpg is one of the pictures"),
        (["in/a.png", "--out", "b/../in"], "would be overwritten"),
        (["in/a.png", "--out", "linked"], "would be overwritten"),
        (["in/a.png", "b/a.png"], "translated/a.png would be written twice, the second time for b/a.png"),
        (["in", "--cycle"], "translated/a-cycle.png would be written twice"),
        (["in", "--out", "file"], "--out is 'file', which is a file"),
    ]:
        code, _, err = call(capsys, "translate", run, *words)
        assert code == 2 and says in err, err
    assert not (here / "translated").exists()
    assert all(np.array_equal(read(here / name), values) for name, values in before.items())
    code, out, _ = call(capsys, "translate", run, "in/a.png", "in/a.png")
    assert code == 0 and "1 picture " in out, "the same file twice is one file"


def test_size(here, capsys, run):
    before = save(here / "a.png", noise(60, 90, 3))
    save(here / "deep.png", noise(64, 64, dtype=np.uint16))
    assert call(capsys, "translate", run, "a.png", "deep.png", "--size", "32")[0] == 0
    middle = np.asarray(Image.fromarray(before).resize((32, 32), Image.Resampling.LANCZOS, (15, 0, 75, 60)))
    assert_translated(run, middle, read("translated/a.png"))
    assert read("translated/deep.png").dtype == np.uint16 and read("translated/deep.png").shape == (32, 32)
    assert call(capsys, "translate", run, "a.png", "--size", "48x64", "--out", "wide")[0] == 0
    assert Image.open("wide/a.png").size == (64, 48)
    for wrong, says in [("kep", "did you mean 'keep'?"), ("0", "size is '0'"), ("3x4x5", "48x64")]:
        code, _, err = call(capsys, "translate", run, "a.png", "--size", wrong)
        assert code == 2 and says in err and "keep" in err


def test_cycle_shows_there_and_back(here, capsys, run, run17):
    before = save(here / "a.png", noise(20, 30, 3))
    code, out, err = call(capsys, "translate", run, "a.png", "--cycle", "--to", "x")
    shows = "each -cycle.png shows the picture, its translation, and that translated back"
    assert code == 0 and out == f"translated: 1 picture in translated\n{shows}\n", err
    strip, after = read("translated/a-cycle.png"), read("translated/a.png")
    assert strip.shape == (20, 90, 3) and Image.open("translated/a-cycle.png").text["to"] == "x"
    assert np.array_equal(strip[:, :30], before) and np.array_equal(strip[:, 30:60], after)
    assert_translated(run, after, strip[:, 60:], "y")
    np.save("deep.npy", noise(20, 30, dtype=np.uint16))
    assert call(capsys, "translate", run17, "deep.npy", "--cycle")[0] == 0
    grey = np.rint(np.load("deep.npy") / 257)
    strip = read("translated/deep-cycle.png")
    assert strip.shape == (20, 90, 3) and np.abs(strip[:, :30, 0] - grey).max() <= 1
    seven = np.rint(np.load("translated/deep.npy")[..., :3] / 257)
    assert np.abs(strip[:, 30:60] - seven).max() <= 1, "of seven channels the first three"


def test_strokes_of_a_large_picture_are_told_once_and_of_a_small_one_not(here, capsys, run):
    said = "strokes have the size that the model learned: it was trained on 16 px pictures, and the largest of these is 40 px"
    for name, height, width in (("a", 40, 20), ("b", 33, 36), ("c", 32, 32)):
        save(here / f"{name}.png", noise(height, width, 3))
    code, out, _ = call(capsys, "translate", run, "a.png", "b.png", "c.png")
    assert code == 0 and out.splitlines() == ["translated: 3 pictures in translated", said]
    code, out, _ = call(capsys, "translate", run, "c.png", "--out", "small")
    assert code == 0 and "strokes" not in out, "twice as large is not more than twice"
    code, out, _ = call(capsys, "translate", run, "a.png", "--size", "16", "--out", "resized")
    assert code == 0 and "strokes" not in out


def test_runs_and_words_that_do_not_fit(here, capsys, run):
    save(here / "a.png", noise(9, 9, 3))
    (here / "none").mkdir()
    gan = sparring.train(
        "gan", noise(12, 8, 8, 3), run={"steps": 1, "threads": 1, "out": here}, g_hidden=[4], d_hidden=[4]
    )
    for words, expected, says in [
        ([gan, "a.png"], 2, "a GAN does not translate pictures; it draws from noise: sparring sample"),
        ([run, "none"], 3, "There are no pictures in none"),
        ([run, "a.png", "--to", "z"], 2, "to is 'z'; this model translates to 'y', 'x'"),
        ([run, "a.png", "--weights", "newst"], 2, "newest"),
        ([run, "a.png", "--step", "9"], 3, "no checkpoint of step 9"),
        (["norun", "a.png"], 3, "norun"),
        ([run], 2, "pictures is missing"),
    ]:
        code, out, err = call(capsys, "translate", *words)
        assert code == expected and says in out + err and "Traceback" not in out + err, out + err
    assert not (here / "translated").exists()
    code, _, err = call(capsys, "sample", run)
    assert code == 2 and "does not draw from noise; it translates pictures: sparring translate" in err


def test_a_picture_that_needs_too_much_memory_is_named(here, capsys, run, monkeypatch):
    save(here / "a.png", noise(9, 9, 3))

    def starved(*_, **__):
        raise torch.OutOfMemoryError("Tried to allocate 9 TiB")

    monkeypatch.setattr(apply, "translate_array", starved)
    code, _, err = call(capsys, "translate", run, "a.png")
    assert code == 3 and "skipped a.png: needs more memory than there is; give a smaller --size" in err
    monkeypatch.setattr(apply, "translate_array", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        main(["translate", str(run), "a.png"])
