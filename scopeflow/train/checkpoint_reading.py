"""Looking into checkpoints: what tensors one has, and their values, without a graph."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from typing import Any

from ..formats.checkpoints import open_checkpoint
from ..formats.element_types import name_of
from ..graph import errors
from ..graph.dtypes import DType, as_dtype
from ..graph.public import public
from ..ops.checkpoint import as_tf_errors
from .checkpoint_management import latest_checkpoint, log


@public("python.pywrap_tensorflow.CheckpointReader")
class CheckpointReader:
    """The tensors of a checkpoint of either version.

    Args:
      filepattern: the checkpoint's name.

    Raises:
      tf.errors.NotFoundError: there is none of that name.
      tf.errors.DataLossError: its index is damaged.
    """

    def __init__(self, filepattern: Any):
        with as_tf_errors():
            self._reader = open_checkpoint(os.fsdecode(filepattern))

    def get_variable_to_shape_map(self) -> dict[str, list[int]]:
        """Name -> shape."""
        return {name: list(info.shape) for name, info in self._reader.tensors.items()}

    def get_variable_to_dtype_map(self) -> dict[str, DType]:
        """Name -> type."""
        return {name: as_dtype(info.dtype) for name, info in self._reader.tensors.items()}

    def has_tensor(self, tensor_str: Any) -> bool:
        """Whether there is a tensor of that name."""
        return os.fsdecode(tensor_str) in self._reader.tensors

    def get_tensor(self, tensor_str: Any) -> Any:
        """A tensor's value, checked against its checksum.

        Raises:
          tf.errors.NotFoundError: there is none of that name.
          tf.errors.DataLossError, tf.errors.OutOfRangeError: its bytes are damaged.
        """
        if not isinstance(tensor_str, (str, bytes)):
            raise TypeError(f"Expected binary or unicode string, got {tensor_str!r}")
        name = os.fsdecode(tensor_str)
        if name not in self._reader.tensors:
            raise errors.NotFoundError(None, None, f"Key {name} not found in checkpoint")
        with as_tf_errors():
            value = self._reader.read(name)
        return value if value.ndim else value[()]

    def debug_string(self) -> bytes:
        """A line for each tensor: its name, type and shape."""
        lines = []
        for name, info in sorted(self._reader.tensors.items()):
            slices = f", {len(info.slices)} slices" if info.slices else ""
            lines.append(f"{name} (DT_{name_of(info.dtype).upper()}) [{','.join(map(str, info.shape))}]{slices}\n")
        return "".join(lines).encode()


@public("train.NewCheckpointReader", "python.pywrap_tensorflow.NewCheckpointReader")
def NewCheckpointReader(filepattern: Any) -> CheckpointReader:
    """A CheckpointReader. Raises as it does."""
    return CheckpointReader(filepattern)


def checkpoint_filename(ckpt_dir_or_file: Any) -> str | None:
    """A checkpoint's name, or the latest of a folder."""
    name = os.fsdecode(ckpt_dir_or_file)
    return latest_checkpoint(name) if os.path.isdir(name) else name


@public(
    "train.load_checkpoint",
    "contrib.framework.load_checkpoint",
    "python.training.checkpoint_utils.load_checkpoint",
    "contrib.framework.python.framework.checkpoint_utils.load_checkpoint",
)
def load_checkpoint(ckpt_dir_or_file: Any) -> CheckpointReader:
    """A CheckpointReader of a checkpoint, or of the latest of a folder.

    Raises:
      ValueError: the folder has none.
    """
    filename = checkpoint_filename(ckpt_dir_or_file)
    if filename is None:
        raise ValueError(f"Couldn't find 'checkpoint' file or checkpoints in given directory {os.fsdecode(ckpt_dir_or_file)}")
    return NewCheckpointReader(filename)


@public(
    "train.load_variable",
    "contrib.framework.load_variable",
    "python.training.checkpoint_utils.load_variable",
    "contrib.framework.python.framework.checkpoint_utils.load_variable",
)
def load_variable(ckpt_dir_or_file: Any, name: str) -> Any:
    """The value of a tensor of a checkpoint, or of the latest of a folder."""
    return load_checkpoint(ckpt_dir_or_file).get_tensor(name[:-2] if name.endswith(":0") else name)


@public(
    "train.list_variables",
    "contrib.framework.list_variables",
    "python.training.checkpoint_utils.list_variables",
    "contrib.framework.python.framework.checkpoint_utils.list_variables",
)
def list_variables(ckpt_dir_or_file: Any) -> list[tuple[str, list[int]]]:
    """(name, shape) of all tensors of a checkpoint, or of the latest of a folder, in the order of their names."""
    return sorted(load_checkpoint(ckpt_dir_or_file).get_variable_to_shape_map().items())


@public("contrib.training.wait_for_new_checkpoint", "python.training.checkpoint_utils.wait_for_new_checkpoint")
def wait_for_new_checkpoint(
    checkpoint_dir: Any, last_checkpoint: str | None = None, seconds_to_sleep: float = 1, timeout: float | None = None
) -> str | None:
    """Waits until a folder's latest checkpoint is another than `last_checkpoint`; None if that takes `timeout` seconds."""
    log("info", "Waiting for new checkpoint at %s", checkpoint_dir)
    stop = None if timeout is None else time.time() + timeout
    while True:
        found = latest_checkpoint(checkpoint_dir)
        if found is not None and found != last_checkpoint:
            log("info", "Found new checkpoint at %s", found)
            return found
        if stop is not None and time.time() + seconds_to_sleep > stop:
            return None
        time.sleep(seconds_to_sleep)


@public("train.checkpoints_iterator", "contrib.training.checkpoints_iterator", "python.training.checkpoint_utils.checkpoints_iterator")
def checkpoints_iterator(
    checkpoint_dir: Any, min_interval_secs: float = 0, timeout: float | None = None, timeout_fn: Callable[[], Any] | None = None
) -> Iterator[str]:
    """Yields the latest checkpoint of a folder again and again, whenever there is a new one.

    Args:
      checkpoint_dir: the folder.
      min_interval_secs: the least time between two.
      timeout: how many seconds to wait for one; without end if None.
      timeout_fn: called after that: the iterator ends if it gives something true, or if there is no function.
    """
    found: str | None = None
    while True:
        new = wait_for_new_checkpoint(checkpoint_dir, found, timeout=timeout)
        if new is None:
            if not timeout_fn:
                log("info", "Timed-out waiting for a checkpoint.")
                return
            if timeout_fn():
                return
            continue
        start = time.time()
        found = new
        yield found
        left = start + min_interval_secs - time.time()
        if left > 0:
            time.sleep(left)
