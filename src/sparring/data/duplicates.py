"""Near-duplicates: pictures that are the same but for scale, compression or a little noise.

Candidates share a quarter of a 64-bit difference hash (so hashes up to three bits apart are found for certain);
they are duplicates if small versions of them differ little, pixel by pixel.
"""

import numpy as np
from PIL import Image

SIDE = 16
MOST_DIFFERENCE = 4.0
BITS_APART = 3
CROWD = 64


def thumbnail(image: np.ndarray, low: float = 0.0, high: float = 255.0) -> np.ndarray:
    """A small version to compare with.

    Args:
        image: (H, W, C).
        low: The value that becomes 0.
        high: The value that becomes 255.

    Returns:
        (16, 16, 3) uint8; grey is repeated, of many channels the first three are used.
    """
    small = image[..., :3] if image.shape[-1] >= 3 else image[..., :1].repeat(3, -1)
    if small.dtype != np.uint8 or (low, high) != (0.0, 255.0):
        small = _as_bytes(small, low, high)
    return np.asarray(Image.fromarray(np.ascontiguousarray(small)).resize((SIDE, SIDE), Image.Resampling.BOX))


def _as_bytes(image: np.ndarray, low: float, high: float) -> np.ndarray:
    """From low to high becomes 0 to 255, a row at a time: a large picture has no room as float64. Black where all is the same."""
    if high <= low:
        return np.zeros(image.shape, np.uint8)
    rows = (((row.astype(np.float64) - low) * (255 / (high - low))).clip(0, 255).astype(np.uint8) for row in image)
    return np.stack(list(rows))


def difference_hash(thumbnails: np.ndarray) -> np.ndarray:
    """Whether each of 8 x 8 cells is darker than its right neighbour, as bits.

    Args:
        thumbnails: (N, 16, 16, 3) uint8.

    Returns:
        (N, 4) uint16: the 64 bits in four bands.
    """
    grey = thumbnails.astype(np.float32).mean(-1)
    cells = grey.reshape(-1, 8, 2, SIDE).mean(2)
    columns = np.stack([cells[..., round(i * 1.75) : round(i * 1.75) + 2].mean(-1) for i in range(9)], -1)
    bits = np.packbits(columns[..., :-1] < columns[..., 1:], axis=None).reshape(-1, 4, 2)
    packed: np.ndarray = bits[..., 0].astype(np.uint16) << 8 | bits[..., 1]
    return packed


def near_duplicates(thumbnails: np.ndarray) -> list[tuple[int, int]]:
    """Pairs of pictures that are nearly the same, each later picture with the first one like it.

    Args:
        thumbnails: (N, 16, 16, 3) uint8.

    Returns:
        (first, later), sorted by the later one.
    """
    hashes = difference_hash(thumbnails)
    first: dict[int, int] = {}
    for band in range(hashes.shape[1]):
        order = np.argsort(hashes[:, band], kind="stable")
        for step in range(1, CROWD):  # neighbours up to CROWD apart among those that share the band
            if step >= len(order):
                break
            a, b = order[:-step], order[step:]
            together = hashes[a, band] == hashes[b, band]
            if not together.any():
                break
            a, b = a[together], b[together]
            apart = np.bitwise_count(hashes[a] ^ hashes[b]).sum(1)
            a, b = a[apart <= BITS_APART], b[apart <= BITS_APART]
            difference = np.sqrt(((thumbnails[a].astype(np.float32) - thumbnails[b]) ** 2).mean((1, 2, 3)))
            for i, j in zip(a[difference <= MOST_DIFFERENCE], b[difference <= MOST_DIFFERENCE], strict=True):
                low, high = sorted((int(i), int(j)))
                first[high] = min(first.get(high, low), low)
    return sorted(((low, high) for high, low in first.items()), key=lambda pair: pair[1])
