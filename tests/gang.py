"""Runs on several processes as a person starts them, and what is done to them."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from sparring.runs import checkpoint

TRAIN = [
    "train",
    "gan",
    "--data",
    "digits",
    "--g-hidden",
    "32",
    "--d-hidden",
    "32",
    "--batch-size",
    "32",
    "--run.threads",
    "1",
]
TRAIN += ["--run.precision", "float32", "--run.log-every", "10", "--run.sample-every", "1000", "--run.name", "run"]


def sparring(*words, cwd, **how):
    """A command, started; what it says is kept."""
    env = os.environ | {"OMP_NUM_THREADS": "1", "SPARRING_LANGUAGE": "en"} | how.pop("env", {})
    return subprocess.Popen(
        [sys.executable, "-m", "sparring", *map(str, words)],
        cwd=cwd, env=env, text=True, **{"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT} | how,
    )  # fmt: skip


def train(folder, processes, steps, *more, save_every=20, timeout=120):
    """A run in a folder."""
    words = [
        "--run.processes",
        processes,
        "--run.steps",
        steps,
        "--run.save-every",
        save_every,
        "--run.timeout",
        timeout,
        *more,
    ]
    return sparring(*TRAIN, *words, cwd=folder)


def end(process, limit=300):
    """What it said, and its exit code."""
    said, _ = process.communicate(timeout=limit)
    return said, process.returncode


def children(process):
    """Process ids of the processes that a launcher has started, by rank."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                stat, env = (entry / "stat").read_text(), (entry / "environ").read_bytes()
            except OSError:
                continue
            if int(stat.rpartition(")")[2].split()[1]) == process.pid and b"RANK=" in env:
                rank = next(w for w in env.split(b"\0") if w.startswith(b"RANK="))
                found.append((int(rank[5:]), int(entry.name)))
    return [pid for _, pid in sorted(found)]


def run_of(folder):
    """The folder of its only run."""
    (run,) = (Path(folder) / "runs").iterdir()
    return run


def reached(folder):
    """The step of the newest checkpoint; -1 if there is none."""
    try:
        return checkpoint.step_of(checkpoint.steps(run_of(folder) / "checkpoints")[0])
    except (OSError, ValueError, IndexError):
        return -1


def wait_for(what, limit=120):
    """Until something is so."""
    finish = time.monotonic() + limit
    while time.monotonic() < finish:
        if what():
            return
        time.sleep(0.02)
    raise AssertionError("it did not come so far")


def weights(folder):
    """All tensors of the newest checkpoint."""
    snapshot = checkpoint.read(checkpoint.newest(run_of(folder) / "checkpoints")[0])
    return snapshot.step, {f"{part}/{k}": v for part, named in snapshot.tensors.items() for k, v in named.items()}


def left_running(folder):
    """Processes that still work in a folder."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                if Path(os.readlink(entry / "cwd")) == Path(folder).resolve():
                    found.append(int(entry.name))
            except OSError:
                continue
    return found


def kill(pid, number=signal.SIGKILL):
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return False
    return True
