"""The import hook: `import tensorflow` and everything below it resolve to scopeflow. TensorFlow itself is never imported."""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any

from ..graph.public import TABLE, public
from . import private, protos

_ROOT = __package__.partition(".")[0]
#: what programs read as `tf.__version__`
TENSORFLOW_VERSION = "1.15.5"


class TensorFlowModule(ModuleType):
    """The module that programs get as `tensorflow`: scopeflow's public names under TensorFlow's version."""

    def __init__(self) -> None:
        super().__init__("tensorflow", "scopeflow, under the name that old programs import.")
        self.__version__ = TENSORFLOW_VERSION
        self.__path__: list[str] = []
        self.__file__ = sys.modules[_ROOT].__file__
        # `python` is a module of its own here, which knows the private paths of public objects too
        public_names = {name.partition(".")[0] for name in TABLE} - {"python"}
        self.__dict__.update({k: v for k, v in vars(sys.modules[_ROOT]).items() if k in public_names or k == "VERSION"})

    def __getattr__(self, name: str) -> Any:
        if name in ("python", "core"):
            return importlib.import_module("tensorflow." + name)
        if name.startswith("__"):
            raise AttributeError(f"module 'tensorflow' has no attribute {name!r}")
        # scopeflow's own __getattr__ raises the error that names the nearest names
        return sys.modules[_ROOT].__getattr__(name)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *{name.partition(".")[0] for name in TABLE}})


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds `tensorflow` and the modules below it."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname.partition(".")[0] != "tensorflow":
            return None
        if fullname != "tensorflow" and self.resolve(fullname) is None:
            raise ModuleNotFoundError(missing(fullname))
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def resolve(self, fullname: str) -> ModuleType | None:
        """The module that `fullname` stands for, or None if scopeflow has none."""
        if fullname == "tensorflow":
            return TensorFlowModule()
        rest = fullname.partition(".")[2]
        if rest == "compat.v1" or rest.startswith("compat.v1."):
            below = rest[len("compat.v1.") :]
            return importlib.import_module("tensorflow" + ("." + below if below else ""))
        if rest == "core" or rest in {f"core.{folder}" for folder in protos.FOLDERS}:
            folder = ModuleType(fullname, "Protocol buffer messages.")
            folder.__path__ = []
            return folder
        if rest.startswith("core."):
            return protos.core_module(rest[len("core.") :])
        if isinstance(TABLE.get(rest), ModuleType):
            return public_namespace(rest)
        if fullname in private.known() and "python" in fullname.split("."):
            return private.PrivateModule(fullname, public_object)
        return public_namespace(rest)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        module = self.resolve(spec.name)
        assert module is not None
        # The import machinery writes its spec into the module; one that is scopeflow's own gets its own spec back.
        spec.loader_state = {k: module.__dict__.get(k) for k in ("__spec__", "__loader__", "__package__")}
        return module

    def exec_module(self, module: ModuleType) -> None:
        spec = module.__spec__
        if module.__name__ != spec.name:
            module.__dict__.update(spec.loader_state)


class NamedInErrors(importlib.abc.MetaPathFinder):
    """The last finder: `from tensorflow.contrib import nothing` fails with an error that names what is missing."""

    def find_spec(self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> None:
        parent, _, name = fullname.rpartition(".")
        if parent.partition(".")[0] == _ROOT and not name.startswith("_") and public_namespace(parent.partition(".")[2]) is not None:
            raise ModuleNotFoundError(missing("tensorflow" + fullname[len(_ROOT) :]))


def missing(fullname: str) -> str:
    """What to say when `tensorflow.x.y` is not there."""
    namesakes = [f"tf.{k}" for k in TABLE if k.rpartition(".")[2] == fullname.rpartition(".")[2]][:3]
    return f"{fullname} is not in scopeflow yet." + (f" Public names like it: {', '.join(namesakes)}." if namesakes else "")


def public_object(path: str) -> Any:
    """The object of a dotted public name. Raises AttributeError if scopeflow has none."""
    value: Any = sys.modules[_ROOT]
    for part in path.split("."):
        value = getattr(value, part)
    return value


def public_namespace(path: str) -> ModuleType | None:
    """The namespace `tf.path`, or None if no public name is in it."""
    value = TABLE.get(path)
    if not isinstance(value, ModuleType):
        if not any(name.startswith(path + ".") for name in TABLE):
            return None
        value = public_object(path)
    return value if isinstance(value, ModuleType) else None


@public("install")
def install() -> None:
    """Makes `import tensorflow` (and `tensorflow.contrib`, `tensorflow.compat.v1`, ...) import scopeflow in this process from now on.

    Raises:
      RuntimeError: real TensorFlow has been imported already.
    """
    found = sys.modules.get("tensorflow")
    if isinstance(found, TensorFlowModule):
        return
    loaded = [m for m in sys.modules if m.partition(".")[0] == "tensorflow" and sys.modules[m] is not None]
    if found is not None or loaded:
        version = getattr(found, "__version__", "of unknown version")
        raise RuntimeError(
            f"TensorFlow {version} is already imported in this process, so `import tensorflow` cannot become scopeflow any more. "
            "Call scopeflow.install() before anything imports tensorflow, or start the program with `scopeflow run script.py`."
        )
    sys.meta_path.insert(0, Finder())
    sys.meta_path.append(NamedInErrors())
    importlib.import_module("tensorflow")


def uninstall() -> None:
    """Takes the hook away again, and the modules that were imported through it."""
    sys.meta_path[:] = [f for f in sys.meta_path if not isinstance(f, (Finder, NamedInErrors))]
    for name in [m for m in sys.modules if m.partition(".")[0] == "tensorflow"]:
        del sys.modules[name]
    # the import system bound the hooked module there
    sys.modules[f"{_ROOT}.compat"].v1 = sys.modules[_ROOT]  # type: ignore[attr-defined]
