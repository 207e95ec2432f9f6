"""The lock of a run: one trainer, whose process id the second one is told."""

import multiprocessing
import os
import signal
import time

import pytest

from sparring.errors import CommandError
from sparring.runs import lock as lock_module
from sparring.runs.lock import holder, lock

fork = multiprocessing.get_context("fork")


def hold(path, ready, worker, forget):
    """Lock and wait for the kill; a forked worker outlives us, as a data loader's may."""
    with lock(path):
        if forget:
            lock_module._held.clear()  # the control: nothing is closed in the child
        pid = os.fork()
        if pid == 0:
            time.sleep(30)
            os._exit(0)
        worker.value = pid
        ready.set()
        time.sleep(60)


@pytest.fixture
def trainer(tmp_path, request):
    """A process that holds the lock, and has a worker; (path, pid, kill)."""
    ready, worker = fork.Event(), fork.Value("i", 0)
    first = fork.Process(target=hold, args=(tmp_path / ".lock", ready, worker, getattr(request, "param", False)))
    first.start()
    assert ready.wait(20)
    yield tmp_path / ".lock", first
    first.kill()
    first.join()
    os.kill(worker.value, signal.SIGKILL)


def test_the_second_is_refused_with_the_pid_until_the_first_is_killed(trainer):
    path, first = trainer
    says = rf"in use by process {first.pid}\. .*`kill {first.pid}` saves first"
    with pytest.raises(CommandError, match=says), lock(path):
        pytest.fail("two trainers in one folder")
    assert holder(path) == first.pid
    first.kill()
    first.join()
    assert path.read_text().split()[0] == str(first.pid)  # the name is still there, the lock is not
    assert holder(path) is None
    with lock(path):
        assert holder(path) == os.getpid()
    assert holder(path) is None


@pytest.mark.parametrize("trainer", [True], indirect=True)
def test_control_a_worker_that_keeps_the_file_open_keeps_the_lock(trainer):
    path, first = trainer
    first.kill()
    first.join()
    with pytest.raises(CommandError), lock(path):
        pytest.fail("it was released")


def test_the_lock_is_released_after_an_error_and_refuses_its_own_process(tmp_path):
    path = tmp_path / ".lock"
    with pytest.raises(ZeroDivisionError), lock(path):
        with pytest.raises(CommandError, match=str(os.getpid())), lock(path):
            pytest.fail("twice")
        _ = 1 / 0
    with lock(path):
        pass
    assert path.read_text() == ""


def test_a_forked_child_that_unwinds_does_not_release_it(tmp_path):
    path = tmp_path / ".lock"
    with lock(path):
        child = fork.Process(target=lambda: None)
        child.start()
        child.join()
        assert holder(path) == os.getpid()
