"""tf.contrib.training.train: a training loop in a monitored session."""

from __future__ import annotations

from typing import Any

from ...graph.public import TABLE, public


@public("contrib.training.train")
def train(
    train_op: Any,
    logdir: str | None,
    master: str = "",
    is_chief: bool = True,
    scaffold: Any = None,
    hooks: Any = None,
    chief_only_hooks: Any = None,
    save_checkpoint_secs: float | None = 600,
    save_summaries_steps: int | None = 100,
    config: Any = None,
    max_wait_secs: float = 7200,
    run_metadata: Any = None,
) -> Any:
    """Runs `train_op` until a hook or the end of the input stops it; its last value.

    Args:
      train_op: from `create_train_op`.
      logdir: a folder for checkpoints and summaries; None: nothing is saved.
      master, is_chief, max_wait_secs: for a cluster.
      scaffold: how the session is made.
      hooks, chief_only_hooks: hooks, such as `StopAtStepHook`.
      save_checkpoint_secs, save_summaries_steps: how often to save; None: never.
      config: of the session.
      run_metadata: for `run_metadata` of each run.

    Raises:
      ValueError: nothing would be saved, though there is a folder, or something is to be saved without one.
    """
    if logdir is None and is_chief:
        if save_summaries_steps:
            raise ValueError("logdir cannot be None when save_summaries_steps is not None")
        if save_checkpoint_secs:
            raise ValueError("logdir cannot be None when save_checkpoint_secs is not None")
    with TABLE["train.MonitoredTrainingSession"](
        master=master,
        is_chief=is_chief,
        checkpoint_dir=logdir,
        scaffold=scaffold,
        hooks=hooks,
        chief_only_hooks=chief_only_hooks,
        save_checkpoint_secs=save_checkpoint_secs,
        save_summaries_steps=save_summaries_steps,
        config=config,
        max_wait_secs=max_wait_secs,
    ) as session:
        loss = None
        while not session.should_stop():
            loss = session.run(train_op, run_metadata=run_metadata)
    return loss
