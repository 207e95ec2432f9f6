"""``sparring train``: every recipe is a command, and every flag comes from a signature."""

import dataclasses
import inspect
import json
import typing
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import App, Parameter
from docstring_parser import parse

from sparring.data.resize import Fit, check_fit
from sparring.data.size import parse_size
from sparring.errors import CommandError
from sparring.recipes import RECIPES, Recipe
from sparring.report.console import Console
from sparring.report.numbers import amount, duration, rate
from sparring.sessions import config as configs
from sparring.sessions import start
from sparring.sessions.domains import sources_for, translates
from sparring.sessions.dry_run import dry_run
from sparring.sessions.options import Run
from sparring.sessions.recipe_file import find_recipe, flag, identity
from sparring.settings import OneOf, domains_of, name_of, signature

DEFAULT = "dcgan"
SOURCES = "A named set (fashion, digits, emoji, mnist, fashion-mnist), a folder, or a zip, npy, npz or IDX file."

HEAD: dict[str, tuple[Any, Any]] = {
    "data": (Annotated[str | None, Parameter(help=SOURCES)], None),
    "data_y": (
        Annotated[str | None, Parameter(help="The second domain; its pictures need no partner in the first.")],
        None,
    ),
    "size": (
        Annotated[str | None, Parameter(help="Resize to one side (64) or height x width (48x64).")],
        None,
    ),
    "fit": (
        Annotated[
            Fit | None,
            Parameter(
                help="How to bring pictures to the size: cover (centre crop; default), top (keep heads), contain (pad)."
            ),
        ],
        None,
    ),
    "skip_bad": (
        Annotated[bool | None, Parameter(negative="", help="Train without files that cannot be read, even if many.")],
        None,
    ),
    "config": (
        Annotated[Path | None, Parameter(help="Start from a run's config.json; other flags override it.")],
        None,
    ),
    "dry_run": (
        Annotated[bool, Parameter(negative="", help="Print the experiment, its size and speed, and stop.")],
        False,
    ),
    "json": (
        Annotated[bool, Parameter(negative="", help="Print one JSON object a line instead of a progress bar.")],
        False,
    ),
}
PREFIX = "run_"
MEMORY = {"process": "for Python and the pictures", "weights": "for networks and optimizers", "moves": "for a batch"}


def command(recipe: Recipe, name: str | None = None) -> Callable[..., None]:
    """A command from a recipe: what it takes is what the recipe takes, where the data is, and how to run."""

    def run(unknown: str | None = None, /, **given: Any) -> None:
        if unknown is not None:  # a recipe's own command takes no word; the default one is given what no recipe matched
            find_recipe(unknown)
            raise CommandError(f"the recipe comes first, before all flags: sparring train {unknown} ...")
        _train(recipe, given)

    options = run_flags()
    head = {n: flag for n, flag in HEAD.items() if n != "data_y" or domains_of(recipe) == 2}
    settings = {n: (_listed(a), d) for n, (a, d) in signature(recipe).items()}
    flags = {**head, **settings, **options}
    keyword = inspect.Parameter.KEYWORD_ONLY
    parameters = [inspect.Parameter(n, keyword, default=d, annotation=a) for n, (a, d) in flags.items()]
    if name:
        positional = inspect.Parameter.POSITIONAL_ONLY
        word = Annotated[str | None, Parameter(show=False)]
        parameters.insert(0, inspect.Parameter("recipe", positional, default=None, annotation=word))
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {p.name: p.annotation for p in parameters}
    run.__doc__ = recipe.__doc__
    run.__name__ = name or name_of(recipe)
    return run


def _listed(annotation: Any) -> Any:
    """An annotation for the command line, which lists the words of a `Literal` in its help."""
    words = [limit.of for limit in getattr(annotation, "__metadata__", ()) if isinstance(limit, OneOf)]
    return Literal.__getitem__(tuple(words[0])) if words else annotation


def run_flags() -> dict[str, tuple[Any, Any]]:
    """A flag ``--run.NAME`` for every option of `Run`, by parameter name: annotation and default."""
    hints = typing.get_type_hints(Run, include_extras=True)
    words = {p.arg_name: p.description for p in parse(Run.__doc__ or "").params}
    return {
        PREFIX + f.name: (
            Annotated[
                hints[f.name],
                Parameter(name=f"--run.{f.name.replace('_', '-')}", help=words[f.name], group="How to run"),
            ],
            f.default,
        )
        for f in dataclasses.fields(Run)
    }


def run_given(given: Mapping[str, Any]) -> dict[str, Any]:
    """The options of `Run` among the flags that were given."""
    return {name.removeprefix(PREFIX): value for name, value in given.items() if name.startswith(PREFIX)}


def _train(recipe: Recipe, given: dict[str, Any]) -> None:
    config = _config(recipe, given)
    if given.get("dry_run"):
        facts = dry_run(config, recipe)
        print(json.dumps(facts) if given.get("json") else _words(facts))
        return
    console = Console(json_lines=bool(given.get("json")))
    x, y = (*config.sources, None)[:2]
    path = start.train(recipe, x, data_y=y, **config.opening, run=config.run, console=console, **config.settings)
    if not given.get("json"):
        print(
            f"\nThe run is in {path}\n  the one picture: {path / 'results.png'}\n  samples:         {path / 'samples'}"
        )
        use = "translate" if translates(config.sources) else "sample"
        own = flag(identity(recipe))
        print(f"  more of them:    sparring {use} {path}{'' if use == 'sample' else ' PICTURES'}{own}")


def _config(recipe: Recipe, given: Mapping[str, Any]) -> configs.Config:
    """What was given, over what a file says, over the defaults."""
    settings = {name: given[name] for name in signature(recipe) if name in given}
    run = run_given(given)
    base: dict[str, Any] = {"sources": (), "size": None, "settings": {}, "run": {}, "fit": "cover", "skip_bad": False}
    if given.get("config"):
        old = configs.read(given["config"])
        if old.recipe != name_of(recipe):
            raise CommandError(f"{given['config']} is of recipe {old.recipe}: sparring train {old.recipe} --config ...")
        fields = {f.name: getattr(old.run, f.name) for f in dataclasses.fields(Run)}
        base = old._asdict() | {"run": fields}
    x, y = (*base["sources"], None, None)[:2]
    return configs.Config(
        name_of(recipe),
        sources_for(recipe, given.get("data", x), given.get("data_y", y)),
        parse_size(given.get("size", base["size"])),
        {**base["settings"], **settings},
        configs.run_from({**base["run"], **run}),
        check_fit(given.get("fit") or base["fit"]),
        bool(given.get("skip_bad", base["skip_bad"])),
    )


def _words(facts: Mapping[str, Any]) -> str:
    config = facts["config"]
    end = facts["seconds_to_end"]
    rows = [
        ("recipe", config["recipe"]),
        *[
            (
                "data",
                f"{d['source']}: {d['training']:,} pictures of {d['height']} x {d['width']} x {d['channels']}, "
                f"{d['held_out']:,} held out",
            )
            for d in facts["data"]
        ],
        *[(name, value) for name, value in config["settings"].items()],
        ("parameters", ", ".join(f"{name} {n:,}" for name, n in facts["parameters"].items())),
        ("memory", _memory(facts["memory"])),
        (
            "machine",
            f"{config['run']['device']}, {config['run']['precision']}, {config['run']['threads']} thread(s)",
        ),
        ("speed", f"{rate(facts['images_per_second'])} images per second"),
        ("to the end", "until indistinguishable" if end is None else duration(end)),
    ]
    return "\n".join(f"{name:<12} {value}" for name, value in rows)


def add_file(word: str) -> None:
    """Make a command of a recipe in a file, so that its settings are flags: ``sparring train ./mine.py:fn --lr 1e-3``.

    Raises:
        CommandError: If the file cannot be read or run, or has no such function.
    """
    made = command(find_recipe(word))
    if word in app:
        del app[word]  # of an earlier call in this process
    app.command(made, name=word)


def _memory(found: Mapping[str, int] | None) -> str:
    if found is None:
        return "cannot be told: this game looks at its numbers while it is played"
    parts = [f"{amount(found[name])} {words}" for name, words in MEMORY.items() if found[name]]
    return f"about {amount(found['total'])} at the peak ({', '.join(parts)})"


app = App(name="train", default_parameter=Parameter(consume_multiple=True))
for _name, _recipe in RECIPES.items():
    app.command(command(_recipe), name=_name)
app.default(command(RECIPES[DEFAULT], "train"))
