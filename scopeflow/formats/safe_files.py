"""Files that appear whole or not at all: written under another name, flushed to the disk, then renamed."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator
from typing import BinaryIO


def temporary_name(path: str) -> str:
    """A name beside `path` that nothing else has."""
    return f"{path}.tempstate{secrets.token_hex(8)}"


@contextlib.contextmanager
def written_whole(path: str, sync: bool = True) -> Iterator[BinaryIO]:
    """A file to write; on leaving it is flushed to the disk and becomes `path`; if that fails it is removed."""
    temporary = temporary_name(path)
    try:
        with open(temporary, "wb") as file:
            yield file
            file.flush()
            if sync:
                os.fsync(file.fileno())
        os.replace(temporary, path)
        if sync:
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
