"""FileWriter: puts summaries, graphs and logs of a session in an event file, which TensorBoard shows."""

from __future__ import annotations

import os
import threading
import time
from typing import Any

from tensorboard.compat.proto.event_pb2 import Event, SessionLog, TaggedRunMetadata
from tensorboard.compat.proto.meta_graph_pb2 import MetaGraphDef
from tensorboard.compat.proto.summary_pb2 import Summary

from ..formats.events import EventFile
from ..graph.default_graph import get_default_graph
from ..graph.graph import Graph
from ..graph.public import TABLE, public


@public("python.summary.writer.event_file_writer.EventFileWriter")
class EventFileWriter:
    """Appends Event messages to an event file in `logdir`.

    Args:
      max_queue, flush_secs: how many events may wait, and how long, before they are flushed.
      filename_suffix: the end of the file's name.
    """

    def __init__(self, logdir: Any, max_queue: int = 10, flush_secs: float = 120, filename_suffix: str | None = None):
        self._logdir = os.fspath(logdir)
        self._make = lambda: EventFile(self._logdir, max_queue, flush_secs, filename_suffix or "")
        self._file = self._make()
        self._closed = False

    def get_logdir(self) -> str:
        """The folder."""
        return self._logdir

    def reopen(self) -> None:
        """Starts a new file if the writer was closed; nothing otherwise."""
        if self._closed:
            self._file = self._make()
            self._closed = False

    def add_event(self, event: Event) -> None:
        """Appends an event; a closed writer drops it."""
        if not self._closed:
            self._file.add(event)

    def flush(self) -> None:
        """Hands all events to the operating system."""
        self._file.flush()

    def close(self) -> None:
        """Flushes and closes the file."""
        self._file.close()
        self._closed = True


@public("python.summary.writer.writer.SummaryToEventTransformer")
class SummaryToEventTransformer:
    """Wraps summaries, graphs and logs in events for an event writer."""

    def __init__(self, event_writer: Any, graph: Graph | None = None, graph_def: Any = None):
        self.event_writer = event_writer
        #: each run's metadata has a tag of its own
        self._session_run_tags: dict[str, bool] = {}
        self._seen_summary_tags: set[str] = set()
        if graph is not None:
            self.add_graph(graph=graph, graph_def=graph_def)
            definition = graph.as_graph_def(add_shapes=True)
            self.add_meta_graph(MetaGraphDef(graph_def=definition))
        elif graph_def is not None:
            self.add_graph(graph_def=graph_def)

    def _add(self, event: Event, step: Any) -> None:
        event.wall_time = time.time()
        if step is not None:
            event.step = int(step)
        self.event_writer.add_event(event)

    def add_summary(self, summary: Any, global_step: Any = None) -> None:
        """Appends a summary: a Summary message, or the bytes that a summary op gave."""
        if isinstance(summary, bytes):
            summary = Summary.FromString(summary)
        for value in summary.value:
            if value.HasField("metadata"):
                # TensorBoard needs a tag's metadata once.
                if value.tag in self._seen_summary_tags:
                    value.ClearField("metadata")
                else:
                    self._seen_summary_tags.add(value.tag)
        self._add(Event(summary=summary), global_step)

    def add_session_log(self, session_log: SessionLog, global_step: Any = None) -> None:
        """Appends a SessionLog message."""
        self._add(Event(session_log=session_log), global_step)

    def add_graph(self, graph: Any, global_step: Any = None, graph_def: Any = None) -> None:
        """Appends a graph's GraphDef. Raises TypeError if `graph` is neither a Graph nor a GraphDef, ValueError without either."""
        if graph is not None and graph_def is not None:
            raise ValueError("Please pass only graph, or graph_def (deprecated), but not both.")
        if isinstance(graph, Graph):
            definition = graph.as_graph_def(add_shapes=True)
        elif hasattr(graph, "node") and hasattr(graph, "SerializeToString"):
            definition = graph
        elif graph_def is not None:
            definition = graph_def
        else:
            raise TypeError("The passed graph must be an instance of `Graph` or the deprecated `GraphDef`")
        self._add(Event(graph_def=definition.SerializeToString()), global_step)

    def add_meta_graph(self, meta_graph_def: MetaGraphDef, global_step: Any = None) -> None:
        """Appends a MetaGraphDef. Raises TypeError for anything else."""
        if not hasattr(meta_graph_def, "meta_info_def"):
            raise TypeError(f"meta_graph_def must be type MetaGraphDef, saw type: {type(meta_graph_def)}")
        self._add(Event(meta_graph_def=meta_graph_def.SerializeToString()), global_step)

    def add_run_metadata(self, run_metadata: Any, tag: str, global_step: Any = None) -> None:
        """Appends a run's RunMetadata under a tag. Raises ValueError if the tag was used before."""
        if tag in self._session_run_tags:
            raise ValueError("The provided tag was already used for this event type")
        self._session_run_tags[tag] = True
        tagged = TaggedRunMetadata(tag=tag, run_metadata=run_metadata.SerializeToString())
        self._add(Event(tagged_run_metadata=tagged), global_step)


@public("summary.FileWriter")
class FileWriter(SummaryToEventTransformer):
    """Writes summaries, graphs and logs to an event file in `logdir`. Also a context manager.

    Args:
      graph: a graph to put in first.
      max_queue, flush_secs: how many events may wait, and how long, before they are flushed.
      graph_def: the old way to give the graph.
      filename_suffix: the end of the file's name.
      session: accepted; the file is written by this object, whatever the session.
    """

    def __init__(
        self,
        logdir: Any,
        graph: Any = None,
        max_queue: int = 10,
        flush_secs: float = 120,
        graph_def: Any = None,
        filename_suffix: str | None = None,
        session: Any = None,
    ):
        self._closed = False
        writer = EventFileWriter(logdir, max_queue, flush_secs, filename_suffix)
        super().__init__(writer, graph, graph_def)

    def __enter__(self) -> FileWriter:
        return self

    def __exit__(self, *unused: Any) -> None:
        self.close()

    def get_logdir(self) -> str:
        """The folder that it writes to."""
        return self.event_writer.get_logdir()

    def _warn_if_closed(self) -> None:
        if self._closed:
            TABLE["logging.warn"](
                "Attempting to use a closed FileWriter. The operation will be a noop unless the FileWriter is explicitly reopened."
            )

    def add_event(self, event: Event) -> None:
        """Appends an Event message."""
        self._warn_if_closed()
        self.event_writer.add_event(event)

    def _add(self, event: Event, step: Any) -> None:
        self._warn_if_closed()
        super()._add(event, step)

    def flush(self) -> None:
        """Hands all events to the operating system."""
        self._warn_if_closed()
        self.event_writer.flush()

    def close(self) -> None:
        """Flushes and closes the file; `reopen` starts a new one."""
        self.event_writer.close()
        self._closed = True

    def reopen(self) -> None:
        """Lets a closed writer write again, to a new file."""
        self.event_writer.reopen()
        self._closed = False


@public("summary.FileWriterCache")
class FileWriterCache:
    """One FileWriter a folder."""

    _cache: dict[str, FileWriter] = {}
    _lock = threading.RLock()

    @staticmethod
    def clear() -> None:
        """Closes and forgets all writers."""
        with FileWriterCache._lock:
            for writer in FileWriterCache._cache.values():
                writer.close()
            FileWriterCache._cache = {}

    @staticmethod
    def get(logdir: Any) -> FileWriter:
        """The writer for a folder, made with the default graph if there is none."""
        with FileWriterCache._lock:
            logdir = os.fspath(logdir)
            if logdir not in FileWriterCache._cache:
                FileWriterCache._cache[logdir] = FileWriter(logdir, graph=get_default_graph())
            return FileWriterCache._cache[logdir]
