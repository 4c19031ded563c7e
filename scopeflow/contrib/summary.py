"""tf.contrib.summary: summaries that are written when their ops run, without being fetched."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from typing import Any

from tensorboard.compat.proto.summary_pb2 import SummaryMetadata

from ..graph import dtypes
from ..graph.conversion import constant, convert_to_tensor
from ..graph.default_graph import default_session, get_default_graph
from ..graph.operation import Operation, Tensor
from ..graph.public import TABLE, public
from ..op.fold import fold
from ..ops import summary_writers as writers
from ..ops.control_flow import cond
from ..ops.flow import identity, no_op
from ..ops.summaries import summary_scope
from ..train.global_step import get_or_create_global_step

_SUMMARIES, _INITIALIZERS = "_SUMMARY_V2", "_SUMMARY_WRITER_V2"


class _State(threading.local):
    def __init__(self) -> None:
        self.writer: ResourceSummaryWriter | None = None
        self.recording: Any = None


_state = _State()


@public("contrib.summary.SummaryWriter")
class SummaryWriter:
    """Writes summaries; made by `create_file_writer`."""


class ResourceSummaryWriter(SummaryWriter):
    """Writes summaries to an event file of the session."""

    def __init__(self, shared_name: str, create: Callable[[Tensor], Operation]):
        self._resource = writers.summary_writer(shared_name=shared_name)
        self._init_op = create(self._resource)
        get_default_graph().add_to_collection(_INITIALIZERS, self._init_op)

    def init(self) -> Operation:
        """The op that opens the file."""
        return self._init_op

    def set_as_default(self) -> None:
        """Makes it the writer of summaries from now on."""
        _state.writer = self

    @contextlib.contextmanager
    def as_default(self) -> Iterator[ResourceSummaryWriter]:
        """A context in which it is the writer of summaries. At its end an op that flushes is added."""
        old, _state.writer = _state.writer, self
        try:
            yield self
            with get_default_graph().device("cpu:0"):
                self.flush()
        finally:
            _state.writer = old

    def flush(self) -> Operation:
        """An op that flushes."""
        return writers.flush_summary_writer(self._resource)

    def close(self) -> Operation:
        """An op that flushes and closes the file."""
        with get_default_graph().control_dependencies([self.flush()]), get_default_graph().device("cpu:0"):
            return writers.close_summary_writer(self._resource)


@public("contrib.summary.create_file_writer", "contrib.summary.create_summary_file_writer")
def create_file_writer(
    logdir: Any, max_queue: Any = None, flush_millis: Any = None, filename_suffix: Any = None, name: str | None = None
) -> ResourceSummaryWriter:
    """A writer to an event file in `logdir`.

    Args:
      max_queue, flush_millis: how many events may wait, and how long.
      filename_suffix: the end of the file's name.
    """
    if logdir is None:
        raise ValueError("Argument `logdir` must not be None: name the folder for the event file.")
    with get_default_graph().device("cpu:0"):
        max_queue = constant(10) if max_queue is None else max_queue
        flush_millis = constant(2 * 60 * 1000) if flush_millis is None else flush_millis
        filename_suffix = constant(".v2") if filename_suffix is None else filename_suffix
        name = f"logdir:{logdir}" if name is None else name
        return ResourceSummaryWriter(
            name, lambda writer: writers.create_summary_file_writer(writer, logdir, max_queue, flush_millis, filename_suffix)
        )


@public("contrib.summary.create_db_writer")
def create_db_writer(*args: Any, **kwargs: Any) -> Any:
    """Refused: databases of summaries are not written."""
    raise NotImplementedError("tf.contrib.summary.create_db_writer is not in scopeflow: use create_file_writer.")


# -- when to record --------------------------------------------------------------------------
@contextlib.contextmanager
def _recording(condition: Any) -> Iterator[None]:
    old, _state.recording = _state.recording, condition
    try:
        yield
    finally:
        _state.recording = old


@public("contrib.summary.always_record_summaries")
def always_record_summaries() -> Any:
    """A context in which summaries are written."""
    return _recording(True)


@public("contrib.summary.never_record_summaries")
def never_record_summaries() -> Any:
    """A context in which no summaries are written."""
    return _recording(False)


@public("contrib.summary.record_summaries_every_n_global_steps")
def record_summaries_every_n_global_steps(n: int, global_step: Any = None) -> Any:
    """A context in which summaries are written when the global step is a multiple of `n`."""
    step = get_or_create_global_step() if global_step is None else global_step
    with get_default_graph().device("cpu:0"):
        return _recording(lambda: TABLE["equal"](step % n, 0))


@public("contrib.summary.should_record_summaries")
def should_record_summaries() -> Any:
    """Whether summaries are written here, a bool tensor (False without a writer)."""
    if _state.writer is None:
        return constant(False)
    condition = _state.recording
    if callable(condition):
        condition = condition()
    return TABLE["logical_and"](True, False if condition is None else condition)


# -- summaries -----------------------------------------------------------------------------
def _written(name: str, tensor: Any, write: Callable[[str, str], Operation], family: str | None) -> Any:
    if _state.writer is None:
        return no_op()

    def record() -> Tensor:
        with summary_scope(name, family, values=[tensor]) as (tag, scope), get_default_graph().control_dependencies([write(tag, scope)]):
            return constant(True)

    with get_default_graph().device("cpu:0"):
        wanted = should_record_summaries()
        known = fold(wanted)
        if known is None:
            out = cond(wanted, record, lambda: constant(False), name="")
        else:
            out = record() if known else constant(False)
        get_default_graph().add_to_collection(_SUMMARIES, out)
    return out


def _step(step: Any) -> Any:
    if step is None:
        return get_or_create_global_step()
    return step if isinstance(step, Tensor) or hasattr(step, "_as_graph_element") else constant(step, dtypes.int64)


@public("contrib.summary.scalar")
def scalar(name: str, tensor: Any, family: str | None = None, step: Any = None) -> Any:
    """Writes a number (at the global step, unless `step` is given)."""
    return _written(
        name,
        tensor,
        lambda tag, scope: writers.write_scalar_summary(_state.writer._resource, _step(step), tag, identity(tensor), name=scope),
        family,
    )


@public("contrib.summary.histogram")
def histogram(name: str, tensor: Any, family: str | None = None, step: Any = None) -> Any:
    """Writes how a tensor's elements are distributed."""
    return _written(
        name,
        tensor,
        lambda tag, scope: writers.write_histogram_summary(_state.writer._resource, _step(step), tag, identity(tensor), name=scope),
        family,
    )


@public("contrib.summary.image")
def image(name: str, tensor: Any, bad_color: Any = None, max_images: int = 3, family: str | None = None, step: Any = None) -> Any:
    """Writes the first images of a batch."""

    def write(tag: str, scope: str) -> Operation:
        color = constant([255, 0, 0, 255], dtype=dtypes.uint8) if bad_color is None else bad_color
        return writers.write_image_summary(
            _state.writer._resource, _step(step), tag, identity(tensor), color, max_images=max_images, name=scope
        )

    return _written(name, tensor, write, family)


@public("contrib.summary.audio")
def audio(name: str, tensor: Any, sample_rate: Any, max_outputs: int, family: str | None = None, step: Any = None) -> Any:
    """Writes the first sounds of a batch."""
    return _written(
        name,
        tensor,
        lambda tag, scope: writers.write_audio_summary(
            _state.writer._resource, _step(step), tag, identity(tensor), sample_rate=sample_rate, max_outputs=max_outputs, name=scope
        ),
        family,
    )


@public("contrib.summary.generic")
def generic(name: str, tensor: Any, metadata: Any = None, family: str | None = None, step: Any = None) -> Any:
    """Writes a tensor, with metadata for TensorBoard's plugins."""

    def write(tag: str, scope: str) -> Operation:
        data = constant("") if metadata is None else metadata
        if isinstance(data, SummaryMetadata) or hasattr(data, "SerializeToString"):
            data = constant(data.SerializeToString())
        return writers.write_summary(_state.writer._resource, _step(step), identity(tensor), tag, data, name=scope)

    return _written(name, tensor, write, family)


@public("contrib.summary.graph")
def graph(param: Any, step: Any = None, name: str | None = None) -> Any:
    """Writes a serialized GraphDef, a string tensor.

    Raises:
      TypeError: a Graph: those are written by `initialize`, or a FileWriter.
    """
    if isinstance(param, type(get_default_graph())):
        raise TypeError("graph() needs a tf.Tensor (e.g. tf.placeholder) in graph mode, but it was a tf.Graph")
    if _state.writer is None:
        return no_op()
    return writers.write_graph_summary(_state.writer._resource, _step(step), convert_to_tensor(param, dtypes.string), name=name)


@public("contrib.summary.import_event")
def import_event(tensor: Any, name: str | None = None) -> Operation:
    """Writes a serialized Event, a string tensor."""
    return writers.import_event(_state.writer._resource, tensor, name=name)


@public("contrib.summary.flush")
def flush(writer: Any = None, name: str | None = None) -> Any:
    """An op that flushes a writer, the default one if None."""
    writer = _state.writer if writer is None else writer
    if writer is None:
        return no_op()
    resource = writer._resource if isinstance(writer, ResourceSummaryWriter) else writer
    with get_default_graph().device("cpu:0"):
        return writers.flush_summary_writer(resource, name=name)


@public("contrib.summary.summary_writer_initializer_op")
def summary_writer_initializer_op() -> list[Operation]:
    """The ops that open the writers' files."""
    return get_default_graph().get_collection(_INITIALIZERS)


@public("summary.all_v2_summary_ops", "contrib.summary.all_summary_ops")
def all_summary_ops() -> list[Any]:
    """The ops that write summaries."""
    return get_default_graph().get_collection(_SUMMARIES)


@public("summary.initialize", "contrib.summary.initialize")
def initialize(graph: Any = None, session: Any = None) -> None:
    """Opens the writers' files in a session (the default one if None), and writes a graph if one is given.

    Raises:
      RuntimeError: there is no default writer.
      ValueError: there is no session.
    """
    if _state.writer is None:
        raise RuntimeError("No default tf.contrib.summary.SummaryWriter found")
    session = session or default_session()
    if session is None:
        raise ValueError("session must be passed if no default session exists")
    session.run(summary_writer_initializer_op())
    if graph is not None:
        data = graph.as_graph_def(add_shapes=True).SerializeToString()
        p = TABLE["placeholder"](dtypes.string)
        session.run(writers.write_graph_summary(_state.writer._resource, 0, p), feed_dict={p: data})


@public("contrib.summary.eval_dir")
def eval_dir(model_dir: str, name: str | None = None) -> str:
    """The folder for the summaries of an evaluation."""
    import os

    return os.path.join(model_dir, "eval" if not name else "eval_" + name)
