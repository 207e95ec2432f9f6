"""Inception-v3 as FID has used it since 2017: the 2,048 features behind its last pooling, through torch-fidelity.

A Frechet distance is called FID only in these features: with these weights, and with the resize of TensorFlow 1, which
torch-fidelity does inside. The weights (96 MB) are never downloaded here; they come from a file that must hash to what is known.

Source: Heusel et al. 2017; Obukhov et al. 2020 (torch-fidelity); Parmar et al. 2022 for what another resize does to the number.
"""

import hashlib
import io
import os
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from sparring import durable
from sparring.chance import callers_stream_kept
from sparring.errors import CommandError
from sparring.words import tr

SHA256 = "6726825d0af5f729cebd5821db510b11b1cfad8faad88a03f1befd49fb9129b2"
FILES = ("weights-inception-2015-12-05-6726825d.pth", "pt_inception-2015-12-05-6726825d.pth")
"""One file under two names: torch-fidelity's and pytorch-fid's."""
VARIABLE = "SPARRING_INCEPTION"
SIZE, DIMENSION = 128 << 20, 2048
PART = 16


def weights_file() -> Path | None:
    """Where the weights are: $SPARRING_INCEPTION, else where torch keeps what other tools have downloaded; None if nowhere."""
    if own := os.environ.get(VARIABLE):
        return Path(own).expanduser()
    folder = Path(torch.hub.get_dir()) / "checkpoints"
    return next((folder / name for name in FILES if (folder / name).is_file()), None)


def available() -> bool:
    """Whether "auto" takes these features: $SPARRING_INCEPTION is set, or the weights lie there and torch-fidelity is installed."""
    return VARIABLE in os.environ or (weights_file() is not None and find_spec("torch_fidelity") is not None)


class Inception:
    """Pictures (N, 3, H, W) in [-1, 1] -> features (N, 2048).

    Args:
        path: Of the weights; by default where `weights_file` finds them.

    Raises:
        CommandError: If there are no weights, they are not the known ones, or torch-fidelity is not installed.
    """

    def __init__(self, path: Path | None = None) -> None:
        path = path or weights_file()
        if path is None:
            raise CommandError(
                tr(
                    "features inception need the weights of FID: download {file} (96 MB) from the releases of torch-fidelity, and "
                    "give it as inception:PATH or in {variable}",
                    file=FILES[0],
                    variable=VARIABLE,
                )
            )
        weights = durable.read_bytes(path.resolve(), SIZE)
        if (got := hashlib.sha256(weights).hexdigest()) != SHA256:
            raise CommandError(
                tr(
                    "{path} is not the file of FID's Inception weights: its SHA-256 is {got}, not {expected}; download {file}",
                    path=path,
                    got=got,
                    expected=SHA256,
                    file=FILES[0],
                )
            )
        # The bytes that were hashed are those that are loaded: the file could change in between.
        with callers_stream_kept():  # layers are born with random weights
            self.network = _extractor()("inception", ["2048"], feature_extractor_weights_path=io.BytesIO(weights))

    @torch.no_grad()
    def __call__(self, x: Tensor) -> Tensor:
        """(N, 3, H, W) in [-1, 1], rounded to 8 bits as a saved picture is -> (N, 2048)."""
        values = x.clamp(-1, 1).add(1).mul(127.5).round().to(torch.uint8)
        return torch.cat([self.network(part)[0] for part in torch.split(values, PART)])


def _extractor() -> Any:
    try:
        return import_module("torch_fidelity").FeatureExtractorInceptionV3
    except ImportError as error:
        raise CommandError(
            tr(
                "features inception need torch-fidelity, which cannot be imported ({error}): pip install 'sparring[fid]'",
                error=error,
            )
        ) from None
