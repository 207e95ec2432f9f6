"""A network that draws as ONNX, for programs that know neither Python nor PyTorch.

The prior, the range of values and the names of the classes travel as metadata under the key ``sparring``, as JSON. PyTorch's own
format (``.pt2``) is not written: it holds pickles, and this library writes none.
"""

import importlib.util
import json
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from sparring.errors import CommandError, ModelError
from sparring.games import Map, Prior, noise_of
from sparring.use.exported import facts_of, map_facts
from sparring.words import tr

if TYPE_CHECKING:
    from sparring.use.model import Model

NEEDED = ("onnx", "onnxscript", "onnxruntime")
KEY = "sparring"
TOLERANCE = 1e-3
"""How far, of a range of 2, the file may be from the network: rounding, in another order."""
EXAMPLES, PROBED = 2, 3


def check() -> None:
    """Refuse to begin without the packages that write ONNX and run it.

    Raises:
        CommandError: With the line that installs them.
    """
    if any(importlib.util.find_spec(name) is None for name in NEEDED):
        raise CommandError(tr("for ONNX an extra is missing: pip install 'sparring[export]'"))


def write(model: "Model", name: str, path: Path) -> float:
    """Write one map of a model as ONNX, run it, and compare.

    Args:
        model: On the CPU.
        name: Of the map, such as ``samples``.
        path: The file.

    Returns:
        The largest difference between what the file and the network draw from the same input, of values in [-1, 1].

    Raises:
        CommandError: If the packages are missing.
        ModelError: If the network cannot be written as ONNX, or the file draws something else; it is then removed.
    """
    check()
    m = model.game.maps()[name]
    network: nn.Module = getattr(model.game, m.network)
    inputs = ("z" if isinstance(m.reads, Prior) else "x", *(["y"] if m.classes else []))
    try:
        with _quietly():
            program = torch.onnx.export(
                network,
                example(model, m, EXAMPLES),
                input_names=list(inputs),
                output_names=[name],
                dynamic_shapes=tuple({0: "n"} for _ in inputs),
                dynamo=True,
                verbose=False,
            )
            assert program is not None
            program.model.metadata_props[KEY] = json.dumps(metadata(model, name), ensure_ascii=False)
            program.save(str(path))
            apart = _compared(network, example(model, m, PROBED), inputs, path)
    except Exception as error:
        path.unlink(missing_ok=True)
        if isinstance(error, ModelError):
            raise
        why = str(error).strip().splitlines() or [type(error).__name__]
        raise ModelError(tr("{network} cannot be written as ONNX: {why}", network=m.network, why=why[0])) from error
    return apart


def metadata(model: "Model", name: str) -> dict[str, object]:
    """What a program has to know to use the file: what goes in and what comes out.

    Args:
        model: Whose map.
        name: Of the map.
    """
    facts = facts_of(model)
    return {
        **map_facts(model, model.game.maps()[name]),
        "class_names": list(model.class_names),
        "recipe": facts["plan"]["recipe"],
        "step": facts["progress"]["steps"],
        "weights": facts["weights"],
    }


def example(model: "Model", m: Map, n: int) -> tuple[Tensor, ...]:
    """Inputs of a map for n pictures: noise or pictures of noise, and labels where it is told any."""
    if isinstance(m.reads, Prior):
        given = m.reads(noise_of(0), n)
    else:
        spec = model.spec_of(m.reads)
        given = noise_of(0).uniform("example", n, spec.channels, spec.height, spec.width)
    return (given, torch.arange(n) % m.classes) if m.classes else (given,)


@torch.no_grad()
def _compared(network: nn.Module, given: tuple[Tensor, ...], inputs: tuple[str, ...], path: Path) -> float:
    """The largest difference between the file and the network.

    Raises:
        ModelError: If it is more than rounding.
    """
    import onnxruntime

    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    (drawn,) = session.run(None, {name: t.numpy() for name, t in zip(inputs, given, strict=True)})
    apart = float((torch.from_numpy(drawn) - network(*given)).abs().max())
    if not apart <= TOLERANCE:
        raise ModelError(tr("the ONNX file draws something else than the model: {apart:.2g} apart", apart=apart))
    return apart


@contextmanager
def _quietly() -> Iterator[None]:
    """Without the exporter's own reports."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)
