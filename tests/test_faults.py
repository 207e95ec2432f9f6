"""A cheap part of ``make faults``, and controls that its runner finds each kind of failure."""

import hashlib
import json
import os
import random
import shutil
import sys
import time
from pathlib import Path

import pytest

if sys.platform != "linux":
    pytest.skip("the fault suite forks and reads /proc: Linux only", allow_module_level=True)

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from faults import archives, arrays, forged, pictures, special, story, suite, templates  # noqa: E402
from faults.child import Limits, call  # noqa: E402
from faults.lab import Case, Command  # noqa: E402

FEW_KILLS = (11, 13, 15, 27, 31, 35)  # the cheapest recipe, few pictures, many kills
WHOLE = 3  # every command of this case, of the others the first
GENERATORS = {"pictures": pictures, "archives": archives, "arrays": arrays, "special": special, "forged": forged}


@pytest.fixture(scope="module")
def program():
    program = suite.program_with_all()
    suite.warm(program)
    return program


@pytest.fixture(scope="module")
def made(tmp_path_factory, program):
    return templates.make(tmp_path_factory.mktemp("faults"), program, Limits())


def faults(tried):
    return [(f"{one.kind}:{one.seed}", one.what, f.fault, f.says[-500:]) for one in tried for f in one.faults]


def test_forty_hostile_cases(made, program):
    tried = [
        suite.try_one(kind, i, made, Limits(), program, most=1 + 9 * (i == WHOLE))
        for kind in suite.CASES
        for i in range(8)
    ]
    assert faults(tried) == []
    assert len(tried) == 40 and sum(one.runs for one in tried) >= 43 and max(one.peak for one in tried) < 1.5e9


def test_five_kills(made, program):
    tried, seeds = [], iter(FEW_KILLS)
    while sum(one.kills for one in tried) < 5:
        tried.append(suite.try_one("kills", next(seeds), made, Limits(), program))
    assert faults(tried) == []


# Controls


def fake(words):
    """A program that does what it should not."""
    match words[0]:
        case "traceback":
            raise ValueError("a bug")
        case "hang":
            time.sleep(60)
        case "memory":
            held = bytearray(150 << 20)
            held[:: 1 << 12] = b"x" * len(held[:: 1 << 12])
        case "code":
            print("sparring: wrong", file=sys.stderr)
            sys.exit(1)
        case "silent" | "unnamed":
            print("sparring: bad data" if words[0] == "unnamed" else "", file=sys.stderr)
            sys.exit(3)
        case "escaped":
            Path("../pwned").touch()
        case "killed":
            os.kill(os.getpid(), 15)


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("fine", []),
        ("traceback", ["traceback", "exit code 1"]),
        ("hang", ["hang"]),
        ("memory", ["memory"]),
        ("code", ["exit code 1"]),
        ("silent", ["silent"]),
        ("unnamed", ["unnamed"]),
        ("escaped", ["escaped"]),
        ("killed", ["exit code -15"]),
    ],
)
def test_control_the_runner_finds(word, found, tmp_path, monkeypatch):
    module = type(sys)("faults.fake")
    module.make = lambda rng, folder, templates: Case(
        word, [Command((word,), {0, 3}, "odd.png" if word == "unnamed" else "")]
    )
    monkeypatch.setitem(sys.modules, "faults.fake", module)
    little = call(lambda: None, tmp_path, Limits()).peak
    limits = Limits(0.3 if word == "hang" else 10, little + (100 << 20))
    assert [f.fault for f in suite.try_one("fake", 0, tmp_path, limits, fake).faults] == found


def save(run, step, content):
    folder = run / "checkpoints" / ".writing"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "game.safetensors").write_bytes(content)
    entry = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    (folder / "manifest.json").write_text(json.dumps({"step": step, "files": {"game.safetensors": entry}}))
    folder.rename(folder.with_name(f"{step:08d}"))


def trainer(torn, forgets):
    """A trainer of six steps that saves in place, or that does not go on as it would have."""

    def program(words):
        if words[0] not in ("train", "resume"):
            return
        run = Path("runs/0001-x")
        start = max(story.saved(run), 0)
        run.mkdir(parents=True, exist_ok=True)
        (run / "config.json").touch()
        (run / "metrics.jsonl").write_text("")
        for step in range(start + 1, 7):
            if torn:
                (run / "checkpoints" / f"{step:08d}").mkdir(parents=True)
                shutil.rmtree(run / "checkpoints" / f"{step - 1:08d}", ignore_errors=True)
            time.sleep(0.05)
            if torn:
                (run / "checkpoints" / f"{step:08d}").rmdir()
            save(run, step, b"forgot" if forgets and start else b"%d" % step)

    return program


def test_control_a_lost_checkpoint_and_another_end_are_found(tmp_path):
    for torn, forgets, found in ((False, False, set()), (True, False, {"lost"}), (False, True, {"differs"})):
        place = tmp_path / f"{torn}-{forgets}"
        place.mkdir()
        tried = [
            suite.try_one("kills", i, place, Limits(10), trainer(torn, forgets))
            for i in FEW_KILLS[: 1 + torn + forgets]
        ]
        assert sum(one.kills for one in tried) >= 2
        kinds = {f.fault for one in tried for f in one.faults}
        assert kinds == found or (torn and found < kinds == {"lost", "differs"}), kinds


def tree(folder):
    files = (p for p in sorted(folder.rglob("*")) if p.is_file() and not p.is_symlink() and p.stat().st_size < 1 << 20)
    return {str(p.relative_to(folder)): p.read_bytes() for p in files if not p.stat().st_mode & 0o777 == 0}


def test_a_seed_makes_the_same_case_again(made, tmp_path):
    for kind, module in GENERATORS.items():
        for seed in range(3):
            found = []
            for again in ("a", "b"):
                folder = tmp_path / f"{kind}{seed}{again}"
                folder.mkdir()
                found.append((module.make(random.Random(f"{kind}:{seed}"), folder, made), tree(folder)))
            assert found[0] == found[1]
            assert found[0][0].commands


def test_the_suite_is_as_large_as_it_says():
    plan = list(suite.planned(0, 2000, 500, []))
    assert sum(kind in suite.CASES for kind, _ in plan) >= 2000 and len(set(plan)) == len(plan)
    assert {kind for kind, _ in plan} == {*suite.CASES, "signals", "disk"}
    assert not set(plan) & set(suite.planned(1, 2000, 500, []))
    assert {kind for kind, _ in suite.planned(0, 100, 10, ["arrays"])} == {"arrays"}
