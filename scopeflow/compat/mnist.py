"""tensorflow.examples.tutorials.mnist.input_data: the digits data set as tutorials load it."""

from __future__ import annotations

import gzip
import os
import urllib.request
from typing import Any, NamedTuple

import numpy as np

from ..graph import dtypes
from ..graph.public import export, public

_URL = "https://storage.googleapis.com/cvdf-datasets/mnist/"
_FILES = ("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz", "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz")


class Datasets(NamedTuple):
    """The three parts."""

    train: Any
    validation: Any
    test: Any


class DataSet:
    """Images with their labels, dealt out in shuffled batches.

    Args:
      images: uint8 `[count, height, width, 1]`.
      labels: `[count]`, or `[count, 10]` for one-hot ones.
      fake_data: deal out constant examples (for trying a program without data).
      dtype: tf.uint8, or tf.float32 for values in [0, 1].
      reshape: flatten each image.
      seed: of the shuffling.
    """

    def __init__(
        self,
        images: Any,
        labels: Any,
        fake_data: bool = False,
        one_hot: bool = False,
        dtype: Any = dtypes.float32,
        reshape: bool = True,
        seed: Any = None,
    ):
        # the program's own NumPy generator, seeded here: later numbers of the program depend on it, as in TensorFlow
        np.random.seed(seed if seed is not None else np.random.randint(2**31 - 1))
        dtype = dtypes.as_dtype(dtype).base_dtype
        if dtype not in (dtypes.uint8, dtypes.float32):
            raise TypeError(f"Invalid image dtype {dtype!r}, expected uint8 or float32")
        self.one_hot = one_hot
        self._fake = fake_data
        if fake_data:
            self._num_examples = 10000
        else:
            if images.shape[0] != labels.shape[0]:
                raise ValueError(f"images.shape: {images.shape} labels.shape: {labels.shape}")
            self._num_examples = images.shape[0]
            if reshape:
                images = images.reshape(images.shape[0], -1)
            if dtype is dtypes.float32:
                images = np.multiply(images.astype(np.float32), 1.0 / 255.0)
        self._images, self._labels = images, labels
        self._epochs_completed = 0
        self._at = 0

    @property
    def images(self) -> Any:
        return self._images

    @property
    def labels(self) -> Any:
        return self._labels

    @property
    def num_examples(self) -> int:
        return self._num_examples

    @property
    def epochs_completed(self) -> int:
        return self._epochs_completed

    def _shuffle(self) -> None:
        order = np.arange(self._num_examples)
        np.random.shuffle(order)
        self._images, self._labels = self._images[order], self._labels[order]

    def next_batch(self, batch_size: int, fake_data: bool = False, shuffle: bool = True) -> tuple[Any, Any]:
        """The next `batch_size` (images, labels); reshuffled after each pass over the data."""
        if fake_data or self._fake:
            label: Any = [1] + [0] * 9 if self.one_hot else 0
            return [[1] * 784 for _ in range(batch_size)], [label for _ in range(batch_size)]
        start = self._at
        if self._epochs_completed == 0 and start == 0 and shuffle:
            self._shuffle()
        if start + batch_size <= self._num_examples:
            self._at += batch_size
            return self._images[start : self._at], self._labels[start : self._at]
        self._epochs_completed += 1
        rest = self._images[start:], self._labels[start:]
        if shuffle:
            self._shuffle()
        self._at = batch_size - (self._num_examples - start)
        return np.concatenate([rest[0], self._images[: self._at]]), np.concatenate([rest[1], self._labels[: self._at]])


def _read_idx(path: str) -> np.ndarray:
    with gzip.open(path, "rb") as f:
        data = f.read()
    if data[:3] != b"\x00\x00\x08":
        raise ValueError(f"{path} is not an idx file of bytes")
    rank = data[3]
    shape = np.frombuffer(data, ">u4", rank, 4)
    return np.frombuffer(data, np.uint8, offset=4 + 4 * rank).reshape(shape)


def _obtain(folder: str, name: str, url: str) -> str:
    path = os.path.join(folder, name)
    if not os.path.exists(path):
        os.makedirs(folder, exist_ok=True)
        try:
            urllib.request.urlretrieve(url + name, path + ".part")
        except OSError as error:
            raise FileNotFoundError(
                f"{path} is missing and could not be fetched from {url + name} ({error}): put the file there and run again."
            ) from error
        os.replace(path + ".part", path)
        print("Successfully downloaded", name, os.path.getsize(path), "bytes.")
    return path


@public("examples.tutorials.mnist.input_data.read_data_sets", "contrib.learn.datasets.mnist.read_data_sets")
def read_data_sets(
    train_dir: str,
    fake_data: bool = False,
    one_hot: bool = False,
    dtype: Any = dtypes.float32,
    reshape: bool = True,
    validation_size: int = 5000,
    seed: Any = None,
    source_url: str = _URL,
) -> Datasets:
    """The handwritten digits of MNIST from `train_dir`; files that are missing are fetched from `source_url`.

    Raises:
      ValueError: `validation_size` is not between 0 and the number of training images.
      FileNotFoundError: a file is neither there nor can be fetched.
    """
    options = {"dtype": dtype, "reshape": reshape, "seed": seed}
    if fake_data:
        return Datasets(*(DataSet([], [], fake_data=True, one_hot=one_hot, **options) for _ in range(3)))
    images, labels, test_images, test_labels = (_read_idx(_obtain(train_dir, name, source_url or _URL)) for name in _FILES)
    images, test_images = images[..., np.newaxis], test_images[..., np.newaxis]
    if one_hot:
        labels, test_labels = (np.eye(10)[x] for x in (labels, test_labels))
    if not 0 <= validation_size <= len(images):
        raise ValueError(f"Validation size should be between 0 and {len(images)}. Received: {validation_size}.")
    n = validation_size
    return Datasets(
        DataSet(images[n:], labels[n:], **options), DataSet(images[:n], labels[:n], **options), DataSet(test_images, test_labels, **options)
    )


@public("contrib.learn.datasets.mnist.load_mnist")
def load_mnist(train_dir: str = "MNIST-data") -> Datasets:
    """`read_data_sets` with its defaults."""
    return read_data_sets(train_dir)


export(DataSet, "contrib.learn.datasets.mnist.DataSet")
