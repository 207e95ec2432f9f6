"""Pictures parted: what a run trains on, and what it never sees."""

from typing import NamedTuple

from sparring.data.labels import keep_labels
from sparring.data.streams import Domains
from sparring.errors import CommandError
from sparring.sessions.domains import translates
from sparring.sessions.options import Run
from sparring.words import tr, trn


class Parts(NamedTuple):
    """Pictures to train on, and pictures that training never sees, of each domain; the latter empty if none are held out."""

    training: Domains
    held_out: Domains


def part(domains: Domains, run: Run) -> Parts:
    """Hold out of each domain what the run asks for: the same pictures every time. Of what is trained on, so many keep labels.

    Raises:
        CommandError: If there are not that many, or none are held out of what is translated, or labels are to be kept there.
        DataError: If there are not that many labels.
    """
    if run.labels is not None and translates(domains):
        raise CommandError(tr("--labels is for recipes that learn one set of pictures; this one translates"))
    training, held_out = _halves(domains, run)
    if run.labels is not None:
        training = tuple(keep_labels(pictures, run.labels, run.seed) for pictures in training)
    return Parts(training, held_out)


def _halves(domains: Domains, run: Run) -> Parts:
    fewest = min(domains, key=len)
    if run.held_out >= len(fewest):
        raise CommandError(
            trn(
                "--run.held-out is {asked}, but {name!r} has {n:,} picture",
                "--run.held-out is {asked}, but {name!r} has {n:,} pictures",
                len(fewest),
                asked=run.held_out,
                name=fewest.name,
            )
        )
    if run.held_out == 0 and translates(domains):
        raise CommandError(
            tr("--run.held-out is 0, but translations are drawn of held-out pictures; hold out at least 1")
        )
    if run.held_out == 0:
        return Parts(domains, ())
    halves = [p.split(max(1, min(1000, len(p) // 10)) if run.held_out < 0 else run.held_out) for p in domains]
    return Parts(tuple(training for training, _ in halves), tuple(held_out for _, held_out in halves))
