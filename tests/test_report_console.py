"""What a person, a pipe and a program see of a run."""

import io
import json
import math
import os
import re
import subprocess
import sys
import time

import numpy as np
import pytest
from rich.console import Console as Rich

from sparring.report.console import Console
from sparring.report.lines import fit, harmless, progress, state
from sparring.report.live import Board, Live, bar

ROW = {
    "step": 1200, "images": 76800, "seconds": 12.5, "D/paid/adversarial": 1.0, "D/paid/r1": 0.125,
    "G/paid/adversarial": 0.9403, "D/probability/D(x)": 0.7123, "D/probability/D(G(z))": 0.2811, "D/gradient/norm": 0.31,
    "G/gradient/norm": 0.22, "images_per_second": 650.4, "held_out/probability/D(x)": 0.111, "held_out/paid/r1": 9.0,
}  # fmt: skip
FIRST = "12 %  1 min 40 s left  step 1,200  650 images/s"
ALL = FIRST + "  D(x) 0.712  D(G(z)) 0.281  loss D 1.12 G 0.940  gradient D 0.310 G 0.220"


class Time:
    now = 0.0

    def __call__(self):
        return self.now


class Tty(io.StringIO):
    encoding = "utf-8"

    def isatty(self):
        return True


def seen(raw):
    """What stands on a terminal after all is written: the lines, with the cursor's moves obeyed."""
    lines, y, x = [""], 0, 0
    for token in re.findall(r"\x1b\[[0-9;?]*[A-Za-z]|\r|\n|[^\x1b\r\n]+", raw):
        if token == "\r":
            x = 0
        elif token == "\n":
            y, x = y + 1, 0
            lines += [""] * (y + 1 - len(lines))
        elif token.endswith("A"):
            y -= int(token[2:-1] or 1)
        elif token.endswith("K"):
            lines[y] = ""
        elif not token.startswith("\x1b"):
            lines[y] = lines[y][:x].ljust(x) + token + lines[y][x + len(token) :]
            x += len(token)
    return lines


def test_plain_lines_say_all():
    out = io.StringIO()
    console = Console(stream=out, clock=Time())
    console.start({"recipe": "dcgan", "steps": 20000, "nothing": None})
    console.update(ROW, 0.125, 100.0)
    console.say("saved")
    console.finish({"seconds": 61})
    assert out.getvalue().splitlines() == ["recipe dcgan  steps 20,000", ALL, "saved", "seconds 61"]


def test_plain_lines_come_no_faster_than_a_person_reads_and_the_last_always():
    out, clock = io.StringIO(), Time()
    console = Console(stream=out, clock=clock, every=5.0)
    console.start({})
    for i in range(100):
        clock.now = i / 10  # 0 to 9.9 s
        console.update({"step": i}, i / 200, None)
    assert [line.split()[-1] for line in out.getvalue().splitlines()] == ["0", "50"]
    console.finish()
    console.finish()
    assert [line.split()[-1] for line in out.getvalue().splitlines()] == ["0", "50", "99"]
    console.update({"step": 200}, 1.0, 0.0)
    assert out.getvalue().splitlines()[-1] == "100 %  step 200"


def test_other_games_show_what_they_have():
    game = {
        "D/logit/logit(x)": 1.5, "D/logit/logit(G(z))": -2.0, "D/paid/adversarial_x": 1.0, "D/paid/adversarial_y": 2.0,
        "G/paid/cycle_x": None,
    }  # fmt: skip
    assert state(game) == ["logit(x) 1.50", "logit(G(z)) -2.00", "loss D 3.00"]
    assert state({}) == [] and progress({}, math.nan, None) == ["0 %"]
    assert state({"D/paid/adversarial": math.nan, "D/gradient/norm": "x"}) == []


def test_an_error_is_not_paid_and_a_logit_is_no_probability():
    cycle = {"G/paid/adversarial_xy": 1.0, "G/paid/cycle_x": 0.5, "G/error/cycle_error": 8.0, "D/logit/D_x(x)": 0.9}
    assert state(cycle) == ["D_x(x) 0.900", "loss G 1.50"]
    assert state({**cycle, "D/probability/p": 0.25}) == ["p 0.250", "loss G 1.50"]


def test_players_that_say_the_same_are_told_apart():
    two = {"A/probability/D(x)": 0.5, "B/probability/D(x)": 0.25, "A/gradient/norm": 1.0, "A/gradient/raw": 2.0}
    assert state(two) == [
        "A/probability/D(x) 0.500", "B/probability/D(x) 0.250", "gradient A/gradient/norm 1.00 A/gradient/raw 2.00"
    ]  # fmt: skip


def test_fit_drops_what_is_last():
    pieces = ["12 %", "step 9", "fast"]
    assert [fit(pieces, w) for w in (18, 17, 12, 11, 3, 0)] == [
        "12 %  step 9  fast",
        "12 %  step 9",
        "12 %  step 9",
        "12 %",
        "12 ",
        "",
    ]


@pytest.mark.parametrize("width", [200, 120, 80, 60, 40, 20, 9])
def test_the_board_is_two_lines_at_any_width(width):
    out = io.StringIO()
    rich = Rich(file=out, force_terminal=True, width=width, color_system=None)
    live = Live(out, rich)
    live.start({})
    for done in (0.0, 0.125, 0.5):
        live.report(ROW, done, 100.0)
    live.say("saved")
    live.report(ROW, 0.75, 30.0)
    live.finish({})
    lines = [line.rstrip() for line in seen(out.getvalue()) if line.strip()]
    assert lines[0] == "saved" and len(lines) == 3 and all(len(line) < width for line in lines)
    if width >= 60:
        assert "75 %  30 s left  step 1,200" in lines[1] and lines[2].startswith(
            "D(x) 0.712  D(G(z)) 0.281  loss D 1.12 G 0.940"
        )
        assert ("gradient D 0.310 G 0.220" in lines[2]) == (width >= 80)
        assert lines[1].count("━") / (lines[1].count("━") + lines[1].count("─")) == pytest.approx(0.75, abs=0.05)


def test_no_colour_is_respected(monkeypatch):
    def drawn():
        out = io.StringIO()
        rich = Rich(file=out, force_terminal=True, width=80, color_system="standard")
        rich.print(Board(ROW, 0.5, 10.0))
        return out.getvalue()

    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b[36m" in drawn()
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[36m" not in drawn() and "━" in drawn() and "─" in drawn()


def test_bars_are_as_long_as_told():
    assert str(bar(0.25, 8)) == "━━──────" and str(bar(0.25, 8, ascii_only=True)) == "##------"
    assert str(bar(7.0, 8)) == "━" * 8 and str(bar(-1.0, 8)) == "─" * 8


def test_a_terminal_gets_the_board_and_a_dumb_one_lines(monkeypatch):
    for term, redrawn in (("xterm", True), ("dumb", False), ("", False)):
        monkeypatch.setenv("TERM", term)
        out = Tty()
        console = Console(stream=out, clock=Time())
        console.start({})
        console.update(ROW, 0.125, 100.0)
        console.finish()
        assert ("━" in out.getvalue() and "\x1b[" in out.getvalue()) == redrawn
        assert (ALL in out.getvalue()) != redrawn


def test_json_lines_are_json_and_nothing_else():
    out = io.StringIO()
    console = Console(json_lines=True, stream=out, clock=Time())
    console.start({"run": "0001", "event": "no"})
    odd = {
        **ROW,
        "D/value/V": math.nan,
        "G/paid/x": np.float32(2.5),
        "y": math.inf,
        "n": np.int64(3),
        "deep": {"a": [1, math.nan]},
    }
    for done in (0.1, 0.2):
        console.update(odd, done, None)
    console.say("폴더\nsaved")
    console.finish()
    said = [json.loads(line, parse_constant=pytest.fail) for line in out.getvalue().splitlines()]
    assert [s["event"] for s in said] == ["start", "report", "report", "say", "finish"] and said[0]["run"] == "0001"
    assert said[1]["D/probability/D(x)"] == 0.7123 and said[1]["done"] == 0.1 and said[1]["seconds_left"] is None
    assert [said[2][key] for key in ("D/value/V", "G/paid/x", "y", "n", "deep")] == [
        None,
        2.5,
        None,
        3,
        {"a": [1, None]},
    ]
    assert said[3]["text"] == "폴더\nsaved"


def test_quiet_is_quiet(capsys):
    with Console(quiet=True) as console:
        console.start({"run": "0001"})
        console.update(ROW, 0.5, 1.0)
        console.say("nothing")
    assert capsys.readouterr() == ("", "")


def test_standard_output_is_looked_up_when_it_is_needed(capsys):
    Console().say("here")
    assert capsys.readouterr().out == "here\n"


def test_a_closed_pipe_silences_and_does_not_stop_the_run():
    class Closed(io.StringIO):
        writes = 0

        def write(self, text):
            self.writes += 1
            raise BrokenPipeError

    for how in ({}, {"json_lines": True}, {"live": True}):
        out = Closed()
        console = Console(stream=out, **how)
        console.start({"run": "0001"})
        before = out.writes
        for i in range(5):
            console.update(ROW, i / 4, None)
        console.say("more")
        assert before > 0 and out.writes == before
        console.finish()


def test_text_cannot_move_the_cursor_and_fits_the_encoding():
    assert harmless("a\x1b[2J\x07b\tc\n", "utf-8") == "a?[2J?b\tc\n" and harmless("옷 é", "ascii") == "? ?"
    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    Console(stream=out).say("옷")
    out.seek(0)
    assert out.read() == "?\n"


def test_rich_and_matplotlib_wait_until_they_are_needed():
    code = (
        "import sys, io; import sparring.report.console as c; x = c.Console(stream=io.StringIO()); x.say('a');"
        "print([m for m in ('rich', 'matplotlib', 'torch', 'numpy') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=dict(os.environ), check=True
    )
    assert done.stdout.strip() == "[]"
    code = "import sys, sparring.report.results; print('matplotlib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_a_spinner_says_at_once_what_is_prepared_and_leaves_nothing_behind(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    out = Tty()
    console = Console(stream=out)
    with console.waiting("reading pictures") as progress:
        time.sleep(0.3)
        first = out.getvalue()
        progress("decoding", 37, 100)
        time.sleep(0.3)
    assert "⠋ preparing: reading pictures" in first and "⠙ preparing" in first, "it turns by itself"
    assert "preparing: reading pictures: decoding 37 %" in out.getvalue()
    assert not [line for line in seen(out.getvalue()) if line.strip()]
    assert out.getvalue().rindex("\x1b[?25h") > out.getvalue().rindex("\x1b[?25l"), "the cursor is there again"


def test_a_spinner_is_gone_after_an_error_too(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    out = Tty()
    with pytest.raises(KeyboardInterrupt), Console(stream=out).waiting("building networks"):
        raise KeyboardInterrupt
    assert not [line for line in seen(out.getvalue()) if line.strip()]
    assert out.getvalue().rindex("\x1b[?25h") > out.getvalue().rindex("\x1b[?25l")


def test_plain_lines_say_what_is_prepared_and_now_and_then_how_far_it_is():
    out, clock = io.StringIO(), Time()
    with Console(stream=out, clock=clock).waiting("reading pictures") as progress:
        for second in range(25):
            clock.now = float(second)
            progress("decoding", second, 25)
    assert out.getvalue().splitlines() == [
        "preparing: reading pictures",
        "preparing: reading pictures: decoding 40 %",
        "preparing: reading pictures: decoding 80 %",
    ]


@pytest.mark.parametrize("width", [80, 60])
def test_rows_stay_above_the_board_and_the_path_of_the_samples_is_whole(width):
    out = io.StringIO()
    live = Live(out, Rich(file=out, force_terminal=True, width=width, color_system=None))
    live.start({})
    path = "runs/0001-dcgan-fashion/samples/" + "0" * 40 + ".png"
    live.report(ROW, 0.1, 100.0)
    live.keep(ROW, path)
    live.report(ROW, 0.2, 90.0)
    live.finish({})
    lines = [line.rstrip() for line in seen(out.getvalue()) if line.strip()]
    assert lines[0].startswith("12 s  step 1,200  D(x) 0.712  D(G(z)) 0.281") and len(lines[0]) < width
    assert lines[1] == f"  {path}" and len(lines) == 4 and "20 %" in lines[2]


def test_quiet_waits_in_silence(capsys):
    with Console(quiet=True).waiting("reading pictures") as progress:
        progress("decoding", 1, 2)
    assert capsys.readouterr() == ("", "")
