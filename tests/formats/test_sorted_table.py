"""Sorted tables, the keys of slices, Snappy blocks, varints."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scopeflow.formats import varint
from scopeflow.formats.crc import crc32c, mask, unmask
from scopeflow.formats.failures import CorruptError, FormatError, MissingError
from scopeflow.formats.ordered_code import slice_key
from scopeflow.formats.snappy import decompress
from scopeflow.formats.sorted_table import TableReader, TableWriter, _after, _between
from scopeflow.formats.tensor_slice import TensorSlice


def write(path: Path, entries: dict[bytes, bytes], block_size: int = 1 << 18) -> Path:
    with open(path, "wb") as file:
        table = TableWriter(file, block_size)
        for key in sorted(entries):
            table.add(key, entries[key])
        table.finish()
    return path


@given(st.dictionaries(st.binary(max_size=12), st.binary(max_size=40), max_size=60), st.sampled_from([1, 40, 300, 1 << 18]))
def test_round_trip(tmp_path_factory: pytest.TempPathFactory, entries: dict[bytes, bytes], block_size: int) -> None:
    path = write(tmp_path_factory.mktemp("t") / "table", entries, block_size)
    with TableReader(str(path)) as table:
        assert list(table) == sorted(entries.items())
        for key in entries:
            assert table.get(key) == entries[key]
            assert (table.get(key + b"\0") is None) == (key + b"\0" not in entries)


@given(st.binary(max_size=6), st.binary(max_size=6))
def test_separators(a: bytes, b: bytes) -> None:
    low, high = sorted((a, b))
    if low != high:
        assert low <= _between(low, high) < high
    assert a <= _after(a)


def test_keys_must_increase(tmp_path: Path) -> None:
    with open(tmp_path / "t", "wb") as file:
        table = TableWriter(file)
        table.add(b"b", b"")
        for key in (b"b", b"a"):
            with pytest.raises(ValueError, match="keys out of order"):
                table.add(key, b"")


def test_what_is_no_table(tmp_path: Path) -> None:
    with pytest.raises(MissingError, match="nothing; No such file"):
        TableReader(str(tmp_path / "nothing"))
    (tmp_path / "short").write_bytes(b"x" * 47)
    with pytest.raises(CorruptError, match="too short"):
        TableReader(str(tmp_path / "short"))
    (tmp_path / "other").write_bytes(b"x" * 100)
    with pytest.raises(CorruptError, match="bad magic number"):
        TableReader(str(tmp_path / "other"))
    with pytest.raises(FormatError, match="directory"):
        TableReader(str(tmp_path))


def _with_block(path: Path, kind: int, block: bytes) -> None:
    """A table with one data block of a given compression."""
    data = block + bytes([kind])
    data += struct.pack("<I", mask(crc32c(data)))
    place = varint.put(0) + varint.put(len(block))
    entry = varint.put(0) + varint.put(1) + varint.put(len(place)) + b"z" + place
    index = entry + struct.pack("<II", 0, 1)
    start = len(data)
    sealed = index + b"\0"
    data += sealed + struct.pack("<I", mask(crc32c(sealed)))
    footer = varint.put(0) + varint.put(0) + varint.put(start) + varint.put(len(index))
    path.write_bytes(data + footer.ljust(40, b"\0") + struct.pack("<Q", 0xDB4775248B80FB57))


def test_snappy_blocks(tmp_path: Path) -> None:
    # one entry: key "a", value 100 times "xy": a literal, then copies that overlap what they make
    plain = varint.put(0) + varint.put(1) + varint.put(200) + b"a" + b"xy" * 100 + struct.pack("<II", 0, 1)
    head = plain[:7]
    packed = varint.put(len(plain)) + bytes([(len(head) - 1) << 2]) + head
    left = 198
    while left:
        n = min(left, 64)
        packed += bytes([(n - 1) << 2 | 2]) + struct.pack("<H", 2)
        left -= n
    tail = plain[-8:]
    packed += bytes([(len(tail) - 1) << 2]) + tail
    assert decompress(packed) == plain
    _with_block(tmp_path / "t", 1, packed)
    with TableReader(str(tmp_path / "t")) as table:
        assert table.get(b"a") == b"xy" * 100
    _with_block(tmp_path / "t", 2, packed)
    with TableReader(str(tmp_path / "t")) as table, pytest.raises(CorruptError, match="unknown compression 2"):
        table.get(b"a")
    _with_block(tmp_path / "t", 1, packed[:-3])
    with TableReader(str(tmp_path / "t")) as table, pytest.raises(CorruptError, match="end early"):
        table.get(b"a")


@pytest.mark.parametrize(
    "data, text",
    [
        (varint.put(1 << 40) + b"\0a", "claim to hold"),
        (varint.put(4) + bytes([3 << 2 | 1, 9]), "before their start"),
        (varint.put(4) + bytes([61 << 2, 255, 255]), "end early"),
        (varint.put(4) + b"\0a", "hold 1 bytes where 4"),
        (varint.put(1) + b"\x04ab", "hold 2 bytes where 1"),
        (b"\xff" * 11, "does not end"),
    ],
)
def test_snappy_that_is_damaged(data: bytes, text: str) -> None:
    with pytest.raises(CorruptError, match=text):
        decompress(data)


@given(st.integers(0, 2**64 - 1))
def test_varint(value: int) -> None:
    data = varint.put(value)
    assert varint.get(data + b"\xff", 0, len(data)) == (value, len(data))
    with pytest.raises(CorruptError):
        varint.get(data[:-1], 0, len(data) - 1)


@given(st.integers(0, 2**32 - 1))
def test_mask(crc: int) -> None:
    assert unmask(mask(crc)) == crc


def test_crc_of_parts_and_of_a_known_string() -> None:
    # RFC 3720, section B.4: 32 bytes of zeros
    assert crc32c(b"\0" * 32) == 0x8A9136AA
    assert crc32c(b"456789", crc32c(b"123")) == crc32c(b"123456789") == 0xE3069283


def test_keys_of_slices_are_those_of_the_reference() -> None:
    """Recorded with the reference: the keys of SaveV2 with the slices "4 3 0,2:-" and "4 3 2,2:-" of `w`."""
    assert slice_key(b"w", TensorSlice.parse("0,2:-")) == b"\x00w\x00\x01\x01\x02\x80\x82\x80\x7f"
    assert slice_key(b"w", TensorSlice.parse("2,2:-")) == b"\x00w\x00\x01\x01\x02\x82\x82\x80\x7f"
    assert slice_key(b"a\0b\xff", TensorSlice(())) == b"\x00a\x00\xffb\xff\x00\x00\x01\x00"


@given(
    st.lists(st.tuples(st.integers(0, 2**62), st.integers(1, 2**62)), max_size=3), st.lists(st.integers(0, 2**62), min_size=2, max_size=2)
)
def test_keys_of_slices_sort_as_they_start(extents: list[tuple[int, int]], starts: list[int]) -> None:
    low, high = (slice_key(b"n", TensorSlice((*extents, (s, 5)))) for s in sorted(starts))
    assert low <= high and (low == high) == (starts[0] == starts[1])
