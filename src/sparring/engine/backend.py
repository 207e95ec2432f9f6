"""Backends: device, precision, memory format. All else is written as if there were one kind of machine."""

import functools
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeVar

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from sparring.errors import CommandError
from sparring.games import Batch, Game, Seat, Turn
from sparring.games.move import Average
from sparring.words import mark, tr

Precision = Literal["float32", "bfloat16"]
MemoryFormat = Literal["contiguous", "channels_last"]
CONVOLUTIONS = (nn.Conv2d, nn.ConvTranspose2d)
T = TypeVar("T")


@dataclass(frozen=True)
class Backend:
    """How the work is done.

    Args:
        device: As torch names it: ``cpu``, ``cuda``, ``cuda:1``, ``mps``, ``xpu``.
        precision: Of activations; weights are always float32.
        channels_last: Whether pictures and convolutions lie with the channels innermost.
    """

    device: str = "cpu"
    precision: Precision = "float32"
    channels_last: bool = False

    def place(self, game: Game) -> Game:
        """Move a game to the device and into its memory format."""
        game = game.to(self.device)
        self.lay_out(game)
        return game

    def lay_out(self, networks: nn.Module) -> None:
        """Put the weights of convolutions into the memory format, whatever they were in; no number changes."""
        wanted = torch.channels_last if self.channels_last else torch.contiguous_format
        for module in networks.modules():
            weight = module._parameters.get("weight") if isinstance(module, CONVOLUTIONS) else None
            if weight is not None:  # one that is computed, such as a normalised one, is nobody's to lay out
                weight.data = weight.data.contiguous(memory_format=wanted)

    def placed(self, batch: Batch) -> Batch:
        """A batch on the device, in its memory format."""
        return batch._replace(**{k: self._laid_out(t) for k, t in batch._asdict().items() if t is not None})

    def seat(self, game: Game, name: str, optimizer: Optimizer, average: Average | None = None) -> Seat:
        """A player's seat, its loss computed in the backend's precision."""
        seat = Seat(game, name, optimizer, average)
        if self.precision != "float32":
            seat.loss = functools.partial(self._cast, seat.loss)
            seat.makes = functools.partial(self._cast, seat.makes) if seat.makes else None
        return seat

    def autocast(self) -> torch.autocast:
        """The context in which networks run."""
        kind = torch.device(self.device).type
        return torch.autocast(kind, torch.bfloat16, enabled=self.precision == "bfloat16", cache_enabled=False)

    def _laid_out(self, x: Tensor) -> Tensor:
        x = x.to(self.device, non_blocking=True)
        return x.to(memory_format=torch.channels_last) if self.channels_last and x.dim() == 4 else x

    def _cast(self, compute: Callable[[Batch, Turn], T], batch: Batch, turn: Turn) -> T:
        with self.autocast():
            return compute(batch, turn)


def backend_for(device: str, precision: Precision, memory_format: MemoryFormat | None = None) -> Backend:
    """The backend of a device, a precision and a memory format.

    Without a format pictures lie with the channels innermost where that is mostly faster: in bfloat16, and on CUDA.
    """
    usual = precision == "bfloat16" or torch.device(device).type == "cuda"
    return Backend(device, precision, usual if memory_format is None else memory_format == "channels_last")


def find_device(wish: str = "auto") -> str:
    """The device to use: what was asked for, or the best there is (CUDA, XPU, MPS, CPU).

    Raises:
        CommandError: If the device asked for is not there.
    """
    accelerator = torch.accelerator.current_accelerator() if torch.accelerator.is_available() else None
    here = accelerator.type if accelerator else "cpu"
    if wish == "auto":
        return here
    try:
        kind, index = torch.device(wish).type, torch.device(wish).index
    except RuntimeError as e:
        text = mark("there is no device {wish!r}; use auto, cpu, cuda, cuda:0, mps or xpu")
        raise CommandError(tr(text, wish=wish)) from e
    if kind not in ("cpu", here):
        text = mark("device {wish!r} was requested, but this machine has {here!r}; use --run.device auto")
        if kind == "cuda" and torch.version.cuda is None:
            text = mark(
                "device {wish!r} was requested, but this PyTorch build has no CUDA; install a CUDA build, or use "
                "--run.device auto"
            )
        raise CommandError(tr(text, wish=wish, here=here))
    if kind != "cpu" and index is not None and index >= (n := torch.accelerator.device_count()):
        text = mark(
            "device {wish!r} was requested, but this machine has {n} of them, numbered from 0; use --run.device auto"
        )
        raise CommandError(tr(text, wish=wish, n=n))
    return wish


def find_precision(wish: str, device: str) -> Precision:
    """``auto`` is bfloat16 where it is much faster as a rule (AMX on CPUs, recent GPUs), else float32: a guess, not measured."""
    if wish == "float32" or wish == "bfloat16":
        return wish  # type: ignore[return-value]
    if wish != "auto":
        raise CommandError(tr("precision {wish!r} is unknown; use auto, float32 or bfloat16", wish=wish))
    if torch.device(device).type == "cpu":
        return "bfloat16" if torch.cpu._is_amx_tile_supported() else "float32"
    return "bfloat16" if torch.device(device).type == "cuda" and multiplies_bfloat16(device) else "float32"


def multiplies_bfloat16(device: str) -> bool:
    """Whether the hardware multiplies bfloat16 itself, so that it may be faster there; emulated it never is."""
    kind = torch.device(device).type
    if kind == "cpu":
        return bool(torch.cpu._is_amx_tile_supported() or torch.cpu._is_avx512_bf16_supported())
    return kind == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False)


def cores() -> int:
    """Processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def out_of_memory(error: BaseException) -> bool:
    """Whether it says that memory ran out; torch on a CPU says so in a plain RuntimeError."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    words = ("not enough memory", "DefaultCPUAllocator")
    return isinstance(error, RuntimeError) and any(word in str(error) for word in words)
