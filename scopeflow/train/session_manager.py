"""SessionManager: makes a session ready, from a checkpoint if there is one, else from initializers."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from ..graph import errors
from ..graph.default_graph import get_default_graph
from ..graph.graph import Graph
from ..graph.operation import Operation
from ..graph.public import TABLE, public


@public("train.SessionManager")
class SessionManager:
    """Makes sessions of a graph ready to be used.

    Args:
      local_init_op: run in each new session, after a checkpoint is restored.
      ready_op, ready_for_local_init_op: string tensors of what is missing; empty when the model, or what `local_init_op` needs, is ready.
      graph: the graph, the default one if None.
      recovery_wait_secs: seconds between two looks at whether the model is ready.
    """

    def __init__(
        self,
        local_init_op: Any = None,
        ready_op: Any = None,
        ready_for_local_init_op: Any = None,
        graph: Graph | None = None,
        recovery_wait_secs: float = 30,
        local_init_run_options: Any = None,
    ):
        self._local_init_op, self._ready_op = local_init_op, ready_op
        self._ready_for_local_init_op = ready_for_local_init_op
        self._graph = get_default_graph() if graph is None else graph
        self._recovery_wait_secs = recovery_wait_secs
        self._target: str | None = None
        self._local_init_run_options = local_init_run_options
        if ready_for_local_init_op is not None and local_init_op is None:
            raise ValueError(
                "If you pass a ready_for_local_init_op you must also pass a local_init_op , ready_for_local_init_op "
                f"[{ready_for_local_init_op}]"
            )

    def _restored(
        self,
        master: str,
        saver: Any,
        checkpoint_dir: str | None,
        checkpoint_filename_with_path: str | None,
        wait_for_checkpoint: bool,
        max_wait_secs: float,
        config: Any,
    ) -> tuple[Any, bool]:
        self._target = master
        sess = TABLE["Session"](master, graph=self._graph, config=config)
        if checkpoint_dir and checkpoint_filename_with_path:
            raise ValueError("Can not provide both checkpoint_dir and checkpoint_filename_with_path.")
        if not saver or not (checkpoint_dir or checkpoint_filename_with_path):
            return sess, False
        if checkpoint_filename_with_path:
            saver.restore(sess, checkpoint_filename_with_path)
            return sess, True
        waited = 0.0
        state = TABLE["train.get_checkpoint_state"](checkpoint_dir)
        while not state or not state.model_checkpoint_path:
            if not wait_for_checkpoint or waited >= max_wait_secs:
                return sess, False
            TABLE["logging.info"]("Waiting for checkpoint to be available.")
            time.sleep(self._recovery_wait_secs)
            waited += self._recovery_wait_secs
            state = TABLE["train.get_checkpoint_state"](checkpoint_dir)
        saver.restore(sess, state.model_checkpoint_path)
        saver.recover_last_checkpoints(state.all_model_checkpoint_paths)
        return sess, True

    def prepare_session(
        self,
        master: str,
        init_op: Any = None,
        saver: Any = None,
        checkpoint_dir: str | None = None,
        checkpoint_filename_with_path: str | None = None,
        wait_for_checkpoint: bool = False,
        max_wait_secs: float = 7200,
        config: Any = None,
        init_feed_dict: Any = None,
        init_fn: Any = None,
    ) -> Any:
        """A session with the model restored from its checkpoint; initialized by `init_op` and `init_fn(session)` if there is none.

        Raises:
          RuntimeError: the model is not ready after that, or there is neither a checkpoint nor a way to initialize.
        """
        sess, restored = self._restored(
            master, saver, checkpoint_dir, checkpoint_filename_with_path, wait_for_checkpoint, max_wait_secs, config
        )
        if not restored:
            if init_op is None and not init_fn and self._local_init_op is None:
                raise RuntimeError("Model is not initialized and no init_op or init_fn or local_init_op was given")
            if init_op is not None:
                sess.run(init_op, feed_dict=init_feed_dict)
            if init_fn:
                init_fn(sess)
        success, message = self._try_run_local_init_op(sess)
        if not success:
            raise RuntimeError(
                f"Init operations did not make model ready for local_init.  Init op: {_names(init_op)}, init fn: {init_fn}, "
                f"error: {message}"
            )
        ready, message = self._model_ready(sess)
        if not ready:
            raise RuntimeError(
                f"Init operations did not make model ready.  Init op: {_names(init_op)}, init fn: {init_fn}, "
                f"local_init_op: {self._local_init_op}, error: {message}"
            )
        return sess

    def recover_session(
        self,
        master: str,
        saver: Any = None,
        checkpoint_dir: str | None = None,
        checkpoint_filename_with_path: str | None = None,
        wait_for_checkpoint: bool = False,
        max_wait_secs: float = 7200,
        config: Any = None,
    ) -> tuple[Any, bool]:
        """A session, and whether the model in it was restored from a checkpoint and is ready."""
        sess, restored = self._restored(
            master, saver, checkpoint_dir, checkpoint_filename_with_path, wait_for_checkpoint, max_wait_secs, config
        )
        if not restored:
            return sess, False
        success, message = self._try_run_local_init_op(sess)
        if not success:
            TABLE["logging.info"]("Restoring model from %s did not make model ready for local init: %s", checkpoint_dir, message)
            return sess, False
        ready, message = self._model_ready(sess)
        if not ready:
            TABLE["logging.info"]("Restoring model from %s did not make model ready: %s", checkpoint_dir, message)
            return sess, False
        TABLE["logging.info"]("Restored model from %s", checkpoint_dir or checkpoint_filename_with_path)
        return sess, True

    def wait_for_session(self, master: str, config: Any = None, max_wait_secs: float = float("inf")) -> Any:
        """A session in which the model is ready.

        Raises:
          DeadlineExceededError: it is not after `max_wait_secs`. Sessions share no variables here, so only what
          `local_init_op` does can make it ready.
        """
        self._target = master
        end = time.monotonic() + (float("inf") if max_wait_secs is None else max_wait_secs)
        while True:
            sess = TABLE["Session"](master, graph=self._graph, config=config)
            success, message = self._try_run_local_init_op(sess)
            if success:
                ready, message = self._model_ready(sess)
                if ready:
                    return sess
            sess.close()
            TABLE["logging.info"]("Waiting for model to be ready.  Ready_for_local_init_op: %s", message)
            if time.monotonic() + self._recovery_wait_secs > end:
                raise errors.DeadlineExceededError(None, None, f"Session was not ready after waiting {max_wait_secs} secs.")
            time.sleep(self._recovery_wait_secs)

    def _model_ready(self, sess: Any) -> tuple[bool, str | None]:
        return _ready(self._ready_op, sess, "Model not ready")

    def _try_run_local_init_op(self, sess: Any) -> tuple[bool, str | None]:
        if self._local_init_op is None:
            return True, None
        ready, message = _ready(self._ready_for_local_init_op, sess, "Model not ready for local init")
        if ready:
            sess.run(self._local_init_op, options=self._local_init_run_options)
            return True, None
        return False, message


def _names(init_op: Any) -> Any:
    if isinstance(init_op, (list, tuple)):
        return " ".join(o.name for o in init_op)
    return init_op.name if isinstance(init_op, Operation) else init_op


def _ready(op: Any, sess: Any, message: str) -> tuple[bool, str | None]:
    if op is None:
        return True, None
    try:
        missing = sess.run(op)
    except errors.FailedPreconditionError as error:
        TABLE["logging.warning"]("%s : error [%s]", message, error)
        return False, str(error)
    if missing is None or np.size(missing) == 0:
        return True, None
    names = b", ".join(np.ravel(missing).tolist()).decode()
    return False, f"Variables not initialized: {names}"
