"""Supervisor: the older way to train: prepares or resumes a session and saves in threads of its own; and basic_train_loop."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterator
from typing import Any

from tensorboard.compat.proto.event_pb2 import SessionLog
from tensorboard.compat.proto.summary_pb2 import Summary

from ..graph.default_graph import get_default_graph
from ..graph.graph import Graph, GraphKeys
from ..graph.public import TABLE, public
from ..ops.flow import group
from ..variables.initialization import (
    global_variables_initializer,
    local_variables_initializer,
    report_uninitialized_variables,
    tables_initializer,
)
from .coordinator import Coordinator, LooperThread
from .global_step import get_global_step
from .session_manager import SessionManager


@public("train.Supervisor")
class Supervisor:
    """Prepares a session (restored from the latest checkpoint in `logdir`, or initialized), and while it is used saves checkpoints
    and summaries and counts steps in threads.

    An op that is `USE_DEFAULT` is taken from the graph's collections or made; None means without. The rest as for `Scaffold` and
    `SessionManager`.

    Args:
      is_chief: whether this process initializes and saves.
      logdir: the folder for checkpoints and summaries; nothing is saved without it.
      save_summaries_secs, save_model_secs: how often; 0 for never.
      stop_grace_secs: how long threads have to stop.
    """

    USE_DEFAULT = 0

    def __init__(
        self,
        graph: Graph | None = None,
        ready_op: Any = USE_DEFAULT,
        ready_for_local_init_op: Any = USE_DEFAULT,
        is_chief: bool = True,
        init_op: Any = USE_DEFAULT,
        init_feed_dict: Any = None,
        local_init_op: Any = USE_DEFAULT,
        logdir: Any = None,
        summary_op: Any = USE_DEFAULT,
        saver: Any = USE_DEFAULT,
        global_step: Any = USE_DEFAULT,
        save_summaries_secs: float = 120,
        save_model_secs: float = 600,
        recovery_wait_secs: float = 30,
        stop_grace_secs: float = 120,
        checkpoint_basename: str = "model.ckpt",
        session_manager: SessionManager | None = None,
        summary_writer: Any = USE_DEFAULT,
        init_fn: Callable[[Any], None] | None = None,
        local_init_run_options: Any = None,
    ):
        self._graph = graph or get_default_graph()
        default = Supervisor.USE_DEFAULT
        with self._graph.as_default():
            if ready_op is default:
                ready_op = self._first_or_make(GraphKeys.READY_OP, report_uninitialized_variables)
            if ready_for_local_init_op is default:
                ready_for_local_init_op = self._first(GraphKeys.READY_FOR_LOCAL_INIT_OP)
            self._ready_op, self._ready_for_local_init_op = ready_op, ready_for_local_init_op
            if init_op is default:
                init_op = self._first_or_make(GraphKeys.INIT_OP, global_variables_initializer)
            self._init_op, self._init_feed_dict, self._init_fn = init_op, init_feed_dict, init_fn
            if local_init_op is default:
                local_init_op = self._first_or_make(
                    GraphKeys.LOCAL_INIT_OP, lambda: group(local_variables_initializer(), tables_initializer())
                )
            self._local_init_op = local_init_op
            if saver is default:
                saver = self._first(GraphKeys.SAVERS)
                if saver is None and self._graph.get_collection(GraphKeys.GLOBAL_VARIABLES):
                    saver = TABLE["train.Saver"]()
                    self._graph.add_to_collection(GraphKeys.SAVERS, saver)
            self._saver = saver
            if summary_op is default:
                summary_op = self._first(GraphKeys.SUMMARY_OP)
                if summary_op is None:
                    summary_op = TABLE["summary.merge_all"]()
                    if summary_op is not None:
                        self._graph.add_to_collection(GraphKeys.SUMMARY_OP, summary_op)
            self._summary_op = summary_op
            if global_step is default:
                global_step = self._first(GraphKeys.GLOBAL_STEP)
                if global_step is None:
                    global_step = get_global_step(self._graph)
                    if global_step is not None:
                        self._graph.add_to_collection(GraphKeys.GLOBAL_STEP, global_step)
            self._global_step = global_step
        self._is_chief = is_chief
        self._coord = Coordinator()
        self._recovery_wait_secs, self._stop_grace_secs = recovery_wait_secs, stop_grace_secs
        self._logdir = os.fspath(logdir) if logdir else None
        self._save_summaries_secs: Any = save_summaries_secs if logdir else None
        self._save_model_secs: Any = save_model_secs if logdir else None
        self._save_path = os.path.join(self._logdir, checkpoint_basename) if self._logdir else None
        self._summary_writer: Any = None
        if is_chief and self._logdir:
            self._summary_writer = TABLE["summary.FileWriter"](self._logdir) if summary_writer is default else summary_writer
        elif summary_writer is not default:
            self._summary_writer = summary_writer
        self._graph_added_to_summary = False
        self._session_manager = session_manager or SessionManager(
            local_init_op=local_init_op,
            ready_op=ready_op,
            ready_for_local_init_op=ready_for_local_init_op if local_init_op is not None else None,
            graph=self._graph,
            recovery_wait_secs=recovery_wait_secs,
            local_init_run_options=local_init_run_options,
        )
        # Threads would otherwise add nodes to it.
        self._graph.finalize()

    def _first(self, key: str) -> Any:
        found = self._graph.get_collection(key)
        return found[0] if found else None

    def _first_or_make(self, key: str, make: Callable[[], Any]) -> Any:
        found = self._first(key)
        if found is None:
            found = make()
            self._graph.add_to_collection(key, found)
        return found

    # -- what it knows ------------------------------------------------------------------
    @property
    def is_chief(self) -> bool:
        return self._is_chief

    @property
    def session_manager(self) -> SessionManager:
        return self._session_manager

    @property
    def coord(self) -> Coordinator:
        return self._coord

    @property
    def init_op(self) -> Any:
        return self._init_op

    @property
    def init_feed_dict(self) -> Any:
        return self._init_feed_dict

    @property
    def ready_op(self) -> Any:
        return self._ready_op

    @property
    def ready_for_local_init_op(self) -> Any:
        return self._ready_for_local_init_op

    @property
    def summary_writer(self) -> Any:
        return self._summary_writer

    @property
    def summary_op(self) -> Any:
        return self._summary_op

    @property
    def save_summaries_secs(self) -> Any:
        return self._save_summaries_secs

    @property
    def global_step(self) -> Any:
        return self._global_step

    @property
    def saver(self) -> Any:
        return self._saver

    @property
    def save_model_secs(self) -> Any:
        return self._save_model_secs

    @property
    def save_path(self) -> Any:
        return self._save_path

    # -- the session --------------------------------------------------------------------
    def _write_graph(self) -> None:
        if self._logdir:
            TABLE["train.write_graph"](self._graph.as_graph_def(add_shapes=True), self._logdir, "graph.pbtxt")
        if self._summary_writer and not self._graph_added_to_summary:
            self._summary_writer.add_graph(self._graph)
            meta = TABLE["MetaGraphDef"](graph_def=self._graph.as_graph_def(add_shapes=True))
            if self._saver is not None:
                meta.saver_def.CopyFrom(self._saver.saver_def)
            self._summary_writer.add_meta_graph(meta)
            self._graph_added_to_summary = True

    def start_standard_services(self, sess: Any) -> list[LooperThread]:
        """Starts the threads that save summaries and checkpoints and count steps, and the queue runners; the former.

        Raises:
          RuntimeError: this is not the chief.
        """
        if not self._is_chief:
            raise RuntimeError("Only chief supervisor can start standard services. Because only chief supervisors can write events.")
        if not self._logdir:
            TABLE["logging.warning"]("Standard services need a 'logdir' passed to the SessionManager")
            return []
        current = int(sess.run(self._global_step)) if self._global_step is not None and self._summary_writer else None
        if self._summary_writer:
            self._summary_writer.add_session_log(SessionLog(status=SessionLog.START), current or 0)
        threads: list[LooperThread] = []
        if self._save_summaries_secs and self._summary_writer:
            if self._summary_op is not None:
                threads.append(SVSummaryThread(self, sess))
            if self._global_step is not None:
                threads.append(SVStepCounterThread(self, sess))
        if self._saver and self._save_model_secs:
            threads.append(SVTimerCheckpointThread(self, sess))
        for thread in threads:
            thread.start()
        return threads

    def prepare_or_wait_for_session(
        self,
        master: str = "",
        config: Any = None,
        wait_for_checkpoint: bool = False,
        max_wait_secs: float = 7200,
        start_standard_services: bool = True,
    ) -> Any:
        """A session that is ready: the chief restores or initializes the model and starts services and queue runners."""
        self._coord.clear_stop()
        if self._summary_writer:
            self._summary_writer.reopen()
        if self._is_chief:
            sess = self._session_manager.prepare_session(
                master,
                init_op=self._init_op,
                saver=self._saver,
                checkpoint_dir=self._logdir,
                wait_for_checkpoint=wait_for_checkpoint,
                max_wait_secs=max_wait_secs,
                config=config,
                init_feed_dict=self._init_feed_dict,
                init_fn=self._init_fn,
            )
            self._write_graph()
            if start_standard_services:
                TABLE["logging.info"]("Starting standard services.")
                self.start_standard_services(sess)
        else:
            sess = self._session_manager.wait_for_session(master, config=config, max_wait_secs=max_wait_secs)
        if start_standard_services:
            TABLE["logging.info"]("Starting queue runners.")
            self.start_queue_runners(sess)
        return sess

    def start_queue_runners(self, sess: Any, queue_runners: Any = None) -> list[Any]:
        """Starts the threads of the queue runners given, or of all in the graph."""
        if queue_runners is None:
            queue_runners = self._graph.get_collection(GraphKeys.QUEUE_RUNNERS)
        threads: list[Any] = []
        for qr in queue_runners:
            threads.extend(qr.create_threads(sess, coord=self._coord, daemon=True, start=True))
        return threads

    def loop(self, timer_interval_secs: float | None, target: Any, args: Any = None, kwargs: Any = None) -> LooperThread:
        """A started thread that calls `target` every so many seconds until the Supervisor stops."""
        looper = LooperThread(self._coord, timer_interval_secs, target=target, args=args, kwargs=kwargs)
        looper.start()
        return looper

    def stop(self, threads: Any = None, close_summary_writer: bool = True, ignore_live_threads: bool = False) -> None:
        """Asks the threads to stop and waits for them; raises the error that one of them ended with."""
        self._coord.request_stop()
        try:
            self._coord.join(threads, stop_grace_period_secs=self._stop_grace_secs, ignore_live_threads=ignore_live_threads)
        finally:
            if close_summary_writer and self._summary_writer:
                self._summary_writer.add_session_log(SessionLog(status=SessionLog.STOP))
                self._summary_writer.close()
                self._graph_added_to_summary = False

    def request_stop(self, ex: Any = None) -> None:
        """Asks all threads to stop: see `Coordinator.request_stop`."""
        self._coord.request_stop(ex=ex)

    def should_stop(self) -> bool:
        """Whether a stop was asked for."""
        return self._coord.should_stop()

    def stop_on_exception(self) -> Any:
        """A context in which an exception asks for a stop."""
        return self._coord.stop_on_exception()

    def wait_for_stop(self) -> None:
        """Waits until a stop is asked for."""
        self._coord.wait_for_stop()

    def summary_computed(self, sess: Any, summary: Any, global_step: Any = None) -> None:
        """Writes a summary that the program computed itself.

        Raises:
          TypeError: `summary` is not bytes or a Summary.
          RuntimeError: there is no summary writer.
        """
        if not self._summary_writer:
            raise RuntimeError("Writing a summary requires a summary writer.")
        if global_step is None and self._global_step is not None:
            global_step = sess.run(self._global_step)
        self._summary_writer.add_summary(summary, global_step)

    @contextlib.contextmanager
    def managed_session(
        self, master: str = "", config: Any = None, start_standard_services: bool = True, close_summary_writer: bool = True
    ) -> Iterator[Any]:
        """A context with a session that is ready; leaving it stops the services and closes the session.

        An exception inside, or in a thread, is raised when all is closed; OutOfRangeError ends it quietly.
        """
        sess = None
        try:
            sess = self.prepare_or_wait_for_session(master=master, config=config, start_standard_services=start_standard_services)
            yield sess
        except Exception as error:
            self.request_stop(error)
        finally:
            try:
                # Threads that wait in queues are released when the session closes; no need to wait for them.
                self.stop(close_summary_writer=close_summary_writer, ignore_live_threads=True)
            finally:
                if sess is not None:
                    sess.close()

    # The names that programs of its time use.
    PrepareSession = prepare_or_wait_for_session
    StartQueueRunners = start_queue_runners
    StartStandardServices = start_standard_services
    Stop = stop
    RequestStop = request_stop
    Loop = loop
    ShouldStop = should_stop
    StopOnException = stop_on_exception
    WaitForStop = wait_for_stop
    SummaryComputed = summary_computed


class SVSummaryThread(LooperThread):
    """Writes summaries from time to time."""

    def __init__(self, sv: Supervisor, sess: Any):
        super().__init__(sv.coord, sv.save_summaries_secs)
        self._sv, self._sess = sv, sess

    def run_loop(self) -> None:
        if self._sv.global_step is not None:
            summary, step = self._sess.run([self._sv.summary_op, self._sv.global_step])
        else:
            summary, step = self._sess.run(self._sv.summary_op), None
        if self._sv.summary_writer:
            self._sv.summary_writer.add_summary(summary, step)


class SVStepCounterThread(LooperThread):
    """Counts steps per second."""

    def __init__(self, sv: Supervisor, sess: Any, step_counter: Any = None):
        super().__init__(sv.coord, sv.save_summaries_secs)
        self._sv, self._sess = sv, sess
        self._step_counter = sv.global_step if step_counter is None else step_counter
        self._summary_tag = f"{self._step_counter.op.name}/sec"

    def start_loop(self) -> None:
        self._last_time = time.time()
        self._last_step = int(self._sess.run(self._step_counter))

    def run_loop(self) -> None:
        step, now = int(self._sess.run(self._step_counter)), time.time()
        elapsed = now - self._last_time
        per_second = (step - self._last_step) / elapsed if elapsed > 0 else float("inf")
        self._last_time, self._last_step = now, step
        if self._sv.summary_writer:
            self._sv.summary_writer.add_summary(Summary(value=[Summary.Value(tag=self._summary_tag, simple_value=per_second)]), step)
        TABLE["logging.log_first_n"](TABLE["logging.INFO"], "%s: %g", 10, self._summary_tag, per_second)


class SVTimerCheckpointThread(LooperThread):
    """Saves checkpoints from time to time."""

    def __init__(self, sv: Supervisor, sess: Any):
        super().__init__(sv.coord, sv.save_model_secs)
        self._sv, self._sess = sv, sess

    def run_loop(self) -> None:
        TABLE["logging.info"]("Saving checkpoint to path %s", self._sv.save_path)
        self._sv.saver.save(self._sess, self._sv.save_path, global_step=self._sv.global_step)
        if self._sv.summary_writer and self._sv.global_step is not None:
            step = int(self._sess.run(self._sv.global_step))
            self._sv.summary_writer.add_session_log(SessionLog(status=SessionLog.CHECKPOINT, checkpoint_path=self._sv.save_path), step)


@public("train.basic_train_loop")
def basic_train_loop(
    supervisor: Supervisor, train_step_fn: Callable[..., Any], args: Any = None, kwargs: Any = None, master: str = ""
) -> None:
    """Calls `train_step_fn(session, *args, **kwargs)` until the Supervisor stops."""
    args, kwargs = args or [], kwargs or {}
    with supervisor.managed_session(master) as sess:
        while not supervisor.should_stop():
            train_step_fn(sess, *args, **kwargs)
