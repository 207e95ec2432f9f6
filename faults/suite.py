"""Runs the fault suite: every case in a folder of its own, from a seed, and a report of what may not happen."""

import argparse
import importlib
import io
import json
import os
import random
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout, suppress
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from faults import templates
from faults.child import Limits, one_thread
from faults.lab import Fault, Lab, Skip
from faults.report import as_json, table

CASES = {"pictures": 0.36, "archives": 0.14, "arrays": 0.2, "special": 0.08, "forged": 0.22}
"""Generated input, and its share of the cases."""
TRIALS = ("kills", "signals", "disk")
"""What plays a whole story: it stops, breaks and resumes runs."""
SIGNALS, DISKS = 0.1, 0.08
"""Stories of signals and of full disks for a kill that is asked for."""
CURVES = 10
"""Every tenth case draws the curves at the end of its runs."""
STRIDE = 1_000_000
"""Seeds of a suite do not meet those of the next."""


class Tried(NamedTuple):
    """One case.

    Args:
        kind: Of which module.
        seed: Its own; ``--replay KIND:SEED``.
        what: In words.
        runs: Commands that were run.
        kills: Processes that were killed.
        peak: Most bytes resident in any.
        slowest: Seconds of the longest command.
        seconds: Of all of it.
        faults: What may not happen and did.
        skipped: Why nothing was tried, or nothing.
    """

    kind: str
    seed: int
    what: str
    runs: int
    kills: int
    peak: int
    slowest: float
    seconds: float
    faults: Sequence[Fault]
    skipped: str = ""


def try_one(
    kind: str,
    seed: int,
    made: Path,
    limits: Limits,
    program: Callable[[list[str]], object],
    place: Path | None = None,
    most: int = 9,
) -> Tried:
    """Make a case from its seed, run it, and say what happened.

    Args:
        kind: A module of this package: a generator, which has ``make``, or a story, which has ``play``.
        seed: Of the case.
        made: The templates, from `templates.make`.
        limits: Of every command.
        program: What runs a command line.
        place: Where its files stay; by default they are removed.
        most: Of a generated case's commands, run at most so many.
    """
    module = importlib.import_module(f"faults.{kind}")
    folder = place or Path(tempfile.mkdtemp(prefix="sparring-faults-"))
    began = time.perf_counter()
    lab, skipped, what = Lab(folder, made, limits, program, curves=seed % CURVES == 0), "", ""
    try:
        what = _play(module, lab, random.Random(f"{kind}:{seed}"), most)
    except Skip as why:
        skipped = str(why)
    except Exception:
        lab.blame("suite", [kind], traceback.format_exc())
    finally:
        lab.tidy()
        if place is None:
            subprocess.run(["rm", "-rf", folder], check=False)  # folders deeper than Python's recursion
    peak = max((ended.peak for ended in lab.runs), default=0)
    slowest = max((ended.seconds for ended in lab.runs), default=0.0)
    took = time.perf_counter() - began
    return Tried(kind, seed, what, len(lab.runs), lab.kills, peak, slowest, took, tuple(lab.faults), skipped)


def _play(module: ModuleType, lab: Lab, rng: random.Random, most: int) -> str:
    if hasattr(module, "play"):
        return str(module.play(lab, rng))
    case = module.make(rng, lab.folder, lab.templates)
    for command in case.commands[:most]:
        lab.run(command)
    return str(case.what)


def planned(seed: int, cases: int, kills: int, only: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Kinds and seeds of the cases. Kills come until there are enough, so they are not among them."""
    counts = {kind: round(cases * share) for kind, share in CASES.items()}
    counts["signals"], counts["disk"] = round(kills * SIGNALS), round(kills * DISKS)
    for kind, n in counts.items():
        if not only or kind in only:
            yield from ((kind, seed * STRIDE + i) for i in range(n))


def program_with_all() -> Callable[[list[str]], object]:
    """The program, after everything was imported that a command may need: a fork then imports nothing."""
    import torch

    torch.set_num_threads(1)
    from sparring.cli import main
    from sparring.commands.app import COMMANDS

    for _, where, _, _ in COMMANDS:
        importlib.import_module(f"sparring.commands.{where.split(':')[0]}")
    for name in ("matplotlib.pyplot", "tifffile", "imagecodecs"):
        with suppress(ImportError):
            importlib.import_module(name)
    return main


def warm(program: Callable[[list[str]], object]) -> None:
    """Train once in this process: font caches, and what is imported late.

    Raises:
        RuntimeError: If that failed.
    """
    here, cache, quiet = os.getcwd(), os.environ.get("SPARRING_CACHE"), io.StringIO()
    with tempfile.TemporaryDirectory() as folder, redirect_stdout(quiet), redirect_stderr(quiet):
        os.environ["SPARRING_CACHE"] = folder
        os.chdir(folder)
        templates.data(Path(folder))
        try:
            program(list(templates.words("gan", "--run.steps", "2")))
        except SystemExit as ended:
            if ended.code:
                raise RuntimeError(f"the warm-up failed: {quiet.getvalue()}") from None
        finally:
            os.chdir(here)
            os.environ.pop("SPARRING_CACHE")
            if cache is not None:
                os.environ["SPARRING_CACHE"] = cache


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser("python -m faults", description=__doc__)
    made.add_argument("--seed", type=int, default=0, help="of the whole suite")
    made.add_argument("--cases", type=int, default=2000, help="hostile inputs")
    made.add_argument("--kills", type=int, default=500, help="kill -9; a tenth as many signals, a twelfth full disks")
    made.add_argument("--only", nargs="*", default=[], choices=[*CASES, *TRIALS], metavar="KIND", help="of these kinds")
    made.add_argument("--replay", metavar="KIND:SEED", help="one case; its files stay")
    made.add_argument("--out", type=Path, help="a JSON file of all that failed")
    made.add_argument("--table", type=Path, help="a markdown file of the table")
    return made


def main(arguments: list[str] | None = None) -> None:
    """Run the suite; exit with 1 if anything happened that may not."""
    args = parser().parse_args(arguments)
    os.environ["OMP_NUM_THREADS"], os.environ["SPARRING_LANGUAGE"] = "1", "en"
    began = time.time()
    program = program_with_all()
    warm(program)
    if not one_thread():
        raise RuntimeError("the warm-up left threads; a fork would be unsafe")
    with tempfile.TemporaryDirectory(prefix="sparring-faults-") as folder:
        limits = Limits()
        made = templates.make(Path(folder), program, limits)
        if args.replay:
            kind, _, number = args.replay.partition(":")
            place = Path(tempfile.mkdtemp(prefix="sparring-replay-"))
            _tell(one := try_one(kind, int(number), made, limits, program, place))
            print(f"{one.what}; its files are in {place}")
            sys.exit(bool(one.faults))
        found = list(_all(args, made, limits, program))
    text = table(found, time.time() - began, args.seed)
    print(text)
    if args.table:
        args.table.write_text(text)
    if args.out:
        args.out.write_text(json.dumps(as_json(found), indent=1))
    sys.exit(any(one.faults for one in found))


def _all(args: argparse.Namespace, made: Path, limits: Limits, program: Callable[[list[str]], Any]) -> Iterator[Tried]:
    for kind, seed in planned(args.seed, args.cases, args.kills, args.only):
        yield _tell(try_one(kind, seed, made, limits, program))
    killed, number = 0, args.seed * STRIDE
    while killed < args.kills and (not args.only or "kills" in args.only):
        one = _tell(try_one("kills", number, made, limits, program))
        killed, number = killed + one.kills, number + 1
        yield one


def _tell(one: Tried) -> Tried:
    for fault in one.faults:
        said = fault.says.strip().splitlines()[-4:]
        print(
            f"{fault.fault}: {one.what}\n  {fault.words[:300]}\n  --replay {one.kind}:{one.seed}",
            *said,
            sep="\n    ",
            flush=True,
        )
    return one
