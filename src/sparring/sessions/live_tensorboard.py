"""Metrics for TensorBoard while a run trains: ``tensorboard`` in its folder."""

from sparring.report import tensorboard
from sparring.runs.measurements import flat
from sparring.sessions.hooks import Hook
from sparring.sessions.options import Run
from sparring.sessions.session import Session
from sparring.words import mark

FOLDER = "tensorboard"


class LiveBoard:
    """Writes every new row of metrics, and what was measured.

    Attributes:
        last: The last step that was written.
    """

    def __init__(self) -> None:
        self.last = -1
        self._writer: tensorboard.Writer | None = None

    def look(self, session: Session) -> None:
        """As a hook: write what is new."""
        step = int(session.row["step"])
        if step != self.last:
            self._write(session, step)
        if session.done >= 1 and self._writer is not None:
            self._writer.close()
            self._writer = None

    def _write(self, session: Session, step: int) -> None:
        if self._writer is None or step < self.last:  # begun, resumed or rolled back: later steps were taken back
            if self._writer is not None:
                self._writer.close()
            before = [int(row["step"]) for row in session.folder.read_metrics() if int(row["step"]) < step]
            self.last = max(before, default=0)
            self._writer = tensorboard.Writer(session.folder.path / FOLDER, self.last)
        self._writer.row(session.row)
        for row in session.folder.read_measured():
            if self.last < int(row["step"]) <= step:
                self._writer.row({name: v for name, v in flat(row).items() if name == "step" or "/" in name})
        self.last = step


def board_for(run: Run) -> Hook | None:
    """What writes for TensorBoard; None if it was not asked for.

    Raises:
        CommandError: If the extra is missing.
    """
    if not run.tensorboard:
        return None
    tensorboard.check()
    return Hook(LiveBoard().look, every=run.log_every, called=mark("writing for TensorBoard"))
