"""tf.train.CheckpointManager: keeps the last checkpoints of a tf.train.Checkpoint, and deletes older ones."""

from __future__ import annotations

import os
import time
from typing import Any

from ..graph.public import public
from .checkpoint import Checkpoint
from .checkpoint_management import get_checkpoint_state, log, remove_checkpoint, update_checkpoint_state_internal


@public("train.CheckpointManager", "contrib.checkpoint.CheckpointManager")
class CheckpointManager:
    """Saves `checkpoint` to `<directory>/<checkpoint_name>-<number>`; goes on with what the folder's `checkpoint` file lists.

    Args:
      max_to_keep: how many checkpoints are kept, the latest; all if None.
      keep_checkpoint_every_n_hours: one that is at least so much younger than the last that was kept for this reason stays for good.

    Raises:
      ValueError: `max_to_keep` is not positive.
    """

    def __init__(
        self,
        checkpoint: Checkpoint,
        directory: Any,
        max_to_keep: int | None,
        keep_checkpoint_every_n_hours: float | None = None,
        checkpoint_name: str = "ckpt",
    ):
        if max_to_keep is not None and max_to_keep <= 0:
            raise ValueError(f"Expected a positive integer or `None` for `max_to_keep`, got {max_to_keep}.")
        self._checkpoint = checkpoint
        self._directory = str(directory)
        self._max_to_keep, self._keep_checkpoint_every_n_hours = max_to_keep, keep_checkpoint_every_n_hours
        self._prefix = os.path.join(self._directory, checkpoint_name)
        self._latest_checkpoint: str | None = None
        #: name -> when it was written, in seconds since 1970: those that may be deleted, in order
        self._maybe_delete: dict[str, float] = {}
        state = get_checkpoint_state(self._directory)
        now = time.time()
        if state is None:
            self._last_preserved_timestamp = now
            return
        self._latest_checkpoint = state.model_checkpoint_path
        self._last_preserved_timestamp = state.last_preserved_timestamp
        times = list(state.all_model_checkpoint_timestamps)
        if len(times) != len(state.all_model_checkpoint_paths):
            times = [now] * len(state.all_model_checkpoint_paths)
        self._maybe_delete = dict(zip(state.all_model_checkpoint_paths, times))
        if self._latest_checkpoint and self._latest_checkpoint not in self._maybe_delete:
            self._maybe_delete[self._latest_checkpoint] = now

    @property
    def latest_checkpoint(self) -> str | None:
        """The name of the last checkpoint, to be passed to `Checkpoint.restore`; None if there is none."""
        return self._latest_checkpoint

    @property
    def checkpoints(self) -> list[str]:
        """The names of those that are kept, the oldest first; not those that stay for good."""
        return list(self._maybe_delete)

    def save(self, checkpoint_number: Any = None) -> str:
        """Writes a checkpoint in the default session, and deletes what is too old; returns its name.

        Args:
          checkpoint_number: its number; the checkpoint's `save_counter` if None.
        """
        from .checkpoint import _session

        counter = self._checkpoint.save_counter
        session = _session()
        with session.graph.as_default():
            if getattr(self, "_count", None) is None or self._count.graph is not session.graph:
                if not session.run(_is_initialized(counter)):
                    session.run(counter.initializer)
                self._count = counter.assign_add(1, read_value=True)
            number = session.run(self._count)
            if checkpoint_number is not None:
                number = session.run(checkpoint_number) if hasattr(checkpoint_number, "op") else int(checkpoint_number)
        path = self._checkpoint.write(f"{self._prefix}-{number}")
        self._maybe_delete.pop(path, None)
        self._maybe_delete[path] = time.time()
        self._latest_checkpoint = path
        # The file that lists them is written before anything is deleted, so that it never lists what is gone alone.
        self._record()
        self._sweep()
        self._record()
        return path

    def _record(self) -> None:
        names, times = list(self._maybe_delete), list(self._maybe_delete.values())
        update_checkpoint_state_internal(
            self._directory,
            model_checkpoint_path=self._latest_checkpoint,
            all_model_checkpoint_paths=names,
            all_model_checkpoint_timestamps=times,
            last_preserved_timestamp=self._last_preserved_timestamp,
            save_relative_paths=True,
        )

    def _sweep(self) -> None:
        if not self._max_to_keep:
            return
        while len(self._maybe_delete) > self._max_to_keep:
            name, written = next(iter(self._maybe_delete.items()))
            del self._maybe_delete[name]
            hours = self._keep_checkpoint_every_n_hours
            if hours is not None and written - hours * 3600 >= self._last_preserved_timestamp:
                self._last_preserved_timestamp = written
                continue
            try:
                remove_checkpoint(name)
            except OSError as error:
                log("warning", "Could not delete %s: %s", name, error)


def _is_initialized(variable: Any) -> Any:
    from ..variables.initialization import is_variable_initialized

    return is_variable_initialized(variable)
