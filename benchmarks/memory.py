"""Does a dry run say what a run takes? Peak memory as told and as measured, recipe by recipe.

Each case is two processes: `sparring train ... --dry-run --json`, which tells, and the same command for a few steps, whose peak is
read from the kernel (VmHWM, the most resident memory the process ever had: Python, pictures, sheets, curves and checkpoint
included). The pictures are random noise. Linux only.

Run: python benchmarks/memory.py --out benchmarks/results/memory.json
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from sparring import durable
from sparring.recipes import RECIPES
from sparring.runs.environment import environment
from sparring.settings import domains_of

CHILD = """
import sys
from sparring.cli import main
try:
    main(sys.argv[1:])
except SystemExit as e:
    facts = dict(line.split(":", 1) for line in open("/proc/self/status"))
    print("PEAK", int(facts["VmHWM"].split()[0]) * 1024)
    raise
"""
SIZES = {"gan": (28, 64, 128), "gan2014": (28, 64, 128)}
"""Sides in pixels where a recipe is not measured at the common ones."""
COMMON = (32, 64, 128)
WITHIN = 0.25
"""What the told peak may be off by, as a share of the measured one."""


def child(words: list[str], folder: Path) -> tuple[str, int]:
    """Run the command line in a process of its own: what it printed, and its peak in bytes.

    Raises:
        RuntimeError: If it failed, with what it said.
    """
    one = {"OMP_NUM_THREADS": "1", "SPARRING_LANGUAGE": "en"}
    done = subprocess.run(
        [sys.executable, "-c", CHILD, *words], cwd=folder, env=os.environ | one, capture_output=True, text=True
    )
    text, found, peak = done.stdout.rpartition("PEAK ")
    if done.returncode or not found:
        raise RuntimeError(f"sparring {' '.join(words)} failed with code {done.returncode}: {done.stderr[-2000:]}")
    return text, int(peak)


def case(recipe: str, size: int, precision: str, pictures: int, steps: int) -> dict[str, Any]:
    """What is told and what is measured of one recipe at one size, bytes; and what was told is made of."""
    with tempfile.TemporaryDirectory() as name:
        folder, words = Path(name), ["train", recipe, "--run.device", "cpu", "--run.threads", "1", "--out", "runs"]
        g = np.random.default_rng(0)
        for flag in ("--data", "--data-y")[: domains_of(RECIPES[recipe])]:
            np.save(folder / f"{flag[2:]}.npy", g.integers(0, 256, (pictures, size, size, 3), np.uint8))
            words += [flag, f"{flag[2:]}.npy"]
        if recipe == "cyclegan":
            words += ["--load", "0", "--crop", "0"]
        words += ["--run.precision", precision, "--run.steps", str(steps)]
        told = json.loads(child([*words, "--dry-run", "--json"], folder)[0])["memory"]
        _, measured = child([*words, "--json"], folder)
    ratio = round(told["total"] / measured, 3)
    return {
        "recipe": recipe,
        "size": size,
        "precision": precision,
        "told": told["total"],
        "measured": measured,
        "ratio": ratio,
        "within": abs(ratio - 1) <= WITHIN,
        "of_told": {k: v for k, v in told.items() if k != "total"},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--recipes", nargs="+", default=list(RECIPES), choices=RECIPES)
    parser.add_argument("--sizes", type=int, nargs="+", help="sides in pixels; by default 28 or 32, 64 and 128")
    parser.add_argument("--precisions", nargs="+", default=["float32", "bfloat16"])
    parser.add_argument("--pictures", type=int, default=1000, help="of each domain, a tenth of them held out")
    parser.add_argument("--steps", type=int, default=2)
    parser.add_argument("--out", type=Path, help="JSON")
    given = parser.parse_args()
    here = environment()
    report: dict[str, Any] = {
        "command": {k: v.name if isinstance(v, Path) else v for k, v in vars(given).items()},
        "machine": {k: here[k] for k in ("cpu", "cores", "platform", "python", "torch")},
        "commit": here["commit"],
        "cases": [],
    }
    for recipe in given.recipes:
        for size in given.sizes or SIZES.get(recipe, COMMON):
            for precision in given.precisions:
                found = case(recipe, size, precision, given.pictures, given.steps)
                report["cases"].append(found)
                print(
                    f"{recipe:<14} {size:>4} px {precision:<8} told {found['told'] / 1e6:>6,.0f} MB, "
                    f"measured {found['measured'] / 1e6:>6,.0f} MB, ratio {found['ratio']:.2f}",
                    flush=True,
                )
                if given.out:
                    durable.write_json(given.out, report)


if __name__ == "__main__":
    main()
