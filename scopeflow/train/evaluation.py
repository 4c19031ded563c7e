"""Evaluating a checkpoint: the counter of evaluation steps, the hook that stops after so many, and the loop."""

from __future__ import annotations

import math
import time
from typing import Any

from ..graph import dtypes, nest
from ..graph.default_graph import control_dependencies, get_default_graph
from ..graph.graph import GraphKeys
from ..graph.public import TABLE, public
from ..ops.flow import identity
from ..scopes import get_variable
from ..variables.assignment import assign_add
from ..variables.initializers import Zeros
from .hooks import FinalOpsHook
from .monitored_session import ChiefSessionCreator, MonitoredSession
from .session_run_hook import SessionRunArgs, SessionRunHook


@public("contrib.training.get_or_create_eval_step", "python.training.evaluation._get_or_create_eval_step")
def get_or_create_eval_step() -> Any:
    """The graph's counter of evaluation steps, a local int64 variable, made if there is none.

    Raises:
      ValueError: there are several.
    """
    found = get_default_graph().get_collection(GraphKeys.EVAL_STEP)
    if len(found) == 1:
        return found[0]
    if len(found) > 1:
        raise ValueError("Multiple tensors added to tf.GraphKeys.EVAL_STEP")
    return get_variable(
        GraphKeys.EVAL_STEP,
        shape=[],
        dtype=dtypes.int64,
        initializer=Zeros(),
        trainable=False,
        collections=[GraphKeys.LOCAL_VARIABLES, GraphKeys.EVAL_STEP],
    )


@public("contrib.training.StopAfterNEvalsHook", "python.training.evaluation._StopAfterNEvalsHook")
class StopAfterNEvalsHook(SessionRunHook):
    """Stops after `num_evals` evaluation steps; None: never.

    Args:
      num_evals: the number of steps.
      log_progress: whether to log it.
    """

    def __init__(self, num_evals: int | None, log_progress: bool = True):
        self._num_evals = num_evals
        self._evals_completed: Any = None
        self._log_progress = log_progress
        # about ten messages
        self._log_frequency = 1 if num_evals is None or num_evals < 20 else math.floor(num_evals / 10.0)

    def _set_evals_completed_tensor(self, updated_eval_step: Any) -> None:
        self._evals_completed = updated_eval_step

    def before_run(self, run_context: Any) -> SessionRunArgs:
        return SessionRunArgs({"evals_completed": self._evals_completed})

    def after_run(self, run_context: Any, run_values: Any) -> None:
        done = run_values.results["evals_completed"]
        if self._log_progress:
            if self._num_evals is None:
                TABLE["logging.info"]("Evaluation [%d]", done)
            elif done % self._log_frequency == 0 or self._num_evals == done:
                TABLE["logging.info"]("Evaluation [%d/%d]", done, self._num_evals)
        if self._num_evals is not None and done >= self._num_evals:
            run_context.request_stop()


def counted(eval_ops: Any, eval_step: Any) -> Any:
    """`eval_ops` (an op, a list or a dict) together with the op that counts a step."""
    update = assign_add(eval_step, 1, use_locking=True)
    if isinstance(eval_ops, dict):
        eval_ops["update_eval_step"] = update
        return eval_ops
    return [*eval_ops, update] if isinstance(eval_ops, (tuple, list)) else [eval_ops, update]


def latest_eval_step(eval_ops: Any) -> Any:
    """The counter's value after `eval_ops`."""
    step = get_or_create_eval_step()
    with control_dependencies(nest.flatten(eval_ops)):
        return identity(step.read_value())


@public("contrib.training.evaluate_once", "python.training.evaluation._evaluate_once")
def evaluate_once(
    checkpoint_path: str | None,
    master: str = "",
    scaffold: Any = None,
    eval_ops: Any = None,
    feed_dict: Any = None,
    final_ops: Any = None,
    final_ops_feed_dict: Any = None,
    hooks: Any = None,
    config: Any = None,
) -> Any:
    """The values of `final_ops` after `eval_ops` were run on a checkpoint, until a hook (or the end of the input) stops that.

    Args:
      checkpoint_path: a checkpoint; None: the variables are initialized instead.
      master: of no effect here.
      scaffold: how the session is made.
      eval_ops: an op, or a list or dict of ops.
      feed_dict: for `eval_ops`.
      final_ops: what to fetch at the end.
      final_ops_feed_dict: for `final_ops`.
      hooks: hooks; a `StopAfterNEvalsHook` says how often `eval_ops` are run.
      config: of the session.
    """
    eval_step = get_or_create_eval_step()
    hooks = list(hooks or [])
    if eval_ops is not None:
        eval_ops = counted(eval_ops, eval_step)
        value = latest_eval_step(eval_ops)
        for h in hooks:
            if isinstance(h, StopAfterNEvalsHook):
                h._set_evals_completed_tensor(value)
    TABLE["logging.info"]("Starting evaluation at %s", time.strftime("%Y-%m-%dT%H:%M:%SZ", time.localtime()))
    creator = ChiefSessionCreator(scaffold=scaffold, checkpoint_filename_with_path=checkpoint_path, master=master, config=config)
    last = FinalOpsHook(final_ops, final_ops_feed_dict)
    hooks.append(last)
    with MonitoredSession(session_creator=creator, hooks=hooks) as session:
        if eval_ops is not None:
            while not session.should_stop():
                session.run(eval_ops, feed_dict)
    TABLE["logging.info"]("Finished evaluation at %s", time.strftime("%Y-%m-%d-%H:%M:%S", time.localtime()))
    return last.final_ops_values
