"""Tensor bundles: what they refuse, byte order, memory, what a killed writer leaves."""

from __future__ import annotations

import os
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from scopeflow.formats import bundle_reader
from scopeflow.formats.bundle_reader import BundleReader, data_path, index_path
from scopeflow.formats.bundle_writer import BundleWriter, merge, publish
from scopeflow.formats.checkpoint_messages import BundleEntryProto, BundleHeaderProto
from scopeflow.formats.checkpoints import checkpoint_files, open_checkpoint
from scopeflow.formats.crc import crc32c, mask
from scopeflow.formats.failures import CorruptError, FormatError, MismatchError, MissingError, UnsupportedError
from scopeflow.formats.safe_files import create_temporary
from scopeflow.formats.sorted_table import TableWriter
from scopeflow.formats.tensor_slice import TensorSlice, disjoint, parse_shape_and_slice


def write(prefix: Path, **tensors: object) -> str:
    with BundleWriter(str(prefix)) as out:
        for name, value in tensors.items():
            out.add(name, np.asarray(value))
    return str(prefix)


def by_hand(prefix: Path, header: BundleHeaderProto, entries: dict[str, BundleEntryProto], data: bytes) -> str:
    """A bundle with an index of one's own."""
    with open(index_path(str(prefix)), "wb") as file:
        table = TableWriter(file)
        table.add(b"", header.SerializeToString())
        for name in sorted(entries):
            table.add(name.encode(), entries[name].SerializeToString())
        table.finish()
    Path(data_path(str(prefix), 0, 1)).write_bytes(data)
    return str(prefix)


def entry(dtype: int, shape: list[int], data: bytes, offset: int = 0) -> BundleEntryProto:
    out = BundleEntryProto(dtype=dtype, offset=offset, size=len(data), crc32c=mask(crc32c(data)))
    out.shape.SetInParent()
    for size in shape:
        out.shape.dim.add(size=size)
    return out


def test_big_endian_bundles(tmp_path: Path) -> None:
    values = {"f": np.array([[1.5, -2.0]], np.float32), "c": np.array([1 + 2j], np.complex64), "h": np.array([258], np.int16)}
    data, entries = b"", {}
    for name, value in values.items():
        raw = value.astype(value.dtype.newbyteorder(">")).tobytes()
        entries[name] = entry({"f": 1, "c": 8, "h": 5}[name], list(value.shape), raw, len(data))
        data += raw
    # strings: the lengths' checksum is of big-endian words too
    words = (2).to_bytes(4, "big") + (0).to_bytes(4, "big")
    check = mask(crc32c(words)).to_bytes(4, "big")
    raw = b"\x02\x00" + check + b"ab"
    entries["s"] = entry(7, [2], raw, len(data))
    entries["s"].crc32c = mask(crc32c(b"ab", crc32c(check, crc32c(words))))
    path = by_hand(tmp_path / "big", BundleHeaderProto(num_shards=1, endianness=1), entries, data + raw)
    with BundleReader(path) as reader:
        for name, value in values.items():
            assert reader.read(name).tolist() == value.tolist() and reader.read(name).dtype == value.dtype
        assert reader.read_slice("f", TensorSlice.parse("-:1,1")).tolist() == [[-2.0]]
        assert reader.read("s").tolist() == [b"ab", b""]


@pytest.mark.parametrize(
    "header, text, kind",
    [
        ({"num_shards": 0}, "0 data files", CorruptError),
        ({"num_shards": 1, "endianness": 2}, "byte order 2", CorruptError),
        ({"num_shards": 1, "version": {"min_consumer": 9}}, "readers of version 9; this is version 1", UnsupportedError),
        ({"num_shards": 1, "version": {"bad_consumers": [1]}}, "readers of version", UnsupportedError),
    ],
)
def test_headers_that_are_refused(tmp_path: Path, header: dict, text: str, kind: type) -> None:
    version = header.pop("version", {})
    message = BundleHeaderProto(**header)
    for key, value in version.items():
        if isinstance(value, list):
            getattr(message.version, key).extend(value)
        else:
            setattr(message.version, key, value)
    path = by_hand(tmp_path / "x", message, {}, b"")
    with pytest.raises(kind, match=text):
        BundleReader(path)


@pytest.mark.parametrize(
    "dtype, shape, data, offset, text, kind",
    [
        (20, [], b"x", 0, "the resource type cannot be read", UnsupportedError),
        (99, [], b"x", 0, "unknown type 99", UnsupportedError),
        (1, [2], b"1234", 0, "shape .2. of float takes 8", CorruptError),
        (1, [1 << 40, 1 << 40], b"1234", 0, "Invalid size", CorruptError),
        (1, [0, 1 << 62, 1 << 62], b"", 0, "which no array has", CorruptError),
        (10, [2], b"\x01\x02", 0, "other bytes than 0 and 1", CorruptError),
        (7, [1 << 40], b"1234567", 0, "do not fit 7 bytes", CorruptError),
        (7, [1], b"\x01\0\0\0\0", 0, "lengths of its strings are damaged", CorruptError),
        (1, [1], b"1234", 7, "Read less bytes than requested: 4 bytes at 7, but the file ends at 4", FormatError),
        (1, [1], b"1234", -1, "Invalid size in bundle entry: 4 at -1", CorruptError),
    ],
)
def test_entries_that_are_refused(tmp_path: Path, dtype: int, shape: list[int], data: bytes, offset: int, text: str, kind: type) -> None:
    path = by_hand(tmp_path / "x", BundleHeaderProto(num_shards=1), {"t": entry(dtype, shape, data, offset)}, data)
    with BundleReader(path) as reader, pytest.raises(kind, match=text):
        reader.read("t")


def test_too_many_dimensions_are_refused(tmp_path: Path) -> None:
    path = by_hand(tmp_path / "x", BundleHeaderProto(num_shards=1), {"t": entry(1, [1] * 65, b"1234")}, b"1234")
    with pytest.raises(UnsupportedError, match="65 dimensions"):
        BundleReader(path)


def test_what_a_writer_refuses(tmp_path: Path) -> None:
    out = BundleWriter(str(tmp_path / "x"))
    out.add("a", np.zeros(2))
    with pytest.raises(MismatchError, match="Adding duplicate key: a"):
        out.add("a", np.zeros(2))
    with pytest.raises(MismatchError, match="another tensor already"):
        out.add_slice("a", [4], TensorSlice.parse("0,2"), np.zeros(2))
    out.add_slice("p", [4], TensorSlice.parse("0,2"), np.zeros(2))
    with pytest.raises(MismatchError, match="another tensor already"):
        out.add_slice("p", [5], TensorSlice.parse("2,2"), np.zeros(2))
    with pytest.raises(MismatchError, match="does not match the shape of the tensor to save"):
        out.add_slice("p", [4], TensorSlice.parse("2,2"), np.zeros(3))
    with pytest.raises(TypeError, match="no checkpoint holds"):
        out.add("d", np.zeros(2, "M8[s]"))
    out.discard()
    assert list(tmp_path.iterdir()) == []


def test_bundles_that_cannot_be_merged(tmp_path: Path) -> None:
    a, b = write(tmp_path / "a", x=1), write(tmp_path / "b", x=2)
    with pytest.raises(MismatchError, match="another of the bundles"):
        merge([a, b], str(tmp_path / "c"))
    with pytest.raises(MissingError):
        merge([a, str(tmp_path / "none")], str(tmp_path / "c"))
    assert BundleReader(a).read("x") == 1 and BundleReader(b).read("x") == 2


@pytest.mark.parametrize("text", ["4", "4 3 0", "4 3 a:-", "4 3 3,2:-", "x 3 -:-", "4 3 0,-1:-", "4 3 -1,2:-", "4 3 0,0:-", "4 3 0,2,1:-"])
def test_slices_that_are_refused(text: str) -> None:
    with pytest.raises(MismatchError):
        parse_shape_and_slice(text)


def test_slices_that_overlap_are_found() -> None:
    def parts(*specs: str) -> list:
        return [TensorSlice.parse(s).within([4, 4]) for s in specs]

    assert disjoint(parts("0,2:-", "2,2:-")) and disjoint(parts("0,2:0,2", "0,2:2,2", "2,2:0,1", "2,2:1,3"))
    assert not disjoint(parts("0,2:-", "1,2:-")) and not disjoint(parts("0,2:0,3", "0,2:2,2")) and not disjoint(parts("-:-", "-:-"))


def test_slices_that_do_not_cover_what_is_asked(tmp_path: Path) -> None:
    with BundleWriter(str(tmp_path / "x")) as out:
        out.add_slice("p", [6], TensorSlice.parse("0,2"), np.arange(2.0))
        out.add_slice("p", [6], TensorSlice.parse("4,2"), np.arange(2.0))
    with BundleReader(str(tmp_path / "x")) as reader:
        assert reader.read_slice("p", TensorSlice.parse("5,1")).tolist() == [1.0]
        for spec in ("1,3", "-"):
            with pytest.raises(MismatchError, match="Does not have sufficient slices for partitioned tensor p"):
                reader.read_slice("p", TensorSlice.parse(spec))
        assert [str(e) for _, e in reader.verify()] != ["None"]


def test_reading_takes_no_more_memory_than_the_tensor(tmp_path: Path) -> None:
    size = 32 << 20
    with BundleWriter(str(tmp_path / "x")) as out:
        out.add("whole", np.ones(size // 4, np.float32))
        for i in range(2):
            out.add_slice("parts", [2, size // 8], TensorSlice.parse(f"{i},1:-"), np.ones([1, size // 8], np.float32))
    tracemalloc.start()
    try:
        with BundleReader(str(tmp_path / "x")) as reader:
            for read, most in (
                (lambda: reader.read("whole"), size),
                (lambda: reader.read("parts"), size * 3 // 2),
                (lambda: reader.read_slice("whole", TensorSlice.parse("5,1000")), 1 << 16),
            ):
                tracemalloc.reset_peak()
                before = tracemalloc.get_traced_memory()[0]
                value = read()
                assert tracemalloc.get_traced_memory()[1] - before < most + (1 << 20)
                del value
    finally:
        tracemalloc.stop()


def test_writing_copies_nothing(tmp_path: Path) -> None:
    value = np.ones(8 << 20, np.float32)
    tracemalloc.start()
    try:
        with BundleWriter(str(tmp_path / "x")) as out:
            out.add("x", value)
        assert tracemalloc.get_traced_memory()[1] < 1 << 20
    finally:
        tracemalloc.stop()


def test_an_index_that_changes_is_read_again(tmp_path: Path) -> None:
    for i in range(3):
        path = write(tmp_path / "x", a=i)
        with BundleReader(path) as reader:
            assert reader.read("a") == i
    assert bundle_reader._last is not None


def test_replacing_without_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a file system without hard links the new data keep the spare name; the next save brings the usual names back."""
    path = write(tmp_path / "x", a=1)

    def no_links(*unused: object) -> None:
        raise OSError("not here")

    monkeypatch.setattr(os, "link", no_links)
    write(tmp_path / "x", a=2)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["x.data-00000-of-00002", "x.index"]
    assert BundleReader(path).read("a") == 2
    monkeypatch.undo()
    write(tmp_path / "x", a=3)
    assert BundleReader(path).read("a") == 3
    assert "x.data-00000-of-00001" in [p.name for p in tmp_path.iterdir()]


class Cut(BaseException):
    """The power goes."""


def cut_after(steps: int, patch: pytest.MonkeyPatch, action: Callable[[], object]) -> bool:
    """Does something of which only the first `steps` system calls that change names take place; gives whether that was all of it."""
    count = 0

    def counting(real: Callable[..., object]) -> Callable[..., object]:
        def call(*arguments: object, **keywords: object) -> object:
            nonlocal count
            if count == steps:
                raise Cut
            count += 1
            return real(*arguments, **keywords)

        return call

    with patch.context() as inner:
        for name in ("replace", "link", "remove", "rename"):
            inner.setattr(os, name, counting(getattr(os, name)))
        try:
            action()
        except Cut:
            return False
    return True


def number_in(path: str) -> int:
    """The number a checkpoint was filled with; it must not be a mixture."""
    with BundleReader(path) as reader:
        values = {*reader.read("a").tolist(), float(reader.read("b"))}
    assert len(values) == 1, f"a mixture of {values}"
    return int(values.pop())


@pytest.mark.parametrize("shards", [1, 2])
def test_at_every_step_of_replacing_it_is_one_or_the_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shards: int) -> None:
    """Three saves under one name, of which the second and the third are cut short anywhere."""
    monkeypatch.setattr(os, "fsync", lambda fd: None)

    def save(path: str, value: int) -> None:
        rows = {"a": np.full(5, value, np.float64), "b": np.array(value)}
        if shards == 1:
            write(Path(path), **rows)
        else:
            parts = [write(Path(f"{path}_temp{value}{n}"), **{n: v}) for n, v in rows.items()]
            merge(parts, path)

    case = 0
    for second in range(30):
        for third in range(30):
            case += 1
            path = str(tmp_path / str(case) / "x")
            save(path, 1)
            whole = cut_after(second, monkeypatch, lambda path=path: save(path, 2))
            found = number_in(path)
            assert found == 2 if whole else found in (1, 2)
            done = cut_after(third, monkeypatch, lambda path=path: save(path, 3))
            assert number_in(path) == 3 if done else number_in(path) in (found, 3)
            save(path, 4)
            assert number_in(path) == 4 and Path(data_path(path, 0, shards)).exists()
            if done:
                break
        if whole:
            break
    assert case > 30


def test_what_a_killed_writer_left_is_removed(tmp_path: Path) -> None:
    pid = os.fork()
    if pid == 0:
        out = BundleWriter(str(tmp_path / "x"))
        out.add("a", np.zeros(100))
        os._exit(0)
    os.waitpid(pid, 0)
    (left,) = tmp_path.iterdir()
    write(tmp_path / "y", a=1)
    assert left.exists()  # too young: its writer might be about to lock it
    long_ago = time.time() - 1000
    os.utime(left, (long_ago, long_ago))
    file, alive = create_temporary(str(tmp_path / "z"))
    os.utime(alive, (long_ago, long_ago))
    write(tmp_path / "y", a=2)
    assert not left.exists() and os.path.exists(alive)
    file.close()


def test_names_of_parts_lead_to_the_checkpoint(tmp_path: Path) -> None:
    path = write(tmp_path / "x", a=1)
    with pytest.raises(CorruptError, match="is a part of the checkpoint .*x: give that name"):
        open_checkpoint(path + ".data-00000-of-00001")
    with pytest.raises(MissingError, match="Failed to find any matching files for"):
        open_checkpoint(str(tmp_path / "nothing"))
    with pytest.raises(MismatchError, match="Failed to get matching files"):
        open_checkpoint(str(tmp_path / "no" / "folder"))
    assert checkpoint_files(path) == [path + ".index", path + ".data-00000-of-00001"]


def test_publish_of_an_empty_bundle(tmp_path: Path) -> None:
    file, data = create_temporary(str(tmp_path / "d"))
    file.close()
    publish(str(tmp_path / "x"), [data], {})
    with BundleReader(str(tmp_path / "x")) as reader:
        assert reader.tensors == {}
