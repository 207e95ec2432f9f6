"""What can be found: each failure with its words, its signal, how grave it is and where to read about it."""

from typing import Literal, NamedTuple

from sparring.report.numbers import short
from sparring.words import language, mark, tr, trn

Severity = Literal["failure", "warning", "notice"]
GRAVEST: tuple[Severity, ...] = ("failure", "warning", "notice")
"""A failure: training on is unlikely to help. A warning: samples will lack something. A notice: a risk, nothing has happened."""
PAGES = {"en": "docs/doctor.md", "ko": "docs/doctor.ko.md"}


class Kind(NamedTuple):
    """A failure that the doctor knows.

    Args:
        words: A sentence or two, a text that `mark` knows; it may use ``value``, ``threshold``, and what its rule gives besides.
        signal: What was measured, in words.
        severity: How grave it is.
        share: Whether the signal is a share, shown in percent.
    """

    words: str
    signal: str
    severity: Severity
    share: bool = False


KINDS = {
    "diverged": Kind(
        mark("Training diverged: {why}. What led to it happened before this step."),
        mark("moves that were not finite"),
        "failure",
    ),
    "range_mismatch": Kind(
        mark(
            "Samples and pictures have different ranges: 98 % of the samples' values are in {low} to {high}, of the pictures' in "
            "{real_low} to {real_high}. D sees that before anything else."
        ),
        mark("distance of the ends of both ranges, of 2"),
        "failure",
    ),
    "unused_range": Kind(
        mark(
            "98 % of the pictures' values are in {real_low} to {real_high}, and the networks' range is -1 to 1: the pictures "
            "were probably given in another range than they are said to have."
        ),
        mark("range of the pictures' values, of 2"),
        "warning",
    ),
    "labels_unrelated": Kind(
        mark(
            "The labels say nothing about the pictures: a classifier that learnt from training pictures is right on held-out "
            "ones as often as chance. G cannot learn what a label means."
        ),
        mark("a linear classifier's accuracy on held-out pictures, 0 is chance"),
        "failure",
        True,
    ),
    "collapsed": Kind(
        mark("Collapsed: the samples are nearly all alike; their diversity is {value} of that of real pictures."),
        mark("diversity of the samples, of that of real pictures"),
        "failure",
        True,
    ),
    "d_too_strong": Kind(
        mark("D is too strong: {state}; it is so sure of itself that G learns little from it."),
        mark("accuracy of D on held-out pictures and fakes"),
        "failure",
        True,
    ),
    "no_gradient": Kind(
        mark("G's gradient has vanished: its norm is {value} of what it was. D says the same whatever G draws."),
        mark("norm of G's gradient, of the largest that it had in three rows"),
        "failure",
    ),
    "d_guesses": Kind(
        mark("D can only guess, but the samples differ from real pictures: {fresh}. D is too weak, G is not done."),
        mark("lower end of the interval of a fresh classifier's accuracy"),
        "failure",
        True,
    ),
    "labels_ignored": Kind(
        mark("G ignores the labels: what it draws has little to do with the class it is asked for."),
        mark("how far the label decides what is drawn"),
        "failure",
        True,
    ),
    "inverted": Kind(
        mark("The translation inverts the colours: what is bright in the input is dark in the output."),
        mark("correlation of input and output values"),
        "failure",
    ),
    "closed_but_wrong": Kind(
        mark(
            "The way there and back is closed (error {error}), but the translations are as far from the other domain as before "
            "({value} of the way is left). A small cycle error says nothing about a right translation."
        ),
        mark("kernel distance to the other domain, of that of doing nothing"),
        "failure",
        True,
    ),
    "partly_collapsed": Kind(
        mark(
            "The samples lack kinds of pictures: only {value} of the clusters of real pictures have their share of samples."
        ),
        mark("clusters of real pictures that hold a fifth of their share of the samples"),
        "warning",
        True,
    ),
    "memorises": Kind(
        mark(
            "The samples are copies: they are much nearer to training pictures than new pictures of the same kind are ({value} "
            "of the distance)."
        ),
        mark("distance to the nearest training picture, of that of held-out pictures"),
        "warning",
        True,
    ),
    "d_overfits": Kind(
        mark(
            "D overfits: its answer to held-out pictures is {value} of the way from training pictures to fakes. It knows the "
            "training pictures by heart, and teaches G only those."
        ),
        mark("held-out pictures between training pictures (0) and fakes (100 %), as D answers"),
        "warning",
        True,
    ),
    "oscillates": Kind(
        mark(
            "G swings to and fro: from one look to the next {value} of its samples change their kind, and they come back. The "
            "game circles instead of settling."
        ),
        mark("samples that change their cluster from look to look"),
        "warning",
        True,
    ),
    "few_pictures": Kind(
        mark(
            "{pictures:,} pictures are few for {passes:,} passes over them: G can learn them by heart, and D can before."
        ),
        mark("passes over the training pictures in the whole run"),
        "notice",
    ),
}
"""By name; what is found first is told first among what is equally grave."""


class Finding(NamedTuple):
    """One failure that was found.

    Args:
        name: One of `KINDS`.
        words: What it is, with its numbers, in the language that is spoken.
        signal: What was measured, in words.
        value: The signal's value.
        threshold: The value from which it counts.
        window: Looks in a row at which it was so.
        severity: failure, warning or notice.
        command: What to type, as it is; empty if it was not asked for.
        page: Where to read about it.
    """

    name: str
    words: str
    signal: str
    value: float
    threshold: float
    window: int
    severity: Severity
    command: str = ""
    page: str = ""

    @property
    def evidence(self) -> str:
        """The signal against its threshold, in words."""
        shown = said(self.name, self.value), said(self.name, self.threshold)
        looks = trn("{n} look", "{n} looks", self.window)
        return tr(
            "{signal}: {value}; threshold {threshold}, {looks}",
            signal=self.signal,
            value=shown[0],
            threshold=shown[1],
            looks=looks,
        )


def found(name: str, value: float, threshold: float, window: int = 1, **more: object) -> Finding:
    """A finding of this kind.

    Args:
        name: One of `KINDS`.
        value: Of its signal.
        threshold: From which it counts.
        window: Looks in a row.
        more: What its words use besides.
    """
    kind = KINDS[name]
    words = tr(kind.words, **{"value": said(name, value), "threshold": said(name, threshold), **more})
    return Finding(name, words, tr(kind.signal), value, threshold, window, kind.severity, "", page_of(name))


def page_of(name: str) -> str:
    """The page and its heading."""
    return f"{PAGES[language()]}#{name.replace('_', '-')}"


def said(name: str, value: float) -> str:
    """A signal's value as a person reads it."""
    return percent(value) if KINDS[name].share else short(value)


def percent(share: float | None) -> str:
    """A share in [0, 1] as ``81 %``."""
    return tr("unknown") if share is None else f"{share:.0%}".replace("%", " %")
