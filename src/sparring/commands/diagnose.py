"""``sparring diagnose``: what is wrong with a run, how that is known, and what to type."""

import json
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from sparring.report.numbers import count
from sparring.runs import folder as runs
from sparring.use.diagnosis import Diagnosis
from sparring.use.diagnosis import diagnose as diagnosed
from sparring.words import mark, tr, trn

SEVERITIES = {"failure": mark("FAILURE"), "warning": mark("WARNING"), "notice": mark("NOTICE")}


def diagnose(
    run: str | None = None,
    *,
    anew: Annotated[bool, Parameter(negative="")] = False,
    data: str | None = None,
    data_y: str | None = None,
    recipe: str | None = None,
    out: Path = Path("runs"),
    as_json: Annotated[bool, Parameter(name="--json", negative="", help="Print JSON.")] = False,
) -> None:
    """Find what is wrong with a run, whether it is over or still training: how that is known, and what to do.

    Args:
        run: The folder, number or name of the run; by default the one that was active last.
        anew: Measure the newest checkpoint again, with more samples and a new classifier; this needs the pictures.
        data: Where the data is now, if it has moved.
        data_y: Where the second domain is now, if it has moved.
        recipe: ./FILE.py:NAME, for a run of your own recipe.
        out: Folder that holds all runs, as in training; nothing is written to it.
    """
    folder = runs.find(out, run) if run else runs.latest(out)
    found = diagnosed(folder, recipe=recipe, anew=anew, data=(data, data_y))
    print(json.dumps(found.as_json(), ensure_ascii=False) if as_json else "\n".join(lines(found)))


def lines(found: Diagnosis) -> list[str]:
    """A diagnosis as a person reads it: each finding with its evidence and what to do, or that all is well."""
    looks = trn("{n} look", "{n} looks", found.looks)
    told = [tr("{run}, step {step}, {looks}", run=found.run, step=count(found.step), looks=looks)]
    for finding in found.findings:
        told += ["", f"{tr(SEVERITIES[finding.severity])}  {finding.words}", f"  {finding.evidence}"]
        told += [f"  {tr('Next: {command}', command=finding.command)}"] if finding.command else []
        told += [f"  {tr('Read: {page}', page=finding.page)}"]
    if not found.verdict.trouble:
        told += ["", *_well(found)]
    return told


def _well(found: Diagnosis) -> list[str]:
    """How a run stands in which no failure was found."""
    serious = any(finding.severity == "warning" for finding in found.findings)
    told = [] if serious else [found.verdict.words]
    if found.trend is not None:
        told.append(tr("Healthy; {trend}.", trend=found.trend.words) if not serious else f"{found.trend.words}.")
    if not serious and found.verdict.command:
        told.append(tr("Next: {command}", command=found.verdict.command))
    return told
