"""slim.learning: the training op and the training loop."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from ...graph import errors
from ...graph.conversion import constant
from ...graph.default_graph import get_default_graph, name_scope
from ...graph.graph import Graph
from ...graph.operation import Tensor
from ...graph.public import TABLE, public
from ...ops.elementwise import equal, greater_equal
from ...ops.elementwise import floormod as mod
from ...ops.flow import group
from ...train.global_step import get_or_create_global_step
from ...train.optimizer import Optimizer
from ...train.saver import Saver
from ...train.supervisor import Supervisor
from ..training import train_op as train_ops
from ..training.train_op import USE_GLOBAL_STEP, clip_gradient_norms, multiply_gradients

#: the default of arguments for which None means: none
_USE_DEFAULT = 0


@public("contrib.slim.learning.add_gradients_summaries")
def add_gradients_summaries(grads_and_vars: Iterable[tuple[Any, Any]]) -> list[Any]:
    """Summaries of each gradient: a histogram "v/gradient" and the norm "v/gradient_norm"."""
    return train_ops.summarize_gradients(grads_and_vars, "/")


@public("contrib.slim.learning.create_train_op")
def create_train_op(
    total_loss: Any,
    optimizer: Optimizer,
    global_step: Any = USE_GLOBAL_STEP,
    update_ops: Iterable[Any] | None = None,
    variables_to_train: Sequence[Any] | None = None,
    clip_gradient_norm: float = 0,
    summarize_gradients: bool = False,
    gate_gradients: int = Optimizer.GATE_OP,
    aggregation_method: Any = None,
    colocate_gradients_with_ops: bool = False,
    gradient_multipliers: Mapping[Any, Any] | None = None,
    check_numerics: bool = True,
) -> Tensor:
    """A tensor that, when computed, makes a training step and gives the loss.

    Args:
      clip_gradient_norm: limit of each gradient's norm; 0: none.
      gradient_multipliers: variable, or its op's name -> factor of its gradient.

    See `tf.contrib.training.create_train_op` for the others.
    """

    def transform(pairs: Any) -> Any:
        if gradient_multipliers:
            with name_scope("multiply_grads"):
                pairs = multiply_gradients(pairs, gradient_multipliers)
        if clip_gradient_norm > 0:
            with name_scope("clip_grads"):
                pairs = clip_gradient_norms(pairs, clip_gradient_norm)
        return pairs

    return train_ops.create_train_op(
        total_loss,
        optimizer,
        global_step,
        update_ops,
        variables_to_train,
        transform,
        summarize_gradients,
        gate_gradients,
        aggregation_method,
        colocate_gradients_with_ops,
        check_numerics,
    )


@public("contrib.slim.learning.train_step")
def train_step(sess: Any, train_op: Any, global_step: Any, train_step_kwargs: dict[str, Any]) -> tuple[Any, Any]:
    """Makes one step, says how long it took, and gives (loss, whether to stop).

    Args:
      train_step_kwargs: tensors "should_stop", "should_log" and "should_trace" that say whether; "logdir" for traces and
        "summary_writer", to which their timing goes too.

    Raises:
      ValueError: "should_trace" without "logdir".
    """
    start = time.time()
    trace = None
    if "should_trace" in train_step_kwargs:
        if "logdir" not in train_step_kwargs:
            raise ValueError("logdir must be present in train_step_kwargs when should_trace is present")
        if sess.run(train_step_kwargs["should_trace"]):
            trace = TABLE["RunMetadata"]()
    options = None if trace is None else TABLE["RunOptions"](trace_level=TABLE["RunOptions"].FULL_TRACE)
    total_loss, step = sess.run([train_op, global_step], options=options, run_metadata=trace)
    elapsed = time.time() - start
    if trace is not None:
        _write_trace(trace, step, train_step_kwargs)
    if "should_log" in train_step_kwargs and sess.run(train_step_kwargs["should_log"]):
        TABLE["logging.info"]("global step %d: loss = %.4f (%.3f sec/step)", step, total_loss, elapsed)
    stop = sess.run(train_step_kwargs["should_stop"]) if "should_stop" in train_step_kwargs else False
    return total_loss, stop


def _write_trace(trace: Any, step: Any, train_step_kwargs: dict[str, Any]) -> None:
    timeline = TABLE["python.client.timeline.Timeline"](trace.step_stats)
    path = os.path.join(train_step_kwargs["logdir"], f"tf_trace-{int(step)}.json")
    TABLE["logging.info"]("Writing trace to %s", path)
    with TABLE["gfile.Open"](path, "w") as f:
        f.write(timeline.generate_chrome_trace_format())
    if train_step_kwargs.get("summary_writer"):
        train_step_kwargs["summary_writer"].add_run_metadata(trace, f"run_metadata-{int(step)}")


def _wait_for_step(sess: Any, global_step: Any, step: int) -> None:
    """Waits until the chief has trained so far."""
    while True:
        if TABLE["train.global_step"](sess, global_step) >= step:
            return
        TABLE["logging.info"]("Waiting for step %d before starting training.", step)
        time.sleep(1)


@public("contrib.slim.learning.train")
def train(
    train_op: Any,
    logdir: str | None,
    train_step_fn: Callable[..., tuple[Any, Any]] = train_step,
    train_step_kwargs: Any = _USE_DEFAULT,
    log_every_n_steps: int = 1,
    graph: Graph | None = None,
    master: str = "",
    is_chief: bool = True,
    global_step: Any = None,
    number_of_steps: int | None = None,
    init_op: Any = _USE_DEFAULT,
    init_feed_dict: Any = None,
    local_init_op: Any = _USE_DEFAULT,
    init_fn: Callable[[Any], None] | None = None,
    ready_op: Any = _USE_DEFAULT,
    summary_op: Any = _USE_DEFAULT,
    save_summaries_secs: float = 600,
    summary_writer: Any = _USE_DEFAULT,
    startup_delay_steps: int = 0,
    saver: Any = None,
    save_interval_secs: float = 600,
    sync_optimizer: Any = None,
    session_config: Any = None,
    session_wrapper: Callable[[Any], Any] | None = None,
    trace_every_n_steps: int | None = None,
    ignore_live_threads: bool = False,
) -> Any:
    """Trains: runs `train_op` again and again, and saves checkpoints and summaries in `logdir`. Gives the last loss.

    Training goes on from the latest checkpoint in `logdir`.

    Args:
      train_op: from `create_train_op`.
      logdir: a folder; None: nothing is saved.
      train_step_fn: makes a step; see `train_step`.
      train_step_kwargs: its last argument; made from the other arguments by default.
      log_every_n_steps: how often the loss is logged.
      graph: the graph; the default one if None.
      master, is_chief: for a cluster; here there is one process, the chief.
      global_step: the graph's if None.
      number_of_steps: when to stop; None: never.
      init_op, init_feed_dict, local_init_op, init_fn, ready_op: how the session is initialized; see `tf.train.Supervisor`.
      summary_op: what is written every `save_summaries_secs` seconds; all summaries by default, None for none.
      summary_writer: what writes it.
      startup_delay_steps: how far the chief trains before another worker begins.
      saver: what saves every `save_interval_secs` seconds; all variables if None.
      sync_optimizer: a SyncReplicasOptimizer, or several.
      session_config: of the session.
      session_wrapper: function of the session that gives the one to use.
      trace_every_n_steps: how often a trace of a step is written to `logdir`.
      ignore_live_threads: whether to end though threads run on.

    Raises:
      ValueError: no `train_op`, no steps, or something that needs `logdir` without it.
    """
    if train_op is None:
        raise ValueError("train_op cannot be None.")
    if logdir is None:
        if summary_op is not _USE_DEFAULT:
            raise ValueError("Cannot provide summary_op because logdir=None")
        if saver is not None:
            raise ValueError("Cannot provide saver because logdir=None")
        if trace_every_n_steps is not None:
            raise ValueError("Cannot provide trace_every_n_steps because logdir=None")
    synchronized = _listed(sync_optimizer)
    if synchronized and startup_delay_steps > 0:
        raise ValueError("startup_delay_steps must be zero when sync_optimizer is supplied.")
    if number_of_steps is not None and number_of_steps <= 0:
        raise ValueError("`number_of_steps` must be either None or a positive number.")
    graph = graph or get_default_graph()
    with graph.as_default():
        global_step = get_or_create_global_step() if global_step is None else global_step
        saver = saver or Saver()
        with name_scope("init_ops"):
            if init_op is _USE_DEFAULT:
                init_op = TABLE["global_variables_initializer"]()
            if ready_op is _USE_DEFAULT:
                ready_op = TABLE["report_uninitialized_variables"]()
            if local_init_op is _USE_DEFAULT:
                local_init_op = group(TABLE["local_variables_initializer"](), TABLE["tables_initializer"]())
            if synchronized:
                firsts = [o.chief_init_op if is_chief else o.local_step_init_op for o in synchronized]
                local_init_op = group(local_init_op, *firsts)
                ready_for_local_init_op = synchronized[0].ready_for_local_init_op
            else:
                ready_for_local_init_op = None
        if summary_op is _USE_DEFAULT:
            summary_op = TABLE["summary.merge_all"]()
        if summary_writer is _USE_DEFAULT:
            summary_writer = Supervisor.USE_DEFAULT
        runners = []
        if is_chief and synchronized:
            runners = [o.get_chief_queue_runner() for o in synchronized]
        if train_step_kwargs is _USE_DEFAULT:
            with name_scope("train_step"):
                train_step_kwargs = _step_arguments(
                    global_step, number_of_steps, log_every_n_steps, trace_every_n_steps if is_chief else None, logdir
                )
    supervisor = Supervisor(
        graph=graph,
        is_chief=is_chief,
        logdir=logdir,
        init_op=init_op,
        init_feed_dict=init_feed_dict,
        local_init_op=local_init_op,
        ready_for_local_init_op=ready_for_local_init_op,
        ready_op=ready_op,
        summary_op=summary_op,
        summary_writer=summary_writer,
        global_step=global_step,
        saver=saver,
        save_summaries_secs=save_summaries_secs,
        save_model_secs=save_interval_secs,
        init_fn=init_fn,
    )
    if summary_writer is not None:
        train_step_kwargs["summary_writer"] = supervisor.summary_writer
    loss = None
    while True:
        try:
            with supervisor.managed_session(master, start_standard_services=False, config=session_config) as sess:
                TABLE["logging.info"]("Starting Session.")
                if session_wrapper is not None:
                    TABLE["logging.info"]("Wrapping session with wrapper function: %s", session_wrapper)
                    sess = session_wrapper(sess)
                if is_chief:
                    if logdir:
                        supervisor.start_standard_services(sess)
                elif startup_delay_steps > 0:
                    _wait_for_step(sess, global_step, min(startup_delay_steps, number_of_steps or startup_delay_steps))
                threads = supervisor.start_queue_runners(sess)
                TABLE["logging.info"]("Starting Queues.")
                if runners:
                    supervisor.start_queue_runners(sess, runners)
                loss = _loop(supervisor, sess, train_step_fn, train_op, global_step, train_step_kwargs, loss)
                if logdir and supervisor.is_chief:
                    TABLE["logging.info"]("Finished training! Saving model to disk.")
                    supervisor.saver.save(sess, supervisor.save_path, global_step=supervisor.global_step)
                    supervisor.stop(threads, close_summary_writer=True, ignore_live_threads=ignore_live_threads)
            return loss
        except errors.AbortedError:
            # a parameter server restarted
            TABLE["logging.info"]("Retrying training!")


def _listed(sync_optimizer: Any) -> list[Any]:
    if sync_optimizer is None:
        return []
    return list(sync_optimizer) if isinstance(sync_optimizer, (list, tuple)) else [sync_optimizer]


def _step_arguments(global_step: Any, steps: int | None, log_every: int, trace_every: int | None, logdir: Any) -> dict[str, Any]:
    arguments: dict[str, Any] = {"should_stop": constant(False) if steps is None else greater_equal(global_step, steps)}
    if log_every > 0:
        arguments["should_log"] = equal(mod(global_step, log_every), 0)
    if trace_every is not None:
        arguments["should_trace"] = equal(mod(global_step, trace_every), 0)
        arguments["logdir"] = logdir
    return arguments


def _loop(supervisor: Any, sess: Any, step: Any, train_op: Any, global_step: Any, arguments: Any, loss: Any) -> Any:
    try:
        while not supervisor.should_stop():
            loss, stop = step(sess, train_op, global_step, arguments)
            if stop:
                TABLE["logging.info"]("Stopping Training.")
                supervisor.request_stop()
                break
    except errors.OutOfRangeError as error:
        # the input is used up
        TABLE["logging.info"]("Caught OutOfRangeError. Stopping Training. %s", error)
    return loss
