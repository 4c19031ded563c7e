"""A damaged checkpoint gives a clear error or the right value: never a crash, a hang, a wrong value, or memory beyond its size."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import checkpoint_values
import pytest

sys.path.insert(0, str(Path(__file__).parent))
import damage  # noqa: E402

GOLDEN = Path(checkpoint_values.__file__).parent / "checkpoints"


def test_random_damage() -> None:
    counts = Counter(outcome for _, outcome in damage.run(damage.recorded(GOLDEN), 500, seed=11))
    assert counts.total() == 500 and counts["right"] < 100 < counts["CorruptError"] and counts["TruncatedError"] and counts["MissingError"]


def test_bytes_flipped_and_files_cut() -> None:
    counts = Counter(outcome for _, outcome in damage.run_through(damage.recorded(GOLDEN), 53))
    assert counts.total() > 300
    # Nothing in these files can change unnoticed but what no reader looks at: padding, and the place of the empty meta index.
    assert counts["right"] < counts.total() // 10


@pytest.mark.slow
def test_much_random_damage() -> None:
    assert Counter(outcome for _, outcome in damage.run(damage.recorded(GOLDEN), 20000, seed=12)).total() == 20000


@pytest.mark.slow
def test_every_byte_flipped_and_every_cut() -> None:
    counts = Counter(outcome for _, outcome in damage.run_through(damage.recorded(GOLDEN), 1))
    assert counts["right"] < counts.total() // 10


def test_keys_cannot_unpack_to_more_than_the_file(tmp_path: Path) -> None:
    """Every entry shares a long key with the one before: 40 bytes each in the file, 60,000 in memory."""
    from scopeflow.formats.failures import CorruptError
    from scopeflow.formats.sorted_table import TableReader, TableWriter

    with open(tmp_path / "bomb", "wb") as file:
        table = TableWriter(file, block_size=1 << 30)
        table._block._interval = 1 << 30
        for i in range(3000):
            table.add(b"k" * 60000 + i.to_bytes(4, "big"), b"")
        table.finish()
    with TableReader(str(tmp_path / "bomb")) as table:
        with pytest.raises(CorruptError, match="keys unpack to too many times"):
            list(table)
