"""Pack the pictures that the package carries: lossless WebP sheets, and the rest as npz.

python tools/pack_embedded.py IMAGES_IDX_GZ LABELS_IDX_GZ EMOJI_NPZ FOLDER
python tools/pack_embedded.py digits FOLDER          # alone; needs scikit-learn

Prints the SHA-256 of the raw arrays, which tests/test_data_embedded.py compares.
"""

import gzip
import hashlib
import sys
from pathlib import Path

import numpy as np
from PIL import Image

FASHION = 10_000
COLUMNS = {"fashion": 100, "digits": 50, "modern": 31, "flat": 31}


def sheet(images: np.ndarray, columns: int) -> np.ndarray:
    """Lay pictures (N, H, W, C) out in rows of ``columns``; the last row is filled with zeros."""
    n, height, width, channels = images.shape
    rows = -(-n // columns)
    padded = np.zeros((rows * columns, height, width, channels), np.uint8)
    padded[:n] = images
    laid = padded.reshape(rows, columns, height, width, channels).swapaxes(1, 2)
    return laid.reshape(rows * height, columns * width, channels)


def pack(name: str, images: np.ndarray, path: Path) -> None:
    """Write one sheet and check that it comes back bit for bit."""
    laid = sheet(images, COLUMNS[name])
    colour = np.broadcast_to(laid, (*laid.shape[:2], 3))
    Image.fromarray(np.ascontiguousarray(colour)).save(path, "WEBP", lossless=True, exact=True, quality=100, method=6)
    with Image.open(path) as back:
        assert np.array_equal(np.asarray(back.convert("RGB")), colour), f"{path} is not lossless"
    print(f"{path.name}: {path.stat().st_size:,} bytes, raw SHA-256 {hashlib.sha256(images.tobytes()).hexdigest()}")


def pack_digits(folder: str) -> None:
    """Pack the digits of scikit-learn: 17 levels of grey, spread over 0..255."""
    from sklearn.datasets import load_digits  # only here: nothing else needs it

    found = load_digits()
    images = np.rint(found.images * (255 / 16)).astype(np.uint8)[..., None]
    pack("digits", images, Path(folder) / "digits.webp")
    np.savez_compressed(Path(folder) / "digits.npz", labels=found.target.astype(np.uint8))


def main(images_gz: str, labels_gz: str, emoji_npz: str, folder: str) -> None:
    """Pack all sets into a folder."""
    out = Path(folder)
    with gzip.open(images_gz) as file:
        images = np.frombuffer(file.read()[16 : 16 + FASHION * 784], np.uint8).reshape(-1, 28, 28, 1)
    with gzip.open(labels_gz) as file:
        labels = np.frombuffer(file.read()[8 : 8 + FASHION], np.uint8)
    pack("fashion", images, out / "fashion.webp")
    np.savez_compressed(out / "fashion.npz", labels=labels)
    with np.load(emoji_npz, allow_pickle=False) as emoji:
        for style in ("modern", "flat"):
            pack(style, emoji[style], out / f"emoji-{style}.webp")
        np.savez_compressed(out / "emoji.npz", **{key: emoji[key] for key in ("names", "design", "role")})


if __name__ == "__main__":
    pack_digits(sys.argv[2]) if sys.argv[1] == "digits" else main(*sys.argv[1:])
