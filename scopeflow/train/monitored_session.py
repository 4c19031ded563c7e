"""MonitoredSession: a session that initializes or resumes itself, runs hooks, starts queue runners, and recovers when it is lost."""

from __future__ import annotations

import abc
import os
from collections.abc import Callable
from typing import Any

from ..graph import errors
from ..graph.default_graph import get_default_graph
from ..graph.public import TABLE, public
from .coordinator import Coordinator
from .queue_runner import start_queue_runners
from .saving_hooks import CheckpointSaverHook, StepCounterHook, SummarySaverHook
from .scaffold import LOST_SESSION, Scaffold
from .session_manager import SessionManager
from .session_run_hook import SessionRunArgs, SessionRunContext, SessionRunValues

#: stands for an argument that is not given
USE_DEFAULT = object()
#: what means that the input is at its end
_CLEAN = (errors.OutOfRangeError, StopIteration)


@public("train.SessionCreator")
class SessionCreator(abc.ABC):
    """Makes sessions."""

    @abc.abstractmethod
    def create_session(self) -> Any:
        """A session, ready to be used."""
        raise NotImplementedError(f"create_session is not implemented for {self}.")


def _manager(scaffold: Scaffold) -> SessionManager:
    return SessionManager(
        local_init_op=scaffold.local_init_op,
        ready_op=scaffold.ready_op,
        ready_for_local_init_op=scaffold.ready_for_local_init_op,
        graph=get_default_graph(),
    )


@public("train.ChiefSessionCreator")
class ChiefSessionCreator(SessionCreator):
    """Makes sessions whose model is restored from the latest checkpoint in `checkpoint_dir` (or from the one named), or initialized."""

    def __init__(
        self,
        scaffold: Scaffold | None = None,
        master: str = "",
        config: Any = None,
        checkpoint_dir: Any = None,
        checkpoint_filename_with_path: Any = None,
    ):
        self._checkpoint_dir, self._checkpoint_filename_with_path = checkpoint_dir, checkpoint_filename_with_path
        self._scaffold = scaffold or Scaffold()
        self._session_manager: SessionManager | None = None
        self._master, self._config = master, config

    def create_session(self) -> Any:
        self._scaffold.finalize()
        if self._session_manager is None:
            self._session_manager = _manager(self._scaffold)
        return self._session_manager.prepare_session(
            self._master,
            saver=self._scaffold.saver,
            checkpoint_dir=self._checkpoint_dir,
            checkpoint_filename_with_path=self._checkpoint_filename_with_path,
            config=self._config,
            init_op=self._scaffold.init_op,
            init_feed_dict=self._scaffold.init_feed_dict,
            init_fn=self._scaffold.init_fn,
        )


@public("train.WorkerSessionCreator")
class WorkerSessionCreator(SessionCreator):
    """Makes sessions that wait for a model that someone else initializes. Sessions share no variables here: the wait ends in an error."""

    def __init__(self, scaffold: Scaffold | None = None, master: str = "", config: Any = None, max_wait_secs: float = 30 * 60):
        self._scaffold = scaffold or Scaffold()
        self._session_manager: SessionManager | None = None
        self._master, self._config, self._max_wait_secs = master, config, max_wait_secs

    def create_session(self) -> Any:
        self._scaffold.finalize()
        if self._session_manager is None:
            self._session_manager = _manager(self._scaffold)
        return self._session_manager.wait_for_session(self._master, config=self._config, max_wait_secs=self._max_wait_secs)


@public("python.training.monitored_session._WrappedSession")
class _WrappedSession:
    """A session around another one."""

    def __init__(self, sess: Any):
        self._sess = sess

    @property
    def graph(self) -> Any:
        return self._sess.graph

    @property
    def sess_str(self) -> Any:
        return self._sess.sess_str

    def should_stop(self) -> bool:
        if self._sess is None:
            return True
        if self._check_stop():
            return True
        inner = getattr(self._sess, "should_stop", None)
        return inner() if inner is not None else False

    def _check_stop(self) -> bool:
        return False

    def close(self) -> None:
        if self._sess:
            try:
                self._sess.close()
            except LOST_SESSION as error:
                TABLE["logging.error"]("An error occurred when attempting to close the session: %s", error)
            finally:
                self._sess = None

    def run(self, *args: Any, **kwargs: Any) -> Any:
        return self._sess.run(*args, **kwargs)

    def run_step_fn(self, step_fn: Callable[[Any], Any], raw_session: Any, run_with_hooks: Any) -> Any:
        run_with_hooks = run_with_hooks or self.run
        return step_fn(StepContext(raw_session, run_with_hooks))


class StepContext:
    """What a step function given to `run_step_fn` works with."""

    def __init__(self, session: Any, run_with_hooks_fn: Callable[..., Any]):
        self._session, self._run_with_hooks_fn = session, run_with_hooks_fn

    @property
    def session(self) -> Any:
        """The session, without hooks."""
        return self._session

    def run_with_hooks(self, *args: Any, **kwargs: Any) -> Any:
        """`MonitoredSession.run`: a run with all hooks."""
        return self._run_with_hooks_fn(*args, **kwargs)

    def request_stop(self) -> None:
        """Makes the MonitoredSession stop."""
        raise StopIteration("step_fn has requested the iterations to stop.")


@public("python.training.monitored_session._CoordinatedSession")
class _CoordinatedSession(_WrappedSession):
    """Stops with its coordinator, and its coordinator with it."""

    def __init__(self, sess: Any, coord: Coordinator, stop_grace_period_secs: float = 120):
        super().__init__(sess)
        self._coord, self._stop_grace_period_secs = coord, stop_grace_period_secs

    def _check_stop(self) -> bool:
        return self._coord.should_stop()

    def close(self) -> None:
        self._coord.request_stop()
        try:
            self._coord.join(stop_grace_period_secs=self._stop_grace_period_secs, ignore_live_threads=True)
        finally:
            try:
                super().close()
            except Exception:
                # What the threads raised counts.
                pass

    def run(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return self._sess.run(*args, **kwargs)
        except LOST_SESSION:
            raise
        except Exception as original:
            # If a thread failed before, its error is the cause.
            try:
                self._coord.raise_requested_exception()
            except LOST_SESSION:
                raise
            except Exception as cause:
                raise cause from original
            raise


@public("python.training.monitored_session._HookedSession")
class _HookedSession(_WrappedSession):
    """Calls hooks around each run."""

    def __init__(self, sess: Any, hooks: list[Any]):
        super().__init__(sess)
        self._hooks, self._should_stop = hooks, False

    def _check_stop(self) -> bool:
        return self._should_stop

    def run(self, fetches: Any, feed_dict: Any = None, options: Any = None, run_metadata: Any = None) -> Any:
        if self.should_stop():
            raise RuntimeError("Run called even after should_stop requested.")
        actual: dict[Any, Any] = {"caller": fetches}
        context = SessionRunContext(SessionRunArgs(fetches=fetches, feed_dict=feed_dict), self._sess)
        options = options or TABLE["RunOptions"]()
        feed = self._with_hooks(context, actual, feed_dict, options)
        metadata = run_metadata or TABLE["RunMetadata"]()
        outputs = self._sess.run(fetches=actual, feed_dict=feed, options=options, run_metadata=metadata)
        for hook in self._hooks:
            hook.after_run(context, SessionRunValues(results=outputs.get(hook), options=options, run_metadata=metadata))
        self._should_stop = self._should_stop or context.stop_requested
        return outputs["caller"]

    def _with_hooks(self, context: SessionRunContext, fetches: dict[Any, Any], user_feed: Any, options: Any) -> Any:
        """Adds the hooks' fetches; the feeds of all together."""
        hook_feeds: dict[Any, Any] = {}
        for hook in self._hooks:
            request = hook.before_run(context)
            if request is None:
                continue
            if request.fetches is not None:
                fetches[hook] = request.fetches
            if request.feed_dict:
                clash = hook_feeds.keys() & request.feed_dict.keys()
                if clash:
                    raise RuntimeError(f"Same tensor is fed by two hooks. Conflict(s): {', '.join(map(str, clash))}")
                hook_feeds.update(request.feed_dict)
            if request.options:
                options.MergeFrom(request.options)
        if not hook_feeds:
            return user_feed
        if not user_feed:
            return hook_feeds
        clash = user_feed.keys() & hook_feeds.keys()
        if clash:
            raise RuntimeError(f"Same tensor is fed by a SessionRunHook and user. Conflict(s): {', '.join(map(str, clash))}")
        return {**user_feed, **hook_feeds}


@public("python.training.monitored_session._RecoverableSession")
class _RecoverableSession(_WrappedSession):
    """Makes a new session when a run finds it lost."""

    def __init__(self, creator: Any):
        self._creator = creator
        super().__init__(self._create())

    def _create(self) -> Any:
        while True:
            try:
                return self._creator.create_session()
            except LOST_SESSION as error:
                TABLE["logging.info"]("An error was raised while a session was being created, and it will be retried. Error: %s", error)

    def _again(self, error: Exception) -> None:
        TABLE["logging.info"]("An error was raised. The session will be closed and a new one created. Error: %s", error)
        self.close()
        self._sess = None

    def _check_stop(self) -> bool:
        try:
            return bool(self._sess and self._sess._check_stop())
        except LOST_SESSION as error:
            self._again(error)
            self._sess = self._create()
            return False

    def run(self, fetches: Any, feed_dict: Any = None, options: Any = None, run_metadata: Any = None) -> Any:
        while True:
            try:
                if not self._sess:
                    self._sess = self._create()
                return self._sess.run(fetches, feed_dict=feed_dict, options=options, run_metadata=run_metadata)
            except LOST_SESSION as error:
                self._again(error)

    def run_step_fn(self, step_fn: Any, raw_session: Any, run_with_hooks: Any) -> Any:
        while True:
            try:
                if not self._sess:
                    self._sess = self._create()
                return self._sess.run_step_fn(step_fn, raw_session, run_with_hooks or self._sess.run)
            except LOST_SESSION as error:
                self._again(error)


class _CoordinatedCreator:
    """Makes a session with its coordinator, queue runners and hooks."""

    def __init__(self, session_creator: SessionCreator, hooks: list[Any], stop_grace_period_secs: float):
        self._session_creator, self._hooks = session_creator, hooks
        self.coord: Coordinator | None = None
        self.tf_sess: Any = None
        self._stop_grace_period_secs = stop_grace_period_secs

    def create_session(self) -> Any:
        self.tf_sess = self._session_creator.create_session()
        self.coord = Coordinator(clean_stop_exception_types=[])
        if get_default_graph().get_collection("queue_runners"):
            start_queue_runners(sess=self.tf_sess, coord=self.coord)
        for hook in self._hooks:
            hook.after_create_session(self.tf_sess, self.coord)
        return _CoordinatedSession(_HookedSession(self.tf_sess, self._hooks), self.coord, self._stop_grace_period_secs)


@public("python.training.monitored_session._MonitoredSession")
class BaseMonitoredSession:
    """What MonitoredSession and SingularMonitoredSession share."""

    _is_monitored_session = True
    StepContext = StepContext

    def __init__(self, session_creator: SessionCreator | None, hooks: Any, should_recover: bool, stop_grace_period_secs: float = 120):
        self._graph_was_finalized = get_default_graph().finalized
        self._hooks = list(hooks or [])
        for hook in self._hooks:
            hook.begin()
        self._coordinated_creator = _CoordinatedCreator(session_creator or ChiefSessionCreator(), self._hooks, stop_grace_period_secs)
        self._sess: Any = _RecoverableSession(self._coordinated_creator) if should_recover else self._coordinated_creator.create_session()

    @property
    def graph(self) -> Any:
        """The graph; None once the session is lost."""
        return None if self._tf_sess() is None else self._tf_sess().graph

    def run(self, fetches: Any, feed_dict: Any = None, options: Any = None, run_metadata: Any = None) -> Any:
        """`Session.run` with all hooks."""
        return self._sess.run(fetches, feed_dict=feed_dict, options=options, run_metadata=run_metadata)

    def run_step_fn(self, step_fn: Callable[..., Any]) -> Any:
        """Calls `step_fn(step_context)`, which may run several times with and without hooks; what it returns.

        Raises:
          ValueError: `step_fn` does not take exactly one argument `step_context` (besides self).
        """
        import inspect

        names = list(inspect.signature(step_fn).parameters)
        if not names or names[-1] != "step_context" or len(names) > 2 or (len(names) == 2 and names[0] != "self"):
            raise ValueError(f"`step_fn` may either have one `step_context` argument, or two arguments if it is a method, got {names}")
        if self._is_closed() is not False:
            raise RuntimeError("Session is already closed.")
        try:
            return self._sess.run_step_fn(step_fn, self._tf_sess(), run_with_hooks=None)
        except StopIteration:
            self._close_internal()
            self._sess = None
            raise

    def __enter__(self) -> Any:
        return self

    def __exit__(self, exception_type: Any, exception_value: Any, traceback: Any) -> bool:
        if exception_type is not None and issubclass(exception_type, _CLEAN):
            exception_type = None
        self._close_internal(exception_type)
        return exception_type is None

    def should_stop(self) -> bool:
        """Whether a hook, the coordinator or the end of the input stopped the session."""
        return self._sess is None or self._sess.should_stop()

    def close(self) -> None:
        """Calls the hooks' `end` and closes the session."""
        self._close_internal()

    def _is_closed(self) -> bool:
        return self._coordinated_creator.tf_sess is None

    def _close_internal(self, exception_type: Any = None) -> None:
        try:
            if not exception_type and self._sess is not None:
                for hook in self._hooks:
                    hook.end(self._coordinated_creator.tf_sess)
        finally:
            try:
                if self._sess is not None:
                    self._sess.close()
            finally:
                self._sess = None
                self._coordinated_creator.tf_sess = None
                self._coordinated_creator.coord = None
                if not self._graph_was_finalized:
                    get_default_graph()._unsafe_unfinalize()

    def _tf_sess(self) -> Any:
        return self._coordinated_creator.tf_sess


@public("train.MonitoredSession")
class MonitoredSession(BaseMonitoredSession):
    """A session that is made ready by `session_creator`, runs `hooks`, starts queue runners, and is made anew when it is lost."""

    def __init__(self, session_creator: SessionCreator | None = None, hooks: Any = None, stop_grace_period_secs: float = 120):
        super().__init__(session_creator, hooks, should_recover=True, stop_grace_period_secs=stop_grace_period_secs)


@public("train.SingularMonitoredSession")
class SingularMonitoredSession(BaseMonitoredSession):
    """A MonitoredSession that is not made anew when it is lost, and whose session can be had: `raw_session()`."""

    def __init__(
        self,
        hooks: Any = None,
        scaffold: Scaffold | None = None,
        master: str = "",
        config: Any = None,
        checkpoint_dir: Any = None,
        stop_grace_period_secs: float = 120,
        checkpoint_filename_with_path: Any = None,
    ):
        creator = ChiefSessionCreator(scaffold, master, config, checkpoint_dir, checkpoint_filename_with_path)
        super().__init__(creator, hooks, should_recover=False, stop_grace_period_secs=stop_grace_period_secs)

    def raw_session(self) -> Any:
        """The session, without hooks."""
        return self._tf_sess()


@public("train.MonitoredTrainingSession")
def MonitoredTrainingSession(  # noqa: N802
    master: str = "",
    is_chief: bool = True,
    checkpoint_dir: Any = None,
    scaffold: Scaffold | None = None,
    hooks: Any = None,
    chief_only_hooks: Any = None,
    save_checkpoint_secs: Any = USE_DEFAULT,
    save_summaries_steps: Any = USE_DEFAULT,
    save_summaries_secs: Any = USE_DEFAULT,
    config: Any = None,
    stop_grace_period_secs: float = 120,
    log_step_count_steps: int | None = 100,
    max_wait_secs: float = 7200,
    save_checkpoint_steps: Any = USE_DEFAULT,
    summary_dir: Any = None,
) -> MonitoredSession:
    """A MonitoredSession for training, which saves checkpoints and summaries and resumes from the latest checkpoint.

    Args:
      is_chief: whether this process initializes and saves.
      checkpoint_dir: where checkpoints are; nothing is saved without it.
      hooks, chief_only_hooks: more hooks; the latter for the chief.
      save_checkpoint_secs, save_checkpoint_steps: how often (600 seconds by default; None and None: never).
      save_summaries_steps, save_summaries_secs: how often (100 steps by default).
      log_step_count_steps: how often steps per second are logged; None: never.
      summary_dir: where summaries go, `checkpoint_dir` by default.
    """
    if save_summaries_steps is USE_DEFAULT and save_summaries_secs is USE_DEFAULT:
        save_summaries_steps, save_summaries_secs = 100, None
    elif save_summaries_secs is USE_DEFAULT:
        save_summaries_secs = None
    elif save_summaries_steps is USE_DEFAULT:
        save_summaries_steps = None
    if save_checkpoint_steps is USE_DEFAULT and save_checkpoint_secs is USE_DEFAULT:
        save_checkpoint_steps, save_checkpoint_secs = None, 600
    elif save_checkpoint_secs is USE_DEFAULT:
        save_checkpoint_secs = None
    elif save_checkpoint_steps is USE_DEFAULT:
        save_checkpoint_steps = None
    scaffold = scaffold or Scaffold()
    if not is_chief:
        creator: SessionCreator = WorkerSessionCreator(scaffold=scaffold, master=master, config=config, max_wait_secs=max_wait_secs)
        return MonitoredSession(creator, hooks=hooks or [], stop_grace_period_secs=stop_grace_period_secs)
    every: list[Any] = list(chief_only_hooks or [])
    creator = ChiefSessionCreator(scaffold=scaffold, checkpoint_dir=checkpoint_dir, master=master, config=config)
    summary_dir = summary_dir or checkpoint_dir
    if summary_dir:
        summary_dir = os.fspath(summary_dir)
        if log_step_count_steps and log_step_count_steps > 0:
            every.append(StepCounterHook(output_dir=summary_dir, every_n_steps=log_step_count_steps))
        if (save_summaries_steps and save_summaries_steps > 0) or (save_summaries_secs and save_summaries_secs > 0):
            every.append(
                SummarySaverHook(scaffold=scaffold, save_steps=save_summaries_steps, save_secs=save_summaries_secs, output_dir=summary_dir)
            )
    if checkpoint_dir and ((save_checkpoint_secs and save_checkpoint_secs > 0) or (save_checkpoint_steps and save_checkpoint_steps > 0)):
        every.append(
            CheckpointSaverHook(
                os.fspath(checkpoint_dir), save_steps=save_checkpoint_steps, save_secs=save_checkpoint_secs, scaffold=scaffold
            )
        )
    every += list(hooks or [])
    return MonitoredSession(session_creator=creator, hooks=every, stop_grace_period_secs=stop_grace_period_secs)
