"""Files that appear whole or not at all: written under another name, flushed to the disk, then renamed."""

from __future__ import annotations

import contextlib
import glob
import os
import secrets
import time
from collections.abc import Iterator
from typing import BinaryIO

try:
    import fcntl
except ImportError:  # not on Windows: what a killed process left is not cleared away there
    fcntl = None  # type: ignore[assignment]

#: part of the names of files that are being written
_MARK = ".scopeflow-temp-"
#: A file younger than this (seconds) may be one whose writer is about to lock it.
_LEAST_AGE = 60


def create_temporary(path: str) -> tuple[BinaryIO, str]:
    """A new file beside `path` to write to, and its name. It stays locked as long as it is open."""
    name = f"{path}{_MARK}{secrets.token_hex(8)}"
    file = open(name, "xb", buffering=1 << 16)  # noqa: SIM115
    if fcntl is not None:
        with contextlib.suppress(OSError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return file, name


def clear_abandoned(folder: str) -> None:
    """Removes files that processes which are no more were writing: those that nobody has locked."""
    if fcntl is None:
        return
    for path in glob.glob(os.path.join(glob.escape(folder), f"*{_MARK}*")):
        with contextlib.suppress(OSError):
            if time.time() - os.path.getmtime(path) > _LEAST_AGE:
                with open(path, "rb") as file:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    os.remove(path)


def flush_to_disk(file: BinaryIO) -> None:
    """Waits until what was written to `file` is on the disk."""
    file.flush()
    os.fsync(file.fileno())


#: how much is written before the disk is asked to begin with it
_EARLY = 1 << 23


class EarlyWriteback:
    """Asks the disk to take what is written while the rest is computed, so that there is little left to wait for at the end."""

    def __init__(self, file: BinaryIO):
        self._file, self._begun = file, 0

    def reached(self, position: int) -> None:
        """Everything before `position` has been written."""
        if position - self._begun >= _EARLY and hasattr(os, "posix_fadvise"):
            self._file.flush()
            # Linux starts writing dirty pages that are said not to be needed, and keeps them until it has.
            os.posix_fadvise(self._file.fileno(), self._begun, position - self._begun, os.POSIX_FADV_DONTNEED)
            self._begun = position


@contextlib.contextmanager
def written_whole(path: str, sync_name: bool = True) -> Iterator[BinaryIO]:
    """A file to write; on leaving it is flushed to the disk and becomes `path`; if that fails it is removed.

    Args:
      sync_name: waits until the new name is on the disk as well.
    """
    file, temporary = create_temporary(path)
    try:
        with file:
            yield file
            flush_to_disk(file)
        os.replace(temporary, path)
        if sync_name:
            sync_folder(path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.remove(temporary)
        raise


def sync_folder(path: str) -> None:
    """Makes the names in the folder of `path` last, where the system can do that."""
    with contextlib.suppress(OSError):
        fd = os.open(os.path.dirname(path) or ".", os.O_RDONLY)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)
