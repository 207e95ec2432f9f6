"""The lock of a run: one trainer, whose process id the second one is told."""

import fcntl
import multiprocessing
import os
import signal
import sys
import time
from contextlib import contextmanager
from types import ModuleType

import pytest

from sparring.errors import CommandError
from sparring.runs.lock import alive, beside, holder, lock

fork = multiprocessing.get_context("fork")


@contextmanager
def bare_lock(path):
    """The control: ``flock`` alone, whose file stays open in a forked worker."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def hold(path, ready, worker, locking):
    """Lock and wait for the kill; a forked worker outlives us, as a data loader's may."""
    with locking(path):
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
    first = fork.Process(target=hold, args=(tmp_path / ".lock", ready, worker, getattr(request, "param", lock)))
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
    assert beside(path).read_text().split()[0] == str(first.pid)  # the name is still there, the lock is not
    assert holder(path) is None
    with lock(path):
        assert holder(path) == os.getpid()
    assert holder(path) is None


@pytest.mark.parametrize("trainer", [bare_lock], indirect=True)
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
        assert beside(path).read_text().split()[0] == str(os.getpid())
    assert not beside(path).exists()


def test_a_forked_child_that_unwinds_does_not_release_it(tmp_path):
    path = tmp_path / ".lock"
    with lock(path):
        child = fork.Process(target=lambda: None)
        child.start()
        child.join()
        assert holder(path) == os.getpid()


def test_a_forked_child_that_raises_out_of_it_does_not_release_it(tmp_path):
    path, child = tmp_path / ".lock", -1
    try:
        with lock(path):
            child = os.fork()
            if child == 0:
                raise ZeroDivisionError
            assert os.waitpid(child, 0)[1] == 0
            assert holder(path) == os.getpid()
            with pytest.raises(CommandError, match=str(os.getpid())), lock(path):
                pytest.fail("the child released it")
    except ZeroDivisionError:
        os._exit(0)


def test_links_and_pipes_are_neither_followed_nor_waited_for(tmp_path):
    mine = tmp_path / "mine.txt"
    mine.write_text("mine")
    (tmp_path / "a").symlink_to(mine)
    with (
        pytest.raises(CommandError, match=r"a cannot be locked: Too many levels of symbolic links"),
        lock(tmp_path / "a"),
    ):
        pytest.fail("it locked what a link points to")
    beside(tmp_path / "b").symlink_to(mine)
    with lock(tmp_path / "b"):
        assert holder(tmp_path / "b") == os.getpid()
    assert mine.read_text() == "mine"
    (tmp_path / "c").touch()
    os.mkfifo(beside(tmp_path / "c"))
    assert holder(tmp_path / "c") is None


def test_a_lock_that_was_left_by_the_dead_is_free_whatever_it_says(tmp_path):
    path = tmp_path / ".lock"
    for says in ("1 elsewhere", "1 " + os.uname().nodename, "99999999999999999999999 host", "", "one two three"):
        path.touch()
        beside(path).write_text(says)
        assert holder(path) is None
    path.unlink()
    assert holder(path) is None
    assert not path.exists()  # to ask leaves nothing behind


class Windows(ModuleType):
    """``_winapi`` of a machine with three processes: 4 runs, 8 has ended, 12 is someone else's."""

    STILL_ACTIVE = 259
    codes: dict[int, int] = {4: 259, 8: 0}  # noqa: RUF012
    closed: list[int] = []  # noqa: RUF012

    def OpenProcess(self, access, inherit, pid):
        assert (access, inherit) == (0x1000, False)
        if pid == 12:
            raise PermissionError(13, "Access is denied")
        if pid not in self.codes:
            raise OSError(22, "The parameter is incorrect")
        return pid

    def GetExitCodeProcess(self, handle):
        return self.codes[handle]

    def CloseHandle(self, handle):
        self.closed.append(handle)


def test_on_windows_a_process_is_asked_for_and_not_killed(monkeypatch):
    windows = Windows("_winapi")
    monkeypatch.setitem(sys.modules, "_winapi", windows)
    monkeypatch.setattr(os, "kill", lambda *_: pytest.fail("on Windows this ends the process"))
    monkeypatch.setattr(sys, "platform", "win32")
    found = {pid: alive(pid) for pid in (4, 8, 12, 16)}
    monkeypatch.undo()
    assert found == {4: True, 8: False, 12: True, 16: False}
    assert windows.closed == [4, 8]
