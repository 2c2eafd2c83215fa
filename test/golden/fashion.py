"""Writes the part of Fashion-MNIST that the package ships as four gzipped IDX files into src/data/files/.

python test/golden/fashion.py FOLDER, where FOLDER has the four files of the set (Debian: package dataset-fashion-mnist, folder
/usr/share/datasets/fashion-mnist). Of each of the ten classes it takes the first 1,000 images of the training file, for training
and validation, and the first 200 of the test file, in the order of the files. It needs Python alone.
"""

import gzip
import hashlib
import struct
import sys
from pathlib import Path

TARGET = Path(__file__).resolve().parents[2] / "src" / "data" / "files"
SIDE = 28
CLASSES = 10
# SHA-256 of the files' content, not of their compression.
ORIGINALS = {
    "train-images-idx3-ubyte.gz": "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
    "train-labels-idx1-ubyte.gz": "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
    "t10k-images-idx3-ubyte.gz": "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
    "t10k-labels-idx1-ubyte.gz": "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
}


def read(folder: Path, name: str) -> bytes:
    content = gzip.decompress((folder / name).read_bytes())
    found = hashlib.sha256(content).hexdigest()
    if found != ORIGINALS[name]:
        sys.exit(f"{name}: its content has the SHA-256 {found}; that of Fashion-MNIST is {ORIGINALS[name]}.")
    return content


def write(name: str, header: bytes, values: bytes) -> None:
    content = header + values
    # mtime=0: the same content and zlib give the same file.
    packed = gzip.compress(content, compresslevel=9, mtime=0)
    (TARGET / name).write_bytes(packed)
    print(f"| `{name}` | {len(packed)} | `{hashlib.sha256(content).hexdigest()}` |")


def part(folder: Path, prefix: str, per_class: int, name: str) -> None:
    images = read(folder, f"{prefix}-images-idx3-ubyte.gz")[16:]
    labels = read(folder, f"{prefix}-labels-idx1-ubyte.gz")[8:]
    counts = [0] * CLASSES
    chosen = []
    for place, label in enumerate(labels):
        if counts[label] < per_class:
            counts[label] += 1
            chosen.append(place)
    assert counts == [per_class] * CLASSES
    size = SIDE * SIDE
    write(
        f"fashion-{name}-images-idx3-ubyte.gz",
        struct.pack(">BBBBIII", 0, 0, 8, 3, len(chosen), SIDE, SIDE),
        b"".join(images[place * size : (place + 1) * size] for place in chosen),
    )
    write(
        f"fashion-{name}-labels-idx1-ubyte.gz",
        struct.pack(">BBBBI", 0, 0, 8, 1, len(chosen)),
        bytes(labels[place] for place in chosen),
    )


if len(sys.argv) != 2:
    sys.exit(__doc__)
part(Path(sys.argv[1]), "train", 1000, "train")
part(Path(sys.argv[1]), "t10k", 200, "test")
