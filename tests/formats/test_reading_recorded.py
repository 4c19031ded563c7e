"""Checkpoints that TensorFlow 1.15.5 wrote (tests/golden/record_checkpoints.py) read to what was written, and are written byte for byte."""

from __future__ import annotations

import json
from pathlib import Path

# tests/golden is on the path (see pyproject.toml)
import check_checkpoints_with_reference
import checkpoint_values as values
import ml_dtypes
import numpy as np
import pytest

from scopeflow.formats.bundle_reader import BundleReader
from scopeflow.formats.bundle_writer import BundleWriter, merge
from scopeflow.formats.checkpoint_messages import SavedTensorSlices
from scopeflow.formats.checkpoint_reader import CheckpointReader
from scopeflow.formats.checkpoints import open_checkpoint
from scopeflow.formats.element_types import NAMES, NUMPY_TYPES
from scopeflow.formats.failures import MismatchError, UnsupportedError
from scopeflow.formats.sorted_table import TableReader, TableWriter
from scopeflow.formats.tensor_slice import TensorSlice
from scopeflow.formats.v1_checkpoint import write_v1
from scopeflow.graph import dtypes

GOLDEN = Path(values.__file__).parent / "checkpoints"


def plain() -> dict[str, np.ndarray]:
    """The tensors that are stored whole."""
    out = dict(values.PLAIN) | dict(values.SHAPES) | {"bfloat16": values.BFLOAT16.astype(ml_dtypes.bfloat16)}
    return out | {name: v.view(dtypes.as_dtype(name).np_dtype) for name, v in values.QUANTIZED.items()}


def in_order() -> list[tuple[str, np.ndarray]]:
    """(name, value) as they were recorded."""
    return [(n, plain()[n]) for n in (*values.PLAIN, *values.SHAPES, "bfloat16", *values.QUANTIZED)]


def slices() -> list[tuple[str, TensorSlice, np.ndarray]]:
    return [(n, TensorSlice.parse(s), values.cut(values.WHOLE, s)) for n, specs in values.SLICES.items() for s in specs]


def same(found: np.ndarray, expected: np.ndarray) -> bool:
    return found.dtype == expected.dtype and found.shape == expected.shape and found.tolist() == expected.tolist()


@pytest.mark.parametrize("kind", ["types", "shards", "old", "oldshards-?????-of-00002"])
def test_every_type_reads(kind: str) -> None:
    with open_checkpoint(str(GOLDEN / kind)) as reader:
        for name, expected in plain().items():
            if not (kind.startswith("old") and name in values.NOT_IN_OLD):
                assert same(reader.read(name), expected), name


@pytest.mark.parametrize("kind", ["slices", "shards", "old", "oldshards-?????-of-00002"])
def test_slices_are_put_together(kind: str) -> None:
    with open_checkpoint(str(GOLDEN / kind)) as reader:
        for name in values.SLICES:
            assert same(reader.read(name), values.WHOLE), name
            for spec in ("0,2:-:-", "1,3:-:-", "-:1,2:-", "2,1:3,1:0,2", "0,5:0,4:0,3", "4,1:-:2,1"):
                assert same(reader.read_slice(name, TensorSlice.parse(spec)), values.cut(values.WHOLE, spec)), (name, spec)


def test_part_of_a_tensor_that_is_whole() -> None:
    with open_checkpoint(str(GOLDEN / "types")) as reader:
        assert same(reader.read_slice("deep", TensorSlice.parse("-:1,1:-:0,3:-")), values.SHAPES["deep"][:, 1:2, :, 0:3])
        assert same(reader.read_slice("string", TensorSlice.parse("1,1:-")), values.PLAIN["string"][1:])
        assert same(reader.read_slice("empty", TensorSlice.parse("-:1,1")), np.zeros([0, 1], np.float32))
        with pytest.raises(MismatchError, match="deep"):
            reader.read_slice("deep", TensorSlice.parse("-:1,9:-:0,3:-"))
        with pytest.raises(MismatchError, match="dimensions"):
            reader.read_slice("deep", TensorSlice.parse("-"))


@pytest.mark.parametrize("kind", ["types", "slices", "shards", "old", "oldshards-?????-of-00002"])
def test_verify_finds_nothing_wrong(kind: str) -> None:
    with open_checkpoint(str(GOLDEN / kind)) as reader:
        checked = list(reader.verify())
    assert {n for n, _ in checked} == set(reader.tensors)
    assert [e for _, e in checked if e] == []


def _bytes(folder: Path, name: str) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in sorted(folder.glob(name + ".*")) if p.suffix != ".gz"}


def test_bundles_are_written_byte_for_byte(tmp_path: Path) -> None:
    with BundleWriter(str(tmp_path / "types")) as out:
        for name, value in in_order():
            out.add(name, value)
    with BundleWriter(str(tmp_path / "slices")) as out:
        for name, part, value in slices():
            out.add_slice(name, values.WHOLE.shape, part, value)
    assert _bytes(tmp_path, "types") == _bytes(GOLDEN, "types")
    assert _bytes(tmp_path, "slices") == _bytes(GOLDEN, "slices")


def test_merged_bundles_are_byte_for_byte(tmp_path: Path) -> None:
    rows = [(n, p, v) for n, p, v in slices()] + [(n, None, v) for n, v in in_order()]
    parts = [str(tmp_path / f"temp{i}" / "part") for i in range(3)]
    for i, part in enumerate(parts):
        with BundleWriter(part) as out:
            for name, where, value in rows[i::3]:
                if where is None:
                    out.add(name, value)
                else:
                    out.add_slice(name, values.WHOLE.shape, where, value)
    merge(parts, str(tmp_path / "shards"))
    assert _bytes(tmp_path, "shards") == _bytes(GOLDEN, "shards")
    assert [list((tmp_path / f"temp{i}").iterdir()) for i in range(3)] == [[], [], []]


def test_old_checkpoints_are_written_byte_for_byte(tmp_path: Path) -> None:
    rows = [(n, v.shape, TensorSlice((None,) * v.ndim), v) for n, v in in_order() if n not in values.NOT_IN_OLD]
    rows += [(n, values.WHOLE.shape, part, v) for n, part, v in slices()]
    write_v1(str(tmp_path / "old"), rows)
    for i in range(2):
        write_v1(str(tmp_path / f"shard{i}"), rows[i::2])
    pairs = [("old", "old"), ("shard0", "oldshards-00000-of-00002"), ("shard1", "oldshards-00001-of-00002")]
    for mine, recorded in pairs:
        with TableReader(str(tmp_path / mine)) as a, TableReader(str(GOLDEN / recorded)) as b:
            (_, mine_head), *mine_rows = a
            (_, head), *rows_there = b
        assert mine_rows == rows_there
        assert _tensors(mine_head) == _tensors(head)


def _tensors(head: bytes) -> list[tuple[str, bytes, int, list[bytes]]]:
    """What a checkpoint of the first version says it holds; the reference leaves the order of a tensor's slices open."""
    meta = SavedTensorSlices.FromString(head).meta
    return [(t.name, t.shape.SerializeToString(), t.type, sorted(s.SerializeToString() for s in t.slice)) for t in meta.tensor]


def test_types_that_old_checkpoints_cannot_hold_are_refused(tmp_path: Path) -> None:
    for name in values.NOT_IN_OLD:
        with pytest.raises(UnsupportedError, match=f"Saving data type {name} not yet supported"):
            write_v1(str(tmp_path / "x"), [("x", (2,), TensorSlice((None,)), np.zeros(2, dtypes.as_dtype(name).np_dtype))])
    assert list(tmp_path.iterdir()) == []


def test_an_index_of_several_blocks(tmp_path: Path) -> None:
    path = GOLDEN / "blocks.index"
    with TableReader(str(path)) as table:
        entries = list(table)
        assert len(table._places) > 1
        assert [table.get(k) for k, _ in entries[::97]] == [v for _, v in entries[::97]]
        assert table.get(b"a/long") is table.get(b"zzz") is table.get(entries[5][0] + b"x") is None
    assert len(entries) == 2501
    with open(tmp_path / "copy", "wb") as file:
        writer = TableWriter(file)
        for key, value in entries:
            writer.add(key, value)
        writer.finish()
    assert (tmp_path / "copy").read_bytes() == path.read_bytes()


def test_the_types_are_those_of_the_graph() -> None:
    for number, name in NAMES.items():
        dtype = dtypes.as_dtype(number)
        assert dtype.proto_name == name
        if number in NUMPY_TYPES:
            assert dtype.np_dtype == NUMPY_TYPES[number]


def test_readers_close(tmp_path: Path) -> None:
    reader: CheckpointReader = BundleReader(str(GOLDEN / "shards"))
    for name in reader.tensors:
        reader.read(name)
    reader.close()
    reader.close()


def test_what_the_reference_has_read_is_what_is_written(tmp_path: Path) -> None:
    recorded = json.loads(Path(check_checkpoints_with_reference.RESULT).read_text())
    expected = check_checkpoints_with_reference.write(str(tmp_path))
    assert {n: len(t) for n, t in expected.items()} == recorded["checkpoints"]
    assert check_checkpoints_with_reference.file_hashes(str(tmp_path)) == recorded["files"]
