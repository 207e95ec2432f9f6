"""What ``sparring evaluate`` does for runs that draw from noise, and for pictures without a run."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast

from sparring import durable
from sparring.commands.aligned import left, right, widths
from sparring.commands.outputs import file_for
from sparring.data.download import Progress
from sparring.measure.card import in_words
from sparring.measure.measure import Measurement, chosen
from sparring.report.measured import cells
from sparring.report.waiting import waiting
from sparring.runs.listing import CONFIG
from sparring.runs.measurements import Measured, keep_evaluation
from sparring.use.checkpoints import find_checkpoint, name_of_run
from sparring.use.copies import copies, save_copies
from sparring.use.evaluate_samples import Part, evaluate, is_run, measured, of_run
from sparring.use.model import load
from sparring.words import mark, tr

SHEET = "memorised.png"
WEIGHTS = {"average": mark("average"), "newest": mark("newest")}


@dataclass(frozen=True)
class Asked:
    """What is to be measured, as the flags say it."""

    metrics: list[str] | None
    features: str
    count: int | None
    seed: int
    weights: str
    step: int | None
    best: bool
    part: str
    size: str | None
    recipe: str | None


def evaluate_samples(what: str, data: str | None, asked: Asked, as_json: bool, out: Path | None) -> None:
    """Measure, print, and leave what was found in the run's folder.

    Args:
        what: A run, or a source of generated pictures.
        data: Real pictures; None for those of the run.
        asked: How.
        as_json: Whether to print JSON.
        out: A JSON file besides.
    """
    out = out and file_for(out, [], ".json")
    chosen(asked.metrics)
    with waiting() as progress:
        report, title, found, sheet = _of(what, data, asked, progress)
    print(json.dumps(report, ensure_ascii=False) if as_json else "\n".join([title, "", *lines(found), *sheet]))
    if out:
        durable.write_json(out, report)


def _of(
    what: str, data: str | None, asked: Asked, progress: Progress
) -> tuple[dict[str, Any], str, Measurement, list[str]]:
    """The report as JSON, its title, what was measured, and where the sheet of nearest pictures is."""
    how: dict[str, Any] = asdict(asked)
    how["part"] = cast(Part, asked.part.replace("-", " "))
    if not is_run(what):
        found = evaluate(what, data, **how, progress=progress)
        return {"pictures": what, **found.as_json()}, what, found, []
    checkpoint = find_checkpoint(what, asked.step, asked.best)
    model = load(checkpoint, weights=asked.weights, recipe=asked.recipe)
    sources = of_run(model, checkpoint, data, asked.seed, how["part"], progress)
    given = {name: how[name] for name in ("metrics", "features", "count", "seed", "weights")}
    found = measured(sources, **given, progress=progress)
    counted = model.facts["progress"]
    new = Measured(int(counted["steps"]), int(counted["images"]), float(model.facts["seconds"]), found)
    name, sheet = name_of_run(checkpoint), list[str]()
    home = checkpoint.resolve().parents[1]
    if (home / CONFIG).is_file():
        keep_evaluation(home, new)
        if (pairs := copies(sources, asked.features, progress=progress)) is not None:
            spec = model.spec
            text = {"run": name, "step": str(new.step), "seed": str(asked.seed), "weights": asked.weights}
            n = save_copies(pairs, home / SHEET, text, spec.low, spec.high)
            said = mark("{path}: the {n} of {all:,} samples nearest to a training image, each beside that image")
            sheet = [tr(said, path=home / SHEET, n=n, all=len(pairs.samples))]
    title = tr("{run}, step {step:,}, {weights} weights", run=name, step=new.step, weights=tr(WEIGHTS[asked.weights]))
    return {"run": name, **new.as_json()}, title, found, sheet


def lines(found: Measurement) -> list[str]:
    """A measurement for people: a table, the card, and warnings."""
    return [*_table(cells(found)), "", *in_words(found.card), *(f"- {line}" for line in found.warnings)]


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    wide = widths(rows)
    return [
        "  ".join([left(row[0], wide[0]), right(row[1], wide[1]), left(row[2], wide[2]), row[3]]).rstrip()
        for row in rows
    ]
