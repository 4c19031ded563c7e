"""Which checkpoints a folder has: the `checkpoint` state file, finding the latest, dates, removing."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from typing import Any

from ..formats.bundle_reader import index_path
from ..formats.checkpoint_messages import CheckpointState
from ..formats.checkpoint_state import read_state, write_state
from ..formats.failures import FormatError
from ..formats.v1_checkpoint import matching
from ..graph import errors
from ..graph.public import TABLE, export, public
from ..ops.checkpoint import as_tf_errors

export(CheckpointState, "python.training.checkpoint_state_pb2.CheckpointState", "python.training.checkpoint_management.CheckpointState")


def log(level: str, message: str, *args: Any) -> None:
    """A message through tf.logging."""
    TABLE["logging." + level](message, *args)


def _path(name: Any) -> str:
    return os.fsdecode(name)


def state_path(save_dir: Any, latest_filename: str | None) -> str:
    """The state file of a folder."""
    return os.path.join(_path(save_dir), "checkpoint" if latest_filename is None else latest_filename)


@public("train.generate_checkpoint_state_proto")
def generate_checkpoint_state_proto(
    save_dir: Any,
    model_checkpoint_path: Any,
    all_model_checkpoint_paths: Sequence[Any] | None = None,
    all_model_checkpoint_timestamps: Sequence[float] | None = None,
    last_preserved_timestamp: float | None = None,
) -> Any:
    """A CheckpointState; paths are relative to `save_dir` if that is.

    Args:
      save_dir: the folder it is for.
      model_checkpoint_path: the latest checkpoint.
      all_model_checkpoint_paths: all of them, the oldest first; the latest is added if it is not the last.
      all_model_checkpoint_timestamps: when each was made, in seconds since 1970.
      last_preserved_timestamp: when the last one was made that is kept forever.

    Raises:
      ValueError: not one timestamp a path.
    """
    save_dir, latest = _path(save_dir), _path(model_checkpoint_path)
    paths = [_path(p) for p in all_model_checkpoint_paths or ()]
    if not paths or paths[-1] != latest:
        if all_model_checkpoint_paths is not None:
            log("info", "%s is not in all_model_checkpoint_paths. Manually adding it.", latest)
        paths.append(latest)
    if all_model_checkpoint_timestamps and len(all_model_checkpoint_timestamps) != len(paths):
        raise ValueError(
            "Checkpoint timestamps, if provided, must match checkpoint paths (got paths %s and timestamps %s)"
            % (paths, all_model_checkpoint_timestamps)
        )
    if not os.path.isabs(save_dir):
        paths = [p if os.path.isabs(p) else os.path.relpath(p, save_dir) for p in paths]
        latest = latest if os.path.isabs(latest) else os.path.relpath(latest, save_dir)
    return CheckpointState(
        model_checkpoint_path=latest,
        all_model_checkpoint_paths=paths,
        all_model_checkpoint_timestamps=all_model_checkpoint_timestamps,
        last_preserved_timestamp=last_preserved_timestamp,
    )


@public("train.update_checkpoint_state", "python.training.checkpoint_management.update_checkpoint_state")
def update_checkpoint_state(
    save_dir: Any,
    model_checkpoint_path: Any,
    all_model_checkpoint_paths: Sequence[Any] | None = None,
    latest_filename: str | None = None,
    all_model_checkpoint_timestamps: Sequence[float] | None = None,
    last_preserved_timestamp: float | None = None,
) -> None:
    """Writes the state file of `save_dir`, named `latest_filename` ("checkpoint" if None): at once, or not at all.

    Raises:
      RuntimeError: the file would replace the checkpoint.
      ValueError: not one timestamp a path.
    """
    update_checkpoint_state_internal(
        save_dir,
        model_checkpoint_path,
        all_model_checkpoint_paths,
        latest_filename,
        False,
        all_model_checkpoint_timestamps,
        last_preserved_timestamp,
    )


@public("python.training.checkpoint_management.update_checkpoint_state_internal")
def update_checkpoint_state_internal(
    save_dir: Any,
    model_checkpoint_path: Any,
    all_model_checkpoint_paths: Sequence[Any] | None = None,
    latest_filename: str | None = None,
    save_relative_paths: bool = False,
    all_model_checkpoint_timestamps: Sequence[float] | None = None,
    last_preserved_timestamp: float | None = None,
) -> None:
    """`update_checkpoint_state`, which can also make the paths relative to the folder, so that it can be moved."""
    path = state_path(save_dir, latest_filename)
    latest, paths = _path(model_checkpoint_path), all_model_checkpoint_paths
    if save_relative_paths:
        folder = _path(save_dir)
        if os.path.isabs(latest):
            latest = os.path.relpath(latest, folder)
        if paths is not None:
            paths = [os.path.relpath(_path(p), folder) if os.path.isabs(_path(p)) else _path(p) for p in paths]
    state = generate_checkpoint_state_proto(save_dir, latest, paths, all_model_checkpoint_timestamps, last_preserved_timestamp)
    if path == state.model_checkpoint_path:
        raise RuntimeError(
            f"Save path '{model_checkpoint_path}' conflicts with path used for checkpoint state.  Please use a different save path."
        )
    with as_tf_errors():
        write_state(path, state)


@public("train.get_checkpoint_state", "python.training.checkpoint_management.get_checkpoint_state")
def get_checkpoint_state(checkpoint_dir: Any, latest_filename: str | None = None) -> Any:
    """The CheckpointState of a folder with its relative paths put below the folder; None if there is none that can be read.

    Raises:
      ValueError: the state names no checkpoint.
    """
    path = state_path(checkpoint_dir, latest_filename)
    try:
        state = read_state(path)
        if not state.model_checkpoint_path:
            raise ValueError("Invalid checkpoint state loaded from " + _path(checkpoint_dir))
    except FileNotFoundError:
        return None
    except OSError as error:
        log("warning", "%s: %s", path, error.strerror)
        log("warning", "%s: Checkpoint ignored", path)
        return None
    except FormatError as error:
        log("warning", "%s", error)
        log("warning", "%s: Checkpoint ignored", path)
        return None
    folder = _path(checkpoint_dir)
    if not os.path.isabs(state.model_checkpoint_path):
        state.model_checkpoint_path = os.path.join(folder, state.model_checkpoint_path)
    for i, one in enumerate(state.all_model_checkpoint_paths):
        if not os.path.isabs(one):
            state.all_model_checkpoint_paths[i] = os.path.join(folder, one)
    return state


@public("train.latest_checkpoint", "python.training.checkpoint_management.latest_checkpoint")
def latest_checkpoint(checkpoint_dir: Any, latest_filename: str | None = None) -> str | None:
    """The name of the latest checkpoint of a folder, None if there is none or its files are gone."""
    state = get_checkpoint_state(checkpoint_dir, latest_filename)
    if state is not None and state.model_checkpoint_path:
        if checkpoint_exists_internal(state.model_checkpoint_path):
            return state.model_checkpoint_path
        log("error", "Couldn't match files for checkpoint %s", state.model_checkpoint_path)
    return None


def _files(prefix: str) -> list[str]:
    """The index of a checkpoint, or the files of one of the first version. Raises NotFoundError if there is no such folder."""
    folder = os.path.dirname(prefix)
    if folder and not os.path.isdir(folder):
        raise errors.NotFoundError(None, None, f"{folder}; No such file or directory")
    return matching(index_path(prefix)) or matching(prefix)


def checkpoint_exists_internal(checkpoint_prefix: Any) -> bool:
    """Whether the files of a checkpoint, of either version, are there. Raises NotFoundError if there is no such folder."""
    return bool(_files(_path(checkpoint_prefix)))


@public("train.checkpoint_exists", "python.training.checkpoint_management.checkpoint_exists")
def checkpoint_exists(checkpoint_prefix: Any) -> bool:
    """Whether the files of a checkpoint, of either version, are there."""
    return checkpoint_exists_internal(checkpoint_prefix)


@public("train.get_checkpoint_mtimes", "python.training.checkpoint_management.get_checkpoint_mtimes")
def get_checkpoint_mtimes(checkpoint_prefixes: Sequence[Any]) -> list[float]:
    """When each checkpoint was written, in seconds since 1970; those that are not there are left out."""
    out = []
    for prefix in map(_path, checkpoint_prefixes):
        found = _files(prefix)
        if found:
            out.append(os.stat(found[0]).st_mtime_ns // 10**9 + 0.0)
    return out


@public("train.remove_checkpoint", "python.training.checkpoint_management.remove_checkpoint")
def remove_checkpoint(checkpoint_prefix: Any, checkpoint_format_version: int = 2, meta_graph_suffix: str = "meta") -> None:
    """Removes the files of a checkpoint, and its MetaGraph's."""
    prefix = _path(checkpoint_prefix)
    _remove_matching(meta_graph_filename(prefix, meta_graph_suffix))
    if checkpoint_format_version == 2:
        # The index goes first: what has none is no checkpoint.
        _remove_matching(index_path(prefix))
        _remove_matching(prefix + ".data-?????-of-?????")
    else:
        _remove_matching(prefix)


def _remove_matching(pattern: str) -> None:
    for path in matching(pattern):
        try:
            os.remove(path)
        except FileNotFoundError:
            pass
        except OSError as error:
            raise errors.PermissionDeniedError(None, None, f"{path}; {error.strerror}") from error


@public("python.training.checkpoint_management.meta_graph_filename")
def meta_graph_filename(checkpoint_filename: str, meta_graph_suffix: str = "meta") -> str:
    """The name of the MetaGraph that belongs to a checkpoint: without the numbers of shards."""
    return re.sub(r"-[\d\?]+-of-\d+$", "", checkpoint_filename) + "." + meta_graph_suffix
