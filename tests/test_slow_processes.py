"""Runs on several processes under attack: killed, stopped, flipped, late. What is left is the run that nobody attacked."""

import contextlib
import json
import random
import shutil
import signal
import statistics
import subprocess
import time
from pathlib import Path

import pytest
import torch
from gang import children, kill, left_running, reached, run_of, sparring, wait_for, weights
from watched_gan import PHASES, phase_of

pytestmark = pytest.mark.slow
OWN = Path(__file__).with_name("watched_gan.py")
STEPS, SAVE = 400, 10
TIMES = ("seconds", "images_per_second")
"""Of a row of metrics: what the clock says."""


def started(folder, *more, processes=2, steps=STEPS, timeout=60, fault="", **how):
    """A run that leaves word of what it does; what it says goes into a file."""
    folder.mkdir(exist_ok=True)
    words = [
        "train",
        f"{OWN}:watched",
        "--data",
        "digits",
        "--run.threads",
        1,
        "--run.precision",
        "float32",
        "--run.memory-format",
    ]
    words += [
        "contiguous",
        "--run.log-every",
        10,
        "--run.sample-every",
        1000,
        "--run.name",
        "run",
        "--run.save-every",
        SAVE,
    ]
    words += ["--run.processes", processes, "--run.steps", steps, "--run.timeout", timeout, *more]
    return sparring(*words, cwd=folder, stdout=(folder / "said").open("w"), env={"FAULT": fault}, **how)


def ended(run, folder, limit=300):
    """Its exit code and what it said; nothing of it is left."""
    code = run.wait(limit)
    wait_for(lambda: not left_running(folder), 5)
    return code, (folder / "said").read_text()


def resumed(folder, processes):
    """The exit code of a run that goes on to its end."""
    more = ["--recipe", f"{OWN}:watched", "--run.processes", processes, "--steps", STEPS]
    code, said = ended(
        sparring("resume", run_of(folder), *more, cwd=folder, stdout=(folder / "said").open("w")), folder
    )
    print(said if code else "", end="")
    return code


def rows(folder):
    """Its metrics, without times."""
    read = map(json.loads, (run_of(folder) / "metrics.jsonl").read_text().splitlines())
    return [{name: value for name, value in row.items() if name not in TIMES} for row in read]


def events(folder, kind):
    """What happened of a kind."""
    read = map(json.loads, (run_of(folder) / "events.jsonl").read_text().splitlines())
    return [event for event in read if event["kind"] == kind]


def far(a, b):
    """The largest difference of two runs' numbers."""
    (step, mine), (other, theirs) = weights(a), weights(b)
    assert step == other
    assert mine.keys() == theirs.keys()
    return max((mine[k].double() - theirs[k].double()).abs().max().item() for k in mine if mine[k].numel())


def assert_same_run(a, b):
    """To the last bit: weights, average, optimizers, and what was measured on the way."""
    (step, mine), (other, theirs) = weights(a), weights(b)
    assert step == other
    assert mine.keys() == theirs.keys()
    assert [k for k in mine if not torch.equal(mine[k], theirs[k])] == []
    assert rows(a) == rows(b)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """The run that nobody attacks."""
    folder = tmp_path_factory.mktemp("undisturbed")
    assert ended(started(folder), folder)[0] == 0
    return folder


def playing(run, folder):
    """The processes, once all have begun to play."""
    found = children(run)
    return found if len(found) == 2 and all(phase_of(folder, pid) != "starting" for pid in found) else []


def strike(run, folder, phase, rank, delay, number=signal.SIGKILL):
    """Send a signal to a process while it is in a phase: it is halted, looked at, and let go on if it is not.

    For ``saving`` what counts is that process 0 saves, whichever is struck.

    Args:
        run: The launcher.
        folder: Where it works.
        phase: Of `PHASES`.
        rank: Which process.
        delay: Seconds to wait after all have started, or begun to play.
        number: The signal.

    Returns:
        The phase, and all that were there; nothing if the run ended before.
    """
    ready = (lambda: len(children(run)) == 2) if phase == "starting" else (lambda: playing(run, folder))
    wait_for(lambda: ready() or run.poll() is not None)
    time.sleep(delay)
    finish = time.monotonic() + 60
    while run.poll() is None and time.monotonic() < finish:
        found = children(run)
        if len(found) < 2:
            time.sleep(0.05)
            continue
        victim, looked = found[rank], found[0] if phase == "saving" else found[rank]
        while (
            run.poll() is None
            and (now := phase_of(folder, looked)) != phase
            and (now == "starting") == (phase == "starting")
        ):
            time.sleep(0.0002)
            if not Path(f"/proc/{looked}").exists():
                break
        if phase == "starting" and now != "starting":
            phase = "forward"  # it has begun meanwhile
            continue
        if not kill(looked, signal.SIGSTOP):
            continue
        time.sleep(0.002)
        if phase_of(folder, looked) == phase:
            kill(victim, number)
            if looked != victim:
                kill(looked, signal.SIGCONT)
            return phase, set(found)
        kill(looked, signal.SIGCONT)
    return "", set()


def figures(what, seconds):
    """A line for people."""
    print(
        f"{what}: {len(seconds)} times, {statistics.median(seconds):.1f} s in the median, at most {max(seconds):.1f} s"
    )


def attacked(folder, moments, undisturbed, number, timeout):
    """Runs of which one is struck after the other; each comes to what the undisturbed one comes to.

    Returns:
        By phase, how often it was struck there; and seconds from each to when all play again.
    """
    struck, seconds, runs = dict.fromkeys(PHASES, 0), [], 0
    while moments:
        place = folder / str(runs)
        run, at = started(place, "--run.restarts", 100, timeout=timeout), None
        while moments:
            phase, rank, delay = moments[-1]
            phase, before = strike(run, place, phase, rank, delay, number)
            if phase:
                at = time.monotonic()
                struck[phase] += 1
                moments.pop()
                wait_for(lambda: run.poll() is not None or (len(now := children(run)) == 2 and before.isdisjoint(now)))  # noqa: B023
                if phase != "starting" and (not moments or moments[-1][0] != "starting"):
                    wait_for(lambda: run.poll() is not None or playing(run, place))  # noqa: B023
                    seconds.append(time.monotonic() - at)
            if run.poll() is not None:
                break
        code, said = ended(run, place)
        assert (code, place) == (0, place), said
        assert "Traceback" not in said
        assert_same_run(place, undisturbed)
        runs += 1
    print(f"{runs} runs, struck {struck}")
    return struck, seconds


def moments(seed, each):
    """Seeded random moments: ``(phase, rank, delay)``."""
    chance = random.Random(seed)
    of = [phase for phase, n in each.items() for _ in range(n)]
    chance.shuffle(of)
    return [(phase, chance.randrange(2), chance.uniform(0, 6 if phase == "starting" else 0.8)) for phase in of]


def test_killed_60_times_a_run_comes_to_what_it_comes_to_undisturbed(tmp_path, undisturbed):
    drawn = moments(0, {"starting": 15, "forward": 15, "collective": 15, "saving": 15})
    struck, seconds = attacked(tmp_path, drawn, undisturbed, signal.SIGKILL, 60)
    figures("kill -9 to all playing again", seconds)
    assert sum(struck.values()) == 60
    assert min(struck.values()) >= 10


def test_stopped_10_times_a_run_comes_to_what_it_comes_to_undisturbed(tmp_path, undisturbed):
    drawn = moments(1, {"starting": 2, "forward": 3, "collective": 3, "saving": 2})
    struck, seconds = attacked(tmp_path, drawn, undisturbed, signal.SIGSTOP, 5)
    figures("SIGSTOP to all playing again, timeout 5 s", seconds)
    assert sum(struck.values()) == 10


def test_nan_in_one_process_rolls_all_back_once(tmp_path):
    code, said = ended(started(tmp_path, steps=100, fault="nan 1 47"), tmp_path)
    assert code == 0, said
    (back,) = events(tmp_path, "rolled_back")
    assert back["to"] == 40
    assert "step 48: player D: " in back["error"]
    assert "Rolled back to step 40; going on with half the learning rates." in said
    assert weights(tmp_path)[0] == 100
    assert rows(tmp_path)[-1]["step"] == 100


def test_nan_that_stays_in_one_process_ends_all_with_5(tmp_path):
    code, said = ended(started(tmp_path, steps=100, fault="nan 1 47 always"), tmp_path)
    assert code == 5, said
    assert said.count("It had been rolled back once") == 1
    assert "Traceback" not in said
    assert weights(tmp_path)[0] == 40
    assert len(events(tmp_path, "resumed")) == 0


def test_a_weight_that_flips_at_one_process_is_not_saved(tmp_path, undisturbed):
    run = started(tmp_path, fault="flip 1 45")
    code, said = ended(run, tmp_path)
    why = "after step 50 the weights of process 1 are not those of process 0; nothing of that is saved"
    assert code == 0, said
    assert f"{why}; all 2 processes start again from the newest checkpoint" in said
    assert [event["step"] for event in events(tmp_path, "resumed")] == [40]
    assert_same_run(tmp_path, undisturbed)


def test_a_weight_that_flips_without_a_restart_ends_all_with_75(tmp_path):
    code, said = ended(started(tmp_path, "--run.restarts", 0, fault="flip 1 45"), tmp_path)
    assert code == 75
    assert "after step 50 the weights of process 1 are not those of process 0; nothing of that is saved" in said
    assert weights(tmp_path)[0] == 40


@pytest.mark.parametrize("moment", [0.5, 2, 4, 6, "playing"])
def test_sigterm_at_the_launcher_ends_all_and_starts_nothing_again(moment, tmp_path):
    run = started(tmp_path)
    wait_for(lambda: len(children(run)) == 2)
    if moment == "playing":
        wait_for(lambda: reached(tmp_path) >= 20)
    else:
        time.sleep(moment)
    kill(run.pid, signal.SIGTERM)
    began = time.monotonic()
    code, said = ended(run, tmp_path)
    print(f"SIGTERM {moment}: ended after {time.monotonic() - began:.1f} s: {said.splitlines()[-1]}")
    assert code == 75, said
    assert "start again" not in said
    assert "Traceback" not in said


@pytest.fixture
def small_disk(tmp_path):
    """Where its runs are: a file system of 20 MB."""
    runs = tmp_path / "runs"
    runs.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=20m", "sparring-test", str(runs)]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a tmpfs cannot be mounted here: that takes root")
    yield
    subprocess.run(["umount", str(runs)], check=True)


@pytest.mark.usefixtures("small_disk")
def test_a_full_disk_ends_all_with_4_and_with_room_the_run_goes_on(tmp_path, undisturbed):
    run = started(tmp_path)
    wait_for(lambda: reached(tmp_path) >= 50)
    filler = run_of(tmp_path) / "filler"
    with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
        while file.write(bytes(4096)):
            pass
    code, said = ended(run, tmp_path)
    assert code == 4, said
    assert "What was there before is intact. Make room" in said
    assert "start again" not in said
    assert "Traceback" not in said
    at = weights(tmp_path)[0]  # whole
    assert 50 <= at < STEPS
    filler.unlink()
    assert resumed(tmp_path, 2) == 0
    assert_same_run(tmp_path, undisturbed)


@pytest.mark.parametrize(("before", "after"), [(2, 2), (2, 1), (1, 2), (4, 2)])
def test_a_run_goes_on_with_another_number_of_processes(before, after, tmp_path, undisturbed):
    assert ended(started(tmp_path, processes=before, steps=200), tmp_path)[0] == 0
    assert resumed(tmp_path, after) == 0
    apart = far(tmp_path, undisturbed)
    print(f"{before} processes, then {after}: {apart:.1e} apart from 2 all along")
    assert apart <= (0 if before == after else 1e-5)
