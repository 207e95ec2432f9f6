"""What the suite found, as a table for people and as JSON with how to repeat each failure."""

import platform
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from faults.suite import Tried

HEAD = "| kind | cases | commands | kills | failures | peak memory | slowest |\n|---|---:|---:|---:|---:|---:|---:|"


def row(name: str, tried: Sequence["Tried"]) -> str:
    """One kind, or all of them."""
    done = [one for one in tried if not one.skipped]
    runs, kills = sum(one.runs for one in done), sum(one.kills for one in done)
    failed = sum(bool(one.faults) for one in done)
    peak, slowest = max((one.peak for one in done), default=0), max((one.slowest for one in done), default=0.0)
    return (
        f"| {name} | {len(done):,} | {runs:,} | {kills or '-'} | {failed:,} | {peak / 1e6:,.0f} MB | {slowest:.1f} s |"
    )


def table(tried: Sequence["Tried"], seconds: float, seed: int) -> str:
    """A markdown table by kind, with the machine, the date and what was skipped."""
    kinds = list(dict.fromkeys(one.kind for one in tried))
    rows = [row(kind, [one for one in tried if one.kind == kind]) for kind in kinds]
    skipped = {f"{one.kind}: {one.skipped}": 0 for one in tried if one.skipped}
    facts = f"Seed {seed}, {seconds / 60:.0f} minutes on one core of {machine()}, {date.today():%Y-%m-%d}."
    lines = [HEAD, *rows, row("all", tried), "", facts, *(f"Skipped: {why}." for why in skipped)]
    return "\n".join(lines) + "\n"


def machine() -> str:
    """The processor and the system."""
    names = [
        line.split(":", 1)[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line
    ]
    return f"{names[0] if names else platform.machine()}, {platform.system()} {platform.release().split('-')[0]}"


def as_json(tried: Sequence["Tried"]) -> list[dict[str, Any]]:
    """Every failure, with the command that repeats it."""
    return [
        {
            "replay": f"python -m faults --replay {one.kind}:{one.seed}",
            "what": one.what,
            "faults": [f._asdict() for f in one.faults],
        }
        for one in tried
        if one.faults
    ]
