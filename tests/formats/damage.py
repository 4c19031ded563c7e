"""Damaging checkpoints in every way that is likely, for test_damage.py; `python tests/formats/damage.py 40000` reports a long run."""

from __future__ import annotations

import random
import shutil
import struct
import sys
import tempfile
import time
import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from scopeflow.formats import varint
from scopeflow.formats.checkpoint_messages import BundleEntryProto, BundleHeaderProto
from scopeflow.formats.checkpoints import open_checkpoint
from scopeflow.formats.crc import crc32c, mask
from scopeflow.formats.failures import FormatError
from scopeflow.formats.sorted_table import TableReader, TableWriter

#: No reading of these files, some kilobytes each, may take more memory.
MEMORY = 4 << 20
#: nor more time, in seconds, on however slow a machine
SECONDS = 5.0

Files = dict[str, bytes]
Tensors = dict[str, np.ndarray]


def read_all(prefix: str) -> Tensors:
    """All tensors of a checkpoint."""
    with open_checkpoint(prefix) as reader:
        return {name: reader.read(name) for name in reader.tensors}


def _same(a: np.ndarray, b: np.ndarray) -> bool:
    return a.dtype == b.dtype and a.shape == b.shape and a.tolist() == b.tolist()


# -- what can happen to files ---------------------------------------------------------
def _some(rng: random.Random, files: Files) -> str:
    """A file that is not empty; there is always one."""
    if not any(files.values()):
        files["other"] = b"x"
    return rng.choice(sorted(n for n in files if files[n]))


def _flip(rng: random.Random, files: Files) -> str:
    name = _some(rng, files)
    data = bytearray(files[name])
    at = rng.randrange(len(data))
    data[at] ^= rng.randrange(1, 256)
    files[name] = bytes(data)
    return f"byte {at} of {name}"


def _cut(rng: random.Random, files: Files) -> str:
    name = _some(rng, files)
    at = rng.randrange(len(files[name]))
    files[name] = files[name][:at]
    return f"{name} cut at {at}"


def _hole(rng: random.Random, files: Files) -> str:
    name = _some(rng, files)
    data = files[name]
    at, size = rng.randrange(len(data)), rng.randrange(1, 64)
    kind = rng.randrange(3)
    files[name] = data[:at] + (b"\0" * size if kind == 0 else b"" if kind == 1 else rng.randbytes(size)) + data[at + size * (kind != 2) :]
    return f"{size} bytes at {at} of {name} {('zeroed', 'left out', 'put in')[kind]}"


def _swap(rng: random.Random, files: Files) -> str:
    if len(files) < 2:
        return _cut(rng, files)
    a, b = rng.sample(sorted(files), 2)
    files[a], files[b] = files[b], files[a]
    return f"{a} and {b} swapped"


def _lose(rng: random.Random, files: Files) -> str:
    name = _some(rng, files)
    del files[name]
    return f"{name} lost"


def _number(rng: random.Random) -> int:
    sizes = [0, 1, 7, 64, 1 << 16, 1 << 20, 1 << 31, 1 << 40, (1 << 62) - 1, (1 << 63) - 1]
    return rng.choice(sizes) * rng.choice([1, 1, 1, -1])


def _entry(rng: random.Random, files: Files) -> str:
    """Another entry, in an index whose checksums are right."""
    index = next(n for n in files if n.endswith(".index"))

    def change(entries: dict[bytes, bytes]) -> str:
        key = rng.choice(sorted(entries))
        if not key:
            header = BundleHeaderProto.FromString(entries[key])
            field = rng.choice(["num_shards", "endianness"])
            setattr(header, field, max(-(1 << 31), min((1 << 31) - 1, _number(rng))))
            entries[key] = header.SerializeToString()
            return f"header's {field}"
        entry = BundleEntryProto.FromString(entries[key])
        field = rng.choice(["dtype", "shape", "shard_id", "offset", "size", "crc32c", "slices", "key", "bytes"])
        if field == "shape":
            dims = entry.shape.dim
            if len(dims) and rng.random() < 0.5:
                dims[rng.randrange(len(dims))].size = _number(rng)
            else:
                for _ in range(rng.choice([1, 2, 70])):
                    dims.add(size=_number(rng))
        elif field == "slices":
            for _ in range(rng.choice([1, 3])):
                part = entry.slices.add()
                for _ in entry.shape.dim:
                    part.extent.add(start=_number(rng), length=_number(rng))
        elif field in ("dtype", "shard_id"):
            setattr(entry, field, rng.choice([-1, 0, 1, 2, 7, 14, 20, 21, 99, (1 << 31) - 1]))
        elif field == "crc32c":
            entry.crc32c = rng.randrange(1 << 32)
        elif field in ("offset", "size"):
            setattr(entry, field, _number(rng))
        if field == "key":
            entries[rng.randbytes(rng.randrange(1, 9))] = entries.pop(key)
        elif field == "bytes":
            entries[key] = rng.randbytes(rng.randrange(1, 30))
        else:
            entries[key] = entry.SerializeToString()
        return f"entry {key!r}: {field}"

    entries: dict[bytes, bytes] = {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table"
        path.write_bytes(files[index])
        with TableReader(str(path)) as table:
            entries.update(table)
        what = change(entries)
        with open(path, "wb") as file:
            writer = TableWriter(file, block_size=rng.choice([64, 1 << 18]))
            for key in sorted(entries):
                writer.add(key, entries[key])
            writer.finish()
        files[index] = path.read_bytes()
    return what


def _resealed(rng: random.Random, files: Files) -> str:
    """Bytes of a table's block changed, with its checksum made right again, so that the damage is met by what parses the block."""
    name = next(n for n in files if ".data-" not in n)
    data = bytearray(files[name])
    places = _blocks(bytes(data))
    start, size = rng.choice(places)
    for _ in range(rng.choice([1, 1, 2, 5])):
        at = start + rng.randrange(size + 1)  # the byte that says the compression too
        data[at] = rng.choice([0, 1, 0x7F, 0x80, 0xFF, rng.randrange(256)])
    data[start + size + 1 : start + size + 5] = struct.pack("<I", mask(crc32c(bytes(data[start : start + size + 1]))))
    files[name] = bytes(data)
    return f"block at {start} of {name} changed and sealed again"


def _blocks(data: bytes) -> list[tuple[int, int]]:
    """(start, size) of the first block and the index block."""
    footer = data[-48:]
    _, at = varint.get(footer, 0, 40)
    _, at = varint.get(footer, at, 40)
    start, at = varint.get(footer, at, 40)
    size, _ = varint.get(footer, at, 40)
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        with TableReader(file.name) as table:
            return [*table._places, (start, size)]


#: Damage that checksums must find: a tensor either fails or has its value.
HONEST: list[Callable[[random.Random, Files], str]] = [_flip, _flip, _flip, _cut, _hole, _swap, _lose]
#: Damage with right checksums: anything may come out that fits the files, but in bounded time and memory.
FORGED: list[Callable[[random.Random, Files], str]] = [_entry, _resealed]


def run(originals: dict[str, tuple[str, Files, Tensors]], count: int, seed: int) -> Iterator[tuple[str, str]]:
    """(damage, what came of it) for `count` damaged checkpoints. Raises AssertionError for a wrong outcome.

    Args:
      originals: name -> (prefix, its files, its tensors).
    """
    rng = random.Random(seed)
    tracemalloc.start()
    folder = Path(tempfile.mkdtemp())
    try:
        for i in range(count):
            prefix, files, tensors = originals[rng.choice(sorted(originals))]
            files = dict(files)
            forged = rng.random() < 0.3 and (any(n.endswith(".index") for n in files))
            kinds = FORGED if forged else HONEST
            what = ", ".join(rng.choice(kinds)(rng, files) for _ in range(1 if forged else rng.choice([1, 1, 2])))
            for old in folder.iterdir():
                old.unlink()
            for name, content in files.items():
                (folder / name).write_bytes(content)
            yield what, _outcome(str(folder / prefix), tensors, forged, f"seed {seed}, case {i}: {prefix}: {what}")
    finally:
        tracemalloc.stop()
        shutil.rmtree(folder)


def run_through(originals: dict[str, tuple[str, Files, Tensors]], step: int) -> Iterator[tuple[str, str]]:
    """Like `run`, for each file: every byte (or every `step`th) flipped, and the file cut there."""
    tracemalloc.start()
    try:
        for prefix, files, tensors in originals.values():
            with tempfile.TemporaryDirectory() as folder:
                for name, content in files.items():
                    (Path(folder) / name).write_bytes(content)
                for name, content in files.items():
                    path = Path(folder) / name
                    for at in range(0, len(content), step):
                        flipped = content[:at] + bytes([content[at] ^ (1 << at % 8)]) + content[at + 1 :]
                        for what, damaged in (("flipped", flipped), ("cut", content[:at])):
                            path.write_bytes(damaged)
                            text = f"{name}: {what} at {at}"
                            yield text, _outcome(str(Path(folder) / prefix), tensors, False, text)
                    path.write_bytes(content)
    finally:
        tracemalloc.stop()


def _outcome(prefix: str, tensors: Tensors, forged: bool, what: str) -> str:
    tracemalloc.reset_peak()
    before, start = tracemalloc.get_traced_memory()[0], time.perf_counter()
    outcome = "right"
    try:
        with open_checkpoint(prefix) as reader:
            for name in reader.tensors:
                try:
                    value: Any = reader.read(name)
                except FormatError as error:
                    assert str(error), what
                    outcome = type(error).__name__
                else:
                    if not forged:
                        assert name in tensors and _same(value, tensors[name]), f"{what}: a wrong value of {name}"
            if not forged:
                assert set(reader.tensors) <= set(tensors), f"{what}: names that never were"
    except FormatError as error:
        assert str(error), what
        outcome = type(error).__name__
    peak = tracemalloc.get_traced_memory()[1] - before
    assert peak < MEMORY, f"{what}: {peak} bytes of memory"
    assert time.perf_counter() - start < SECONDS, f"{what}: took {time.perf_counter() - start} s"
    return outcome


def recorded(golden: Path) -> dict[str, tuple[str, Files, Tensors]]:
    """The small recorded checkpoints."""
    out = {}
    for name, prefix in (("types", "types"), ("slices", "slices"), ("shards", "shards"), ("old", "old"), ("oldshards", "oldshards-*")):
        paths = [p for p in golden.iterdir() if p.name == name or p.name.startswith((name + ".", name + "-"))]
        out[name] = (prefix, {p.name: p.read_bytes() for p in paths}, read_all(str(golden / prefix)))
    return out


def main() -> None:
    """Prints how a long run went."""
    total = int(sys.argv[1]) if len(sys.argv) > 1 else 40000
    golden = Path(__file__).parent.parent / "golden" / "checkpoints"
    start = time.time()
    counts = Counter(outcome for _, outcome in run(recorded(golden), total, int(sys.argv[2]) if len(sys.argv) > 2 else 1))
    counts.update(outcome for _, outcome in run_through(recorded(golden), 1))
    total = counts.total()
    print(f"{total} damaged checkpoints in {time.time() - start:.0f} s: {dict(counts)}")


if __name__ == "__main__":
    main()
