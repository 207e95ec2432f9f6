"""Is a step of ours faster? Our trainer against the loops as the public tutorials write them, data included.

The same networks, batch and optimizer settings on both sides (`race_tutorials.py`, `race_ours.py`). A step is one update of every
player on one batch, so that after as many steps both have seen as many images; reading and decoding counts on both sides, opening
the data before the first step on neither. Both sides run in one process in blocks of equally many steps, in pairs whose order
alternates: what else the machine does meets both. A pair's ratio is the tutorial's time over ours; the median of the ratios counts,
beside their range.

On one thread the clock is processor time, so that other work does not count; on more it is the clock on the wall, and nothing else
should run. Pictures: `fashion` or IDX (--mnist) for the MLP; for the others the embedded emoji, enlarged and saved as JPEG.

Run: python benchmarks/race_steps.py --mnist train-images-idx3-ubyte.gz --out benchmarks/results/race_steps.json
     python benchmarks/race_steps.py --plot benchmarks/results/race_steps.json
"""

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import race_ours
import torch
from PIL import Image
from race_ours import OURS, Match

from sparring import durable
from sparring.data.embedded_sets import emoji_pairs
from sparring.data.open import open_pictures
from sparring.runs.environment import environment

SIDES = ("ours", "tutorial")
CASES = {"mlp": 28, "dcgan32": 32, "dcgan64": 64, "cyclegan128": 128, "cyclegan256": 256, "r3gan32": 32}
"""Side of the pictures in pixels."""
FILES = 512
"""Pictures of a folder at 128 pixels and more."""


def in_turn(pairs: int) -> Iterator[tuple[str, str]]:
    """Which side runs first and second: A B, B A, A B, ..."""
    for i in range(pairs):
        yield SIDES if i % 2 == 0 else SIDES[::-1]


def ratios(blocks: dict[str, list[float]]) -> dict[str, float]:
    """The tutorial's seconds over ours, pair by pair: median, lowest, highest."""
    found = [theirs / ours for ours, theirs in zip(blocks["ours"], blocks["tutorial"], strict=True)]
    return {"ratio": statistics.median(found), "low": min(found), "high": max(found)}


def steps_for(seconds: float, step: float) -> int:
    """How many steps of so many seconds a block has: at least one."""
    return max(1, round(seconds / max(step, 1e-9)))


def timed(step: Callable[[], object], steps: int, settle: Callable[[], object], clock: Callable[[], float]) -> float:
    """Seconds of so many steps, until all is done."""
    start = clock()
    for _ in range(steps):
        step()
    settle()
    return clock() - start


def raced(match: Match, pairs: int, seconds: float, clock: Callable[[], float]) -> dict[str, Any]:
    """Both sides in turn.

    Args:
        match: Both sides.
        pairs: Of blocks.
        seconds: About as long is a block of the tutorial.
        clock: Gives seconds.
    """
    run = {"ours": (match.ours, match.settle), "tutorial": (match.tutorial, lambda: None)}
    for step, settle in run.values():  # not counted: buffers, threads and kernels are set up
        timed(step, 2, settle, clock)
    steps = steps_for(seconds, timed(*(run["tutorial"][0], 1, run["tutorial"][1]), clock))
    blocks: dict[str, list[float]] = {side: [] for side in SIDES}
    for order in in_turn(pairs):
        for side in order:
            step, settle = run[side]
            blocks[side].append(timed(step, steps, settle, clock))
    images = steps * match.batch
    return {
        "batch": match.batch,
        "steps_of_a_block": steps,
        "images_of_a_block": images,
        "seconds": {side: [round(s, 4) for s in blocks[side]] for side in SIDES},
        "images_per_second": {side: round(images / statistics.median(blocks[side]), 2) for side in SIDES},
        "parameters": {name: {"ours": a, "tutorial": b} for name, (a, b) in match.parameters.items()},
        **{name: round(value, 3) for name, value in ratios(blocks).items()},
    }


def saved(folder: Path, side: int, style: str) -> Path:
    """A folder of emoji as JPEG files of this size."""
    place = folder / f"{style}-{side}"
    if not place.exists():
        place.mkdir()
        pictures = getattr(emoji_pairs(), style)
        for i, picture in enumerate(pictures[: FILES if side >= 128 else None]):
            made = Image.fromarray(picture).resize((side, side), Image.Resampling.BICUBIC)
            made.save(place / f"{i:04}.jpg", quality=95)
    return place


def matched(case: str, folder: Path, given: argparse.Namespace) -> Match:
    """Both sides of a case, with their pictures in a folder."""
    side, cache = CASES[case], folder / "cache"
    if case == "mlp":
        return race_ours.mlp(case, open_pictures(given.mnist or "fashion"), given.precision)
    modern = saved(folder, side, "modern")
    if case.startswith("cyclegan"):
        return race_ours.cyclegan(case, (modern, saved(folder, side, "flat")), cache, given.precision)
    recipe = race_ours.dcgan if case.startswith("dcgan") else race_ours.r3gan
    return recipe(case, modern, cache, given.precision)


def run(given: argparse.Namespace) -> dict[str, Any]:
    """Case after case; saved after each, so that a run that is cut off has said something."""
    here = environment()
    clock = "processor" if given.threads == 1 else "wall"
    report: dict[str, Any] = {
        "command": {k: v.name if isinstance(v, Path) else v for k, v in vars(given).items()},
        "machine": {k: here[k] for k in ("cpu", "cores", "platform", "python", "torch", "numpy", "pillow")},
        "device": "cpu",
        "threads": given.threads,
        "precision": {"ours": given.precision, "tutorial": "float32"},
        "clock": clock,
        "commit": here["commit"],
        "cases": {},
    }
    with tempfile.TemporaryDirectory() as name:
        for case in given.cases:
            torch.manual_seed(0)
            match = matched(case, Path(name), given)
            found = raced(
                match, given.pairs, given.seconds, time.process_time if clock == "processor" else time.perf_counter
            )
            report["cases"][case] = {**found, "settings": {k: dict(v) for k, v in OURS[case]._asdict().items()}}
            rates = found["images_per_second"]
            print(
                f"{case:<12} ours {rates['ours']:>9,.1f} images/s, tutorial {rates['tutorial']:>9,.1f}, "
                f"ratio {found['ratio']:.2f} ({found['low']:.2f} to {found['high']:.2f})",
                flush=True,
            )
            del match
            if given.out:
                durable.write_json(given.out, report)
    return report


def table(report: dict[str, Any]) -> str:
    """Markdown, a row a case."""
    lines = ["| case | ours, images/s | tutorial, images/s | ratio (range) |", "|---|---|---|---|"]
    for case, found in report["cases"].items():
        rates = found["images_per_second"]
        cells = (
            *(f"{rates[side]:,.1f}" for side in SIDES),
            f"{found['ratio']:.2f} ({found['low']:.2f} to {found['high']:.2f})",
        )
        lines.append(f"| `{case}` | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def plot(path: Path) -> Path:
    """The ratios as bars with their range, and a line where both are equal."""
    from matplotlib.figure import Figure

    report = json.loads(path.read_text())
    cases = report["cases"]
    figure = Figure(figsize=(7, 1 + 0.5 * len(cases)), layout="constrained")
    axis = figure.subplots()
    for i, (case, found) in enumerate(cases.items()):
        middle = found["ratio"]
        ends = [[middle - found["low"]], [found["high"] - middle]]
        axis.barh(i, middle, xerr=ends, color="C0" if middle >= 1 else "C1", capsize=3)
        axis.text(0.02, i, f"{case}: {middle:.2f}", va="center", color="white")
    axis.axvline(1, color="gray", ls=":")
    axis.set_yticks([])
    axis.invert_yaxis()
    axis.set_xlabel("images per second, ours over the tutorial's loop")
    threads = f"{report['threads']} thread" + ("s" if report["threads"] > 1 else "")
    axis.set_title(f"{report['machine']['cpu']}, {threads}, torch {report['machine']['torch']}", fontsize=8)
    out = path.with_suffix(".png")
    figure.savefig(out, dpi=100)
    return out


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", nargs="+", default=list(CASES), choices=CASES)
    parser.add_argument(
        "--mnist", type=Path, help="IDX of 28 x 28 pictures for the MLP; by default the embedded fashion"
    )
    parser.add_argument("--pairs", type=int, default=7, help="blocks of each side; the order alternates")
    parser.add_argument("--seconds", type=float, default=4.0, help="of a block of the tutorial's; at least one step")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--precision", default="float32", choices=["float32", "bfloat16"], help="of our side")
    parser.add_argument("--out", type=Path, help="JSON")
    parser.add_argument("--plot", type=Path, help="draw the JSON of an earlier run, and time nothing")
    return parser


def main() -> None:
    given = parser().parse_args()
    if given.plot:
        print(plot(given.plot))
        return
    if given.out:
        given.out.parent.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(given.threads)
    print(table(run(given)))
    if given.out:
        print(plot(given.out))


if __name__ == "__main__":
    main()
