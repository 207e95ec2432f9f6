"""``sparring train``: every recipe is a command, and every flag comes from a signature."""

import dataclasses
import inspect
import json
import sys
import typing
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import App, Group, Parameter
from docstring_parser import parse

from sparring.commands.ending import ending, measured
from sparring.commands.opening import show_at_the_end
from sparring.data.partners import Arrangement
from sparring.data.resize import Fit, check_fit
from sparring.data.size import parse_size
from sparring.engine.draw import DOMAINS
from sparring.engine.joining import asked
from sparring.errors import CommandError
from sparring.recipes import RECIPES, Recipe
from sparring.report.console import Console
from sparring.report.domain_names import Names, domain_names
from sparring.runs.folder import RunFolder
from sparring.sessions import config as configs
from sparring.sessions import start
from sparring.sessions.domains import arrangement_for, sources_for, translates
from sparring.sessions.dry_run import dry_run
from sparring.sessions.options import Run
from sparring.sessions.recipe_file import find_recipe, flag, identity, is_file
from sparring.settings import OneOf, domains_of, is_paired, name_of, signature
from sparring.words import tr

DEFAULT = "small"
SOURCES = "A named set (fashion, digits, emoji, mnist, fashion-mnist), a folder, or a zip, npy, npz or IDX file."

FIRST, RECIPE, MORE = (Group(n, sort_key=i) for i, n in enumerate(("Most used", "Recipe settings", "More options")))
NAMED = ("minutes", "steps", "images", "epochs", "labels", "seed", "device", "out", "name")
"""Options of a run that are flags without `run.` too, and come first in the help."""

HEAD: dict[str, tuple[Any, Any]] = {
    "data": (Annotated[str | None, Parameter(help=SOURCES, group=FIRST)], None),
    "data_y": (
        Annotated[str | None, Parameter(help="The second domain; no picture needs a partner.", group=FIRST)],
        None,
    ),
    "pairs": (
        Annotated[
            Arrangement | None,
            Parameter(
                help="How pairs lie: files (same names in --data and --data-y; default), or side by side in --data's pictures.",
                group=FIRST,
            ),
        ],
        None,
    ),
    "size": (
        Annotated[str | None, Parameter(help="Resize to one side (64) or height x width (48x64).", group=FIRST)],
        None,
    ),
    "dry_run": (
        Annotated[
            bool,
            Parameter(
                negative="",
                help="Show settings, memory and speed, then exit without training.",
                group=FIRST,
                show_default=False,
            ),
        ],
        False,
    ),
    "open": (
        Annotated[
            bool,
            Parameter(negative="", help="Open the summary picture at the end.", group=FIRST, show_default=False),
        ],
        False,
    ),
    "fit": (
        Annotated[
            Fit | None,
            Parameter(
                help="How to bring pictures to the size: cover (centre crop; default), top (keep heads), contain (pad).",
                group=MORE,
            ),
        ],
        None,
    ),
    "skip_bad": (
        Annotated[
            bool | None,
            Parameter(negative="", help="Train without files that cannot be read, even if many.", group=MORE),
        ],
        None,
    ),
    "config": (
        Annotated[Path | None, Parameter(help="Start from a run's config.json; other flags override it.", group=MORE)],
        None,
    ),
    "json": (
        Annotated[
            bool,
            Parameter(
                negative="",
                help="Print one JSON object per line instead of a progress bar.",
                group=MORE,
                show_default=False,
            ),
        ],
        False,
    ),
}
TWIN = "The second domain: for each picture of --data one of the same file name."
PARTNERS: tuple[Any, Any] = Annotated[str | None, Parameter(help=TWIN, group=FIRST)], None
"""``--data-y`` of a recipe that learns from pairs."""
PREFIX = "run_"


def command(recipe: Recipe, name: str | None = None) -> Callable[..., None]:
    """A command from a recipe: what it takes is what the recipe takes, where the data is, and how to run."""

    def run(unknown: str | None = None, /, **given: Any) -> None:
        if unknown is not None:  # a recipe's own command takes no word; the default one is given what no recipe matched
            find_recipe(unknown)
            raise CommandError(
                tr("the recipe comes first, before all flags: sparring train {recipe} ...", recipe=unknown)
            )
        _train(recipe, given)

    run.recipe = recipe  # type: ignore[attr-defined]
    options = run_flags(signature(recipe))
    other = {n for n, has in {"data_y": domains_of(recipe) == 2, "pairs": is_paired(recipe)}.items() if not has}
    head = {n: flag for n, flag in HEAD.items() if n not in other}
    if is_paired(recipe):
        head["data_y"] = PARTNERS
    settings = {n: (_listed(a), d) for n, (a, d) in signature(recipe).items()}
    flags = {**head, **options, **settings}
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
    return Annotated[Literal.__getitem__(tuple(words[0])) if words else annotation, Parameter(group=RECIPE)]


def run_flags(settings: Collection[str] = ()) -> dict[str, tuple[Any, Any]]:
    """A flag ``--run.NAME`` for every option of `Run`, by parameter name: annotation and default.

    Args:
        settings: Names that the recipe gives to settings of its own: those flags are the recipe's.
    """
    hints = typing.get_type_hints(Run, include_extras=True)
    words = {p.arg_name: p.description for p in parse(Run.__doc__ or "").params}
    return {
        PREFIX + f.name: (
            Annotated[
                hints[f.name],
                Parameter(
                    name=names_of_option(f.name, settings),
                    help=words[f.name],
                    group=FIRST if f.name in NAMED else MORE,
                ),
            ],
            f.default,
        )
        for f in dataclasses.fields(Run)
    }


def names_of_option(option: str, settings: Collection[str] = ()) -> list[str]:
    """The flags of an option of `Run`: ``--minutes`` and ``--run.minutes``; the short one only if no setting is called so."""
    short = option in NAMED and option not in settings
    return [*([f"--{option}"] if short else []), f"--run.{option.replace('_', '-')}"]


def run_given(given: Mapping[str, Any]) -> dict[str, Any]:
    """The options of `Run` among the flags that were given."""
    return {name.removeprefix(PREFIX): value for name, value in given.items() if name.startswith(PREFIX)}


def _train(recipe: Recipe, given: dict[str, Any]) -> None:
    if given.get("dry_run"):
        facts = dry_run(config_of(recipe, given), recipe)
        print(json.dumps(facts) if given.get("json") else measured(facts))
    elif asked() or (run := config_of(recipe, given).run).processes == 1:
        trained(recipe, given)
    else:
        from sparring.commands.launch import on_processes

        on_processes(sys.argv[1:], run, bool(given.get("json")), flag(identity(recipe)))


def trained(recipe: Recipe, given: Mapping[str, Any], brief: bool = False) -> Path:
    """Train, say where everything is, and return the run folder.

    Args:
        recipe: What is trained.
        given: The flags that were typed, by parameter.
        brief: Leave out where everything is.
    """
    config = config_of(recipe, given)
    console = Console(json_lines=bool(given.get("json")))
    x, y = (*config.sources, None)[:2]
    path = start.train(recipe, x, data_y=y, **config.opening, run=config.run, console=console, **config.settings)
    if not given.get("json") and not brief:
        print(f"\n{ending(path, recipe, _domain_names(path, config))}")
    if given.get("open"):
        show_at_the_end(path / "results.png")
    return path


def _domain_names(path: Path, config: configs.Config) -> Names:
    data = RunFolder.open(path).data
    return domain_names([data[domain]["name"] for domain in DOMAINS]) if translates(config.sources) else {}


def config_of(recipe: Recipe, given: Mapping[str, Any]) -> configs.Config:
    """What was given, over what a file says, over the defaults."""
    settings = {name: given[name] for name in signature(recipe) if name in given}
    run = run_given(given)
    base: dict[str, Any] = {"sources": (), "size": None, "settings": {}, "run": {}, "fit": "cover", "skip_bad": False}
    base["pairs"] = None
    if given.get("config"):
        old = configs.read(given["config"])
        if old.recipe != name_of(recipe):
            raise CommandError(
                tr(
                    "{config} is of recipe {recipe}: sparring train {recipe} --config ...",
                    config=given["config"],
                    recipe=old.recipe,
                )
            )
        fields = {f.name: getattr(old.run, f.name) for f in dataclasses.fields(Run)}
        base = old._asdict() | {"run": fields}
    x, y = (*base["sources"], None, None)[:2]
    pairs = arrangement_for(recipe, given.get("pairs", base["pairs"]))
    if given.get("data") is not None and x == y:
        y = None  # of a run whose source held both domains
    return configs.Config(
        name_of(recipe),
        sources_for(recipe, given.get("data", x), given.get("data_y", y), pairs),
        parse_size(given.get("size", base["size"])),
        {**base["settings"], **settings},
        configs.run_from({**base["run"], **run}),
        check_fit(given.get("fit") or base["fit"]),
        bool(given.get("skip_bad", base["skip_bad"])),
        pairs,
    )


def add_file(word: str) -> None:
    """Make a command of a recipe in a file, so that its settings are flags: ``sparring train ./mine.py:fn --lr 1e-3``.

    Raises:
        CommandError: If the file cannot be read or run, or has no such function.
    """
    made = command(find_recipe(word))
    app.command(made, name=word, help_epilogue=f"Example: sparring train {word} --data PICTURES --minutes 5")


def forget_files() -> None:
    """Take the commands of recipes in files away: those of one call are none of the next one's."""
    for word in [word for word in app if is_file(word)]:
        del app[word]


EXAMPLES = {
    0: "--data facades --pairs right-left --minutes 60",
    1: "--data photos --size 64 --minutes 30",
    2: "--data photos --data-y drawings --size 64 --minutes 60",
}
"""By the number of domains; 0 for pairs."""

app = App(
    name="train",
    default_parameter=Parameter(consume_multiple=True, negative_iterable=()),
    help_epilogue=f"Example: sparring train {DEFAULT} {EXAMPLES[1]}",
)
for _name, _recipe in RECIPES.items():
    _words = EXAMPLES[0 if is_paired(_recipe) else domains_of(_recipe)]
    _example = f"Example: sparring train {_name} {_words}"
    app.command(command(_recipe), name=_name, help_epilogue=_example)
app.default(command(RECIPES[DEFAULT], "train"))
