"""Journals: rows come back, torn lines do no harm, and a resumed run draws its curves once."""

import json
import math
import os

import pytest
from test_run_folder import run

from sparring import durable
from sparring.errors import NoRoomError
from sparring.runs import journal


def test_metrics_come_back_also_when_not_finite(tmp_path):
    folder = run(tmp_path)
    row = {"step": 1, "loss": math.nan, "up": math.inf, "down": [-math.inf, 1e-300], "name": "옷"}
    folder.metrics(row)
    text = (folder.path / "metrics.jsonl").read_text(encoding="utf-8")
    assert json.loads(text, parse_constant=pytest.fail)["loss"] == "NaN"
    (back,) = folder.read_metrics()
    assert math.isnan(back["loss"])
    assert {**back, "loss": 0} == {**row, "loss": 0}


def test_a_torn_last_line_is_ignored_and_closed_by_the_next(tmp_path):
    folder = run(tmp_path)
    for step in (1, 2, 30):
        folder.metrics({"step": step})
    file = folder.path / "metrics.jsonl"
    whole = file.read_bytes()
    for cut in range(1, len(whole)):
        file.write_bytes(whole[:cut])
        before = folder.read_metrics()
        assert before == [{"step": s} for s in (1, 2, 30)][: whole[:cut].count(b"\n")]
        folder.metrics({"step": 4})
        after = folder.read_metrics()
        assert after[-1] == {"step": 4}
        assert after[: len(before)] == before
    file.write_bytes(whole[:-2] + b'\n{"step": 3')  # control: cut after a digit it would parse as JSON
    assert folder.read_metrics() == [{"step": 1}, {"step": 2}]


def test_truncated_metrics_run_once(tmp_path):
    folder = run(tmp_path)
    folder.cut_after(5)  # nothing there yet
    for step in range(1, 11):
        folder.metrics({"step": step, "loss": math.nan if step == 3 else 0.5})
    with open(folder.path / "metrics.jsonl", "a") as file:
        file.write('{"step": 1')
    folder.cut_after(6)
    for step in range(7, 13):
        folder.metrics({"step": step, "loss": 0.25})
    rows = folder.read_metrics()
    assert [row["step"] for row in rows] == list(range(1, 13))
    assert math.isnan(rows[2]["loss"])
    assert [row["loss"] for row in rows[5:7]] == [0.5, 0.25]
    assert (folder.path / "metrics.jsonl").read_bytes().count(b"\n") == 12


def test_log_and_events(tmp_path):
    folder = run(tmp_path)
    folder.log("one\ntwo")
    folder.event("started", step=0, reason="a\nb")
    lines = (folder.path / "log.txt").read_text().splitlines()
    assert [line.split(" ", 1)[1] for line in lines] == ["one", "two"]
    assert lines[0][:2] == "20"
    (event,) = folder.events()
    assert (event["kind"], event["step"], event["reason"]) == ("started", 0, "a\nb")


def test_a_row_that_finds_no_room_leaves_no_part_of_itself(tmp_path, monkeypatch):
    folder = run(tmp_path)
    folder.metrics({"step": 1})
    real = os.write

    def full(fd, data):
        if len(data) < 8:
            raise OSError(28, "No space left on device")
        return real(fd, bytes(data)[:-6])

    monkeypatch.setattr(durable.os, "write", full)
    with pytest.raises(NoRoomError, match=r"No room for metrics\.jsonl"):
        folder.metrics({"step": 2})
    with pytest.raises(NoRoomError, match="No room for config"):
        folder.config = {"recipe": "gan"}
    monkeypatch.undo()
    assert (folder.path / "metrics.jsonl").read_text() == '{"step": 1}\n'
    assert folder.config["recipe"] == "dcgan"
    assert not [p for p in folder.path.iterdir() if "writing" in p.name]


def test_last_rows_reads_only_the_end(tmp_path):
    file = tmp_path / "metrics.jsonl"
    for step in range(3000):
        file.open("a").write(json.dumps({"step": step, "pad": "x" * 40}) + "\n")
    rows = journal.last_rows(file)
    assert rows[-1]["step"] == 2999
    assert 500 < len(rows) < 1500
