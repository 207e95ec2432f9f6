"""``sparring recipes``: what can be trained, what each recipe needs and what it is good for."""

import json
from typing import Annotated

from cyclopts import Parameter
from docstring_parser import parse

from sparring.commands.help import spoken
from sparring.recipes import RECIPES, Recipe
from sparring.settings import domains_of
from sparring.words import mark, tr

GROUPS = {
    1: mark("From noise: one set of pictures"),
    2: mark("From pictures to pictures: two domains"),
}
"""Headings, by the number of domains."""
ASKED = "needs", "good_for"
"""Paragraphs of a recipe's docstring, such as "Needs: two folders." """


def recipes(*, as_json: Annotated[bool, Parameter(name="--json", negative="", help="Print JSON.")] = False) -> None:
    """List all recipes: what each needs and what it is good for."""
    if as_json:
        print(json.dumps({name: about(recipe) | {"domains": domains_of(recipe)} for name, recipe in RECIPES.items()}))
        return
    for n, heading in GROUPS.items():
        print(tr(heading))
        for name, recipe in RECIPES.items():
            if domains_of(recipe) == n:
                told = about(recipe)
                print(
                    f"\n  {name}\n"
                    + "\n".join(f"    {spoken(text).replace('``', '')}" for text in told.values() if text)
                )
        print()
    print(tr("Next: {command}", command="sparring train NAME --help"))


def about(recipe: Recipe) -> dict[str, str]:
    """What a docstring says of a recipe in English: what it is, what it ``needs`` and what it is ``good_for``."""
    doc = parse(recipe.__doc__ or "")
    paragraphs = [" ".join(part.split()) for part in (doc.long_description or "").split("\n\n")]
    found = {name: _begins(paragraphs, name.replace("_", " ").capitalize() + ": ") for name in ASKED}
    return {"what": doc.short_description or "", **found}


def _begins(paragraphs: list[str], with_: str) -> str:
    return next((text for text in paragraphs if text.startswith(with_)), "")
