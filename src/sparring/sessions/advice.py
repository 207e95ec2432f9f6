"""What to type next: one command for each verdict, from what the run was made with."""

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sparring.sessions.recipe_file import flag


def next_command(
    name: str, path: Path, plan: Mapping[str, Any], config: Mapping[str, Any], images: int, data: str = ""
) -> str:
    """A command that can be typed as it is, or nothing while it is too early to do anything.

    Args:
        name: Of the verdict.
        path: The run's folder.
        plan: What is trained, as `sparring.sessions.build.describe` says it.
        config: As ``config.json`` of the run has it.
        images: Seen so far.
        data: Flags that say where the data is, for a command that reads it; by default it is where the configuration says.
    """
    run, own = shlex.quote(str(path)), flag(plan)
    if name in ("early", "spreading", "improving"):
        return f"sparring resume {run}{longer(config['run'], images)}{data}{own}"
    if name in ("alike", "steady"):
        return f"sparring sample {run}{own}" if len(plan["specs"]) == 1 else f"sparring translate {run} PICTURES{own}"
    change = CHANGES[name](plan["settings"])
    if not change:
        return _another(config["data"]["sources"])
    recipe = own.removeprefix(" --recipe ") or plan["recipe"]
    return f"sparring train {recipe} --config {shlex.quote(str(path / 'config.json'))}{data} {change}"


def longer(run: Mapping[str, Any], images: int) -> str:
    """Twice as long, in the unit in which the run's length was given: `` --minutes 60``."""
    if run.get("minutes"):
        return f" --minutes {2 * run['minutes']:g}"
    if run.get("steps"):
        return f" --steps {2 * run['steps']}"
    return f" --images {2 * (run.get('images') or images)}"


def _against_collapse(settings: Mapping[str, Any]) -> str:
    """A smoother D that sees more than one fashion at a time; in a translation a way back that counts for more."""
    if "lambda_cycle" in settings:
        return f"--lambda-cycle {2 * settings['lambda_cycle'] or 1:g}"
    return _smoother(settings)


def _against_a_strong_d(settings: Mapping[str, Any]) -> str:
    """G's gradient back first (its loss), then a smoother D, then fewer moves of it."""
    if settings.get("loss") == "minimax":
        return "--loss nonsaturating"
    if settings.get("d_steps", 1) > 1:
        return "--d-steps 1"
    return _smoother(settings)


def _against_a_weak_d(settings: Mapping[str, Any]) -> str:
    """More moves of D for one of G, or a larger D."""
    if "d_steps" in settings:
        return f"--d-steps {2 * settings['d_steps']}"
    return f"--d-features {2 * settings['d_features']}" if "d_features" in settings else ""


def _smoother(settings: Mapping[str, Any]) -> str:
    return f"--gamma {max(1.0, 4 * settings['gamma']):g}" if "gamma" in settings else ""


CHANGES = {
    "collapsed": _against_collapse,
    "d_too_strong": _against_a_strong_d,
    "d_guesses": _against_a_weak_d,
}
"""Which setting to change, by the verdict: the flag with its new value, or nothing if the recipe has none that would help."""


def _another(sources: list[str]) -> str:
    """The recipe that has what this one lacks, a penalty on D's gradient, on the same data."""
    texts = ["DATA" if source.startswith("<") else shlex.quote(source) for source in sources]
    if len(texts) == 1:
        return f"sparring train dcgan --data {texts[0]}"
    return f"sparring train cyclegan_small --data {texts[0]} --data-y {texts[1]} --gamma 1"
