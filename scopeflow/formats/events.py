"""Event files: TFRecord files of Event messages, which TensorBoard shows."""

from __future__ import annotations

import itertools
import os
import socket
import threading
import time
from typing import Any

from tensorboard.compat.proto.event_pb2 import Event

from .tfrecord import record

_writers = itertools.count()


class EventFile:
    """Appends events to a new event file in a folder, which is made if need be. Safe from several threads.

    Args:
      folder: where.
      queue_size, flush_seconds: events are handed to the operating system when so many wait or so much time has passed.
      suffix: the end of the file's name.
    """

    def __init__(self, folder: str, queue_size: int = 10, flush_seconds: float = 120, suffix: str = ""):
        os.makedirs(folder, exist_ok=True)
        self._lock = threading.Lock()
        self._queue_size, self._flush_seconds = max(queue_size or 10, 1), flush_seconds
        self._file: Any = None
        self.path = self._unused(folder, suffix)
        self._file = open(self.path, "wb")
        self._waiting = 0
        self._flushed = time.monotonic()
        self.add(Event(wall_time=time.time(), file_version="brain.Event:2"))
        self.flush()

    @staticmethod
    def _unused(folder: str, suffix: str) -> str:
        # TensorBoard reads the files of a folder in the order of their names: the time comes first.
        stem = f"events.out.tfevents.{int(time.time()):010d}.{socket.gethostname()}"
        path = os.path.join(folder, stem + suffix)
        while os.path.exists(path):
            path = os.path.join(folder, f"{stem}.{os.getpid()}.{next(_writers)}{suffix}")
        return path

    def add(self, event: Event) -> None:
        """Appends an event; after `close`, it is dropped."""
        data = record(event.SerializeToString())
        with self._lock:
            if self._file is None:
                return
            self._file.write(data)
            self._waiting += 1
            if self._waiting >= self._queue_size * 10 or time.monotonic() - self._flushed > self._flush_seconds:
                self._flush()

    def _flush(self) -> None:
        self._file.flush()
        self._waiting, self._flushed = 0, time.monotonic()

    def flush(self) -> None:
        """Hands all events to the operating system."""
        with self._lock:
            if self._file is not None:
                self._flush()

    def close(self) -> None:
        """Flushes and closes the file."""
        with self._lock:
            if self._file is not None:
                self._file.close()
                self._file = None
