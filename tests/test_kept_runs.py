"""A run is kept from its first second: signals and kills while it is prepared, folders that are taken away under it, divergence
before the first step, and a glance at many runs of which one is bad."""

import json
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

import sparring
from sparring.commands.runs import _facts
from sparring.durable import room_for
from sparring.errors import CommandError, DivergedError, InterruptedRun, ModelError, NoRoomError
from sparring.report.console import Console
from sparring.runs import checkpoint
from sparring.runs.folder import RunFolder, find, latest, list_runs
from sparring.sessions import begin, play, processes
from sparring.sessions.session import Session
from sparring.sessions.start import resume, train
from sparring.use import checkpoints

IMAGES = np.random.default_rng(0).integers(0, 256, (40, 8, 8, 1), np.uint8)
SMALL = {"g_hidden": (8,), "d_hidden": (8,), "z_dim": 4, "batch_size": 4}
RUN = {"threads": 1, "precision": "float32", "device": "cpu", "steps": 7, "held_out": 0,
       "log_every": 3, "sample_every": 50, "save_every": 50, "keep": 2}  # fmt: skip


def started(out, **more):
    return train("gan", IMAGES, run={**RUN, "out": out, **more}, **SMALL)


def only(out):
    (path,) = [p for p in out.iterdir() if p.is_dir()]
    return path


def weights(path):
    return checkpoint.read(checkpoint.newest(path / "checkpoints")[0], ["game", "ema", "optimizers"])


def same(a, b):
    return a.step == b.step and all(torch.equal(v, b.tensors[p][k]) for p in a.tensors for k, v in a.tensors[p].items())


def kinds(path):
    return [e["kind"] for e in RunFolder.open(path).events()]


@pytest.fixture(scope="module")
def straight(tmp_path_factory):
    return started(tmp_path_factory.mktemp("straight"))


def before(monkeypatch, module, name, do):
    """Do something just before a function of a module is called."""
    real = getattr(module, name)

    def call(*args, **kwargs):
        do()
        return real(*args, **kwargs)

    monkeypatch.setattr(module, name, call)


WORDS = {
    signal.SIGINT: "by Ctrl-C",
    signal.SIGTERM: r"by the system \(SIGTERM\)",
    signal.SIGHUP: r"because its terminal was closed \(SIGHUP\)",
}


PLACES = [(begin, "described"), (begin, "paced"), (begin, "ask"), (play, "evaluator_for"), (processes, "fresh")]


@pytest.mark.parametrize(("place", "number"), zip(PLACES, [*WORDS, signal.SIGTERM, signal.SIGINT], strict=True))
def test_a_signal_while_a_run_is_prepared_saves_it(number, place, straight, tmp_path, monkeypatch):
    handlers = [signal.getsignal(n) for n in WORDS]
    before(monkeypatch, *place, lambda: os.kill(os.getpid(), number))
    monkeypatch.setattr(Session, "play", None)  # nothing is trained any more
    says = rf"^Stopped {WORDS[number]} after step 0; everything is saved. Go on with: sparring resume {tmp_path}"
    with pytest.raises(InterruptedRun, match=says) as caught:
        started(tmp_path)
    assert caught.value.exit_code == 75
    assert [signal.getsignal(n) for n in WORDS] == handlers
    monkeypatch.undo()
    path = only(tmp_path)
    built = place != (processes, "fresh")
    assert [p.name for p in checkpoint.steps(path / "checkpoints")] == ["00000000"] * built
    assert kinds(path) == ["started", "saved", "interrupted"] * built
    assert not built or RunFolder.open(path).events()[-1]["signal"] == number.name
    assert [r.state for r in list_runs(tmp_path)] == ["interrupted"]
    assert "Stopped" in (path / "log.txt").read_text()
    assert not built or "interrupted" in (path / "README.md").read_text()
    resume(path, data=IMAGES)
    assert same(weights(path), weights(straight))
    assert list((path / "samples").glob("00000000*.png")), "the first pictures are drawn by the run that goes on"


def test_sighup_while_training_saves_what_was_trained(straight, tmp_path, monkeypatch):
    look = Session._look
    monkeypatch.setattr(
        Session, "_look", lambda s: (look(s), s.trainer.steps == 4 and os.kill(os.getpid(), signal.SIGHUP))
    )
    with pytest.raises(InterruptedRun, match=r"\(SIGHUP\) after step 4; everything is saved"):
        started(tmp_path)
    monkeypatch.undo()
    path = only(tmp_path)
    resume(path, data=IMAGES)
    assert same(weights(path), weights(straight))
    ours, theirs = (RunFolder.open(p).read_metrics() for p in (path, straight))
    timed = {"seconds", "images_per_second"}
    assert [{k: v for k, v in row.items() if k not in timed} for row in ours] == [
        {k: v for k, v in row.items() if k not in timed} for row in theirs
    ], "the row of step 6 is a mean over the steps 4, 5 and 6, of which 4 was before the stop"


def test_a_sighup_that_is_ignored_stays_ignored(tmp_path, monkeypatch):
    before(monkeypatch, begin, "paced", lambda: os.kill(os.getpid(), signal.SIGHUP))
    old = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        path = started(tmp_path)
    finally:
        signal.signal(signal.SIGHUP, old)
    assert kinds(path)[-1] == "done"


def test_a_second_ctrl_c_is_an_interruption_and_no_failure(tmp_path, monkeypatch):
    look = Session._look

    def impatient(session):
        look(session)
        if session.trainer.steps == 4:
            for _ in range(5):
                os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(Session, "_look", impatient)
    with pytest.raises(InterruptedRun, match="at once by a second Ctrl-C; the latest checkpoint is of step 0"):
        started(tmp_path)
    assert kinds(only(tmp_path))[-1] == "interrupted" and list_runs(tmp_path)[0].state == "interrupted"
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def killed(out, module, name):
    """A child that is killed with -9 when it comes to a function."""

    def child():
        torch.set_num_threads(1)
        setattr(module, name, lambda *args, **kwargs: os.kill(os.getpid(), signal.SIGKILL))
        started(out)

    process = multiprocessing.get_context("fork").Process(target=child)
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    return only(out)


@pytest.mark.parametrize("name", ["fresh", "environment", "paced"])
def test_kill_9_before_the_first_step(name, straight, tmp_path):
    path = killed(tmp_path, processes if name == "fresh" else begin, name)
    assert bool(checkpoint.steps(path / "checkpoints")) == (name == "paced")
    (told,) = list_runs(tmp_path)
    assert (told.state, told.recipe) == ("interrupted", "gan")
    assert _facts(path, tmp_path)["state"] == "interrupted"
    other = IMAGES.copy()
    other[0] ^= 1
    if name != "fresh":  # data.json says what the pictures were
        with pytest.raises(CommandError, match="trained with something else"):
            resume(path, data=other)
    with pytest.raises(CommandError, match="was made by the recipe 'gan', and 'dcgan' was given"):
        resume(path, data=IMAGES, recipe="dcgan")
    resume(path, data=IMAGES)
    assert same(weights(path), weights(straight)) and kinds(path)[-1] == "done"


def test_a_run_whose_checkpoints_are_gone_is_not_begun_anew(straight, tmp_path):
    path = tmp_path / straight.name
    shutil.copytree(straight, path)
    shutil.rmtree(path / "checkpoints")
    with pytest.raises(ModelError, match="There is no whole checkpoint"):
        resume(path, data=IMAGES, extend={"steps": 9})


def test_resume_without_a_name_takes_the_newest_run_that_can_go_on(straight, tmp_path):
    for number in (1, 2, 3, 4):
        shutil.copytree(straight, tmp_path / f"000{number}-run")
    for number, when in ((1, 100), (2, 400), (3, 300), (4, 200)):
        for file in (tmp_path / f"000{number}-run").iterdir():
            os.utime(file, (when, when))
    assert latest(tmp_path).path.name == "0002-run", "control"
    shutil.rmtree(tmp_path / "0002-run" / "checkpoints")
    (tmp_path / "0003-run" / "config.json").write_text("{")
    os.utime(tmp_path / "0003-run" / "config.json", (300, 300))
    assert latest(tmp_path).path.name == "0004-run"
    shutil.rmtree(tmp_path / "0004-run" / "checkpoints")
    (tmp_path / "0004-run" / "events.jsonl").unlink()  # never saved, as after a kill: it can begin anew
    os.utime(tmp_path / "0004-run" / "metrics.jsonl", (200, 200))
    assert latest(tmp_path).path.name == "0004-run"


def in_step(monkeypatch, step, do):
    look = Session._look

    def looked(session):
        look(session)
        if session.trainer.steps == step:
            do(session.folder.path)

    monkeypatch.setattr(Session, "_look", looked)


def test_a_configuration_that_is_deleted_under_the_run_is_written_again(straight, tmp_path, monkeypatch):
    def strike(path):
        (path / "config.json").unlink()
        shutil.rmtree(path / "samples")
        os.kill(os.getpid(), signal.SIGTERM)

    in_step(monkeypatch, 4, strike)
    with pytest.raises(InterruptedRun, match="everything is saved"):
        started(tmp_path)
    monkeypatch.undo()
    path = only(tmp_path)
    resume(path, data=IMAGES)
    assert same(weights(path), weights(straight)) and list((path / "samples").iterdir())


@pytest.mark.parametrize("told", [True, False])
def test_a_folder_that_is_removed_under_the_run_is_not_made_anew(told, tmp_path, monkeypatch):
    def strike(path):
        shutil.rmtree(path)
        if told:
            os.kill(os.getpid(), signal.SIGTERM)

    in_step(monkeypatch, 4, strike)
    with pytest.raises(
        ModelError, match=r"0001-gan-array was removed while the run went on: nothing of it is left"
    ) as caught:
        started(tmp_path)
    assert caught.value.exit_code == 3 and list(tmp_path.iterdir()) == []


def test_a_checkpoint_makes_no_folder_of_a_run(straight, tmp_path):
    snapshot = checkpoint.read(checkpoint.newest(straight / "checkpoints")[0])
    assert checkpoint.save(tmp_path / "checkpoints", snapshot).is_dir()
    with pytest.raises(ModelError, match=r"There is no folder .*gone any more, so no checkpoint was written"):
        checkpoint.save(tmp_path / "gone" / "checkpoints", snapshot)
    assert not (tmp_path / "gone").exists()


def test_a_divergence_while_a_run_is_prepared_is_one(tmp_path, monkeypatch):
    def diverge():
        raise DivergedError("step 1: player G: its loss is nan")

    before(monkeypatch, begin, "paced", diverge)
    with pytest.raises(
        DivergedError, match=r"its loss is nan\. It diverged while it was prepared.*Lower the learning rate"
    ) as caught:
        started(tmp_path)
    assert caught.value.exit_code == 5
    assert kinds(only(tmp_path)) == ["started", "saved", "diverged"] and list_runs(tmp_path)[0].state == "diverged"


def test_a_full_disk_before_the_first_checkpoint_leaves_a_run_that_goes_on(straight, tmp_path, monkeypatch):
    def full(*args):
        raise NoRoomError("No room for the checkpoint of step 0")

    monkeypatch.setattr(begin.saved.checkpoint, "save", full)
    with pytest.raises(NoRoomError):
        started(tmp_path)
    monkeypatch.undo()
    assert list_runs(tmp_path)[0].state == "failed"
    resume(only(tmp_path), data=IMAGES)
    assert same(weights(only(tmp_path)), weights(straight))


def test_a_disk_that_cannot_hold_the_configuration_holds_no_run(tmp_path, monkeypatch):
    def full(self, value):
        raise NoRoomError("No room for config.json")

    monkeypatch.setattr(RunFolder, "config", property(lambda self: {}, full))
    with pytest.raises(NoRoomError):
        started(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_what_is_refused_while_it_is_built_leaves_no_folder(tmp_path):
    with pytest.raises(NoRoomError, match="GiB"):
        train("gan", IMAGES, run={**RUN, "out": tmp_path}, **{**SMALL, "g_hidden": (16_384,) * 200})
    assert list(tmp_path.iterdir()) == []


def test_no_inode_is_no_room_and_is_said(tmp_path, monkeypatch):
    facts = os.statvfs(tmp_path)
    used_up = os.statvfs_result((*facts[:6], 0, 0, *facts[8:]))
    for there, says in (
        (facts, "MB is free|GB is free|TB is free"),
        (used_up, "takes no more files"),
    ):
        monkeypatch.setattr(os, "statvfs", lambda path, there=there: there)
        with pytest.raises(NoRoomError, match=says), room_for("a run", tmp_path, 1):
            raise OSError(28, "No space left on device")


def test_a_checkpoint_that_is_pruned_while_it_is_read_is_not_missed(straight, tmp_path, monkeypatch):
    path = tmp_path / straight.name
    shutil.copytree(straight, path)
    old, real, pruned = checkpoint.newest(path / "checkpoints")[0], checkpoints.read_game, []

    def prune(place, recipe, weights="average"):
        if not pruned:
            pruned.append(old.rename(old.with_name("00000009")))
        return real(place, recipe, weights)

    monkeypatch.setattr(checkpoints, "read_game", prune)
    with pytest.raises(ModelError, match=r"manifest is of step|no checkpoint of step 7|cannot be read"):
        sparring.load(path, step=7)
    pruned[0].rename(old)
    pruned.clear()
    snapshot = checkpoint.read(old)
    progress = {**snapshot.state["progress"], "steps": 8}

    def written(place, recipe, weights="average"):
        if not pruned:
            pruned.append(
                checkpoint.save(
                    old.parent, snapshot._replace(step=8, state={**snapshot.state, "progress": progress}), 1
                )
            )
        return real(place, recipe, weights)

    monkeypatch.setattr(checkpoints, "read_game", written)
    assert sparring.load(path).facts["progress"]["steps"] == 8 and not old.exists()


def test_newest_looks_again_when_a_run_writes_meanwhile(straight, tmp_path, monkeypatch):
    folder = tmp_path / "checkpoints"
    shutil.copytree(straight / "checkpoints", folder)
    (old, *_), real, done = checkpoint.steps(folder), checkpoint.manifest.read, []

    def prune(path):
        if not done:
            done.append(checkpoint.save(folder, checkpoint.read(old)._replace(step=9), 1) if done else done.append(1))
            checkpoint.save(folder, checkpoint.read(old)._replace(step=9), 1)
        return real(path)

    monkeypatch.setattr(checkpoint.manifest, "read", prune)
    path, passed = checkpoint.newest(folder)
    assert (path.name, passed) == ("00000009", [])


# One bad run among many


def test_a_run_that_may_not_be_looked_at_hides_none(straight, tmp_path, monkeypatch):
    for number in (1, 2, 3):
        shutil.copytree(straight, tmp_path / f"000{number}-run")
    looked = Path.is_file

    def is_file(path):
        if "0002-run" in path.parts:
            raise PermissionError(13, "Permission denied", str(path))
        return looked(path)

    monkeypatch.setattr(Path, "is_file", is_file)
    assert [r.state for r in list_runs(tmp_path)] == ["done", "unreadable", "done"]
    assert find(tmp_path, "1").path.name == "0001-run" and latest(tmp_path).path.name != "0002-run"
    with pytest.raises(ModelError, match="There is no run '2'"):
        find(tmp_path, "2")


ODD = {
    "a pipe": os.mkfifo,
    "a link": lambda path: path.symlink_to(path.parent.parent / "outside"),
    "a folder": os.mkdir,
}


@pytest.mark.parametrize("kind", ODD)
@pytest.mark.parametrize(
    "name", ["events.jsonl", "metrics.jsonl", "looks.jsonl", "log.txt", "config.json", ".lock", "data.json"]
)
def test_what_is_no_file_is_refused_at_once_and_not_written_to(name, kind, straight, tmp_path):
    path, outside = tmp_path / straight.name, tmp_path / "outside"
    shutil.copytree(straight, path)
    outside.write_text("mine\n")
    (path / name).unlink(missing_ok=True)
    ODD[kind](path / name)
    wrong = (CommandError, ModelError) if name == ".lock" else ModelError
    if name == "data.json" or (name, kind) == (".lock", "a pipe"):  # only a run that was never saved reads the one
        resume(path, data=IMAGES, extend={"steps": 8})
    else:
        with pytest.raises(wrong, match=name.replace(".", r"\.")):
            resume(path, data=IMAGES, extend={"steps": 8})
    assert outside.read_text() == "mine\n"
    list_runs(tmp_path)
    if name in ("events.jsonl", "metrics.jsonl", "config.json"):
        with pytest.raises(ModelError):
            _facts(path, tmp_path)


@pytest.mark.parametrize("name", ["game.safetensors", "metrics.jsonl"])
def test_a_file_of_a_terabyte_is_refused_before_it_is_read(name, straight, tmp_path):
    path = tmp_path / straight.name
    shutil.copytree(straight, path)
    place = checkpoint.newest(path / "checkpoints")[0]
    file = place / name if name.endswith("tensors") else path / name
    with open(file, "ab") as f:
        try:
            f.truncate(1 << 40)
        except OSError:
            pytest.skip("this file system has no file of a terabyte")
    if file.parent == place:
        facts = json.loads((place / "manifest.json").read_text())
        files = {n: checkpoint.manifest.Entry(e["bytes"], e["sha256"]) for n, e in facts["files"].items()}
        files[name] = files[name]._replace(size=1 << 40)
        (place / "manifest.json").write_bytes(checkpoint.manifest.to_bytes(checkpoint.Manifest(7, files)))
    for door in (lambda: resume(path, data=IMAGES, extend={"steps": 9}), lambda: _facts(path, tmp_path)):
        with pytest.raises((NoRoomError, ModelError), match=r"1\.1 TB"):
            door()


def sparring_says(words, redirect="", **more):
    command = (
        f'"{sys.executable}" -c "import sys; from sparring.cli import main; main(sys.argv[1:])" {words} {redirect}'
    )
    return subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=60, **more)


def test_outputs_that_are_closed_or_full(tmp_path):
    shut = sparring_says("--version", ">&-", cwd=tmp_path)
    assert (shut.returncode, shut.stderr) == (0, "")
    if not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full")
    full = sparring_says("--version", ">/dev/full", cwd=tmp_path)
    assert full.returncode == 4 and full.stderr == (
        "sparring: No room to write the standard output: No space left on device. Make room and try again.\n"
    )


def test_a_run_whose_output_was_closed_goes_on(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)
    console = Console()
    with console.waiting("something") as progress:
        progress("part", 1, 2)
    console.start({"run": "0001"})
    console.update({"step": 1}, 0.5, None)
    console.say("a sentence")
    console.finish()


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["train", "gan", "--out", ""], 2, "--out needs a value"),
        (["train", "gan", "--data="], 2, "--data needs a value"),
        (["train", "gan", "--run.threads", "100000"], 2, "at most 1,024"),
        (["sample", "a" * 300], 3, "File name too long"),
        (["info", "a" * 300], 3, "no run|File name too long"),
        (["train", "gan", "--config", "pipe"], 2, "pipe: .*not a regular file"),
        (["train", "gan", "--config", "/dev/zero"], 2, "not a regular file"),
        (["train", "gan", "--config", "deep"], 2, "nested too deeply"),
    ],
)
def test_the_command_line_says_what_is_wrong(words, code, says, tmp_path, monkeypatch, capsys):
    import re

    from sparring.cli import main

    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe")
    Path("deep").write_text("[" * 100_000)
    with pytest.raises(SystemExit) as caught:
        main(words)
    said = capsys.readouterr().err
    assert caught.value.code == code and re.search(says, said) and "Traceback" not in said, said
