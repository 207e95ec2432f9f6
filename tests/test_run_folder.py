"""Run folders: numbers, facts, journals and the list."""

import math
import multiprocessing
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sparring.errors import ModelError
from sparring.runs import folder as run_folder
from sparring.runs.environment import environment
from sparring.runs.folder import RunFolder, find, latest, list_runs
from sparring.runs.readme import Page

fork = multiprocessing.get_context("fork")


def run(parent, slug="dcgan-fashion", **config):
    folder = RunFolder.create(parent, slug)
    folder.config = {"recipe": "dcgan", "data": "fashion", **config}
    return folder


def test_numbers_go_up_and_gaps_are_not_filled(tmp_path):
    assert run(tmp_path / "runs").path.name == "0001-dcgan-fashion"
    (tmp_path / "runs" / "0007-mine").mkdir()
    (tmp_path / "runs" / "notes").mkdir()
    assert run(tmp_path / "runs", "gan").path.name == "0008-gan"


@pytest.mark.parametrize(
    ("slug", "name"),
    [
        ("dcgan ../../etc/x", "0001-dcgan-etc-x"),
        ("옷 그림", "0001-옷-그림"),
        ("///", "0001-run"),
        ("", "0001-run"),
        ("a" * 300, "0001-" + "a" * 80),
    ],
)
def test_a_slug_is_made_a_name(tmp_path, slug, name):
    path = RunFolder.create(tmp_path, slug).path
    assert path.name == name
    assert path.parent == tmp_path
    assert path.is_dir()


def create_some(parent, start, n):
    claim = run_folder.claim

    def slow(*args):
        time.sleep(0.002)  # between look and claim, as in the control
        return claim(*args)

    run_folder.claim = slow
    start.wait()
    for _ in range(n):
        RunFolder.create(parent, f"by-{os.getpid()}")


def naive_create(parent, start, n):
    """The control: the number is free, so take it."""
    start.wait()
    for _ in range(n):
        number = max((int(name[:4]) for name in os.listdir(parent)), default=0) + 1
        time.sleep(0.002)
        (parent / f"{number:04d}-by-{os.getpid()}").mkdir()


def numbers_after(target, parent):
    parent.mkdir()
    start = fork.Barrier(4)
    workers = [fork.Process(target=target, args=(parent, start, 25)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
        assert worker.exitcode == 0
    return [int(name[:4]) for name in os.listdir(parent)]


def test_four_processes_never_get_the_same_number(tmp_path):
    numbers = numbers_after(create_some, tmp_path / "runs")
    assert len(numbers) == len(set(numbers)) == 100


def test_control_names_alone_do_not_decide(tmp_path):
    numbers = numbers_after(naive_create, tmp_path / "runs")
    assert len(numbers) == 100 > len(set(numbers))


def test_files_of_facts_come_back(tmp_path):
    folder = run(tmp_path, lr=2e-4, sizes=[28, 28], name="옷")
    folder.data = {"name": "fashion", "sha256": "ab"}
    folder.environment = environment()
    folder.command = ["sparring", "train", "dcgan", "--data", "my pictures"]
    again = RunFolder.open(folder.path)
    assert again.config == {"recipe": "dcgan", "data": "fashion", "lr": 2e-4, "sizes": [28, 28], "name": "옷"}
    assert list(again.config) == ["recipe", "data", "lr", "sizes", "name"]
    assert again.data["sha256"] == "ab"
    assert again.command[-1] == "my pictures"
    assert again.environment["python"] == ".".join(map(str, sys.version_info[:3]))
    assert "옷" in (folder.path / "config.json").read_text(encoding="utf-8")
    assert sorted(p.name for p in folder.path.iterdir()) == [
        "checkpoints", "command.txt", "config.json", "data.json", "environment.json", "samples",
    ]  # fmt: skip


def test_a_setting_that_is_no_json_is_refused_and_the_old_stays(tmp_path):
    folder = run(tmp_path)
    for bad in ({"lr": math.nan}, {1: 2}):
        with pytest.raises(ValueError):
            folder.config = bad
    assert folder.config["recipe"] == "dcgan"


@pytest.mark.parametrize("text", ["", "{", "[1]", '{"lr": NaN}', "\x00"])
def test_a_damaged_config_is_named(tmp_path, text):
    folder = run(tmp_path)
    (folder.path / "config.json").write_text(text)
    with pytest.raises(ModelError, match=r"config\.json"):
        _ = RunFolder.open(folder.path).config


def test_open_says_what_it_looked_for(tmp_path):
    with pytest.raises(ModelError, match=r"it has no config\.json"):
        RunFolder.open(tmp_path)
    with pytest.raises(ModelError, match="There is no folder"):
        RunFolder.open(tmp_path / "none")


def test_find_and_latest(tmp_path):
    first, second = run(tmp_path), run(tmp_path, "gan-emoji")
    for name in ("1", "0001", "0001-dcgan-fashion", first.path, str(first.path)):
        assert find(tmp_path, name).path == first.path
    os.utime(first.path / "config.json", (1, 1))
    assert latest(tmp_path).path == second.path
    first.metrics({"step": 1})
    os.utime(first.path / "metrics.jsonl", (2e9, 2e9))
    assert latest(tmp_path).path == first.path
    with pytest.raises(ModelError, match="Did you mean 0002-gan-emoji"):
        find(tmp_path, "0002-gan-emojy")
    with pytest.raises(ModelError, match="There is no run '9'"):
        find(tmp_path, "9")
    with pytest.raises(ModelError, match="it has no config"):
        find(tmp_path, tmp_path)
    run(tmp_path).path.rename(tmp_path / "0001-copy")
    with pytest.raises(ModelError, match="may be 0001-copy, 0001-dcgan-fashion"):
        find(tmp_path, "1")
    with pytest.raises(ModelError, match="`sparring train` makes one"):
        latest(tmp_path / "none")


# The list


def test_list_says_how_each_run_is(tmp_path):
    kinds = {
        "never": [], "killed": ["started"], "stopped": ["started", "interrupted"],
        "over": ["started", "done"], "broke": ["started", "failed"],
        "blew": ["started", "saved", "diverged"],
        "again": ["started", "failed", "resumed", "saved"],
    }  # fmt: skip
    for slug, events in kinds.items():
        folder = run(tmp_path, slug)
        for kind in events:
            folder.event(kind)
        folder.metrics({"step": 100, "images": 6400})
    states = [r.state for r in list_runs(tmp_path)]
    assert states == [
        "interrupted",
        "interrupted",
        "interrupted",
        "done",
        "failed",
        "diverged",
        "interrupted",
    ]
    first = list_runs(tmp_path)[0]
    assert (first.number, first.name, first.recipe, first.data) == (1, "0001-never", "dcgan", "fashion")
    assert (first.step, first.images, first.pid) == (100, 6400, None)
    assert abs(first.changed - time.time()) < 60
    with folder.lock():
        assert (list_runs(tmp_path)[-1].state, list_runs(tmp_path)[-1].pid) == ("running", os.getpid())
    assert list_runs(tmp_path)[-1].state == "interrupted"


def test_list_is_robust_against_half_made_folders(tmp_path):
    assert list_runs(tmp_path / "none") == []
    (tmp_path / "0001-empty").mkdir()
    (tmp_path / "0002").mkdir()
    (tmp_path / "file").write_text("x")
    for name, config in {
        "0003-cut": "{",
        "0004-list": "[]",
        "0005-odd": '{"recipe": {"name": "gan"}}',
    }.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "config.json").write_text(config)
    odd = tmp_path / "0005-odd"
    (odd / "events.jsonl").write_bytes(b'{"kind": []}\n\xff\n{"kind": "done"}\n[]\n3\n')
    (odd / "metrics.jsonl").write_bytes(b'{"step": "x"}\n{"step": 5, "images": true}\n')
    (odd / ".lock").write_text("99999999999999999999999 host")
    runs = list_runs(tmp_path)
    assert [r.recipe for r in runs] == ["?", "?", "gan"]
    assert (runs[2].state, runs[2].step, runs[2].images) == ("done", 5, None)


def test_list_tells_seed_length_settings_and_result(tmp_path):
    folder = run(tmp_path, "told")
    folder.config = {"recipe": "gan", "data": "x", "settings": {"loss": "hinge"}, "run": {"seed": 7}}
    rows = [{"held_out/error/cycle": 0.2}, {"held_out/value/V": -1.0, "held_out/accuracy/accuracy": 0.625}, {"step": 3}]
    for seconds, row in enumerate(rows):
        folder.metrics({"seconds": seconds, **row})
    told = list_runs(tmp_path)[0]
    assert (told.seed, told.seconds, told.settings) == (7, 2.0, {"loss": "hinge"})
    assert told.result == ("accuracy", 0.625)
    assert run(tmp_path, "silent") and list_runs(tmp_path)[1].result is None


def test_a_run_that_cannot_be_read_does_not_hide_the_others(tmp_path, monkeypatch):
    closed = [run(tmp_path, slug).path for slug in ("open", "closed", "open-too")][1]
    looked = Path.is_file

    def is_file(path):
        if closed in path.parents:
            raise PermissionError(13, "Permission denied", str(path))
        return looked(path)

    monkeypatch.setattr(Path, "is_file", is_file)
    assert [(r.number, r.state) for r in list_runs(tmp_path)] == [
        (1, "interrupted"),
        (2, "unreadable"),
        (3, "interrupted"),
    ]


def test_looking_at_runs_does_not_import_torch():
    code = "import sys, sparring.runs.folder; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_readme_of_a_run(tmp_path):
    folder = run(tmp_path)
    told = Page(
        title="0001-a|b",
        summary="`dcgan` trained on a|b.",
        facts={"images seen": "1,280,000", "data": "a|b"},
        results={"accuracy of D": "81 %"},
        verdict="Still improving.",
        follows="sparring resume /runs/1 --minutes 60",
        changed=[("lr", "0.001", "0.0002")],
        steps=[("sparring sample /runs/1", "generate pictures")],
        command="sparring train dcgan --data 'my pictures'",
    )
    folder.write_readme(told)
    text = (folder.path / "README.md").read_text("utf-8")
    lines = text.splitlines()
    assert lines[0] == "# 0001-a\\|b" and "![Curves, samples and real pictures](results.png)" in lines
    assert "`dcgan` trained on a|b." in lines and "Still improving." in lines
    assert (
        "    sparring train dcgan --data 'my pictures'" in lines and "    sparring resume /runs/1 --minutes 60" in lines
    )
    assert lines[lines.index("    # generate pictures") + 1] == "    sparring sample /runs/1"
    for row in (
        "| images seen | 1,280,000 |",
        "| data | a\\|b |",
        "| accuracy of D | 81 % |",
        "| `lr` | 0.001 | 0.0002 |",
    ):
        assert row in lines, row
    assert [line for line in lines if line.startswith("## ")] == [
        "## Verdict", "## Result", "## Facts", "## Changed settings", "## Next steps", "## Files"
    ]  # fmt: skip
    assert all(f"| `{name}` |" in text for name in ("results.png", "looks.jsonl", "checkpoints/"))
    folder.write_readme(Page("a", "b", {}))
    bare = (folder.path / "README.md").read_text("utf-8")
    assert "Verdict" not in bare and "Result" not in bare and "Next steps" not in bare
