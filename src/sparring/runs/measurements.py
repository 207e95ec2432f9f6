"""What was measured of a run: after it in ``evaluation.json``, while it trained in ``measurements.jsonl``; each with its card."""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from sparring import durable
from sparring.errors import ModelError
from sparring.measure.measure import Measurement, from_json
from sparring.runs.folder import RunFolder
from sparring.words import tr

FILE = "evaluation.json"
PROGRESS = ("step", "images", "seconds")


class Measured(NamedTuple):
    """A measurement, and how far the run was.

    Args:
        step: Of the weights that were measured.
        images: Training images seen.
        seconds: Of training.
        measurement: What was measured, and how.
    """

    step: int
    images: int
    seconds: float
    measurement: Measurement

    def as_json(self) -> dict[str, Any]:
        """``step``, ``images``, ``seconds``, and the values, the card and the warnings."""
        return {"step": self.step, "images": self.images, "seconds": self.seconds, **self.measurement.as_json()}


def measured_of(row: Any) -> Measured:
    """A measurement out of JSON that anyone may have written.

    Raises:
        ModelError: If it is not just what `Measured.as_json` gives.
    """
    if not isinstance(row, Mapping) or any(type(row.get(name)) not in (int, float) for name in PROGRESS):
        raise ModelError(tr("a measurement does not say at which step, after how many images and seconds it was taken"))
    rest = {name: value for name, value in row.items() if name not in PROGRESS}
    return Measured(int(row["step"]), int(row["images"]), float(row["seconds"]), from_json(rest))


def evaluations(folder: Path) -> list[Measured]:
    """What ``sparring evaluate`` measured of a run, newest last; none if it never did.

    Args:
        folder: Of the run.

    Raises:
        ModelError: If the file is damaged, or of a run that translates.
    """
    path = folder / FILE
    if not path.is_file():
        return []
    found = durable.read_json(path)
    if not isinstance(found, list):
        raise ModelError(tr("{path} holds no list of measurements", path=path))
    try:
        return [measured_of(row) for row in found]
    except ModelError as error:
        raise ModelError(tr("{path}: {error}", path=path, error=error)) from None


def keep_evaluation(folder: Path, new: Measured) -> None:
    """Put a measurement last in ``evaluation.json``; of the same step with the same card there is one, with the values of both.

    Args:
        folder: Of the run.
        new: What was measured.

    Raises:
        ModelError: If the file that is there is damaged.
        NoRoomError: If the disk is full; the file is as it was.
    """
    others, values = list[Measured](), dict(new.measurement.values)
    for old in evaluations(folder):
        if (old.step, old.measurement.card) == (new.step, new.measurement.card):
            values = {**old.measurement.values, **values}
        else:
            others.append(old)
    merged = new._replace(measurement=new.measurement._replace(values=values))
    durable.write_json(folder / FILE, [m.as_json() for m in [*others, merged]])


def while_trained(run: RunFolder) -> list[Measured]:
    """What was measured while a run trained, by step; rows that cannot be read are passed over."""
    found = list[Measured]()
    for row in run.read_measured():
        with suppress(ModelError):
            found.append(measured_of({name: value for name, value in row.items() if name != "took"}))
    return sorted(found, key=lambda m: m.step)


def flat(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of ``measurements.jsonl`` with a number for each name: ``evaluate/precision``, ``evaluate/precision/low``.

    Values have the ends of their intervals where these are known; the card and the warnings are left out.
    """
    found = {name: row[name] for name in PROGRESS if name in row}
    values = row.get("values")
    for name, three in values.items() if isinstance(values, Mapping) else ():
        for end, value in zip(("", "/low", "/high"), three, strict=True):
            if value is not None:
                found[f"evaluate/{name}{end}"] = value
    return found
