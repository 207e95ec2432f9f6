"""``sparring evaluate``: samples measured against real pictures (`sparring.commands.measure`), translations against the truth.

Without the truth, translations are measured as `sparring.commands.unpaired` says.
"""

import json
import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import Parameter

from sparring import durable
from sparring.commands.aligned import table
from sparring.commands.measure import Asked, evaluate_samples
from sparring.commands.outputs import file_for
from sparring.commands.unpaired import evaluate_alone
from sparring.errors import CommandError, SparringError
from sparring.report.numbers import UNKNOWN, short
from sparring.runs.listing import CONFIG
from sparring.sessions.recipe_file import find_recipe
from sparring.use.checkpoints import find_checkpoint
from sparring.use.evaluate import DIRECTIONS, ROWS, Measures
from sparring.use.evaluate_run import against_pairs, own_pairs
from sparring.use.evaluate_samples import is_run
from sparring.use.model import load
from sparring.use.unpaired import learns_from_pairs, translates
from sparring.words import mark, tr

Moved = tuple[str | None, str | None]
"""Where the pictures of x and of y are now; None for where they were."""
FILE = "evaluation.json"
WEIGHTS = {"average": mark("average"), "newest": mark("newest")}
COLUMNS = {
    "psnr_drawn": (mark("PSNR drawn"), "{:.2f}"),
    "psnr": (mark("PSNR"), "{:.2f}"),
    "ssim_drawn": (mark("SSIM drawn"), "{:.3f}"),
    "ssim": (mark("SSIM"), "{:.3f}"),
    "mae": (mark("MAE"), "{:.2%}"),
    "kernel_distance": (mark("kernel distance"), ""),
    "share_of_gap": (mark("share"), "{:.1%}"),
}


def evaluate(
    run: str,
    *,
    data: str | None = None,
    data_y: str | None = None,
    metrics: Annotated[list[str] | None, Parameter(consume_multiple=True, negative="")] = None,
    features: str = "auto",
    count: int | None = None,
    part: Literal["auto", "held-out", "training"] = "auto",
    size: str | None = None,
    seed: int = 0,
    pairs: Annotated[list[str] | None, Parameter(consume_multiple=True, negative="")] = None,
    known: Annotated[list[str] | None, Parameter(consume_multiple=True, negative="")] = None,
    bound_minutes: float = 5.0,
    paper: Literal["white", "none"] = "white",
    as_json: Annotated[bool, Parameter(name="--json", negative="", help="Print JSON.")] = False,
    out: Path | None = None,
    weights: Literal["average", "newest"] = "average",
    step: int | None = None,
    best: Annotated[bool, Parameter(negative="")] = False,
    recipe: str | None = None,
) -> None:
    """Measure generated pictures against real ones, or translations: against true pairs, or without them.

    Args:
        run: The folder, number or name of a run, or a checkpoint folder; or generated pictures: a folder or file, with --data.
        data: Real pictures to measure against; of a run by default its own, of which those held out are best.
        data_y: Of a run that translates, where the second domain is now; data is where the first one is.
        metrics: Names of measures, such as kernel_distance precision recall; by default all that can be taken.
        features: What distances are measured in: auto, classifier, random, pixels, efficientnet-lite0, inception or
            inception:PATH.
        count: Pictures of either side; by default 5,000, or as many as there are real ones.
        part: Part of the run's own pictures: held-out if there are at least 500, else training.
        size: Without a run: resize both sides to one side (64) or height x width (48x64).
        seed: Seed of the noise and of what measures draw.
        pairs: Two sources, X and Y, whose pictures correspond one to one; or emoji, the embedded test designs.
        known: Two sources of other true pairs, to train the supervised bound on.
        bound_minutes: Training time of the supervised bound, per direction; the bound is kept in the run folder.
        paper: white: pixels of white paper do not count as drawn; none: every pixel counts.
        out: JSON file to write the report to, besides evaluation.json in the run folder.
        weights: The exponential moving average of the weights, or the newest weights.
        step: Step of the checkpoint; by default the newest.
        best: Take the checkpoint that measured best while the run trained.
        recipe: ./FILE.py:NAME, for a run of your own recipe.
    """
    ours = {"--metrics": metrics, "--count": count, "--size": size, "--seed": seed}
    others = {"--features": features != "auto", "--part": part != "auto"}
    of_samples = [n for n, value in {**ours, **others}.items() if value]
    places = [n for n, value in {"--data": data, "--data-y": data_y}.items() if value]
    theirs = {"--known": known, "--bound-minutes": bound_minutes != 5, "--paper": paper != "white"}
    function = None if recipe is None else find_recipe(recipe)
    own = False
    if pairs is None and is_run(run):
        with suppress(SparringError):  # what is wrong with the run is said after what is wrong with the flags
            own = learns_from_pairs(find_checkpoint(run, step, best), function)
    of_others = of_samples if own else [*places, *of_samples]
    _check_kind(of_others, [name for name, value in theirs.items() if value], pairs is not None or own)
    if pairs is not None or own:
        where = (data, data_y) if own else pairs or []
        evaluate_pairs(run, where, known, bound_minutes, paper, as_json, out, weights, step, best, recipe)
        return
    alone = find_checkpoint(run, step, best) if is_run(run) else None
    if alone is not None and translates(alone, function):
        if of_samples:
            raise CommandError(tr("{flag} is for runs that draw from noise; this run translates", flag=of_samples[0]))
        evaluate_alone(alone, data, data_y, as_json, out, weights, recipe)
    elif data_y:
        raise CommandError(tr("--data-y is for runs that translate"))
    else:
        asked = Asked(metrics, features, count, seed, weights, step, best, part, size, recipe)
        evaluate_samples(run, data, asked, as_json, out)


def _check_kind(of_samples: list[str], of_pairs: list[str], pairs: bool) -> None:
    """Refuse flags that would do nothing.

    Raises:
        CommandError: With the first of them.
    """
    if pairs and of_samples:
        text = mark("{flag} is for runs that draw from noise, --pairs for those that translate; give one of them")
        raise CommandError(tr(text, flag=of_samples[0]))
    if not pairs and of_pairs:
        raise CommandError(tr("{flag} is for runs that translate; give --pairs too", flag=of_pairs[0]))


def evaluate_pairs(
    run: str,
    pairs: list[str] | Moved,
    known: list[str] | None,
    bound_minutes: float,
    paper: str,
    as_json: bool,
    out: Path | None,
    weights: str,
    step: int | None,
    best: bool,
    recipe: str | None,
) -> None:
    """Compare translations with true pairs, beside the baselines they have to beat: what the flags of `evaluate` say.

    In place of pairs of one's own it takes where the run's pictures are now: then the pairs are those that it held out.
    """
    out = out and file_for(out, [], ".json")
    checkpoint = find_checkpoint(run, step, best)
    model = load(checkpoint, weights=weights, recipe=recipe)

    def told(line: str) -> None:
        print(line, file=sys.stderr, flush=True)

    asked = own_pairs(model, checkpoint, *pairs) if isinstance(pairs, tuple) else pairs
    report = against_pairs(model, checkpoint, asked, known, bound_minutes, paper, told)
    print(json.dumps(report, ensure_ascii=False) if as_json else text(report))
    home = checkpoint.resolve().parents[1]
    for path in [*([home / FILE] if (home / CONFIG).is_file() else []), *([out] if out else [])]:
        durable.write_json(path, report)


def text(report: dict[str, Any]) -> str:
    """The report for people: a table for each direction, and what it means in words."""
    pairs, known, bound = report["pairs"], report["known"], report["bound"]
    lines = [
        tr(
            "{run}, step {step:,}, {weights} weights, on {count:,} true pairs ({name})",
            run=report["run"],
            step=report["step"],
            weights=tr(WEIGHTS[report["weights"]]),
            **{key: pairs[key] for key in ("count", "name")},
        )
    ]
    if known is not None and bound is not None:
        told = mark("bound: {minutes:g} minutes each direction on {count:,} known pairs")
        if bound["kept"]:
            told = mark("bound: {minutes:g} minutes each direction on {count:,} known pairs, kept from before")
        lines.append(tr(told, minutes=bound["minutes"], count=known["count"]))
    for direction in DIRECTIONS:
        if direction in report:
            part = report[direction]
            title = tr("{x} to {y}", x=direction[0], y=direction[-1])
            lines += ["", *_table(title, part["rows"]), *(f"- {line}" for line in part["words"])]
            if part["honesty"]:
                points = (tr("{error:.2%} at {level:.1%}", error=e, level=n) for n, e in part["honesty"]["noise"])
                curve = tr(
                    "cycle error by noise on the translation, shares of the range: {points}", points=", ".join(points)
                )
                lines.append(f"- {curve}")
    return "\n".join([*lines, "", *(f"- {line}" for line in report["notes"])])


def _table(title: str, rows: dict[str, Measures]) -> list[str]:
    drawn = any("psnr_drawn" in row for row in rows.values())
    shown = [
        name for name in COLUMNS if name != ("ssim" if drawn else "ssim_drawn") and (drawn or name != "psnr_drawn")
    ]
    cells = [[title, *(tr(COLUMNS[name][0]) for name in shown)]]
    cells += [[tr(ROWS[name]), *(_cell(key, row.get(key)) for key in shown)] for name, row in rows.items()]
    return table(cells)


def _cell(name: str, value: float | None) -> str:
    if value is None:
        return UNKNOWN
    form = COLUMNS[name][1]
    return form.format(value) if form else short(value)
