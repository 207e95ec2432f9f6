"""``sparring train RECIPE --loss minimax,hinge --seed 0,1,2``: one run after another, for all that is listed with commas."""

import json
import shlex
import sys
from collections.abc import Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Annotated, Any, NamedTuple, get_args, get_origin

from sparring.commands.aligned import table
from sparring.commands.app import app
from sparring.commands.train import DEFAULT, PREFIX, config_of, names_of_option, trained
from sparring.errors import CommandError, DivergedError, InterruptedRun
from sparring.recipes import RECIPES, Recipe
from sparring.report.numbers import duration
from sparring.sessions.config import Config
from sparring.sessions.dry_run import dry_run
from sparring.sessions.recipe_file import find_recipe
from sparring.settings import name_of, settle, signature
from sparring.words import mark, tr, trn

SHOWN = 4
"""Commands of runs that were not begun, which are shown when a sweep is stopped."""


class One(NamedTuple):
    """One run of a sweep.

    Args:
        words: As if it had been typed alone.
        chosen: What it has of all that was listed, by flag.
    """

    words: list[str]
    chosen: dict[str, str]

    def __str__(self) -> str:
        return " ".join(f"{flag} {value}" for flag, value in self.chosen.items())


class Planned(NamedTuple):
    """One run of a sweep, read and checked.

    Args:
        one: Its words.
        recipe: What is trained.
        given: The flags that were typed, by parameter.
        config: What they come to.
    """

    one: One
    recipe: Recipe
    given: dict[str, Any]
    config: Config


def several(words: Sequence[str]) -> list[One]:
    """The runs that a command lists, the last list running fastest; none if it lists nothing and is one run.

    Args:
        words: ``["train", "gan", "--seed", "0,1,2", ...]``.

    Raises:
        CommandError: If a list has a gap or says something twice.
    """
    word = words[1] if words[1:] and not words[1].startswith("-") else DEFAULT
    lists: dict[str, list[str]] = {}
    rest: list[str | tuple[str, bool]] = []
    known, flag = sweepable(find_recipe(word)), ""
    for w in words:
        name, equals, value = w.partition("=") if w.startswith("--") else (flag, "", w)
        flag = name if w.startswith("--") and not equals else ""
        if name in known and "," in value and name not in lists:
            lists[name] = _listed(name, value)
            rest.append((name, bool(equals)))
        else:
            rest.append(w)
    if not lists:
        return []
    return [_one(rest, dict(zip(lists, values, strict=True))) for values in product(*lists.values())]


def sweepable(recipe: Recipe) -> set[str]:
    """The flags that may list values: settings of the recipe that are one number or one word, and the seed."""
    settings = {n for n, (annotation, _) in signature(recipe).items() if _is_single(annotation)}
    return {f"--{n.replace('_', '-')}" for n in settings} | set(names_of_option("seed", settings))


def train_all(ones: Sequence[One]) -> None:
    """Train one after another; a run that diverges does not stop the others. All are checked before the first begins.

    Raises:
        CommandError: If one of them makes no sense.
        InterruptedRun: If a signal stopped the sweep: what can be resumed, and what was not begun.
        DivergedError: At the end, if some diverged.
    """
    planned = [_planned(one) for one in ones]
    as_json = bool(planned[0].given.get("json"))
    if planned[0].given.get("dry_run"):
        print(_measured(planned, as_json))
        return
    done: list[tuple[One, Path]] = []
    diverged: list[One] = []
    for i, (one, recipe, given, _) in enumerate(planned):
        if not as_json:
            print(f"{tr('run {i} of {n}:', i=i + 1, n=len(ones))} {one}", flush=True)
        try:
            done.append((one, trained(recipe, given, brief=True)))
        except DivergedError as error:
            diverged.append(one)
            print(f"sparring: {error}", file=sys.stderr, flush=True)
        except InterruptedRun as error:
            raise InterruptedRun("\n".join([str(error), *_left(ones, i)])) from error
    if not as_json:
        print("\n".join(_closing(done)))
    if diverged:
        text = trn("{n} run of {all} diverged: {runs}", "{n} runs of {all} diverged: {runs}", len(diverged),
                   all=len(ones), runs="; ".join(map(str, diverged)))  # fmt: skip
        raise DivergedError(text)


def _is_single(annotation: Any) -> bool:
    kind = get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation
    kinds = get_args(kind) or (kind,)
    return get_origin(kind) not in (tuple, list) and bool not in kinds and not any(get_origin(k) for k in kinds)


def _listed(flag: str, text: str) -> list[str]:
    values = [value.strip() for value in text.split(",")]
    if not all(values) or len(set(values)) < len(values):
        raise CommandError(tr("{flag} is {value!r}; list each value once, such as 0,1,2", flag=flag, value=text))
    return values


def _one(rest: Sequence[str | tuple[str, bool]], chosen: Mapping[str, str]) -> One:
    """The words with one value in the place of each list."""
    words: list[str] = []
    for w in rest:
        if isinstance(w, str):
            words.append(w)
        else:
            words.append(f"{w[0]}={chosen[w[0]]}" if w[1] else chosen[w[0]])
    return One(words, dict(chosen))


def _planned(one: One) -> Planned:
    """Read the words of a run as if they stood alone.

    Raises:
        CommandError: If they make no sense.
    """
    command, bound, _ = app.parse_args(one.words, exit_on_error=False, print_error=False)
    recipe: Recipe = getattr(command, "recipe", RECIPES[DEFAULT])
    given = dict(bound.kwargs)
    config = config_of(recipe, given)
    settle(recipe, config.settings)
    given[PREFIX + "name"] = _name(one, config)
    return Planned(one, recipe, given, config)


def _name(one: One, config: Config) -> str:
    """Of the run's folder: ``gan-fashion-hinge-seed1``."""
    before = [config.run.name] if config.run.name else [config.recipe, *(Path(s).stem for s in config.sources)]
    after = (f"{'' if v[0].isalpha() else f.removeprefix('--').removeprefix('run.')}{v}" for f, v in one.chosen.items())
    return "-".join([*before, *after])


def _measured(planned: Sequence[Planned], as_json: bool) -> str:
    """How many runs and how long, measured once for each choice of settings: a seed costs no time."""
    found: dict[str, tuple[dict[str, Any], int]] = {}
    for one, recipe, _, config in planned:
        choice = " ".join(f"{f} {v}" for f, v in one.chosen.items() if not f.endswith("seed"))
        facts, n = found.get(choice) or (dry_run(config, recipe), 0)
        found[choice] = facts, n + 1
    times = [facts["seconds_to_end"] for facts, _ in found.values()]
    total = None if None in times else sum(t * n for t, (_, n) in zip(times, found.values(), strict=True))
    if as_json:
        each = [{"chosen": choice, "runs": n, **facts} for choice, (facts, n) in found.items()]
        return json.dumps({"runs": len(planned), "seconds_to_end": total, "each": each})
    head = [tr("settings"), tr("runs"), tr("memory"), tr("each")]
    rows = [head, *([choice or "-", str(n), _memory(facts), _time(facts["seconds_to_end"])]
                    for choice, (facts, n) in found.items())]  # fmt: skip
    text = mark("{n} runs of {recipe}, one after another: {time}")
    said = tr(text, n=len(planned), recipe=name_of(planned[0].recipe), time=_time(total))
    return "\n".join([*table(rows), said])


def _memory(facts: Mapping[str, Any]) -> str:
    from sparring.report.numbers import amount

    return "?" if facts["memory"] is None else amount(facts["memory"]["total"])


def _time(seconds: float | None) -> str:
    return tr("until indistinguishable") if seconds is None else duration(seconds)


def _left(ones: Sequence[One], i: int) -> list[str]:
    """What was not begun when the run of number i was stopped."""
    rest = ones[i + 1 :]
    if not rest:
        return []
    head = trn("It was run {i} of {all}; {n} was not started:", "It was run {i} of {all}; {n} were not started:",
               len(rest), i=i + 1, all=len(ones))  # fmt: skip
    lines = [f"  sparring {shlex.join(one.words)}" for one in rest[:SHOWN]]
    return [head, *lines, *(["  ..."] if len(rest) > SHOWN else [])]


def _closing(done: Sequence[tuple[One, Path]]) -> list[str]:
    """Where the runs are, and how to put them side by side."""
    lines = [f"{path}  {one}" for one, path in done]
    if len(done) > 1:
        lines.append(f"{tr('Compare:')} sparring compare {shlex.join(_short(path) for _, path in done)}")
    return lines


def _short(path: Path) -> str:
    """A run as a command takes it here: its number, if it is in ``runs``."""
    return str(int(path.name[:4])) if path.parent == Path("runs") and path.name[:4].isdecimal() else str(path)
