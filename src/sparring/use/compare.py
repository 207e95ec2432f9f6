"""Runs beside one another: how far they are, what was measured of them, which settings differ, and curves of it all."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from sparring.errors import CommandError
from sparring.measure.card import Card, unlike
from sparring.measure.measure import chosen
from sparring.measure.table import title
from sparring.metrics.value import Value
from sparring.report.comparison import Quantity, of_measured, of_rows
from sparring.report.curves import newest
from sparring.report.measured import comparable
from sparring.report.numbers import finite
from sparring.report.rows import HELD_OUT, Row, losses, read
from sparring.runs.folder import RunFolder, find
from sparring.runs.listing import Summary, summary
from sparring.runs.measurements import Measured, evaluations, while_trained
from sparring.sessions.config import run_config, to_json
from sparring.sessions.evaluator import score
from sparring.words import mark, tr

USUAL = "kernel_distance"
PLACES = ("out", "name")
"""Options of a run that say only where it lies."""
WATCHED = ("accuracy", "error", "value", "measured")
"""Kinds of held-out numbers that are compared."""


class Told(NamedTuple):
    """A number of a run.

    Args:
        step: When it was measured.
        value: With its interval, if one is known.
    """

    step: int
    value: Value


class Compared(NamedTuple):
    """One of the runs.

    Args:
        name: That none of the others has.
        summary: How far it is.
        newest: By name of the quantity.
        best: By name of the quantity; only of measures, for which it is known where better lies.
        card: How it was measured; None where only rows of metrics are compared.
    """

    name: str
    summary: Summary
    newest: dict[str, Told]
    best: dict[str, Told]
    card: Card | None


class Comparison(NamedTuple):
    """Runs beside one another.

    Args:
        runs: In the order given.
        quantities: Curves of each, by its name for people.
        differing: Settings that are not the same in all, by name: a value for each run.
        notes: What to know of it, a line each.
    """

    runs: list[Compared]
    quantities: list[Quantity]
    differing: dict[str, list[Any]]
    notes: list[str]


def compare(
    runs: Sequence[str | Path], metric: str | None = None, anyway: bool = False, out: Path = Path("runs")
) -> Comparison:
    """Compare runs by a measure, or, where not all were measured, by what their rows of metrics share.

    Args:
        runs: Two or more: folders, numbers or names.
        metric: A measure by name, or a key of the rows of metrics; by default the kernel distance.
        anyway: Compare although the numbers came about in different ways.
        out: The folder of all runs.

    Raises:
        CommandError: If there are fewer than two, a run was not measured by this measure, or their cards differ.
        ModelError: If there is no such run.
    """
    folders = [find(out, run) for run in runs]
    if len({folder.path.resolve() for folder in folders}) < max(2, len(folders)):
        raise CommandError(tr("give two or more different runs to compare"))
    names = _names(folders)
    configs = [_flat(to_json(run_config(folder))) for folder in folders]
    if metric is not None and "/" in metric:
        found = _by_rows(folders, names, metric)
    else:
        (by,) = chosen([metric or USUAL])
        found = _by_measure(folders, names, by, metric is not None, anyway)
    return found._replace(differing=_differing(configs))


def _by_measure(folders: list[RunFolder], names: list[str], by: str, asked: bool, anyway: bool) -> Comparison:
    measured = [_with(by, while_trained(f)) or _with(by, _evaluated(f)) for f in folders]
    lacking = [name for name, rows in zip(names, measured, strict=True) if not rows]
    if lacking and asked:
        text = mark("{run} was not measured by {metric}: sparring evaluate {run} --metrics {metric}")
        raise CommandError(tr(text, run=lacking[0], metric=by))
    if lacking:
        note = tr("not measured: {names}; compared by what the rows of metrics share", names=", ".join(lacking))
        return _by_rows(folders, names)._replace(notes=[note])
    cards = [rows[-1].measurement.card for rows in measured]
    unalike = [
        tr("{a} and {b}: {what}", a=names[0], b=name, what=line)
        for name, card in zip(names[1:], cards[1:], strict=True)
        for line in unlike(cards[0], card)
    ]
    if unalike and not anyway:
        text = mark(
            "these numbers do not compare:\n  {lines}\nMeasure the runs alike with sparring evaluate, or compare them as they "
            "are: --anyway"
        )
        raise CommandError(tr(text, lines="\n  ".join(unalike)))
    runs = []
    for folder, name, rows, card in zip(folders, names, measured, cards, strict=True):
        best = min(rows, key=lambda m: score(by, m.measurement))
        last, first = (Told(m.step, m.measurement.values[by]) for m in (rows[-1], best))
        runs.append(Compared(name, summary(folder.path), {by: last}, {by: first}, card))
    called = title(by, cards[0])
    quantity = of_measured(called, by, dict(zip(names, measured, strict=True)))
    return Comparison(runs, [quantity], {}, unalike)


def _by_rows(folders: list[RunFolder], names: list[str], key: str | None = None) -> Comparison:
    """By what each player pays and by held-out numbers, as far as all runs have them; or by one key."""
    rows = [[_numbers(row, key) for row in newest(folder.read_metrics())] for folder in folders]
    keys = [
        dict.fromkeys(k for row in of_one for k in row if k not in ("step", "images", "seconds")) for of_one in rows
    ]
    shared = [k for k in keys[0] if all(k in other for other in keys[1:])]
    if not shared:
        if key is not None:
            raise CommandError(tr("not all of these runs have {key} in metrics.jsonl", key=key))
        raise CommandError(tr("there is nothing to compare: these runs have no numbers in common"))
    runs = []
    for folder, name, of_one in zip(folders, names, rows, strict=True):
        last = {k: next(row for row in reversed(of_one) if k in row) for k in shared}
        told = {k: Told(int(row.get("step", 0)), Value(row[k])) for k, row in last.items()}
        runs.append(Compared(name, summary(folder.path), told, {}, None))
    return Comparison(runs, [of_rows(k, dict(zip(names, rows, strict=True))) for k in shared], {}, [])


def _numbers(row: Row, key: str | None) -> dict[str, float]:
    """What of a row is compared, by name, with how far the run was."""
    found = {name: finite(row.get(name)) for name in ("step", "images", "seconds")}
    if key is not None:
        found[key] = finite(row.get(key))
    else:
        found |= {f"loss {player}": value for player, value in losses(row).items()}
        watched = [e.key for e in read(row) if e.player == HELD_OUT and e.kind in WATCHED]
        found |= {name: finite(row[name]) for name in watched}
    return {name: value for name, value in found.items() if value is not None}


def _with(by: str, rows: list[Measured]) -> list[Measured]:
    """Those with a measure that compare with the newest of them."""
    return comparable([m for m in rows if by in m.measurement.values])


def _evaluated(folder: RunFolder) -> list[Measured]:
    """What ``sparring evaluate`` measured, by step; of a step only the newest that compares."""
    found = comparable(evaluations(folder.path))
    return sorted({m.step: m for m in found}.values(), key=lambda m: m.step)


def _names(folders: list[RunFolder]) -> list[str]:
    names = [folder.path.name for folder in folders]
    return names if len(set(names)) == len(names) else [str(folder.path) for folder in folders]


def _flat(config: Mapping[str, Any], under: str = "") -> dict[str, Any]:
    """A configuration with a name for each value: ``settings.lr``; without where the run lies."""
    found: dict[str, Any] = {}
    for name, value in config.items():
        if isinstance(value, Mapping):
            found |= _flat(value, f"{under}{name}.")
        elif under != "run." or name not in PLACES:
            found[under + name] = value
    return found


def _differing(configs: list[dict[str, Any]]) -> dict[str, list[Any]]:
    names = dict.fromkeys(name for config in configs for name in config)
    values = {name: [config.get(name) for config in configs] for name in names}
    return {name: of_all for name, of_all in values.items() if any(value != of_all[0] for value in of_all)}
