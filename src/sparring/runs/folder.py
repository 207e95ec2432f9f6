"""The run folder: everything of one run in files that people and programs can read while it goes on."""

import difflib
import shlex
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from sparring import durable
from sparring.errors import ModelError
from sparring.runs import journal
from sparring.runs.listing import CONFIG, LOCK, Summary, folders, is_run, list_runs, may_go_on, number_of
from sparring.runs.lock import lock
from sparring.runs.naming import claim, slug_of
from sparring.runs.readme import Page, readme
from sparring.words import tr

__all__ = ["RunFolder", "Summary", "find", "latest", "list_runs"]


class RunFolder:
    """A run on disk.

    Args:
        path: The folder.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._config: dict[str, Any] | None = None
        self._first = False

    @classmethod
    def create(cls, parent: Path, slug: str) -> "RunFolder":
        """Make the next free one: ``0001-dcgan-fashion``.

        Args:
            parent: The folder of all runs; made if it is missing.
            slug: What the run is, in a few words; what does not fit in a name becomes a dash.

        Raises:
            NoRoomError: If the disk is full.
        """
        with durable.room_for(tr("a new run"), parent, 4096):
            first = not parent.exists()
            parent.mkdir(parents=True, exist_ok=True)
            number = max((number_of(path) for path in folders(parent)), default=0)
            while True:
                number += 1
                if path := claim(parent, number, slug_of(slug)):
                    break
            for name in ("checkpoints", "samples"):
                (path / name).mkdir()
            durable.sync(path)
            durable.sync(parent)
        made = cls(path)
        made._first = first
        return made

    @classmethod
    def open(cls, path: Path) -> "RunFolder":
        """Open an existing one.

        Args:
            path: The folder.

        Raises:
            ModelError: If it is no run folder.
        """
        if not path.is_dir():
            raise ModelError(tr("There is no folder {path}. `sparring list` shows the runs.", path=path))
        if not is_run(path):
            raise ModelError(
                tr("{path} is no run folder: it has no {file}. `sparring list` shows the runs.", path=path, file=CONFIG)
            )
        return cls(path)

    @property
    def checkpoints(self) -> Path:
        """The folder of checkpoints."""
        return self.path / "checkpoints"

    @property
    def samples(self) -> Path:
        """The folder of sample pictures."""
        return self.path / "samples"

    @property
    def best(self) -> Path:
        """The folder of the checkpoint that measured best; it may be missing."""
        return self.path / "best"

    @property
    def config(self) -> dict[str, Any]:
        """The resolved settings, as ``--config`` takes them back."""
        return self._object(CONFIG)

    @config.setter
    def config(self, value: dict[str, Any]) -> None:
        durable.write_json(self.path / CONFIG, value)
        self._config = value

    @contextmanager
    def or_none(self) -> Iterator[None]:
        """Take the folder away again if what goes on inside fails; a run that is stopped there stays, and can begin anew."""
        try:
            yield
        except Exception:
            shutil.rmtree(self.path, ignore_errors=True)
            if self._first:
                with suppress(OSError):
                    self.path.parent.rmdir()
            raise

    def check_there(self) -> None:
        """That the folder was not removed under the run.

        Raises:
            ModelError: If it was.
        """
        if not self.path.is_dir():
            raise ModelError(tr("{path} was removed while the run went on: nothing of it is left.", path=self.path))

    def mend(self) -> bool:
        """Write the configuration again if it was deleted under the run: with a checkpoint alone it could not go on.

        Returns:
            Whether it was.

        Raises:
            ModelError: If the whole folder is gone.
        """
        self.check_there()
        if self._config is None or (self.path / CONFIG).exists():
            return False
        self.config = self._config
        return True

    @property
    def data(self) -> dict[str, Any]:
        """What the data are, with their hash."""
        return self._object("data.json")

    @data.setter
    def data(self, value: dict[str, Any]) -> None:
        durable.write_json(self.path / "data.json", value)

    @property
    def environment(self) -> dict[str, Any]:
        """Versions and the machine."""
        return self._object("environment.json")

    @environment.setter
    def environment(self, value: dict[str, Any]) -> None:
        durable.write_json(self.path / "environment.json", value)

    @property
    def verdict(self) -> dict[str, Any] | None:
        """How the run stands, in words: step, name, words and command; None before it was judged."""
        return self._object("verdict.json") if (self.path / "verdict.json").is_file() else None

    @verdict.setter
    def verdict(self, value: dict[str, Any]) -> None:
        durable.write_json(self.path / "verdict.json", value)

    @property
    def command(self) -> list[str]:
        """The words of the command that started the run."""
        raw = durable.read_bytes(self.path / "command.txt", durable.LARGEST_JSON)
        return shlex.split(raw.decode(errors="replace"))

    @command.setter
    def command(self, words: list[str]) -> None:
        durable.write_file(self.path / "command.txt", (shlex.join(words) + "\n").encode())

    def lock(self) -> AbstractContextManager[None]:
        """Hold the run while training in it; a second trainer gets a `CommandError`."""
        return lock(self.path / LOCK)

    def log(self, text: str) -> None:
        """Append to ``log.txt``, every line with the time."""
        for line in text.splitlines() or [""]:
            journal.append_line(self.path / "log.txt", f"{_now()} {line}")

    def event(self, kind: str, **facts: Any) -> None:
        """Append to ``events.jsonl``.

        Args:
            kind: One of `listing.STATES`, which say how the run is, or any other word.
            facts: More, such as the step.
        """
        journal.append_row(self.path / "events.jsonl", {"time": _now(), "kind": kind, **facts})

    def events(self) -> list[dict[str, Any]]:
        """What happened, in order."""
        return journal.read_rows(self.path / "events.jsonl")

    def metrics(self, row: dict[str, Any]) -> None:
        """Append to ``metrics.jsonl``; a row has its ``step``."""
        journal.append_row(self.path / "metrics.jsonl", row)

    def read_metrics(self) -> list[dict[str, Any]]:
        """Every whole row of metrics."""
        return journal.read_rows(self.path / "metrics.jsonl")

    def look(self, row: dict[str, Any]) -> None:
        """Append to ``looks.jsonl``, what verdicts are made from; a row has its ``step``."""
        journal.append_row(self.path / "looks.jsonl", row)

    def read_looks(self) -> list[dict[str, Any]]:
        """Every whole row of looks."""
        return journal.read_rows(self.path / "looks.jsonl")

    def measured(self, row: dict[str, Any]) -> None:
        """Append to ``measurements.jsonl``, what was measured while training; a row has its ``step``."""
        journal.append_row(self.path / "measurements.jsonl", row)

    def read_measured(self) -> list[dict[str, Any]]:
        """Every whole row of measurements."""
        return journal.read_rows(self.path / "measurements.jsonl")

    def cut_after(self, step: int) -> None:
        """Drop metrics, looks and measurements after ``step``: a run that goes on from there writes them again."""
        for name in ("metrics.jsonl", "looks.jsonl", "measurements.jsonl"):
            journal.drop_after(self.path / name, step)

    def write_readme(self, page: Page) -> None:
        """Write the run's own page, README.md, whole.

        Raises:
            NoRoomError: If the disk is full; the page before it is whole.
        """
        durable.write_file(self.path / "README.md", readme(page).encode())

    def _object(self, name: str) -> dict[str, Any]:
        value = durable.read_json(self.path / name)
        if not isinstance(value, dict):
            raise ModelError(tr("{path} is no JSON object.", path=self.path / name))
        return value


def find(parent: Path, name: str | Path) -> RunFolder:
    """The run that a user means.

    Args:
        parent: The folder of all runs.
        name: A folder, a number such as ``1`` or ``0001``, or a name such as ``0001-dcgan-fashion``.

    Raises:
        ModelError: If there is none, or more than one.
    """
    text = str(name)
    if is_run(Path(text)):
        return RunFolder.open(Path(text))
    runs = [path for path in folders(parent) if is_run(path)]
    if text.isdecimal():
        matches = [path for path in runs if number_of(path) == int(text)]
    else:
        matches = [path for path in runs if path.name == text]
    if len(matches) == 1:
        return RunFolder.open(matches[0])
    if matches:
        names = ", ".join(path.name for path in matches)
        raise ModelError(tr("{name!r} may be {names} in {folder}: say which.", name=text, names=names, folder=parent))
    if Path(text).is_dir():
        return RunFolder.open(Path(text))  # says what it lacks
    near = difflib.get_close_matches(text, [path.name for path in runs], n=1, cutoff=0.4)
    if near:
        raise ModelError(
            tr("There is no run {name!r} in {folder}. Did you mean {near}?", name=text, folder=parent, near=near[0])
        )
    raise ModelError(
        tr("There is no run {name!r} in {folder}. `sparring list` shows the runs.", name=text, folder=parent)
    )


def latest(parent: Path) -> RunFolder:
    """The run that last wrote something; one that cannot go on, for it is damaged, only where no other can.

    Args:
        parent: The folder of all runs.

    Raises:
        ModelError: If there is none.
    """
    runs = list_runs(parent)
    if not runs:
        raise ModelError(tr("There is no run in {folder}. `sparring train` makes one.", folder=parent))
    return RunFolder.open(max(runs, key=lambda run: (may_go_on(run), run.changed, run.number)).path)


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="seconds")
