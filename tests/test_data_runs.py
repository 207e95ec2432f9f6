"""Data on its way into a run: what is recorded, told, refused and shown before training."""

import json

import numpy as np
import pytest
import torch
from PIL import Image
from test_cli import call
from torch.utils.data import DataLoader, TensorDataset

from sparring.errors import CommandError, DataError
from sparring.runs import checkpoint
from sparring.runs.folder import RunFolder
from sparring.sessions.start import resume, train

SMALL = {"g_hidden": (8,), "d_hidden": (8,), "z_dim": 4, "batch_size": 4}
FLAGS = ["--g-hidden", "8", "--d-hidden", "8", "--z-dim", "4", "--batch-size", "4"]
RNG = np.random.default_rng(9)


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("SPARRING_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)


def options(tmp_path, **more):
    base = {"out": tmp_path / "runs", "threads": 1, "precision": "float32", "device": "cpu", "steps": 2}
    return {**base, "log_every": 1, "sample_every": 9, "save_every": 9, **more}


def album(folder, good=30, bad=0):
    folder.mkdir()
    for i in range(good):
        Image.fromarray(RNG.integers(0, 256, (16, 8, 3), np.uint8)).save(folder / f"{i:02}.png")
    for i in range(bad):
        (folder / f"bad{i}.png").write_bytes(b"nonsense")
    return folder


def test_a_run_with_skip_bad_names_every_file_in_the_log_and_counts_them_on_the_screen(tmp_path, capfd):
    album(tmp_path / "a", bad=7)
    (tmp_path / "a" / "film.mp4").write_bytes(b"x")
    train = ["train", "gan", "--data", "a", "--size", "8", *FLAGS, "--run.steps", "1"]
    code, _, err = call(capfd, *train)
    assert code == 3 and "7 of 37 files in a cannot be read" in err and "--skip-bad" in err
    code, out, _ = call(capfd, *train, "--skip-bad")
    assert code == 0 and "7 of 37 files could not be read and were left out; log.txt names them" in out
    assert "1 file is not a picture and was left out: 1 .mp4" in out and "bad3.png" not in out
    run = tmp_path / "runs" / "0001-gan-a"
    log = (run / "log.txt").read_text()
    assert all(log.count(f"left out bad{i}.png: not a picture") == 1 for i in range(7))
    assert "30 images were centre-cropped and resized to 8x8" in out
    assert "pictures as training sees them: runs/0001-gan-a/reals.png" in out and (run / "reals.png").is_file()
    assert json.loads((run / "config.json").read_text())["data"]["skip_bad"] is True
    code, out, _ = call(capfd, "train", "gan", "--config", str(run / "config.json"))
    assert code == 0 and "7 of 37 files" in out  # the configuration brings it back


def test_the_fit_is_recorded_resumed_exactly_and_taken_back(tmp_path, capfd):
    folder = album(tmp_path / "a")
    how = {"size": 8, "fit": "top", **SMALL}
    straight = train("gan", folder, run=options(tmp_path, steps=4), **how)
    stopped = train("gan", folder, run=options(tmp_path), **how)
    resume(RunFolder.open(stopped), extend={"steps": 4})
    a, b = (checkpoint.read(checkpoint.newest(RunFolder.open(p).checkpoints)[0]) for p in (straight, stopped))
    assert all(torch.equal(a.tensors[p][k], b.tensors[p][k]) for p in a.tensors for k in a.tensors[p])
    assert json.loads((stopped / "config.json").read_text())["data"]["fit"] == "top"
    code, out, _ = call(capfd, "train", "gan", "--config", str(stopped / "config.json"), "--run.steps", "1")
    assert code == 0 and "30 images were cropped with the upper part kept and resized to 8x8" in out
    other = train("gan", folder, run=options(tmp_path), **{**how, "fit": "contain"})
    digests = [json.loads((p / "data.json").read_text())["digest"] for p in (straight, stopped, other)]
    assert digests[0] == digests[1] != digests[2]
    with pytest.raises(CommandError, match="fit is 'face'; it is one of cover, contain, top"):
        train("gan", folder, run=options(tmp_path), **{**how, "fit": "face"})


def test_the_same_pictures_twice_are_refused(tmp_path):
    folder = album(tmp_path / "a")
    for again in (str(folder) + "/", tmp_path / "a" / ".." / "a"):
        with pytest.raises(CommandError, match=r"--data and --data-y are both .*a: there is nothing to translate"):
            train("cyclegan_small", folder, data_y=again, size=32, run=options(tmp_path))
    (tmp_path / "link").symlink_to(folder)
    with pytest.raises(CommandError, match="are both"):
        train("cyclegan_small", folder, data_y="link", size=32, run=options(tmp_path))
    with pytest.raises(CommandError, match="are both emoji"):
        train("cyclegan_small", "emoji", data_y="emoji", run=options(tmp_path))
    copy = tmp_path / "copy"
    copy.mkdir()
    for file in folder.iterdir():
        (copy / file.name).write_bytes(file.read_bytes())
    with pytest.raises(DataError, match="a and copy are the same pictures: there is nothing to translate"):
        train("cyclegan_small", folder, data_y=copy, size=32, run=options(tmp_path))
    assert not (tmp_path / "runs").exists()


def test_one_picture(tmp_path, curves):
    one = album(tmp_path / "one", good=1)
    words = r"'one' has 1 picture; at least 2 \(better 500\) are needed, or set --run\.held-out 0"
    with pytest.raises(DataError, match=words):
        train("gan", one, run=options(tmp_path), **SMALL)
    with pytest.raises(CommandError, match=r"--run\.held-out is 3, but 'one' has 1 picture$"):
        train("gan", one, run=options(tmp_path, held_out=3), **SMALL)
    run = train("gan", one, run=options(tmp_path, held_out=0), **SMALL)
    rows = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    assert rows[-1]["step"] == 2 and not [key for key in rows[-1] if key.startswith("held_out")]
    assert (run / "results.png").stat().st_size > 10_000
    resume(RunFolder.open(run), extend={"steps": 3})


def test_nothing_held_out_is_no_answer_to_until_and_no_translation(tmp_path):
    with pytest.raises(CommandError, match="needs at least 400 held-out pictures for an answer, and there are 0"):
        train("gan", "digits", run=options(tmp_path, held_out=0, until="indistinguishable"), **SMALL)
    with pytest.raises(CommandError, match=r"--run.held-out is 0, but translations are drawn of held-out"):
        train("cyclegan_small", run=options(tmp_path, held_out=0))


def test_a_dataset_and_a_loader_train(tmp_path):
    data = TensorDataset(torch.rand(30, 1, 8, 8), torch.arange(30) % 2)
    run = train("gan", DataLoader(data, batch_size=3, shuffle=True), run=options(tmp_path), conditional=True, **SMALL)
    about = json.loads((run / "data.json").read_text())
    assert run.name == "0001-gan-tensordataset" and about["classes"] == {"0": 15, "1": 15}
    assert "values from" in (run / "log.txt").read_text()
    resume(RunFolder.open(run), data=data, extend={"steps": 3})


def test_digits_train(tmp_path):
    run = train("gan", "digits", run=options(tmp_path), **SMALL)
    about = json.loads((run / "data.json").read_text())
    assert (about["pictures"], about["height"], about["classes"]["1"]) == (1797, 8, 182)


def test_preview_shows_the_pictures_as_cut_before_training(tmp_path, capfd):
    folder = tmp_path / "portraits"
    folder.mkdir()
    picture = np.zeros((40, 20, 3), np.uint8)
    picture[:20], picture[20:] = (200, 0, 0), (0, 0, 200)
    for i in range(9):
        Image.fromarray(picture).save(folder / f"{i}.png")
    code, out, _ = call(capfd, "data", "check", "portraits", "--size", "10", "--fit", "top", "--preview")
    assert code == 0 and "preview: preview-portraits-10x10-top.png (9 of 9 pictures at 10x10, --fit top)" in out
    assert "9 images would be cropped with the upper part kept and resized to 10x10" in out
    sheet = np.asarray(Image.open(tmp_path / "preview-portraits-10x10-top.png"))
    assert (sheet[..., 2] > 150).sum() == (sheet.min(-1) == 255).sum()  # red heads, white lines, nothing blue
    call(capfd, "data", "check", "portraits", "--size", "10", "--preview", "cover.png")
    cover = np.asarray(Image.open(tmp_path / "cover.png"))
    assert (cover[..., 2] > 150).sum() > (cover.min(-1) == 255).sum()  # control: half of every picture is blue
    code, _, err = call(capfd, "data", "check", "portraits", "--preview", "portraits/0.png")
    assert code == 2 and "which already exists" in err
    assert np.array_equal(np.asarray(Image.open(folder / "0.png")), picture)
    code, _, err = call(capfd, "data", "check", "~nobody-of-this-name/x", "--preview")
    assert code == 3 and "Traceback" not in err
    code, _, err = call(capfd, "data", "check", "portraits", "--preview", "x.mp4")
    assert code == 2 and "ends in .png" in err
    code, out, _ = call(capfd, "data", "check", "digits", "--preview", "d.png", "--json")
    assert code == 0 and json.loads(out)["preview"] == "d.png" and (tmp_path / "d.png").is_file()


def test_preview_of_many_sizes_is_at_the_proposed_one(tmp_path, capfd):
    folder = album(tmp_path / "a", bad=3)
    Image.fromarray(np.zeros((30, 30, 3), np.uint8)).save(folder / "big.png")
    code, out, _ = call(capfd, "data", "check", "a", "--preview")
    assert code == 0 and "preview: preview-a-cover.png (31 of 31 pictures at 8x8, --fit cover)" in out
