"""Writes the 8x8 handwritten digits of scikit-learn's load_digits as two gzipped IDX files into src/data/files/.

Run with a Python that has scikit-learn:  python test/golden/digits.py
"""

import gzip
import struct
from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits

FOLDER = Path(__file__).resolve().parents[2] / "src" / "data" / "files"
UNSIGNED_BYTE = 0x08


def write_idx(name: str, array: np.ndarray) -> None:
    """IDX: two zero bytes, the type, the number of dimensions, each size (big endian), the values."""
    header = struct.pack(f">BBBB{array.ndim}I", 0, 0, UNSIGNED_BYTE, array.ndim, *array.shape)
    content = header + array.astype(np.uint8).tobytes()
    # mtime=0: the same content gives the same file.
    (FOLDER / name).write_bytes(gzip.compress(content, compresslevel=9, mtime=0))


digits = load_digits()
assert digits.images.shape == (1797, 8, 8) and (digits.images == np.round(digits.images)).all()
write_idx("digits-images-idx3-ubyte.gz", digits.images)
write_idx("digits-labels-idx1-ubyte.gz", digits.target)
