"""`get_config` of the layers: their arguments as JSON could hold them."""

from __future__ import annotations

from typing import Any

from ..variables.initializers import serialize as serialize_initializer
from .keras_functions import serialize_activation, serialize_constraint, serialize_regularizer
from .layer import Layer

_SERIALIZERS = {
    "activation": serialize_activation,
    "initializer": serialize_initializer,
    "regularizer": serialize_regularizer,
    "constraint": serialize_constraint,
}


def described(layer: Layer, names: str) -> dict[str, Any]:
    """`Layer.get_config` and the attributes `names` (words): initializers, regularizers and the like in their serial form."""
    out = Layer.get_config(layer)
    for name in names.split():
        kind = name.rpartition("_")[2]
        value = getattr(layer, name)
        out[name] = _SERIALIZERS[kind](value) if kind in _SERIALIZERS else value
    return out
