"""The configuration of a run: what `config.json` holds and ``--config`` takes back."""

import dataclasses
import typing
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, NotRequired, TypedDict

from sparring import durable
from sparring.data.partners import Arrangement, check_arrangement
from sparring.data.resize import Fit, check_fit
from sparring.data.size import parse_size
from sparring.errors import CommandError, ModelError
from sparring.runs.folder import RunFolder
from sparring.runs.listing import CONFIG
from sparring.schema import Long, conform
from sparring.sessions.options import Run
from sparring.settings import check, did_you_mean, name_of, signature, stored
from sparring.words import mark, tr

UNNAMED = mark("the configuration")


class DataFacts(TypedDict):
    """Where the pictures come from and how they are opened; names and sizes are checked by what opens them."""

    sources: Annotated[list[str], Long(1, 2)]
    size: str | int | list[int] | None
    fit: Literal["cover", "top", "contain"]
    skip_bad: bool
    pairs: NotRequired[str | None]


class ConfigFacts(TypedDict):
    """``config.json``; the recipe's signature declares its settings, and `Run` the options of a run."""

    recipe: str
    data: DataFacts
    settings: dict[str, Any]
    run: dict[str, Any]


class Config(NamedTuple):
    """Everything that decides what a run does.

    Args:
        recipe: Name of the recipe.
        sources: Where the pictures of each domain come from: a named set or a path.
        size: Height and width to resize to; None leaves the pictures as they are.
        settings: Of the recipe.
        run: How to run.
        fit: How pictures are brought to the size.
        skip_bad: Whether files that cannot be read are left out, however many they are.
        pairs: How pairs lie, of a recipe that learns from them.
    """

    recipe: str
    sources: tuple[str, ...]
    size: tuple[int, int] | None
    settings: dict[str, Any]
    run: Run
    fit: Fit = "cover"
    skip_bad: bool = False
    pairs: Arrangement | None = None

    @property
    def opening(self) -> dict[str, Any]:
        """How the pictures are opened, as `sparring.sessions.domains.open_domains` takes it."""
        return {"size": self.size, "fit": self.fit, "skip_bad": self.skip_bad, "pairs": self.pairs}


def to_json(config: Config) -> dict[str, Any]:
    """A configuration as JSON."""
    run = {k: stored(v) for k, v in dataclasses.asdict(config.run).items()}
    settings = {k: stored(v) for k, v in config.settings.items()}
    size = list(config.size) if config.size else None
    data = {"sources": list(config.sources), "size": size, "fit": config.fit, "skip_bad": config.skip_bad}
    return {
        "recipe": config.recipe,
        "data": data if config.pairs is None else {**data, "pairs": config.pairs},
        "settings": settings,
        "run": run,
    }


def from_json(facts: Mapping[str, Any], origin: str = "") -> Config:
    """Take back what `to_json` gave.

    Args:
        facts: The JSON.
        origin: Where it came from, for messages.

    Raises:
        CommandError: If something is missing, unknown or out of range.
    """
    where = origin or tr(UNNAMED)
    try:
        conform(facts, ConfigFacts, where)
        data = facts["data"]
        return Config(
            facts["recipe"],
            tuple(data["sources"]),
            parse_size(data["size"]),
            dict(facts["settings"]),
            run_from(facts["run"]),
            check_fit(data["fit"]),
            data["skip_bad"],
            check_arrangement(data["pairs"]) if "pairs" in data else None,
        )
    except ModelError as e:
        raise CommandError(str(e)) from e
    except (CommandError, ValueError) as e:
        raise CommandError(tr("{path}: {error}", path=where, error=e)) from e


def run_config(folder: RunFolder) -> Config:
    """The configuration of a run.

    Raises:
        ModelError: If it cannot be read, or makes no sense.
    """
    try:
        return from_json(folder.config, str(folder.path / CONFIG))
    except CommandError as e:
        raise ModelError(str(e)) from e


def run_from(given: Mapping[str, Any]) -> Run:
    """Options of a run, checked.

    Raises:
        CommandError: If a name is unknown or a value does not fit.
    """
    hints = typing.get_type_hints(Run, include_extras=True)
    for name in given:
        if name not in hints:
            raise CommandError(tr("run has no option {name!r}{hint}", name=name, hint=did_you_mean(name, hints)))
    return Run(**{name: check(f"run.{name}", value, hints[name]) for name, value in given.items()})


def check_place(recipe: Callable[..., Any], settings: Mapping[str, Any]) -> None:
    """That no option of `Run` stands among the settings of a recipe, which a person from other libraries may expect.

    Raises:
        CommandError: With where it belongs.
    """
    options, known = typing.get_type_hints(Run), signature(recipe)
    for name in settings:
        if name in options and name not in known:
            raise CommandError(
                tr(
                    "{name} is no setting of {recipe} but of the run: run={{{name!r}: ...}}",
                    name=name,
                    recipe=name_of(recipe),
                )
            )


def read(path: Path) -> Config:
    """A configuration from a file.

    Raises:
        CommandError: If it cannot be read.
    """
    try:
        return from_json(durable.read_json(path.resolve()), str(path))
    except (ModelError, OSError, RuntimeError) as e:  # a loop of links is a RuntimeError
        raise CommandError(tr("cannot read the configuration {path}: {error}", path=path, error=e)) from e


def differences(old: Mapping[str, Any], new: Mapping[str, Any], under: str = "") -> list[str]:
    """What differs between two configurations as JSON, a line each: ``settings.lr: 0.0002 -> 0.001``."""
    lines: list[str] = []
    for key in [*old, *(k for k in new if k not in old)]:
        a, b = old.get(key), new.get(key)
        if isinstance(a, Mapping) and isinstance(b, Mapping):
            lines += differences(a, b, f"{under}{key}.")
        elif a != b:
            lines.append(f"{under}{key}: {a} -> {b}")
    return lines
