"""Ops that write summaries to event files when they run: what tf.contrib.summary makes."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import numpy as np
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary, SummaryMetadata

from ..formats.events import EventFile
from ..graph import errors
from ..graph.operation import Tensor
from ..graph.tensor_shape import Dims
from ..op.declare import op
from ..op.resources import handle, held
from ..op.shapes import scalar
from . import summaries
from .checkpoint import as_tf_errors
from .file_ops import text


class Writer:
    """An event file, opened when its initializer runs."""

    def __init__(self) -> None:
        self.file: EventFile | None = None

    def open(self, folder: str, queue: int, milliseconds: int, suffix: str) -> None:
        """Opens it, unless it is open."""
        if self.file is None:
            with as_tf_errors():
                self.file = EventFile(folder, queue, milliseconds / 1000, suffix)

    def add(self, event: Event, step: int) -> None:
        """Appends an event. Raises FailedPreconditionError before the initializer ran."""
        if self.file is None:
            raise errors.FailedPreconditionError(
                None, None, "The summary writer is not initialized: run tf.contrib.summary.summary_writer_initializer_op() first."
            )
        event.step, event.wall_time = step, time.time()
        self.file.add(event)

    def cancel(self) -> None:
        """The session closes: what is written stays."""
        if self.file is not None:
            self.file.flush()


def _nothing(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    return []


def _writes(op_type: str, signature: str, **options: Any) -> Any:
    return op(op_type, signature, host=True, stateful=True, shape=_nothing, **options)


@op(
    "SummaryWriter",
    " -> writer: resource",
    attrs={"shared_name": ("str", ""), "container": ("str", "")},
    host=True,
    stateful=True,
    shape=scalar,
)
def summary_writer(*, context):
    """A writer."""
    return handle(context.own("summary_writer", Writer))


@_writes(
    "CreateSummaryFileWriter",
    "writer: resource, logdir: string, max_queue: int32, flush_millis: int32, filename_suffix: string -> ",
)
def create_summary_file_writer(writer, logdir, max_queue, flush_millis, filename_suffix):
    """Opens a writer's file."""
    held(writer).open(text(logdir), int(max_queue), int(flush_millis), filename_suffix.item().decode())
    return ()


def _add(writer: np.ndarray, step: np.ndarray, serialized: np.ndarray) -> tuple[()]:
    held(writer).add(Event(summary=Summary.FromString(serialized.item())), int(step))
    return ()


@_writes("WriteScalarSummary", "writer: resource, step: int64, tag: string, value: T -> ", T=summaries._REAL)
def write_scalar_summary(writer, step, tag, value):
    """Writes a number."""
    return _add(writer, step, summaries.scalar_summary.kernel(tag, value))


@_writes("WriteHistogramSummary", "writer: resource, step: int64, tag: string, values: T -> ", T=summaries._REAL + " = float")
def write_histogram_summary(writer, step, tag, values):
    """Writes how values are distributed."""
    return _add(writer, step, summaries.histogram_summary.kernel(tag, values))


@_writes("WriteImageSummary", "writer: resource, step: int64, tag: string, tensor: T, bad_color: uint8 -> ", T="uint8 float half = float")
def write_image_summary(writer, step, tag, tensor, bad_color, *, max_images: int = 3):
    """Writes images."""
    return _add(writer, step, summaries.image_summary.kernel(tag, tensor, max_images=max_images))


@_writes("WriteAudioSummary", "writer: resource, step: int64, tag: string, tensor: float, sample_rate: float -> ")
def write_audio_summary(writer, step, tag, tensor, sample_rate, *, max_outputs: int = 3):
    """Writes sounds."""
    return _add(writer, step, summaries.audio_summary_v2.kernel(tag, tensor, sample_rate, max_outputs=max_outputs))


@_writes("WriteSummary", "writer: resource, step: int64, tensor: T, tag: string, summary_metadata: string -> ")
def write_summary(writer, step, tensor, tag, summary_metadata):
    """Writes a tensor."""
    SummaryMetadata.FromString(summary_metadata.item())
    return _add(writer, step, summaries.tensor_summary_v2.kernel(tag, tensor, summary_metadata))


@_writes("WriteGraphSummary", "writer: resource, step: int64, tensor: string -> ")
def write_graph_summary(writer, step, tensor):
    """Writes a GraphDef."""
    held(writer).add(Event(graph_def=tensor.item()), int(step))
    return ()


@_writes("ImportEvent", "writer: resource, event: string -> ")
def import_event(writer, event):
    """Writes a serialized Event."""
    made = Event.FromString(event.item())
    held(writer).add(made, made.step)
    return ()


@_writes("FlushSummaryWriter", "writer: resource -> ")
def flush_summary_writer(writer):
    """Hands what was written to the operating system."""
    held(writer).cancel()
    return ()


@_writes("CloseSummaryWriter", "writer: resource -> ")
def close_summary_writer(writer):
    """Closes a writer's file."""
    found = held(writer)
    if found.file is not None:
        found.file.close()
        found.file = None
    return ()
