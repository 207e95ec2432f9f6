"""What of a row of metrics fits into a line or two."""

import unicodedata
from collections.abc import Mapping, Sequence

from sparring.report.numbers import count, duration, finite, percent, plain, rate, short
from sparring.report.rows import Kind, Row, labels, losses, read
from sparring.words import mark, tr

BETWEEN = "  "
MOST = 4  # values of one kind in a line
FACTS = {
    "run": mark("run"),
    "recipe": mark("recipe"),
    "data": mark("data"),
    "machine": mark("machine"),
    "speed": mark("speed"),
    "resumed_at_step": mark("resumed at step"),
    "images": mark("images"),
    "steps": mark("steps"),
    "seconds": mark("seconds"),
}
"""What facts are called where a person reads them; a program is told the keys. Others are called by their key."""


def progress(row: Row, done: float, seconds_left: float | None) -> list[str]:
    """How far a run is, the most important first: ``12 %``, ``1 min 40 s left``, ``step 1,200``, ``650 images/s``."""
    pieces = [percent(done)]
    if finite(seconds_left) is not None and done < 1:
        pieces.append(tr("{time} left", time=duration(seconds_left)))
    if finite(row.get("step")) is not None:
        pieces.append(tr("step {n}", n=count(row["step"])))
    if finite(row.get("images_per_second")) is not None:
        pieces.append(tr("{n} images/s", n=rate(row["images_per_second"])))
    return pieces


def state(row: Row) -> list[str]:
    """How the players stand: ``D(x) 0.712``, ``D(G(z)) 0.281``, ``loss D 1.12 G 0.940``, ``gradient D 0.310``."""
    entries = [entry for entry in read(row) if not entry.held_out and finite(row[entry.key]) is not None]

    def of(kind: Kind) -> list[str]:
        chosen = [entry for entry in entries if entry.kind == kind]
        return [f"{label} {short(row[entry.key])}" for entry, label in zip(chosen, labels(chosen), strict=True)]

    pieces = (of("probability") or of("logit"))[:MOST]
    paid = [f"{player} {short(total)}" for player, total in losses(row).items()]
    if paid:
        pieces.append(tr("loss {values}", values=" ".join(paid[:MOST])))
    if norms := of("gradient"):
        pieces.append(tr("gradient {values}", values=" ".join(norms[:MOST])))
    return pieces


def lasting(row: Row) -> list[str]:
    """What of a row stays on the screen: ``1 min 40 s``, ``step 1,200``, and how players stand."""
    pieces = [duration(row["seconds"])] if finite(row.get("seconds")) is not None else []
    if finite(row.get("step")) is not None:
        pieces.append(tr("step {n}", n=count(row["step"])))
    return pieces + state(row)


def told(facts: Mapping[str, object]) -> str:
    """Facts in one line: ``recipe dcgan  steps 20,000``; what is None is left out."""
    return BETWEEN.join(pieces(facts))


def pieces(facts: Mapping[str, object]) -> list[str]:
    """Facts one by one: ``recipe dcgan``, ``steps 20,000``."""
    return [f"{called(name)} {plain(value)}" for name, value in facts.items() if value is not None]


def packed(facts: Mapping[str, object], width: int) -> str:
    """Facts in lines of at most ``width`` columns, broken between facts where that is possible."""
    from rich.cells import cell_len  # here, so that plain lines do without it

    lines: list[str] = []
    for piece in pieces(facts):
        longer = f"{lines[-1]}{BETWEEN}{piece}" if lines else piece
        lines[-1:] = [longer] if not lines or cell_len(longer) <= width else [lines[-1], piece]
    return "\n".join(lines)


def called(fact: str) -> str:
    """What a fact is called in the language that is spoken."""
    return tr(FACTS[fact]) if fact in FACTS else fact.replace("_", " ")


def fit(pieces: Sequence[str], width: int) -> str:
    """As many pieces from the first on as fit into ``width`` columns; the first is cut if it must be. Hangul is two wide."""
    from rich.cells import cell_len, set_cell_size  # here, so that plain lines do without it

    line = ""
    for piece in pieces:
        longer = f"{line}{BETWEEN}{piece}" if line else piece
        if cell_len(longer) > width:
            break
        line = longer
    return line or set_cell_size("".join(pieces[:1]), max(width, 0))


def harmless(text: str, encoding: str | None) -> str:
    """Text that a stream of this encoding takes and that cannot move a terminal's cursor."""
    clean = "".join(c if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs") else "?" for c in text)
    encoding = encoding or "utf-8"
    return clean.encode(encoding, "replace").decode(encoding)
