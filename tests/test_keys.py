"""Keys typed into a drawing: not echoed while a bar stands, echoed again on every way out, and nothing else is touched."""

import io
import os
import select
import subprocess
import sys

import pytest

from sparring.report.keys import Unseen
from sparring.report.live import Live

termios = pytest.importorskip("termios", reason="terminals of this kind are not on Windows")
pty = pytest.importorskip("pty")

SCRIPT = """
import os, sys, signal
from sparring.report.keys import Unseen
keys = Unseen(sys.stdout)
keys.start(); keys.start()
print("drawing", flush=True)
line = sys.stdin.readline().strip()
if line == "stop": keys.stop()
elif line == "raise": raise RuntimeError
elif line == "exit": sys.exit(3)
elif line == "int": signal.raise_signal(signal.SIGINT)
print("typed", line, flush=True)
"""


def _read(terminal, seconds):
    """What is there within that time; nothing if there is nothing."""
    return os.read(terminal, 100_000) if select.select([terminal], [], [], seconds)[0] else b""


def echoes(terminal):
    return bool(termios.tcgetattr(terminal)[3] & termios.ECHO)


@pytest.fixture(scope="module")
def played():
    """How a process on a terminal of its own ends in each way: echo while it drew, what it printed, echo after it."""
    found = {}
    for way in ("stop", "raise", "exit", "int"):
        ours, theirs = pty.openpty()
        process = subprocess.Popen(
            [sys.executable, "-c", "import os, fcntl, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0);" + SCRIPT],
            stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True, env={**os.environ},
        )  # fmt: skip
        seen = b""
        while b"drawing" not in seen and process.poll() is None:
            seen += _read(ours, 10)
        during = echoes(theirs)
        os.write(ours, way.encode() + b"\n")
        process.wait(30)
        found[way] = during, _read(ours, 0.1).decode(), echoes(theirs)
        os.close(ours)
        os.close(theirs)
    return found


def test_what_is_typed_is_not_shown_and_comes_through(played):
    during, printed, _ = played["stop"]
    assert not during
    assert printed.split() == ["typed", "stop"], "the echo would stand before it"


@pytest.mark.parametrize("way", ["stop", "raise", "exit", "int"])
def test_the_echo_is_on_again_on_every_way_out(played, way):
    assert played[way][2]


def test_what_is_no_terminal_is_left_alone(tmp_path):
    with open(tmp_path / "log", "w") as file:
        for stream in (io.StringIO(), file):
            keys = Unseen(stream)
            keys.start()
            keys.stop()
            assert keys._terminal is None


def test_a_process_in_the_background_does_not_touch_its_terminal(monkeypatch):
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "w") as terminal:
        monkeypatch.setattr(os, "tcgetpgrp", lambda fd: os.getpgrp() + 1)
        Unseen(terminal).start()
        assert echoes(theirs)
        monkeypatch.setattr(os, "tcgetpgrp", lambda fd: os.getpgrp())
        keys = Unseen(terminal)
        keys.start()
        assert not echoes(theirs), "control: in the foreground it does"
        keys.stop()
        assert echoes(theirs)
    os.close(ours)


def test_an_echo_that_was_off_before_stays_off(monkeypatch):
    ours, theirs = pty.openpty()
    monkeypatch.setattr(os, "tcgetpgrp", lambda fd: os.getpgrp())
    modes = termios.tcgetattr(theirs)
    modes[3] &= ~termios.ECHO
    termios.tcsetattr(theirs, termios.TCSANOW, modes)
    with os.fdopen(theirs, "w") as terminal:
        keys = Unseen(terminal)
        keys.start()
        keys.stop()
        assert not echoes(theirs)
    os.close(ours)


@pytest.mark.parametrize("begin", [lambda live: live.start({}), lambda live: live.report({}, 0.5, None)])
def test_a_bar_hides_what_is_typed_until_it_is_over(monkeypatch, begin):
    ours, theirs = pty.openpty()
    monkeypatch.setattr(os, "tcgetpgrp", lambda fd: os.getpgrp())
    with os.fdopen(theirs, "w") as terminal:
        live = Live(terminal)
        assert echoes(theirs), "control: nothing is drawn yet"
        begin(live)
        assert not echoes(theirs)
        live.finish({})
        assert echoes(theirs)
    os.close(ours)
