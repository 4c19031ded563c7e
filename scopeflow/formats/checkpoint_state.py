"""The `checkpoint` file: which checkpoints a folder has, and which is the latest. A CheckpointState as text."""

from __future__ import annotations

from typing import Any

from google.protobuf import text_format

from .checkpoint_messages import CheckpointState
from .failures import CorruptError
from .safe_files import written_whole


def read_state(path: str) -> Any:
    """The CheckpointState in a file. Raises FileNotFoundError, CorruptError."""
    with open(path, "rb") as file:
        data = file.read()
    try:
        return text_format.Merge(data, CheckpointState())
    except (text_format.ParseError, UnicodeDecodeError) as error:
        raise CorruptError(f"{path}: {error}") from None


def write_state(path: str, state: Any) -> None:
    """Writes a CheckpointState; the file changes at once, or not at all."""
    with written_whole(path) as file:
        file.write(text_format.MessageToString(state).encode())
