"""Faults while saving: kill -9 at any moment, and a full disk at any write."""

import errno
import multiprocessing
import os
import random
import resource
import shutil
import signal
import time

import pytest
import torch
from disks import mounted
from safetensors.torch import load_file, save_file

from sparring import durable
from sparring.engine.snapshot import Snapshot
from sparring.errors import ModelError, NoRoomError
from sparring.runs import checkpoint, manifest

fork = multiprocessing.get_context("fork")
KILLS = 40


def content(step, megabytes=3.0):
    """A snapshot that its step decides: many small tensors and a large one."""
    small = {f"layer{i}.weight": torch.full((7, i + 1), step + i / 64) for i in range(40)}
    large = torch.arange(int(megabytes * 2**18), dtype=torch.int32).add_(step).view(torch.float32).nan_to_num_()
    tensors = {
        "game": small,
        "ema": {"G": large},
        "rng": {"cpu": torch.full((64,), step % 251, dtype=torch.uint8)},
    }
    return Snapshot(step, tensors, {"step": step, "images": 64 * step})


def is_content(read, megabytes=3.0):
    want = content(read.step, megabytes)
    return read.state == want.state and all(
        read.tensors[part].keys() == named.keys()
        and all(torch.equal(read.tensors[part][name], value) for name, value in named.items())
        for part, named in want.tensors.items()
    )


# kill -9


def save_well(folder, done, start):
    for step in range(start, start + 100_000):
        checkpoint.save(folder, content(step))
        done.value = step


def save_in_place(folder, done, start):
    """The control: what most training scripts do, without pickle."""
    folder.mkdir(exist_ok=True)
    for step in range(start, start + 100_000):
        snapshot = content(step)
        for part, tensors in snapshot.tensors.items():
            save_file(tensors, folder / f"{part}.safetensors")
        (folder / manifest.FILE).write_text(str(step))
        done.value = step


def kill_while(saving, folder, done, rng):
    """Let a child save on and on, and kill it at a random moment after its first save."""
    first = done.value
    child = fork.Process(target=saving, args=(folder, done, first + 1))
    child.start()
    end = time.monotonic() + 60
    while done.value == first and time.monotonic() < end:
        time.sleep(0.001)
    time.sleep(rng.uniform(0, 0.1))
    os.kill(child.pid, signal.SIGKILL)
    child.join()
    assert child.exitcode == -signal.SIGKILL
    assert done.value > first


def test_kill_9_at_40_random_moments_while_saving_40_of_40_load(tmp_path):
    torch.set_num_threads(1)
    folder, done, rng = tmp_path / "checkpoints", fork.Value("q", 0), random.Random(9)
    inside = 0
    for _ in range(KILLS):
        kill_while(save_well, folder, done, rng)
        inside += any(name.startswith((".writing-", ".removing-")) for name in os.listdir(folder))
        path, passed = checkpoint.newest(folder)
        assert passed == []
        read = checkpoint.read(path)
        assert is_content(read)
        assert read.step in (done.value, done.value + 1)  # nothing that was reported as saved is lost
        done.value = read.step
    print(f"{inside} of {KILLS} kills fell inside a save; {done.value} saves")
    assert inside >= KILLS // 4  # control: the kills did hit saves
    checkpoint.save(folder, content(done.value + 1))
    assert len(os.listdir(folder)) == 2  # whatever was left half written is swept


def test_control_the_same_kills_tear_what_is_written_in_place(tmp_path):
    torch.set_num_threads(1)
    folder, done, rng = tmp_path / "checkpoints", fork.Value("q", 0), random.Random(9)
    torn = 0
    for _ in range(KILLS):
        kill_while(save_in_place, folder, done, rng)
        torn += not in_place_is_whole(folder)
    print(f"{torn} of {KILLS} kills tore a checkpoint written in place")
    assert torn >= 1


def in_place_is_whole(folder):
    try:
        step = int((folder / manifest.FILE).read_text())
        tensors = {part: load_file(folder / f"{part}.safetensors") for part in ("game", "ema", "rng")}
    except Exception:
        return False
    return is_content(Snapshot(step, tensors, content(step).state))


def test_everything_is_synced_before_the_rename_and_the_name_after(tmp_path, monkeypatch):
    """What kill -9 cannot show and a power cut would."""
    calls = []
    real_fsync, real_rename = os.fsync, os.rename

    def fsync(fd):
        calls.append(os.path.basename(os.readlink(f"/proc/self/fd/{fd}")))
        real_fsync(fd)

    def rename(old, new):
        calls.append(f"rename to {os.path.basename(new)}")
        real_rename(old, new)

    if not os.path.isdir("/proc/self/fd"):
        pytest.skip("no /proc to name open files by")
    checkpoint.save(tmp_path, content(1, 0.1))
    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "rename", rename)
    checkpoint.save(tmp_path, content(2, 0.1))
    files = ["state.json", "game.safetensors", "ema.safetensors", "rng.safetensors", "manifest.json"]
    assert calls[:5] == files
    assert calls[5].startswith(".writing-")
    assert calls[6:8] == ["rename to 00000002", tmp_path.name]


# A full disk


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 4 MB."""
    with mounted(tmp_path / "disk", 4) as place:
        yield place


def test_a_full_disk_leaves_the_old_checkpoint_whole_and_says_so(small_disk):
    folder = small_disk / "checkpoints"
    old = checkpoint.save(folder, content(1, 2.0))
    with pytest.raises(NoRoomError) as caught:
        checkpoint.save(folder, content(2, 3.0))
    says = str(caught.value)
    assert says.startswith(f"No room for the checkpoint of step 2 in {folder}: it needs about 3.2 MB, 2.")
    assert "MB is free (No space left on device). What was there before is intact. Make room" in says
    assert caught.value.exit_code == 4
    assert os.listdir(folder) == [old.name]
    assert is_content(checkpoint.read(checkpoint.newest(folder)[0]), 2.0)
    checkpoint.save(folder, content(3, 0.5))  # and with room it goes on
    assert checkpoint.newest(folder)[0].name == "00000003"


def test_control_the_small_disk_is_small(small_disk):
    with pytest.raises(OSError, match="No space left"):
        (small_disk / "file").write_bytes(bytes(5 << 20))
    assert 0 < (small_disk / "file").stat().st_size < 5 << 20  # and what is written in place is torn


def save_limited(folder, result):
    """A limit on the size of files stops a write in the middle, as a quota does."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
    try:
        checkpoint.save(folder, content(2))
    except NoRoomError as error:
        result.send(str(error))
    else:
        result.send("saved")


def test_a_limit_on_file_sizes_leaves_the_old_checkpoint_whole(tmp_path):
    checkpoint.save(tmp_path, content(1))
    here, there = fork.Pipe()
    child = fork.Process(target=save_limited, args=(tmp_path, there))
    child.start()
    assert here.poll(30)
    assert "No room for the checkpoint of step 2" in here.recv()
    child.join()
    assert os.listdir(tmp_path) == ["00000001"]
    assert is_content(checkpoint.read(tmp_path / "00000001"))


CALLS = ["mkdir", "open", "write", "fsync", "rename"]


class FailAt:
    """Makes the k-th of some calls of ``os`` fail; a failing write takes half of its bytes first."""

    def __init__(self, monkeypatch, k, code):
        self.k, self.code, self.n = k, code, 0
        for name in CALLS:
            monkeypatch.setattr(os, name, self.wrap(name, getattr(os, name)))

    def wrap(self, name, real):
        def call(*args, **kwargs):
            self.n += 1
            if self.n == self.k:
                if name == "write":
                    real(args[0], args[1][: len(args[1]) // 2])
                raise OSError(self.code, os.strerror(self.code))
            return real(*args, **kwargs)

        return call


def save_failing(folder, k, code):
    """Returns how many calls were made, and whether the save went through."""
    with pytest.MonkeyPatch.context() as patch:
        fail = FailAt(patch, k, code)
        try:
            checkpoint.save(folder, content(2, 0.1))
        except OSError as error:
            assert error.errno == code == errno.EIO  # no matter of room: it passes through
            return fail.n, False
        except NoRoomError as error:
            assert code != errno.EIO
            assert "the checkpoint of step 2" in str(error)
            return fail.n, False
        return fail.n, True


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EIO])
def test_whichever_call_fails_the_old_checkpoint_is_whole(tmp_path, code):
    calls, through = save_failing(tmp_path / "count", 0, code)
    assert through
    assert calls > 20
    failed = 0
    for k in range(1, calls + 8):
        folder = tmp_path / f"{k}"
        checkpoint.save(folder, content(1, 0.1))
        _, through = save_failing(folder, k, code)
        failed += not through
        assert is_content(checkpoint.read(folder / "00000001"), 0.1)
        path, passed = checkpoint.newest(folder)
        assert passed == []
        assert is_content(checkpoint.read(path), 0.1)
        assert path.name == "00000002" or not through
        assert not [name for name in os.listdir(folder) if name.startswith(".")]
        shutil.rmtree(folder)
    assert failed >= 20  # control: the failures were raised


def test_whichever_call_fails_a_file_is_as_it_was_or_as_it_should_be(tmp_path):
    file = tmp_path / "config.json"
    seen = set()
    for k in range(1, 12):
        file.write_text("old")
        with pytest.MonkeyPatch.context() as patch:
            FailAt(patch, k, errno.ENOSPC)
            try:
                durable.write_file(file, b"new content")
            except NoRoomError:
                assert os.listdir(tmp_path) == ["config.json"]
                seen.add("refused")
            else:
                assert file.read_text() == "new content"
                seen.add("written")
        assert file.read_text() in ("old", "new content")
    assert seen == {"refused", "written"}


def test_a_checkpoint_that_vanishes_while_it_is_read_is_a_model_error(tmp_path, monkeypatch):
    path = checkpoint.save(tmp_path, content(1, 0.1))
    real = manifest.read

    def read(folder):
        whole = real(folder)
        shutil.rmtree(folder)  # another process prunes
        return whole

    monkeypatch.setattr(manifest, "read", read)
    with pytest.raises(ModelError, match="cannot be read: No such file"):
        checkpoint.read(path)
