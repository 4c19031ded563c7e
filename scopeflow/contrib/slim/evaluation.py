"""slim.evaluation: evaluating one checkpoint, or each as it comes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...graph.public import TABLE, public
from ...train import evaluation as once
from ...train.evaluation import StopAfterNEvalsHook
from ...train.saver import Saver
from ..training import evaluation as repeated
from ..training.evaluation import SummaryAtEndHook

#: the default of `summary_op`: all summaries. None means: none.
_ALL_SUMMARIES = 0


def _hooks(num_evals: int, logdir: str | None, summary_op: Any, feed_dict: Any, hooks: Any) -> list[Any]:
    out: list[Any] = [StopAfterNEvalsHook(num_evals)]
    if summary_op is _ALL_SUMMARIES:
        summary_op = TABLE["summary.merge_all"]()
    if summary_op is not None:
        out.append(SummaryAtEndHook(log_dir=logdir, summary_op=summary_op, feed_dict=feed_dict))
    return out + list(hooks or [])


@public("contrib.slim.evaluation.evaluate_once")
def evaluate_once(
    master: str,
    checkpoint_path: str,
    logdir: str | None,
    num_evals: int = 1,
    initial_op: Any = None,
    initial_op_feed_dict: Any = None,
    eval_op: Any = None,
    eval_op_feed_dict: Any = None,
    final_op: Any = None,
    final_op_feed_dict: Any = None,
    summary_op: Any = _ALL_SUMMARIES,
    summary_op_feed_dict: Any = None,
    variables_to_restore: Any = None,
    session_config: Any = None,
    hooks: Any = None,
) -> Any:
    """The value of `final_op` after `eval_op` was run `num_evals` times on a checkpoint.

    Args:
      master: of no effect here.
      checkpoint_path: the checkpoint.
      logdir: the folder for summaries.
      num_evals: how often to run `eval_op`.
      initial_op: run first.
      eval_op: run again and again, such as the updates of metrics.
      final_op: what to fetch at the end.
      summary_op: the summary to write at the end; all by default; None: none.
      initial_op_feed_dict, eval_op_feed_dict, final_op_feed_dict, summary_op_feed_dict: what to feed to each.
      variables_to_restore: the variables to restore; all if None.
      session_config: of the session.
      hooks: further hooks.
    """
    all_hooks = _hooks(num_evals, logdir, summary_op, summary_op_feed_dict, hooks)
    saver = None
    if variables_to_restore is not None:
        saver = Saver(variables_to_restore)
    return once.evaluate_once(
        checkpoint_path,
        master=master,
        scaffold=TABLE["train.Scaffold"](init_op=initial_op, init_feed_dict=initial_op_feed_dict, saver=saver),
        eval_ops=eval_op,
        feed_dict=eval_op_feed_dict,
        final_ops=final_op,
        final_ops_feed_dict=final_op_feed_dict,
        hooks=all_hooks,
        config=session_config,
    )


@public("contrib.slim.evaluation.evaluation_loop")
def evaluation_loop(
    master: str,
    checkpoint_dir: str,
    logdir: str | None,
    num_evals: int = 1,
    initial_op: Any = None,
    initial_op_feed_dict: Any = None,
    init_fn: Callable[..., Any] | None = None,
    eval_op: Any = None,
    eval_op_feed_dict: Any = None,
    final_op: Any = None,
    final_op_feed_dict: Any = None,
    summary_op: Any = _ALL_SUMMARIES,
    summary_op_feed_dict: Any = None,
    variables_to_restore: Any = None,
    eval_interval_secs: float = 60,
    max_number_of_evaluations: int | None = None,
    session_config: Any = None,
    timeout: float | None = None,
    timeout_fn: Callable[[], bool] | None = None,
    hooks: Any = None,
) -> Any:
    """Evaluates each checkpoint in a folder as it comes; the value of `final_op` for the last one.

    Args:
      checkpoint_dir: the folder.
      init_fn: function of the scaffold and the session, called after `initial_op`.
      eval_interval_secs: the least time from one evaluation to the next.
      max_number_of_evaluations: how many checkpoints to evaluate; None: all.
      timeout, timeout_fn: how long to wait for one; see `tf.contrib.training.checkpoints_iterator`.

    See `evaluate_once` for the others.
    """
    all_hooks = _hooks(num_evals, logdir, summary_op, summary_op_feed_dict, hooks)
    saver = None
    if variables_to_restore is not None:
        saver = Saver(variables_to_restore)
    return repeated.evaluate_repeatedly(
        checkpoint_dir,
        master=master,
        scaffold=TABLE["train.Scaffold"](init_op=initial_op, init_feed_dict=initial_op_feed_dict, init_fn=init_fn, saver=saver),
        eval_ops=eval_op,
        feed_dict=eval_op_feed_dict,
        final_ops=final_op,
        final_ops_feed_dict=final_op_feed_dict,
        eval_interval_secs=eval_interval_secs,
        hooks=all_hooks,
        config=session_config,
        max_number_of_evaluations=max_number_of_evaluations,
        timeout=timeout,
        timeout_fn=timeout_fn,
    )
