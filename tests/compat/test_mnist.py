"""The tutorial's data set, from files made here."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest

import scopeflow as tf
from scopeflow.compat import mnist


def write_idx(path: Path, array: np.ndarray) -> None:
    with gzip.open(path, "wb") as f:
        f.write(bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape) + array.astype(np.uint8).tobytes())


@pytest.fixture
def folder(tmp_path: Path) -> str:
    random = np.random.RandomState(0)
    for name, shape in zip(mnist._FILES, [(20, 28, 28), (20,), (6, 28, 28), (6,)]):
        write_idx(tmp_path / name, random.randint(0, 10, shape))
    return str(tmp_path)


def test_read_data_sets(folder: str) -> None:
    read = tf.examples.tutorials.mnist.input_data.read_data_sets
    data = read(folder, one_hot=True, validation_size=5)
    assert [part.num_examples for part in data] == [15, 5, 6]
    assert data.train.images.shape == (15, 784) and data.train.images.dtype == np.float32
    assert data.test.labels.shape == (6, 10)
    assert read(folder, reshape=False, validation_size=0, dtype=tf.uint8).train.images.shape == (20, 28, 28, 1)
    with pytest.raises(ValueError, match=r"between 0 and 20. Received: 21"):
        read(folder, validation_size=21)


def test_batches_are_those_of_tensorflow() -> None:
    data = mnist.DataSet(np.arange(20, dtype=np.uint8).reshape(5, 2, 2, 1), np.arange(5), seed=3)
    assert data.images.max() == pytest.approx(19 / 255)
    batches = [data.next_batch(3)[1].tolist() for _ in range(4)]
    assert batches == [[3, 4, 1], [0, 2, 1], [4, 0, 2], [3, 1, 3]]
    assert data.epochs_completed == 2
    assert data.next_batch(2, shuffle=False)[1].tolist() == [4, 0]


def test_fake_data() -> None:
    data = mnist.DataSet([], [], fake_data=True)
    assert data.next_batch(1, True)[1] == [0]


def test_a_missing_file_says_where_to_put_it(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="put the file there"):
        mnist.read_data_sets(str(tmp_path), source_url="file:///nowhere/")
