"""QueueRunner: threads that keep a queue filled."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Sequence
from typing import Any

from ..formats.queue_runner_messages import QueueRunnerDef
from ..graph import errors
from ..graph.default_graph import default_session, get_default_graph
from ..graph.graph import GraphKeys
from ..graph.proto_functions import register_proto_function
from ..graph.public import TABLE, public
from .coordinator import Coordinator


@public("train.QueueRunner", "train.queue_runner.QueueRunner")
class QueueRunner:
    """Runs a queue's enqueue ops in threads, one thread each, until the input ends; then closes the queue.

    Args:
      queue: a queue.
      enqueue_ops: a list of ops; the same op several times for several threads.
      close_op, cancel_op: ops that close the queue at the end, and that cancel what waits when the coordinator stops; made if None.
      queue_closed_exception_types: exceptions that mean the input's end; OutOfRangeError if None.
      queue_runner_def, import_scope: to make one from its message instead.
    """

    def __init__(
        self,
        queue: Any = None,
        enqueue_ops: Any = None,
        close_op: Any = None,
        cancel_op: Any = None,
        queue_closed_exception_types: Any = None,
        queue_runner_def: Any = None,
        import_scope: str | None = None,
    ):
        if queue_runner_def is not None:
            if queue or enqueue_ops:
                raise ValueError("queue_runner_def and queue are mutually exclusive.")
            self._from_def(queue_runner_def, import_scope)
        else:
            if not queue or not enqueue_ops:
                raise ValueError("Must provide queue and enqueue_ops.")
            if queue_closed_exception_types is None:
                queue_closed_exception_types = (errors.OutOfRangeError,)
            elif (
                not isinstance(queue_closed_exception_types, tuple)
                or not queue_closed_exception_types
                or not all(isinstance(t, type) and issubclass(t, errors.OpError) for t in queue_closed_exception_types)
            ):
                raise TypeError(
                    "queue_closed_exception_types, when provided, must be a tuple of tf.error types, but saw: "
                    f"{queue_closed_exception_types}"
                )
            self._queue = queue
            self._enqueue_ops = enqueue_ops
            self._close_op = queue.close() if close_op is None else close_op
            self._cancel_op = queue.close(cancel_pending_enqueues=True) if cancel_op is None else cancel_op
            self._queue_closed_exception_types = queue_closed_exception_types
        self._lock = threading.Lock()
        self._runs_per_session: weakref.WeakKeyDictionary[Any, int] = weakref.WeakKeyDictionary()
        self._exceptions_raised: list[Exception] = []

    @property
    def queue(self) -> Any:
        """The queue."""
        return self._queue

    @property
    def enqueue_ops(self) -> Sequence[Any]:
        """What the threads run."""
        return self._enqueue_ops

    @property
    def close_op(self) -> Any:
        """What closes the queue."""
        return self._close_op

    @property
    def cancel_op(self) -> Any:
        """What closes the queue and cancels what waits."""
        return self._cancel_op

    @property
    def queue_closed_exception_types(self) -> tuple[type, ...]:
        """The exceptions that mean the input's end."""
        return self._queue_closed_exception_types

    @property
    def exceptions_raised(self) -> list[Exception]:
        """The exceptions that ended threads which have no coordinator to tell."""
        return self._exceptions_raised

    @property
    def name(self) -> str:
        """The queue's name."""
        return self._queue.name

    # -- threads ----------------------------------------------------------------------
    def _step(self, sess: Any, which: int) -> Callable[[], Any]:
        """What a thread does again and again: the enqueue op of that number."""
        op = self._enqueue_ops[which]
        return lambda: sess.run(op)

    def _run(self, sess: Any, step: Callable[[], Any], coord: Coordinator | None) -> None:
        ended = False
        try:
            while not (coord and coord.should_stop()):
                try:
                    step()
                except self._queue_closed_exception_types:
                    ended = True
                    if self._one_less(sess) == 0:
                        # The last thread: nothing more comes.
                        try:
                            sess.run(self._close_op)
                        except Exception as error:
                            TABLE["logging.vlog"](1, "Ignored exception: %s", error)
                    return
        except Exception as error:
            if coord:
                coord.request_stop(error)
                if isinstance(error, errors.CancelledError) or coord.should_stop():
                    return
            else:
                TABLE["logging.error"]("Exception in QueueRunner: %s", error)
                with self._lock:
                    self._exceptions_raised.append(error)
                raise
        finally:
            if not ended:
                self._one_less(sess)

    def _one_less(self, sess: Any) -> int:
        with self._lock:
            left = self._runs_per_session[sess] = self._runs_per_session.get(sess, 1) - 1
            return left

    def _close_on_stop(self, sess: Any, cancel_op: Any, coord: Coordinator) -> None:
        coord.wait_for_stop()
        try:
            sess.run(cancel_op)
        except Exception as error:
            TABLE["logging.vlog"](1, "Ignored exception: %s", error)

    def create_threads(self, sess: Any, coord: Coordinator | None = None, daemon: bool = False, start: bool = False) -> list[Any]:
        """Threads that run the enqueue ops in a session; with a coordinator, one more that cancels them when it stops.

        None if threads of an earlier call still run in that session.
        """
        with self._lock:
            if self._runs_per_session.get(sess, 0) > 0:
                return []
            self._runs_per_session[sess] = len(self._enqueue_ops)
            self._exceptions_raised = []
        out = []
        for i, op in enumerate(self._enqueue_ops):
            name = f"QueueRunnerThread-{self.name}-{op.name}"
            out.append(threading.Thread(target=self._run, args=(sess, self._step(sess, i), coord), daemon=True, name=name))
        if coord:
            name = f"QueueRunnerThread-{self.name}-close_on_stop"
            out.append(threading.Thread(target=self._close_on_stop, args=(sess, self._cancel_op, coord), name=name))
        for thread in out:
            if coord:
                coord.register_thread(thread)
            if daemon:
                thread.daemon = True
            if start:
                thread.start()
        return out

    # -- as a message -----------------------------------------------------------------
    def to_proto(self, export_scope: str | None = None) -> Any:
        """The QueueRunnerDef; None if the queue is not in `export_scope`."""
        if export_scope is not None and not self.queue.name.startswith(export_scope):
            return None

        def strip(name: str) -> str:
            return name[len(export_scope) + 1 :] if export_scope else name

        out = QueueRunnerDef(queue_name=strip(self.queue.name))
        out.enqueue_op_name.extend(strip(op.name) for op in self._enqueue_ops)
        out.close_op_name, out.cancel_op_name = strip(self._close_op.name), strip(self._cancel_op.name)
        codes = TABLE["errors.error_code_from_exception_type"]
        out.queue_closed_exception_types.extend(codes(t) for t in self._queue_closed_exception_types)
        return out

    def _from_def(self, definition: Any, import_scope: str | None) -> None:
        graph = get_default_graph()

        def element(name: str) -> Any:
            return graph.as_graph_element(f"{import_scope}/{name}" if import_scope else name)

        name = f"{import_scope}/{definition.queue_name}" if import_scope else definition.queue_name
        self._queue = graph.get_operation_by_name(name).outputs[0]
        self._enqueue_ops = [element(n) for n in definition.enqueue_op_name]
        self._close_op, self._cancel_op = element(definition.close_op_name), element(definition.cancel_op_name)
        types = TABLE["errors.exception_type_from_error_code"]
        self._queue_closed_exception_types = tuple(types(c) for c in definition.queue_closed_exception_types) or (errors.OutOfRangeError,)

    @staticmethod
    def from_proto(queue_runner_def: Any, import_scope: str | None = None) -> QueueRunner:
        """The QueueRunner that a QueueRunnerDef describes, of the default graph."""
        return QueueRunner(queue_runner_def=queue_runner_def, import_scope=import_scope)


@public("train.add_queue_runner", "train.queue_runner.add_queue_runner")
def add_queue_runner(qr: QueueRunner, collection: str = GraphKeys.QUEUE_RUNNERS) -> None:
    """Adds a QueueRunner to a collection of the graph, so that `start_queue_runners` starts it."""
    get_default_graph().add_to_collection(collection, qr)


@public("train.start_queue_runners", "train.queue_runner.start_queue_runners")
def start_queue_runners(
    sess: Any = None, coord: Coordinator | None = None, daemon: bool = True, start: bool = True, collection: str = GraphKeys.QUEUE_RUNNERS
) -> list[threading.Thread]:
    """Starts the threads of all QueueRunners of the graph; the threads.

    Args:
      sess: the session, the default one if None.
      coord: who tells the threads to stop.

    Raises:
      ValueError: there is no session.
      TypeError: `sess` is not a session.
    """
    if sess is None:
        sess = default_session()
        if not sess:
            raise ValueError(
                "Cannot start queue runners: No default session is registered. Use `with sess.as_default()` or pass an explicit session "
                "to tf.start_queue_runners(sess=sess)"
            )
    if not isinstance(sess, TABLE["Session"].__mro__[1]):
        if getattr(sess, "_is_monitored_session", False):
            return []
        raise TypeError(f"sess must be a `tf.Session` object. Given class: {sess.__class__}")
    runners = sess.graph.get_collection(collection)
    if not runners:
        TABLE["logging.warning"](
            "`tf.train.start_queue_runners()` was called when no queue runners were defined. You can safely remove the call."
        )
    with sess.graph.as_default():
        threads: list[threading.Thread] = []
        for qr in runners:
            threads.extend(qr.create_threads(sess, coord=coord, daemon=daemon, start=start))
    return threads


register_proto_function(GraphKeys.QUEUE_RUNNERS, QueueRunnerDef, QueueRunner.to_proto, QueueRunner.from_proto)
