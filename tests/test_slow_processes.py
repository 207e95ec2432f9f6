"""Runs on several processes under attack: killed, stopped, flipped, late. What is left is the run that nobody attacked."""

import contextlib
import signal
import time

import pytest
from attacks import STEPS, assert_same_run, attacked, ended, events, far, figures, moments, resumed, rows, started
from disks import mounted
from gang import children, kill, reached, run_of, wait_for, weights

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """The run that nobody attacks."""
    folder = tmp_path_factory.mktemp("undisturbed")
    assert ended(started(folder), folder)[0] == 0
    return folder


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
    with mounted(tmp_path / "runs", 20):
        yield


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
