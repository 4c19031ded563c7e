"""Builds the `tf` namespace: modules such as `tf.nn` from the table of public names, and the error for missing names."""

from __future__ import annotations

import difflib
import sys
import types
from typing import Any

from .graph.public import TABLE


def assemble(root: types.ModuleType) -> None:
    """Puts every published name into `root` and its submodules, which are made where they do not exist."""
    for name, value in TABLE.items():
        path, _, last = name.rpartition(".")
        setattr(submodule(root, path), last, value)


def submodule(root: types.ModuleType, path: str) -> types.ModuleType:
    """The namespace `root.path`, made if need be."""
    module = root
    for part in path.split(".") if path else ():
        child = module.__dict__.get(part)
        full = f"{module.__name__}.{part}"
        if not isinstance(child, types.ModuleType):
            child = sys.modules.get(full)
            if child is None:
                child = types.ModuleType(full, f"The public names of tf.{full.partition('.')[2]}.")
                child.__path__ = []  # type: ignore[attr-defined]
                sys.modules[full] = child
            setattr(module, part, child)
        if "__getattr__" not in child.__dict__:
            child.__getattr__ = missing_name(child)  # type: ignore[method-assign]
        module = child
    return module


def missing_name(module: types.ModuleType) -> Any:
    """A module's `__getattr__`: an AttributeError that names the nearest names that exist."""

    def __getattr__(name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(f"module {module.__name__!r} has no attribute {name!r}")
        path = module.__name__.partition(".")[2]
        full = ".".join(filter(None, ["tf", path, name]))
        raise AttributeError(f"{full} is not in scopeflow yet.{_nearest(path, name)}")

    return __getattr__


def _nearest(path: str, name: str) -> str:
    prefix = path + "." if path else ""
    here = [k for k in TABLE if k.startswith(prefix) and "." not in k[len(prefix) :]]
    close = [f"tf.{k}" for k in difflib.get_close_matches(prefix + name, here, 3, 0.7)]
    close += [f"tf.{k}" for k in TABLE if k.rpartition(".")[2] == name][:3]
    close = list(dict.fromkeys(close))
    return f" The nearest names that are: {', '.join(close)}." if close else ""
