"""Waiting for data: a bar on a terminal, lines elsewhere, nothing for what is quickly done."""

import io

import pytest

from sparring.report import waiting as module
from sparring.report.waiting import waiting


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def clock(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    return now


def test_plain_lines_come_now_and_then(clock):
    out = io.StringIO()
    with waiting(out) as show:
        for second in range(0, 31):
            clock[0] = float(second)
            show("decoding", second, 30)
    assert out.getvalue().splitlines() == ["decoding: 3%", "decoding: 37%", "decoding: 70%"]


def test_unknown_totals_are_counted(clock):
    out = io.StringIO()
    with waiting(out) as show:
        clock[0] = 2.0
        show("downloading x", 12_345, 0)
    assert out.getvalue() == "downloading x: 12,345\n"


def test_what_is_quickly_done_is_not_mentioned(clock):
    out = Terminal()
    with waiting(out) as show:
        clock[0] = 0.5
        show("decoding", 1, 2)
    assert out.getvalue() == ""


def test_a_terminal_sees_a_bar(clock, monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    out = Terminal()
    with waiting(out) as show:
        clock[0] = 2.0
        show("decoding", 1, 2)
        show("decoding", 2, 2)
    assert "decoding" in out.getvalue() and "100%" in out.getvalue()
