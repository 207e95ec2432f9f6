"""What can go wrong through no fault of ours: one exception a kind, each with the exit code it means.

Every message says what was wrong, the value, and what to do about it.
"""


class SparringError(Exception):
    """Something the user can fix. The command line prints the message without a traceback."""

    exit_code = 1


class CommandError(SparringError):
    """The command or one of its values makes no sense."""

    exit_code = 2


class DataError(SparringError):
    """The data cannot be used."""

    exit_code = 3


class ModelError(SparringError):
    """A run, a checkpoint or a model file cannot be used."""

    exit_code = 3


class NoRoomError(SparringError):
    """Memory or disk ran out."""

    exit_code = 4


class DivergedError(SparringError):
    """A loss or a gradient stopped being finite."""

    exit_code = 5


class InterruptedRun(SparringError):
    """The run was asked to stop; it is saved and can be resumed."""

    exit_code = 75


class EndedProcess(SparringError):
    """Another of the processes that train together has ended by an error of its own; so does this one, with the same code."""

    def __init__(self, text: str, exit_code: int) -> None:
        super().__init__(text)
        self.exit_code = exit_code


class LostProcess(InterruptedRun):
    """One of the processes that train together is gone, or computes something else; the newest checkpoint is good."""
