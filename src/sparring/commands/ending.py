"""What ``sparring train`` says at the end: where everything is, or what a dry run found."""

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sparring.commands.aligned import aligned
from sparring.recipes import Recipe
from sparring.report.domain_names import Names
from sparring.report.numbers import amount, duration, rate
from sparring.sessions.pace import in_short, why
from sparring.sessions.page import private
from sparring.sessions.recipe_file import flag, identity
from sparring.words import mark, tr

DATA = ("source", "training", "height", "width", "channels", "held_out")
WAY = ("threads", "precision", "memory_format")
SOURCE = mark("{source}: {training:,} pictures of {height} x {width} x {channels}, {held_out:,} held out")
MEMORY = {
    "process": mark("{size} for Python and the pictures"),
    "weights": mark("{size} for networks and optimizers"),
    "moves": mark("{size} for a batch"),
    "saving": mark("{size} to write a checkpoint"),
}


def ending(path: Path, recipe: Recipe, names: Names) -> str:
    """Where everything is, and the next command.

    Args:
        path: The run folder.
        recipe: What was trained.
        names: Of a run that translates: what its domains are called, by x and y. Empty if it draws from noise.
    """
    own = flag(identity(recipe))
    more = (
        (tr("Translate:"), f"sparring translate {path} PICTURES --to {shlex.quote(names['y'])}{own}")
        if names
        else (tr("Draw more:"), f"sparring sample {path}{own}")
    )
    return (
        aligned(
            [
                (tr("Run folder:"), path),
                (tr("Summary picture:"), path / "results.png"),
                (tr("Samples:"), path / "samples"),
                more,
            ]
        )
        + f"\n{private(bool(names))}"
    )


def measured(facts: Mapping[str, Any]) -> str:
    """What a dry run found, for people.

    Args:
        facts: As `sparring.sessions.dry_run.dry_run` gives them.
    """
    config = facts["config"]
    end = facts["seconds_to_end"]
    rows = [
        (tr("recipe"), config["recipe"]),
        *[(tr("data"), tr(SOURCE, **{name: d[name] for name in DATA})) for d in facts["data"]],
        *map(as_flag, {**config["settings"], **facts["chosen"]}.items()),
        (tr("parameters"), ", ".join(f"{name} {n:,}" for name, n in facts["parameters"].items())),
        (tr("memory"), _memory(facts["memory"])),
        (tr("machine"), f"{config['run']['device']}, {in_short(*(facts['backend'][name] for name in WAY))}"),
        *([(tr("why"), reason)] if (reason := why(facts["backend"])) else []),
        (tr("speed"), tr("{rate} images per second", rate=rate(facts["images_per_second"]))),
        (tr("to the end"), tr("until indistinguishable") if end is None else duration(end)),
    ]
    return "\n".join(line.rstrip() for line in aligned(rows, 12).splitlines())


def as_flag(setting: tuple[str, Any]) -> tuple[str, str]:
    """A setting as it is typed: ``--no-batch-norm``, ``--lr 0.0002``, ``--d-hidden 256 128``; a dash for what has no value."""
    name, value = setting
    word = name.replace("_", "-")
    if isinstance(value, bool):
        return (f"--{word}" if value else f"--no-{word}"), ""
    if isinstance(value, list | tuple):
        return f"--{word}", " ".join(map(str, value))
    return f"--{word}", "-" if value is None else str(value)


def _memory(found: Mapping[str, int] | None) -> str:
    if found is None:
        return tr("unknown: it cannot be estimated for this game")
    less = min("moves", "saving", key=lambda name: found[name])  # the two come in turn, and the larger one counts
    parts = [tr(words, size=amount(found[n])) for n, words in MEMORY.items() if found[n] and n != less]
    return tr("about {total} at the peak ({parts})", total=amount(found["total"]), parts=", ".join(parts))
