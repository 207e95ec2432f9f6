"""The pulse of processes: whose silence is noticed, when, and how it ends the others."""

import threading
import time

import pytest

from sparring.engine.pulse import Pulse
from sparring.errors import CommandError, EndedProcess, LostProcess

HOSTS = ("north", "south")
TIMEOUT = 0.3
"""Seconds of silence; a sign of life each 0.03."""


class Store(dict):
    """As torch's, in this process.

    Attributes:
        slow: Seconds that an answer takes.
    """

    slow = 0.0

    def __init__(self):
        self.lock = threading.Lock()

    def set_timeout(self, timeout):
        pass

    def set(self, key, text):
        with self.lock:
            self[key] = text.encode()

    def get(self, key):
        return self[key]

    def wait(self, keys, timeout):
        end = time.monotonic() + timeout.total_seconds()
        while not self.check(keys) and time.monotonic() < end:
            time.sleep(0.01)

    def check(self, keys):
        time.sleep(self.slow)
        return all(key in self for key in keys)


class Watched:
    """The pulse of process 0, of whose end is taken note, beside a process 1 that the test plays.

    Attributes:
        said: Why it would have ended.
        codes: And with which exit code.
    """

    def __init__(self):
        self.store, self.said, self.codes = Store(), [], []
        self.pulse = Pulse(self.store, 0, HOSTS, TIMEOUT, self.said.append, self.codes.append)
        self.pulse.start()

    def beside(self, seconds, beats=True):
        """Go on for so long, while process 1 lives or does not, or until process 0 would have ended."""
        end, count = time.monotonic() + seconds, 0
        while time.monotonic() < end and not self.codes:
            if beats:
                count += 1
                self.store["beat/1"] = f"{id(self)} {seconds} {count}".encode()
            time.sleep(0.01)

    def other(self):
        """The pulse of process 1; it says no more than it is asked to."""
        return Pulse(self.store, 1, HOSTS, TIMEOUT, self.said.append, self.codes.append)


@pytest.fixture
def watched(monkeypatch):
    monkeypatch.setattr("sparring.engine.pulse.SOON", 0.05)
    found = Watched()
    yield found
    found.pulse._over.set()


def test_silence_ends_with_75_after_the_timeout_and_names_process_and_host(watched):
    watched.beside(0.2)
    silent = time.monotonic()
    watched.beside(10, beats=False)
    assert TIMEOUT <= time.monotonic() - silent <= 10 * TIMEOUT
    assert watched.codes == [75]
    assert watched.said == ["process 1 on south is gone: nothing was heard of it for 0 seconds"]
    assert watched.store["lost"].decode() == watched.said[0]


def test_a_process_that_never_said_anything_is_silent(watched):
    watched.beside(10, beats=False)
    assert watched.codes == [75]
    assert watched.said == ["process 1 on south is gone: nothing was heard of it for 0 seconds"]


def test_a_wire_that_is_cut_holds_nobody_up(watched):
    watched.beside(0.1)
    with (
        watched.store.lock
    ):  # as torch's store, which waits for an answer for ever, and whoever asks next waits for that
        began = time.monotonic()
        watched.beside(10)
        assert time.monotonic() - began < 10 * TIMEOUT
    assert watched.codes == [75]
    assert watched.said == ["process 0 on north cannot be reached: nothing was heard of it for 0 seconds"]


def test_the_first_process_whose_store_it_is_rests_when_the_others_do(watched):
    watched.beside(0.1)
    threading.Timer(0.1, watched.other().write, ["rests/1", ""]).start()
    watched.pulse.rest(lambda: None)
    assert watched.store.check(["rests/0", "rests/1"])
    assert watched.codes == []


def test_control_a_process_that_lives_ends_nobody(watched):
    watched.beside(2.5 * TIMEOUT)
    assert (watched.codes, watched.said) == ([], [])


@pytest.mark.parametrize(
    ("error", "code", "why"),
    [
        (CommandError("no such flag"), 2, "no such flag"),
        (RuntimeError("boom"), 1, "RuntimeError: boom"),
        (LostProcess("process 2 is gone"), 75, "process 2 is gone"),
    ],
)
def test_a_process_that_leaves_by_an_error_ends_the_others_with_its_code(error, code, why, watched):
    watched.beside(0.1)
    watched.other().leave(error)
    watched.beside(10, beats=False)
    assert watched.codes == [code]
    assert watched.said == [f"process 1 on south has ended: {why}"]
    assert ("lost" in watched.store) == (code == 75)  # only then would another start help


def test_an_operation_that_breaks_waits_for_the_reason(watched):
    watched.beside(0.1)
    watched.other().leave(CommandError("no such flag"))
    error = watched.pulse.who(RuntimeError("Connection closed by peer"))
    assert (type(error), error.exit_code) == (EndedProcess, 2)
    assert str(error) == "process 1 on south has ended: no such flag"


def test_an_operation_that_breaks_in_silence_is_a_loss(watched):
    watched.beside(0.1)
    error = watched.pulse.who(RuntimeError("Connection closed by peer"))
    assert (type(error), error.exit_code) == (LostProcess, 75)
    assert str(error) == "process 1 on south is gone: nothing was heard of it for 0 seconds"


def test_a_process_that_leaves_as_agreed_ends_nobody(watched):
    watched.beside(0.1)
    other = watched.other()
    other.agreed = True
    other.leave(KeyboardInterrupt())
    watched.beside(2.5 * TIMEOUT, beats=False)
    assert (watched.codes, watched.said) == ([], [])


def test_a_process_that_was_stopped_itself_blames_nobody(watched, monkeypatch):
    monkeypatch.setattr("sparring.engine.pulse.SOON", 0)  # nor does it need a second look
    watched.beside(0.1)
    real = time.monotonic
    watched.store.slow = 0.05  # before it hears of the others again
    monkeypatch.setattr(
        "sparring.engine.pulse.time.monotonic", lambda: real() + 100
    )  # as after a SIGSTOP of 100 seconds
    watched.beside(0.5)
    assert (watched.codes, watched.said) == ([], [])
