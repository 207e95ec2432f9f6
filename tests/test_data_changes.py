"""Data that changes while it is trained on: read from an open file, noticed, the run saved. Nothing kills the trainer."""

import os
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from sparring.data import on_disk
from sparring.data.on_disk import OnDisk, read_npy
from sparring.data.open import open_pictures
from sparring.data.partners import open_partners
from sparring.data.streams import picture_stream
from sparring.engine.trainer import Trainer
from sparring.errors import DataError
from sparring.recipes import gan
from sparring.runs import checkpoint
from sparring.runs.folder import RunFolder
from sparring.sessions.hooks import Hook
from sparring.sessions.start import resume, train

SMALL = {"g_hidden": (8,), "d_hidden": (8,), "z_dim": 4, "batch_size": 4}
RNG = np.random.default_rng(4)
PIXELS = RNG.integers(0, 256, (40, 6, 5, 3), np.uint8)


@pytest.fixture(autouse=True)
def all_on_disk(tmp_path, monkeypatch):
    monkeypatch.setenv("SPARRING_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(on_disk, "IN_MEMORY", 10)


def options(**more):
    return {"out": "runs", "threads": 1, "device": "cpu", "log_every": 9, "sample_every": 99, "save_every": 99, **more}


def shortened(path):
    np.save(path, PIXELS[:20])


def overwritten(path):
    """With the same size, and no picture missing."""
    with path.open("r+b") as file:
        file.seek(2000)
        file.write(b"other")
    os.utime(path, (1, 1))


def cut(path):
    os.truncate(path, 300)


@pytest.mark.parametrize("how", [shortened, overwritten, cut])
def test_a_file_that_changes_is_noticed(tmp_path, how):
    np.save("x.npy", PIXELS)
    rows = read_npy(tmp_path / "x.npy")
    assert np.array_equal(rows[np.array([39, 0, 39, -1])], PIXELS[[39, 0, 39, -1]])
    assert np.array_equal(rows[3:], PIXELS[3:]) and np.array_equal(np.stack(list(rows)), PIXELS)
    how(tmp_path / "x.npy")
    for ask in (np.array([39]), np.array([0]), slice(0, 40)):
        with pytest.raises(DataError, match=r"x\.npy has changed while it is being read"):
            rows[ask]


@pytest.mark.parametrize("how", [os.remove, lambda p: os.replace("y.npy", p)])
def test_an_open_file_outlives_its_name(tmp_path, how):
    """Control: what another program puts there under the name, or deletes, is not what is read."""
    np.save("x.npy", PIXELS)
    np.save("y.npy", PIXELS[:3])
    rows = read_npy(tmp_path / "x.npy")
    how(tmp_path / "x.npy")
    assert np.array_equal(rows[:], PIXELS)


@pytest.mark.parametrize(
    ("array", "channels"),
    [
        (PIXELS, None),
        (PIXELS.transpose(0, 3, 1, 2).copy(), None),
        (PIXELS[..., 0].copy(), None),
        (PIXELS, 1),
        (PIXELS.astype(np.int64), None),
        (PIXELS.astype(">u2") * 9, None),
        (PIXELS / 255.0, None),
        (PIXELS > 99, None),
        (np.asfortranarray(PIXELS), None),
    ],
)
def test_from_the_disk_pictures_are_what_they_are_in_memory(array, channels, monkeypatch):
    np.save("x.npy", array)
    there = open_pictures("x.npy", channels=channels)
    assert isinstance(there._images, OnDisk) != np.isfortran(array)
    monkeypatch.setattr(on_disk, "IN_MEMORY", 1 << 30)
    here = open_pictures("x.npy", channels=channels)
    assert isinstance(here._images, np.ndarray)
    assert there.spec == here.spec and there.digest() == here.digest()
    assert np.array_equal(there.images, here.images) and there.images.dtype == here.images.dtype
    index = torch.tensor([7, 39, 0])
    assert torch.equal(there.batch(index)[0], here.batch(index)[0])
    few, held = there.split(5)
    assert np.array_equal(held.images, here.split(5)[1].images) and len(few) == 35


def test_halves_and_sizes_from_the_disk():
    np.save("x.npy", PIXELS[:, :, :4])
    left, right = open_partners(("x.npy", "x.npy"), None, "left-right")
    assert np.array_equal(left.images, PIXELS[:, :, :2]) and np.array_equal(right.images, PIXELS[:, :, 2:4])
    assert isinstance(left._images, OnDisk)
    assert open_pictures("x.npy", 2).spec[:3] == (3, 2, 2)


def at_step(step, do):
    return Hook(lambda session: do() if session.trainer.steps == step else None, every=1)


def test_a_npy_that_changes_ends_the_run_saved(tmp_path):
    np.save("x.npy", PIXELS)
    with pytest.raises(DataError, match=r"x\.npy has changed .* saved after step 7; .* resume runs/0001-gan-x$"):
        train("gan", "x.npy", run=options(steps=20), hooks=[at_step(7, lambda: shortened(tmp_path / "x.npy"))], **SMALL)
    run = RunFolder.open(tmp_path / "runs" / "0001-gan-x")
    assert checkpoint.read(checkpoint.newest(run.checkpoints)[0]).step == 7
    np.save("x.npy", PIXELS)
    straight = train("gan", "x.npy", run=options(steps=20), **SMALL)
    resume(run)
    a, b = (checkpoint.read(checkpoint.newest(RunFolder.open(p).checkpoints)[0]) for p in (straight, run.path))
    assert all(torch.equal(a.tensors[p][k], b.tensors[p][k]) for p in a.tensors for k in a.tensors[p])


def test_a_change_within_a_round_is_noticed_before_anybody_moves(tmp_path):
    """The second batch of a round cannot be read: what is saved is the end of the round before."""
    np.save("x.npy", PIXELS)
    asked = []

    class Falling(OnDisk):
        def __getitem__(self, rows):
            asked.append(rows)
            if len(asked) == 12:
                cut(tmp_path / "x.npy")
            return super().__getitem__(rows)

    rows = read_npy(tmp_path / "x.npy")
    pictures = open_pictures("x.npy")
    pictures._images = Falling(rows.file, rows._start, rows._stored, rows._kind)
    experiment = gan(pictures.spec, **SMALL)
    trainer = Trainer(experiment, picture_stream(pictures, 0))
    with pytest.raises(DataError):
        while True:
            before = {name: tensor.clone() for name, tensor in trainer.game.state_dict().items()}
            trainer.step()
    assert trainer.steps == 5 and len(asked) == 12
    assert all(torch.equal(tensor, before[name]) for name, tensor in trainer.game.state_dict().items())


def test_the_cache_cut_short_while_training(tmp_path):
    Path("a").mkdir()
    for i in range(30):
        Image.fromarray(PIXELS[i]).save(f"a/{i:02}.png")
    (store,) = open_pictures("a") and Path("cache/packed").glob("*/images.npy")
    with pytest.raises(DataError, match=r"images\.npy has changed .* saved after step 3;"):
        train("gan", "a", run=options(steps=9), hooks=[at_step(3, lambda: os.truncate(store, 500))], **SMALL)
    assert resume(tmp_path / "runs" / "0001-gan-a"), "the store is packed anew"
