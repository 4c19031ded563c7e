"""tf.logging: the logger named "tensorflow", which writes `LEVEL:tensorflow:message` to standard error from WARN up."""

from __future__ import annotations

import logging
import sys
from typing import Any

from absl import flags as absl_flags  # noqa: F401  (its flags exist under tf.flags from the start, as TensorFlow's do)
from absl import logging as absl_logging  # noqa: F401

from ..graph.public import export, public

DEBUG, INFO, WARN, ERROR, FATAL = logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR, logging.CRITICAL
for _name in ("DEBUG", "INFO", "WARN", "ERROR", "FATAL"):
    export(globals()[_name], "logging." + _name)

_logger: logging.Logger | None = None
_counts: dict[tuple[str, int], int] = {}


def logger() -> logging.Logger:
    """The logger, made when first used; it gets a handler of its own unless the program set logging up itself."""
    global _logger
    if _logger is None:
        _logger = logging.getLogger("tensorflow")
        if _logger.level == logging.NOTSET:
            _logger.setLevel(WARN)
        if not logging.getLogger().handlers or any(type(h).__name__ == "ABSLHandler" for h in logging.getLogger().handlers):
            handler = logging.StreamHandler(sys.stderr)
            handler.setFormatter(logging.Formatter(logging.BASIC_FORMAT))
            _logger.addHandler(handler)
            _logger.propagate = False
    return _logger


@public("logging.get_verbosity")
def get_verbosity() -> int:
    """The level below which messages are dropped."""
    return logger().getEffectiveLevel()


@public("logging.set_verbosity")
def set_verbosity(v: int | str) -> None:
    """Drops messages below level `v`."""
    logger().setLevel(v)


@public("logging.log")
def log(level: int, msg: Any, *args: Any, **kwargs: Any) -> None:
    """Logs `msg % args` at `level`."""
    logger().log(level, msg, *args, **kwargs)


@public("logging.debug")
def debug(msg: Any, *args: Any, **kwargs: Any) -> None:
    """Logs at DEBUG."""
    logger().debug(msg, *args, **kwargs)


@public("logging.info")
def info(msg: Any, *args: Any, **kwargs: Any) -> None:
    """Logs at INFO."""
    logger().info(msg, *args, **kwargs)


@public("logging.warn")
def warn(msg: Any, *args: Any, **kwargs: Any) -> None:
    """Logs at WARN."""
    logger().warning(msg, *args, **kwargs)


@public("logging.warning")
def warning(msg: Any, *args: Any, **kwargs: Any) -> None:
    """Logs at WARN."""
    logger().warning(msg, *args, **kwargs)


@public("logging.error")
def error(msg: Any, *args: Any, **kwargs: Any) -> None:
    """Logs at ERROR."""
    logger().error(msg, *args, **kwargs)


@public("logging.fatal")
def fatal(msg: Any, *args: Any, **kwargs: Any) -> None:
    """Logs at FATAL; does not end the program."""
    logger().critical(msg, *args, **kwargs)


@public("logging.vlog")
def vlog(level: int, msg: Any, *args: Any, **kwargs: Any) -> None:
    """Logs at a number as the level."""
    logger().log(level, msg, *args, **kwargs)


@public("logging.log_if")
def log_if(level: int, msg: Any, condition: Any, *args: Any) -> None:
    """Logs if `condition` holds."""
    if condition:
        log(level, msg, *args)


@public("logging.log_every_n")
def log_every_n(level: int, msg: Any, n: int, *args: Any) -> None:
    """Logs the first call of this line and every `n`th after it."""
    log_if(level, msg, _calls_before() % n == 0, *args)


@public("logging.log_first_n")
def log_first_n(level: int, msg: Any, n: int, *args: Any) -> None:
    """Logs the first `n` calls of this line."""
    log_if(level, msg, _calls_before() < n, *args)


def _calls_before() -> int:
    frame = sys._getframe(2)
    key = (frame.f_code.co_filename, frame.f_lineno)
    count = _counts.get(key, 0)
    _counts[key] = count + 1
    return count


@public("logging.TaskLevelStatusMessage")
def TaskLevelStatusMessage(msg: Any) -> None:
    """Logs at ERROR."""
    error(msg)


@public("logging.flush")
def flush() -> None:
    """Writes out what is buffered."""
    for handler in logger().handlers:
        handler.flush()
