"""HParams: hyperparameters with types, and the notation "name=value,list=[1,2]" for them."""

from __future__ import annotations

import json
import numbers
import re
from collections.abc import Callable, Mapping
from typing import Any

from ...graph.public import public

_ASSIGNMENT = re.compile(
    r"""(?P<name>[A-Za-z][\w.]*)
        (\[\s*(?P<index>\d+)\s*\])?
        \s*=\s*
        (\[(?P<list>[^\]]*)\] | (?P<value>[^,\[]*))
        (\Z|,\s*)""",
    re.VERBOSE,
)


def _as_bool(text: str) -> bool:
    if text.lower() in ("true", "false") and text in ("true", "True", "false", "False"):
        return text.lower() == "true"
    return bool(int(text))


def _read(kind: Callable[[str], Any], name: str, text: str, whole: str) -> Any:
    try:
        return _as_bool(text) if kind is bool else kind(text)
    except ValueError:
        raise ValueError(f"Could not parse hparam '{name}' of type '{kind.__name__}' with value '{text}' in {whole}") from None


def _twice(name: str, whole: str) -> ValueError:
    return ValueError(f"Multiple assignments to variable '{name}' in {whole}")


@public("contrib.training.parse_values", "contrib.training.python.training.hparam.parse_values")
def parse_values(values: str, type_map: Mapping[str, Any], ignore_unknown: bool = False) -> dict[str, Any]:
    """The values of "name=value,list=[1,2],element[3]=4".

    Args:
      values: the assignments.
      type_map: name -> type: int, float, bool or str.
      ignore_unknown: whether names without a type are passed over.

    Returns:
      Name -> value, list, or dict from indices to values.

    Raises:
      ValueError: what is not such a notation, a name without a type, a value that is not of its type, or two for one name.
    """
    out: dict[str, Any] = {}
    at = 0
    while at < len(values):
        match = _ASSIGNMENT.match(values, at)
        if match is None:
            raise ValueError(f"Malformed hyperparameter value: {values[at:]}")
        at = match.end()
        name, index = match["name"], match["index"]
        kind = type_map.get(name)
        if kind is None:
            if ignore_unknown:
                continue
            raise ValueError(f"Unknown hyperparameter type for {name}")
        if match["list"] is not None:
            if index is not None:
                raise ValueError("Assignment of a list to a list index.")
            if name in out:
                raise _twice(name, values)
            elements = filter(None, re.split("[ ,]", match["list"]))
            out[name] = [_read(kind, name, element, values) for element in elements]
            continue
        value = _read(kind, name, match["value"], values)
        if index is None:
            if name in out:
                raise _twice(name, values)
            out[name] = value
            continue
        elements = out.setdefault(name, {})
        if not isinstance(elements, dict):
            raise _twice(name, values)
        if int(index) in elements:
            raise _twice(f"{name}[{index}]", values)
        elements[int(index)] = value
    return out


def _cast(name: str, kind: type, value: Any) -> Any:
    """`value` as a hyperparameter of type `kind`. Raises ValueError if that would change its meaning."""
    if kind is type(None):
        return value
    text = issubclass(kind, (str, bytes))
    fits = (
        not (text and not isinstance(value, (str, bytes)))
        and issubclass(kind, bool) == isinstance(value, bool)
        and not (issubclass(kind, numbers.Integral) and not isinstance(value, numbers.Integral))
        and not (issubclass(kind, numbers.Number) and not isinstance(value, numbers.Number))
    )
    if not fits:
        raise ValueError(f"Could not cast hparam '{name}' of type '{kind}' from value {value!r}")
    return kind(value)


@public("contrib.training.HParams", "contrib.training.python.training.hparam.HParams")
class HParams:
    """A set of hyperparameters, which are attributes. Each has a type, that of its first value, and keeps it.

    Args:
      hparam_def: not supported here; see `from_proto`.
      model_structure: an object that goes with the hyperparameters.
      kwargs: the hyperparameters and their first values: ints, floats, bools, strings, or lists of them.

    Raises:
      ValueError: a name that a method has, or an empty list.
    """

    _HAS_DYNAMIC_ATTRIBUTES = True

    def __init__(self, hparam_def: Any = None, model_structure: Any = None, **kwargs: Any):
        #: name -> (type, whether it is a list)
        self._hparam_types: dict[str, tuple[type, bool]] = {}
        self._model_structure = model_structure
        if hparam_def is not None:
            _no_proto("HParams(hparam_def=...)")
        for name, value in kwargs.items():
            self.add_hparam(name, value)

    def add_hparam(self, name: str, value: Any) -> None:
        """Adds a hyperparameter. Raises ValueError if the name is taken or the value is an empty list."""
        if getattr(self, name, None) is not None:
            raise ValueError(f"Hyperparameter name is reserved: {name}")
        if isinstance(value, (list, tuple)):
            if not value:
                raise ValueError(f"Multi-valued hyperparameters cannot be empty: {name}")
            self._hparam_types[name] = type(value[0]), True
        else:
            self._hparam_types[name] = type(value), False
        setattr(self, name, value)

    def set_hparam(self, name: str, value: Any) -> None:
        """Changes a hyperparameter. Raises KeyError if there is none, ValueError if the value is not of its type."""
        kind, many = self._hparam_types[name]
        if isinstance(value, list):
            if not many:
                raise ValueError(f"Must not pass a list for single-valued parameter: {name}")
            setattr(self, name, [_cast(name, kind, v) for v in value])
        else:
            if many:
                raise ValueError(f"Must pass a list for multi-valued parameter: {name}.")
            setattr(self, name, _cast(name, kind, value))

    def del_hparam(self, name: str) -> None:
        """Removes a hyperparameter; nothing happens if there is none."""
        if hasattr(self, name):
            delattr(self, name)
            del self._hparam_types[name]

    def parse(self, values: str) -> HParams:
        """Changes hyperparameters by the notation of `parse_values`. Raises ValueError. Returns self."""
        kinds = {name: kind for name, (kind, _) in self._hparam_types.items()}
        return self.override_from_dict(parse_values(values, kinds))

    def override_from_dict(self, values_dict: Mapping[str, Any]) -> HParams:
        """Changes hyperparameters by a dict. Raises KeyError or ValueError as `set_hparam`. Returns self."""
        for name, value in values_dict.items():
            self.set_hparam(name, value)
        return self

    def set_from_map(self, values_map: Mapping[str, Any]) -> HParams:
        """`override_from_dict`."""
        return self.override_from_dict(values_map)

    def parse_json(self, values_json: str) -> HParams:
        """Changes hyperparameters by a JSON object. Raises KeyError or ValueError as `set_hparam`. Returns self."""
        return self.override_from_dict(json.loads(values_json))

    def set_model_structure(self, model_structure: Any) -> None:
        self._model_structure = model_structure

    def get_model_structure(self) -> Any:
        """The object that goes with the hyperparameters."""
        return self._model_structure

    def values(self) -> dict[str, Any]:
        """The hyperparameters as a dict."""
        return {name: getattr(self, name) for name in self._hparam_types}

    def get(self, key: str, default: Any = None) -> Any:
        """A hyperparameter, or `default` if there is none.

        Raises:
          ValueError: `default` is not of the hyperparameter's type.
        """
        if key not in self._hparam_types:
            return default
        if default is not None:
            kind, many = self._hparam_types[key]
            words = f"list<{kind}>" if many else str(kind)
            text = f"Hparam '{key}' of type '{words}' is incompatible with default={default}"
            if many != isinstance(default, list):
                raise ValueError(text)
            try:
                for value in default if many else [default]:
                    _cast(key, kind, value)
            except ValueError as error:
                raise ValueError(f"{text}. {error}") from None
        return getattr(self, key)

    def to_json(self, indent: Any = None, separators: Any = None, sort_keys: bool = False) -> str:
        """The hyperparameters as a JSON object."""
        return json.dumps(self.values(), indent=indent, separators=separators, sort_keys=sort_keys)

    def to_proto(self, export_scope: str | None = None) -> Any:
        """Not supported here: raises NotImplementedError."""
        _no_proto("HParams.to_proto")

    @staticmethod
    def from_proto(hparam_def: Any, import_scope: str | None = None) -> Any:
        """Not supported here: raises NotImplementedError."""
        _no_proto("HParams.from_proto")

    def __contains__(self, key: str) -> bool:
        return key in self._hparam_types

    def __str__(self) -> str:
        return ",".join(f"{name}={value}" for name, value in sorted(self.values().items()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({sorted(self.values().items())})"


def _no_proto(what: str) -> None:
    raise NotImplementedError(f"{what}: the protocol buffer HParamDef is not in scopeflow. Use to_json and parse_json.")
