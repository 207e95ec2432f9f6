"""What is done to runs on several processes, and how they are held against the run that nobody attacked."""

import json
import random
import signal
import statistics
import time
from pathlib import Path

import torch
from gang import children, kill, left_running, run_of, sparring, wait_for, weights
from watched_gan import PHASES, phase_of

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
