"""Evaluating checkpoints as they come."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from ...graph.public import TABLE, public
from ...train.checkpoint_reading import checkpoints_iterator
from ...train.evaluation import StopAfterNEvalsHook, counted, get_or_create_eval_step
from ...train.hooks import FinalOpsHook
from ...train.monitored_session import ChiefSessionCreator, MonitoredSession
from ...train.session_run_hook import SessionRunHook


@public("contrib.training.SummaryAtEndHook")
class SummaryAtEndHook(SessionRunHook):
    """Writes a summary when the session ends.

    Args:
      log_dir: a folder.
      summary_writer: what writes, in place of `log_dir`.
      summary_op: the summary; all of the graph's if None.
      feed_dict: for it.

    Raises:
      ValueError: neither a folder nor a writer.
    """

    def __init__(self, log_dir: str | None = None, summary_writer: Any = None, summary_op: Any = None, feed_dict: Any = None):
        self._summary_op, self._replace_summary_op = summary_op, summary_op is None
        self._feed_dict, self._summary_writer, self._log_dir = feed_dict, summary_writer, log_dir
        if log_dir is None and summary_writer is None:
            raise ValueError("One of log_dir or summary_writer should be used.")

    def begin(self) -> None:
        if self._replace_summary_op:
            self._summary_op = TABLE["summary.merge_all"]()
        self._global_step = TABLE["train.get_or_create_global_step"]()

    def after_create_session(self, session: Any, coord: Any) -> None:
        if self._summary_writer is None and self._log_dir:
            self._summary_writer = TABLE["summary.FileWriterCache"].get(self._log_dir)

    def end(self, session: Any) -> None:
        if self._summary_op is not None:
            step = TABLE["train.global_step"](session, self._global_step)
            value = session.run(self._summary_op, self._feed_dict)
            if self._summary_writer:
                self._summary_writer.add_summary(value, step)
        if self._summary_writer:
            self._summary_writer.flush()


@public("contrib.training.evaluate_repeatedly")
def evaluate_repeatedly(
    checkpoint_dir: str,
    master: str = "",
    scaffold: Any = None,
    eval_ops: Any = None,
    feed_dict: Any = None,
    final_ops: Any = None,
    final_ops_feed_dict: Any = None,
    eval_interval_secs: float = 60,
    hooks: Any = None,
    config: Any = None,
    max_number_of_evaluations: int | None = None,
    timeout: float | None = None,
    timeout_fn: Callable[[], bool] | None = None,
) -> Any:
    """Evaluates each checkpoint in a folder as it comes; the values of `final_ops` for the last one.

    Args:
      checkpoint_dir: the folder.
      eval_interval_secs: the least time from one evaluation to the next.
      max_number_of_evaluations: how many checkpoints to evaluate; None: all.
      timeout, timeout_fn: how long to wait for one; see `checkpoints_iterator`.

    See `evaluate_once` for the others.
    """
    eval_step = get_or_create_eval_step()
    hooks = list(hooks or [])
    if eval_ops is not None:
        eval_ops = counted(eval_ops, eval_step)
        update = eval_ops["update_eval_step"] if isinstance(eval_ops, dict) else eval_ops[-1]
        for h in hooks:
            if isinstance(h, StopAfterNEvalsHook):
                h._set_evals_completed_tensor(update)
    last = FinalOpsHook(final_ops, final_ops_feed_dict)
    hooks.append(last)
    done = 0
    for path in checkpoints_iterator(checkpoint_dir, eval_interval_secs, timeout, timeout_fn):
        creator = ChiefSessionCreator(scaffold=scaffold, checkpoint_filename_with_path=path, master=master, config=config)
        with MonitoredSession(session_creator=creator, hooks=hooks) as session:
            TABLE["logging.info"]("Starting evaluation at %s", time.strftime("%Y-%m-%d-%H:%M:%S", time.gmtime()))
            if eval_ops is not None:
                while not session.should_stop():
                    session.run(eval_ops, feed_dict)
            TABLE["logging.info"]("Finished evaluation at %s", time.strftime("%Y-%m-%d-%H:%M:%S", time.gmtime()))
        done += 1
        if max_number_of_evaluations is not None and done >= max_number_of_evaluations:
            break
    return last.final_ops_values
