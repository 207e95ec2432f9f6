"""Recipes by name, or of one's own from a file: ``./mine.py:fn``.

A file is imported only because a person names it. What a checkpoint says of it is shown, compared and never followed.
"""

import hashlib
import importlib.util
import shlex
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from sparring.chance import callers_torch_kept
from sparring.data.entries import printable
from sparring.errors import CommandError
from sparring.recipes import RECIPES, Recipe
from sparring.settings import did_you_mean, name_of
from sparring.words import tr

MARK = "sparring_file"


class File(NamedTuple):
    """Where a recipe came from.

    Args:
        path: As the person gave it.
        sha256: Of the file, in hexadecimal.
    """

    path: str
    sha256: str


def find_recipe(recipe: str | Recipe) -> Recipe:
    """A recipe by name, from a file as ``./mine.py:fn``, or the function itself.

    Raises:
        CommandError: If there is none.
    """
    if not isinstance(recipe, str):
        return recipe
    if is_file(recipe):
        return from_file(recipe)
    if recipe not in RECIPES:
        known = ", ".join(RECIPES)
        hint = did_you_mean(recipe, RECIPES, 0.75) or "."
        raise CommandError(
            tr(
                "there is no recipe {name!r}{hint} The recipes are {known}, or ./FILE.py:NAME",
                name=recipe,
                hint=hint,
                known=known,
            )
        )
    return RECIPES[recipe]


def is_file(text: str) -> bool:
    """Whether a word names a recipe in a file."""
    return text.partition(":")[0].endswith(".py") or ".py:" in text


def from_file(text: str) -> Recipe:
    """The function ``fn`` of ``./mine.py:fn``; its folder can be imported from.

    Raises:
        CommandError: If the file cannot be read or run, or has no such function.
    """
    place, _, name = text.rpartition(":") if ".py:" in text else (text, "", "")
    path = Path(place)
    if not name:
        raise CommandError(tr("{text} names a file and no function in it: {text}:NAME", text=text))
    try:
        content = path.read_bytes()
    except OSError as e:
        raise CommandError(tr("cannot read {path}: {error}", path=path, error=e.strerror or e)) from e
    spec = importlib.util.spec_from_file_location(f"sparring_recipe_{path.stem}", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    sys.path.insert(0, str(path.resolve().parent))
    try:
        with callers_torch_kept():
            spec.loader.exec_module(module)
    except (Exception, SystemExit) as e:
        raise CommandError(tr("{path} cannot be run: {error}", path=path, error=f"{type(e).__name__}: {e}")) from e
    finally:
        sys.path.remove(str(path.resolve().parent))
    found: Any = getattr(module, name, None)
    if not callable(found):
        functions = [n for n, f in vars(module).items() if callable(f) and getattr(f, "__module__", "") == spec.name]
        raise CommandError(
            tr(
                "{path} has no function {name!r}{hint}; it has {functions}",
                path=path,
                name=name,
                hint=did_you_mean(name, functions),
                functions=", ".join(functions),
            )
        )
    if name_of(found) != name:
        raise CommandError(
            tr(
                "{name!r} in {path} is called {own!r}; give the function its own name",
                name=name,
                path=path,
                own=name_of(found),
            )
        )
    recipe: Callable[..., Any] = found
    if not of_library(recipe):
        setattr(recipe, MARK, File(place, hashlib.sha256(content).hexdigest()))
    return recipe


def of_library(recipe: Recipe) -> bool:
    """Whether its name alone says which it is: a recipe of the library, or a partial of one."""
    while isinstance(recipe, partial):
        recipe = recipe.func
    return RECIPES.get(name_of(recipe)) is recipe


def identity(recipe: Recipe) -> dict[str, Any]:
    """What a checkpoint says of a recipe: its name, whether it is a person's own, and the file it came from."""
    file = origin(recipe)
    return {
        "recipe": name_of(recipe),
        **({} if of_library(recipe) else {"own": True}),
        **({"file": file._asdict()} if file else {}),
    }


def flag(facts: Mapping[str, Any]) -> str:
    """What a command that uses a run has to be told: `` --recipe ./mine.py:fn``; nothing for a recipe of the library.

    Args:
        facts: As `identity` gives them.
    """
    if not facts.get("own"):
        return ""
    path = facts.get("file", {}).get("path", "./FILE.py")
    return " --recipe " + shlex.quote(printable(f"{path}:{facts['recipe']}"))


def origin(recipe: Recipe) -> File | None:
    """The file a recipe came from; None for one of the library, or a function in Python."""
    file = getattr(recipe, MARK, None)
    return file if isinstance(file, File) else None
