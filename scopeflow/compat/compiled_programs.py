"""Keeps what XLA has compiled on the disk: a program that is run again does not wait for the compiler.

JAX does the keeping; its keys stand for what is compiled, its version and its flags. This says where, how much, and for what processor.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
from pathlib import Path

import jax

#: names the folder; "off" keeps nothing
VARIABLE = "SCOPEFLOW_CACHE"
#: bytes kept; what has not been used for longest goes first
LIMIT = 1 << 30
#: Programs that compile in fewer seconds are not worth a file.
_LEAST_SECONDS = 0.2


def keep_compiled_programs() -> Path | None:
    """From now on this process keeps its compiled programs; gives the folder, None if none is kept by it.

    It lies in `$SCOPEFLOW_CACHE`, or else in `$XDG_CACHE_HOME/scopeflow` (`~/.cache/scopeflow`). Who has chosen a folder for JAX
    (`JAX_COMPILATION_CACHE_DIR`) keeps that.
    """
    chosen = os.environ.get(VARIABLE, "")
    if chosen == "off" or jax.config.jax_compilation_cache_dir:
        return None
    try:
        base = Path(chosen or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "scopeflow"))
        folder = base / f"compiled-{_processor()}"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        prune(folder, LIMIT)
    except (OSError, RuntimeError):  # no home, or one that cannot be written to
        return None
    if not os.access(folder, os.W_OK):
        return None
    jax.config.update("jax_compilation_cache_dir", str(folder))
    if "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS" not in os.environ:
        jax.config.update("jax_persistent_cache_min_compile_time_secs", _LEAST_SECONDS)
    return folder


def prune(folder: Path, limit: int) -> None:
    """Removes the files that have not been used for longest until the others take at most `limit` bytes."""
    with os.scandir(folder) as entries:
        files = [(max(s.st_atime, s.st_mtime), s.st_size, e.path) for e in entries if e.is_file() for s in [e.stat()]]
    total = sum(size for _, size, _ in files)
    for _, size, path in sorted(files):
        if total <= limit:
            return
        with contextlib.suppress(FileNotFoundError):
            os.remove(path)
        total -= size


def _processor() -> str:
    """Tells processors apart that do not run each other's programs: a home folder may be shared among machines."""
    known = [platform.system(), platform.machine(), platform.processor()]
    with contextlib.suppress(OSError), open("/proc/cpuinfo") as file:
        lines = (line for line in file if line.startswith(("flags", "Features", "model name")))
        known += sorted(set(lines))
    return hashlib.sha256("\n".join(known).encode()).hexdigest()[:12]
