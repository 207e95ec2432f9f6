"""How a run stands, in words: the gravest finding, or how well it does.

D's own word is not enough: a D at one half may be too weak, and a D that is always right says nothing about samples that are
all alike. So samples are compared with held-out pictures, and the fresh classifier is heard where it was asked.
"""

from typing import NamedTuple

from sparring.doctor.finding import KINDS, percent
from sparring.doctor.rules import findings, spreading
from sparring.doctor.signals import History, Look
from sparring.doctor.stage import FEWEST, begun
from sparring.doctor.state import fresh, half_way, state
from sparring.words import mark, tr

NOTICED, NEARER = 0.02, 0.1
"""What counts as movement since half of the images: of an accuracy or a share; of a distance, as a part of it."""


class Verdict(NamedTuple):
    """How a run stands.

    Args:
        name: A failure or a warning that was found, or early, spreading, alike, improving or steady.
        words: A sentence or two with the numbers.
        command: What to type next.
    """

    name: str
    words: str
    command: str = ""

    @property
    def trouble(self) -> bool:
        """Whether training on is unlikely to help."""
        return self.name in KINDS and KINDS[self.name].severity == "failure"


SENTENCES = {
    "early": mark("Too early to tell: {state}."),
    "spreading": mark(
        "The samples are still nearly all alike, but less so than before: diversity {share} of that of real pictures."
    ),
    "alike": mark("Nothing left to gain: {fresh}."),
    "improving": mark("Still improving: {state}."),
    "steady": mark("No trouble, and no progress in what is measured lately: {state}. Look at the samples."),
}
"""What is said where nothing was found."""


def verdict(history: History) -> Verdict:
    """Judge a run by what was measured."""
    for finding in findings(history):
        if finding.severity != "notice":
            return Verdict(finding.name, finding.words)
    name, now = well(history), history.now
    return Verdict(name, tr(SENTENCES[name], state=state(now), share=percent(now.diversity), fresh=fresh(now)))


def well(history: History) -> str:
    """How a run stands in which nothing was found."""
    now, before = history.now, half_way(history.looks)
    if now.step < FEWEST or not begun(history):
        return "early"
    if spreading(history):
        return "spreading"
    if now.judged is not None and now.judged.indistinguishable:
        return "alike"
    return "improving" if before is None or _better(before, now) else "steady"


def _better(before: Look, now: Look) -> bool:
    """Whether anything moved the right way: D surely right less often, samples more diverse or nearer, a smaller error."""
    pairs = [
        (before.accuracy, now.accuracy, NOTICED),
        (before.error, now.error, NOTICED * (before.error or 0)),
        (_lack(before.diversity), _lack(now.diversity), NOTICED),
        (before.distance, now.distance, NEARER * abs(before.distance or 0)),
    ]
    return any(a is not None and b is not None and a - b > least for a, b, least in pairs)


def _lack(share: float | None) -> float | None:
    return None if share is None else max(0.0, 1 - share)
