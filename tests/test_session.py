"""Runs on disk: start, stop, resume, what is refused, and what is left behind."""

import io
import json
import math
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from summary import with_curves

import sparring
from sparring.engine.trainer import Trainer
from sparring.errors import CommandError, DivergedError, InterruptedRun, ModelError, NoRoomError
from sparring.games import GAN
from sparring.report.console import Console
from sparring.report.png import read_text
from sparring.runs import checkpoint
from sparring.runs.folder import RunFolder
from sparring.sessions.session import Session
from sparring.sessions.start import resume, train

SMALL = {"g_hidden": (16,), "d_hidden": (16,), "z_dim": 8, "batch_size": 8}
RNG = np.random.default_rng(0)
IMAGES = RNG.integers(0, 256, (60, 12, 10, 1), np.uint8)


def options(tmp_path, **more):
    base = {"out": tmp_path / "runs", "threads": 1, "precision": "float32", "device": "cpu", "steps": 20}
    return {**base, "log_every": 5, "sample_every": 10, "save_every": 10, **more}


def weights(path):
    folder = RunFolder.open(path)
    return checkpoint.read(checkpoint.newest(folder.checkpoints)[0])


def same(a, b):
    return all(torch.equal(a.tensors[p][k], b.tensors[p][k]) for p in a.tensors for k in a.tensors[p])


def stop_after(monkeypatch, steps):
    """Ask to stop once so many steps are done, as a signal would."""
    look = Session._look

    def asked(self):
        look(self)
        if self.trainer.steps == steps:
            os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr(Session, "_look", asked)


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    with with_curves():
        return train("gan", IMAGES, run=options(tmp_path_factory.mktemp("finished")), **SMALL)


def test_a_run_folder_has_what_a_person_looks_for(finished):
    names = {p.name for p in finished.iterdir()}
    expected = {"config.json", "data.json", "environment.json", "metrics.jsonl", "events.jsonl", "log.txt"}
    assert expected | {"samples", "checkpoints", "reals.png", "results.png", "README.md"} <= names
    rows = [json.loads(line) for line in (finished / "metrics.jsonl").read_text().splitlines()]
    assert [r["step"] for r in rows] == [5, 10, 15, 20] and rows[-1]["images"] == 160
    losses = ("D/paid/adversarial", "G/paid/adversarial", "D/value/V", "D/gradient/norm")
    for name in (*losses, "D/probability/D(x)", "D/probability/D(G(z))", "held_out/accuracy/accuracy"):
        assert math.isfinite(rows[-1][name]), name
    assert sorted(p.name for p in (finished / "checkpoints").iterdir()) == ["00000010", "00000020"]
    config = json.loads((finished / "config.json").read_text())
    assert config["settings"]["z_dim"] == 8 and config["run"]["threads"] == 1
    data = json.loads((finished / "data.json").read_text())
    assert len(data["digest"]) == 64 and data["pictures"] == 60


def test_another_number_of_threads_is_told_and_kept(finished, tmp_path, monkeypatch):
    path, stream, asked = tmp_path / finished.name, io.StringIO(), []
    shutil.copytree(finished, path)
    set_threads = torch.set_num_threads
    monkeypatch.setattr(torch, "set_num_threads", lambda n: [asked.append(n), set_threads(n)])
    resume(path, data=IMAGES, extend={"threads": 2}, console=Console(stream=stream))
    assert "is finished" in stream.getvalue() and 2 not in asked, "threads make no run longer"
    resume(path, data=IMAGES, extend={"threads": 2, "steps": 22}, console=Console(stream=stream))
    assert asked[-2:] == [2, 1], "the caller's stays"
    assert "goes on with 2 threads (before: 1): it is then the same but for rounding" in stream.getvalue()
    assert json.loads((path / "config.json").read_text())["run"]["threads"] == 2
    with pytest.raises(CommandError, match="needs a number of threads"):
        resume(path, data=IMAGES, extend={"threads": 0, "steps": 30})
    with pytest.raises(CommandError, match="seed cannot change"):
        resume(path, data=IMAGES, extend={"seed": 2, "steps": 30})


def test_every_sample_says_what_drew_it(finished):
    samples = sorted((finished / "samples").iterdir())
    names = [p.name for p in samples]
    assert names == [f"{s:08d}{k}.png" for s in (0, 10, 20) for k in ("-raw", "")]
    text = read_text(finished / "samples" / "00000010.png")
    assert text["recipe"] == "gan" and text["step"] == "10" and text["seed"] == "0" and text["weights"] == "average"
    with Image.open(finished / "results.png") as picture:
        assert picture.width > 600 and np.asarray(picture.convert("L")).std() > 10


def test_a_loaded_run_draws_the_samples_that_the_run_drew(finished):
    drawn = sparring.load(finished).sample(64, seed=0)
    assert drawn.tensor.shape == (64, 1, 12, 10) and len(drawn.pictures) == 64 and drawn.pictures[0].size == (10, 12)
    from sparring.report.grid import grid

    mine = grid(sparring.load(finished).arrays(drawn.tensor))
    with Image.open(finished / "samples" / "00000020.png") as picture:
        assert np.array_equal(np.asarray(picture), mine.squeeze())
    newest = sparring.load(finished, weights="newest").sample(64, seed=0)
    assert not torch.equal(newest.tensor, drawn.tensor)
    assert torch.equal(
        sparring.load(finished).sample(3, seed=5).tensor, sparring.load(finished).sample(3, seed=5).tensor
    )


def test_interpolation_starts_and_ends_at_its_seeds(finished):
    model = sparring.load(finished)
    frames = model.interpolate(3, 4, 7).tensor
    torch.testing.assert_close(frames[0], model.sample(1, seed=3).tensor[0])
    torch.testing.assert_close(frames[-1], model.sample(1, seed=4).tensor[0])
    assert frames.shape[0] == 7 and not torch.equal(frames[3], frames[2])


def test_stop_and_resume_is_bit_identical_to_never_stopping(finished, tmp_path, monkeypatch):
    stop_after(monkeypatch, 13)
    with pytest.raises(InterruptedRun, match=r"Stopped by the system \(SIGTERM\) after step 13; .*sparring resume"):
        train("gan", IMAGES, run=options(tmp_path), **SMALL)
    (path,) = (tmp_path / "runs").iterdir()
    assert weights(path).step == 13
    monkeypatch.undo()
    resume(RunFolder.open(path), data=IMAGES)
    assert same(weights(path), weights(finished))
    rows = [json.loads(line)["step"] for line in (path / "metrics.jsonl").read_text().splitlines()]
    assert rows == [5, 10, 15, 20]


def test_a_resumed_run_can_be_made_longer_but_not_another_run(finished, tmp_path):
    import shutil

    path = tmp_path / "copy"
    shutil.copytree(finished, path)
    with pytest.raises(CommandError, match="seed cannot change"):
        resume(RunFolder.open(path), data=IMAGES, extend={"seed": 3})
    resume(RunFolder.open(path), data=IMAGES, extend={"steps": 25})
    assert weights(path).step == 25


def test_changed_data_and_changed_settings_are_refused_with_the_difference(finished, tmp_path):
    import shutil

    path = tmp_path / "copy"
    shutil.copytree(finished, path)
    other = IMAGES.copy()
    other[3, 2, 1, 0] ^= 1
    with pytest.raises(CommandError, match="pictures are not those of the run"):
        resume(RunFolder.open(path), data=other, extend={"steps": 25})
    config = json.loads((path / "config.json").read_text())
    config["settings"]["lr"] = 2e-3
    (path / "config.json").write_text(json.dumps(config))
    with pytest.raises(CommandError, match=r"settings.lr: 0.001 -> 0.002"):
        resume(RunFolder.open(path), data=IMAGES, extend={"steps": 25})
    resume(RunFolder.open(path), data=other, extend={"steps": 25}, anyway=True)
    state = weights(path).state
    assert state["plan"]["settings"]["lr"] == 2e-3
    assert state["optimizers"]["G"]["groups"][0]["lr"] == pytest.approx(2e-3, rel=1e-4), (
        "the changed rate is the one in use"
    )


def test_a_second_trainer_is_refused_with_the_first_one_s_pid(finished):
    with RunFolder.open(finished).lock(), pytest.raises(CommandError, match=str(os.getpid())):
        resume(RunFolder.open(finished), data=IMAGES)


def nan_at(step, every=False):
    """A recipe whose G pays a term that is not a number in one step at the full rate, or in every step from there on."""

    def broken(spec, *, batch_size: int = 8):
        from sparring.engine.experiment import Experiment
        from sparring.networks import mlp

        G, D = mlp.Generator(spec, 4, (8,)), mlp.Discriminator(spec, (8,))
        adam = {n: torch.optim.Adam(m.parameters(), 1e-3, fused=True) for n, m in (("D", D), ("G", G))}

        def cursed(game, made):
            rate = adam["G"].param_groups[0]["lr"]
            bad = made.turn.moves >= step - 1 if every else made.turn.moves == step - 1 and rate == 1e-3
            return made.answer["logits"] * (torch.nan if bad else 0.0)

        return Experiment(GAN(G, D, 4, terms={"cursed": cursed}), adam, batch_size=batch_size)

    return broken


def counted_steps(monkeypatch):
    """Calibration steps would be counted too; leave them out."""
    from sparring.engine.calibrate import Pace
    from sparring.sessions import pace

    monkeypatch.setattr(pace, "calibrate", lambda trainer, ways: Pace(ways[0], 0.01))


def test_divergence_rolls_back_once_with_a_lower_rate_and_goes_on(tmp_path, monkeypatch):
    counted_steps(monkeypatch)
    path = train(nan_at(15), IMAGES, run=options(tmp_path))
    events = [e for e in RunFolder.open(path).events() if e["kind"] == "rolled_back"]
    assert len(events) == 1 and events[0]["to"] == 10
    assert "step 15: player G: its loss term 'cursed' is nan" in events[0]["error"]
    end = weights(path)
    assert end.step == 20 and end.state["progress"]["rate"] == 0.5
    assert end.state["optimizers"]["G"]["groups"][0]["lr"] == 5e-4


def test_a_second_divergence_ends_the_run_and_no_bad_weight_is_written(tmp_path, monkeypatch):
    counted_steps(monkeypatch)
    with pytest.raises(DivergedError, match="rolled back once") as e:
        train(nan_at(15, every=True), IMAGES, run=options(tmp_path))
    assert e.value.exit_code == 5
    (path,) = (tmp_path / "runs").iterdir()
    snapshot = weights(path)
    assert snapshot.step == 10
    floats = [
        t for part in ("game", "ema", "optimizers") for t in snapshot.tensors[part].values() if t.is_floating_point()
    ]
    assert len(floats) > 10 and all(torch.isfinite(t).all() for t in floats)


def test_an_impossible_experiment_is_refused_before_memory_is_taken(tmp_path):
    with pytest.raises(NoRoomError, match="GiB"):
        train("gan", IMAGES, run=options(tmp_path), **{**SMALL, "g_hidden": (16_384,) * 200})


def test_a_damaged_newest_checkpoint_is_passed_over_and_said(finished, tmp_path):
    import shutil

    path = tmp_path / "copy"
    shutil.copytree(finished, path)
    file = path / "checkpoints" / "00000020" / "game.safetensors"
    blob = bytearray(file.read_bytes())
    blob[len(blob) // 2] ^= 1
    file.write_bytes(blob)
    said = []

    class Listener(Console):
        def say(self, text):
            said.append(text)

    resume(RunFolder.open(path), data=IMAGES, extend={"steps": 22}, console=Listener(quiet=True))
    assert any("00000020" in text for text in said) and weights(path).state["seconds"] > 0
    assert weights(path).step == 22


def test_skipped_files_are_listed_once_with_the_reason(tmp_path):
    faces = tmp_path / "faces"
    faces.mkdir()
    for i in range(120):
        Image.fromarray(RNG.integers(0, 256, (8, 8), np.uint8)).save(faces / f"{i}.png")
    (faces / "bad.png").write_bytes(b"nonsense")
    path = train("gan", faces, run=options(tmp_path, steps=1), **SMALL)
    assert (path / "log.txt").read_text().count("left out bad.png: not a picture") == 1


def test_load_refuses_what_is_no_run(tmp_path):
    for path in (tmp_path, tmp_path / "missing"):
        with pytest.raises(ModelError):
            sparring.load(path)


def test_absurd_widths_in_a_checkpoint_are_an_error_and_no_allocation(finished, tmp_path):
    import shutil

    from sparring.runs import manifest

    path = tmp_path / "copy"
    shutil.copytree(finished / "checkpoints" / "00000020", path)
    state = json.loads((path / "state.json").read_text())
    state["plan"]["settings"]["g_hidden"] = [16_384] * 500
    snapshot = checkpoint.read(finished / "checkpoints" / "00000020")
    made = checkpoint.save(tmp_path / "hostile", snapshot._replace(state=state))
    t = time.perf_counter()
    with pytest.raises(ModelError, match="do not fit what the checkpoint says of itself"):
        sparring.load(made)
    assert time.perf_counter() - t < 20 and manifest


CHILD = """
import sys
import numpy as np
from pathlib import Path
from sparring.sessions.start import train
images = np.random.default_rng(0).integers(0, 256, (60, 12, 10, 1), np.uint8)
run = {"out": Path(sys.argv[1]), "threads": 1, "precision": "float32", "device": "cpu", "steps": 10**9,
       "log_every": 5, "sample_every": 10**9, "save_every": 5}
train("gan", images, run=run, g_hidden=(16,), d_hidden=(16,), z_dim=8, batch_size=8)
"""


def wait_for(condition, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if value := condition():
            return value
        time.sleep(0.02)
    raise TimeoutError


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_a_trainer_that_is_stopped_or_killed_can_be_resumed(number, tmp_path, monkeypatch):
    """A process of its own; SIGTERM, in this one, is tested above."""
    out = tmp_path / "runs"
    child = subprocess.Popen([sys.executable, "-c", CHILD, str(out)], stderr=subprocess.PIPE, text=True)
    wait_for(lambda: len(list(out.glob("*/checkpoints/000000[1-9]*"))) > 0)
    child.send_signal(number)
    _, errors = child.communicate(timeout=60)
    assert child.returncode != 0 and (number == signal.SIGKILL or "InterruptedRun" in errors)
    assert ("Stopped by Ctrl-C" in errors) == (number == signal.SIGINT)
    (path,) = out.iterdir()
    steps = weights(path).step
    resume(RunFolder.open(path), data=IMAGES, extend={"steps": steps + 7})
    straight = train("gan", IMAGES, run=options(tmp_path / "straight", steps=steps + 7), **SMALL)
    assert same(weights(path), weights(straight))


def test_a_full_disk_leaves_the_old_checkpoint_whole_and_says_so(tmp_path, monkeypatch):
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)], capture_output=True).returncode:
        pytest.skip("mounting a tmpfs needs root")
    try:
        monkeypatch.setattr(Trainer, "watch", lambda self, held_out, seed: {})
        with pytest.raises(NoRoomError, match=r"checkpoint of step \d+") as e:
            train("gan", IMAGES, run=options(tmp_path, out=disk, keep=50, steps=500, sample_every=10**6), **SMALL)
        assert e.value.exit_code == 4
        (path,) = [p for p in Path(disk).iterdir() if p.is_dir()]
        kept = [p for p in (path / "checkpoints").iterdir() if not p.name.startswith(".")]
        assert len(kept) >= 2
        for p in kept:
            checkpoint.verify(p)
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_row_of_metrics_is_the_mean_over_the_steps_since_the_last_one(tmp_path):
    each = train("gan", IMAGES, run=options(tmp_path, log_every=1, steps=10), **SMALL)
    fives = train("gan", IMAGES, run=options(tmp_path, log_every=5, steps=10), **SMALL)
    single, mean = (RunFolder.open(path).read_metrics() for path in (each, fives))
    assert [row["step"] for row in mean] == [5, 10]
    for name in ("D/paid/adversarial", "G/paid/adversarial", "D/probability/D(x)"):
        expected = [sum(row[name] for row in single[i : i + 5]) / 5 for i in (0, 5)]
        assert [row[name] for row in mean] == pytest.approx(expected, rel=1e-5)
