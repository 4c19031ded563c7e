"""tf.app.run: parses the flags, calls the program's main, exits with what it returns."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

import absl.app
from absl import flags as absl_flags

from ..graph.public import public


@public("app.run")
def run(main: Callable[[list[str]], Any] | None = None, argv: Sequence[str] | None = None) -> NoReturn:
    """Calls `main(argv)` with the arguments that are no flags, then exits with what it returned.

    Args:
      main: the function to call; `main` of the `__main__` module if None.
      argv: the command line; `sys.argv` if None. Flags that nobody defined are passed on to `main`.
    """
    # absl shows INFO from everyone; JAX's notes about back ends that this machine lacks are not the program's
    jax_logger = logging.getLogger("jax")
    if jax_logger.level == logging.NOTSET:
        jax_logger.setLevel(logging.WARNING)
    absl.app.run(main or sys.modules["__main__"].main, argv, flags_parser=_parse_known)


def _parse_known(argv: Sequence[str]) -> list[str]:
    return absl_flags.FLAGS(list(argv), known_only=True)
