"""Runs a program as `python script.py args` would, with `import tensorflow` resolving to scopeflow."""

from __future__ import annotations

import io
import os
import runpy
import sys
import traceback
from types import ModuleType, TracebackType

from . import hook, removed_names

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
#: what runs between a user's line and scopeflow, and is of no interest to the user either
_MACHINERY = (f"{os.sep}jax{os.sep}_src{os.sep}", f"{os.sep}jax{os.sep}", f"{os.sep}absl{os.sep}app.py", f"{os.sep}contextlib.py")


def run_script(path: str, args: list[str]) -> None:
    """Runs a file as `__main__`, with `sys.argv` and `sys.path[0]` as Python would set them. Exceptions go up to the caller.

    Raises:
      FileNotFoundError: there is no such file.
    """
    _prepare([path, *args], os.path.dirname(os.path.abspath(path)))
    if os.path.isdir(path) or path.endswith((".zip", ".pyz")):
        sys.path[0] = path
        runpy.run_path(path, run_name="__main__")
        return
    with io.open_code(path) as f:
        source = f.read()
    main = ModuleType("__main__")
    main.__file__ = path
    main.__builtins__ = __builtins__  # type: ignore[attr-defined]
    main.__loader__ = None
    # Stays `__main__` after the run: what the program left behind (threads, atexit functions, pickles) looks for itself there.
    sys.modules["__main__"] = main
    exec(compile(source, path, "exec"), main.__dict__)


def run_module(name: str, args: list[str]) -> None:
    """Runs a module as `python -m name args` would."""
    _prepare([name, *args], os.getcwd())
    runpy.run_module(name, run_name="__main__", alter_sys=True)


def _prepare(argv: list[str], folder: str) -> None:
    hook.install()
    removed_names.restore()
    sys.argv[:] = argv
    sys.path[0] = folder
    sys.excepthook = print_exception


def print_exception(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Prints a traceback that ends at the user's own line; the frames inside scopeflow are left out unless SCOPEFLOW_TRACEBACK=full."""
    shown = traceback.TracebackException(kind, error, trace)
    left_out = 0 if os.environ.get("SCOPEFLOW_TRACEBACK") == "full" else _cut(shown)
    print("".join(shown.format()), end="", file=sys.stderr)
    if left_out:
        print(f"({left_out} frames inside scopeflow are not shown; SCOPEFLOW_TRACEBACK=full shows them)", file=sys.stderr)


def _is_inner(file: str) -> bool:
    return file.startswith((_PACKAGE, "<frozen")) or any(part in file for part in _MACHINERY)


def _cut(shown: traceback.TracebackException) -> int:
    """Takes the frames that are not the user's out of a traceback and those chained to it; gives how many were scopeflow's."""
    frames = list(shown.stack)
    ours = [i for i, f in enumerate(frames) if os.path.abspath(f.filename) == os.path.abspath(__file__)]
    # All up to the line above that starts the program is the way in: the console script, the command line.
    below = frames[max(ours) + 1 :] if ours else frames
    kept = [f for f in below if not _is_inner(f.filename)]
    count = sum(f.filename.startswith(_PACKAGE) for f in below) if kept else 0
    if kept:
        shown.stack = traceback.StackSummary.from_list(kept)
    for chained in (shown.__cause__, shown.__context__):
        if chained is not None:
            count += _cut(chained)
    return count
