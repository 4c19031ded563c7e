"""How the layers of tf.contrib get their variables: as model variables, under the names that tf.contrib gives them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ...graph.graph import GraphKeys
from ...scopes import VariableScope, variable_scope
from ..framework.creating import model_variable
from .arguments import add_to_variable_collections, collect_named_outputs, get_variable_collections


def model_variable_getter(rename: Mapping[str, str] | None = None) -> Callable[..., Any]:
    """A custom getter that makes model variables; `rename` says how the last part of a name changes."""
    rename = rename or {}

    def get(
        getter: Any,
        name: str,
        shape: Any = None,
        dtype: Any = None,
        initializer: Any = None,
        regularizer: Any = None,
        trainable: Any = True,
        collections: Any = None,
        caching_device: Any = None,
        partitioner: Any = None,
        use_resource: Any = None,
        synchronization: Any = None,
        aggregation: Any = None,
        **_: Any,
    ) -> Any:
        *path, last = name.split("/")
        if last in rename:
            name = "/".join([*path, rename[last]])
        return model_variable(
            name,
            shape=shape,
            dtype=dtype,
            initializer=initializer,
            regularizer=regularizer,
            collections=collections,
            trainable=trainable,
            caching_device=caching_device,
            partitioner=partitioner,
            custom_getter=getter,
            use_resource=use_resource,
            synchronization=synchronization,
            aggregation=aggregation,
        )

    return get


@contextlib.contextmanager
def layer_scope(
    scope: Any, default_name: str, inputs: Any, reuse: Any = None, rename: Mapping[str, str] | None = None
) -> Iterator[VariableScope]:
    """The variable scope of a layer, in which all variables are model variables."""
    with variable_scope(scope, default_name, [inputs], reuse=reuse, custom_getter=model_variable_getter(rename)) as entered:
        yield entered


def finish(outputs: Any, scope: Any, outputs_collections: Any, normalizer: Any = None, activation: Any = None) -> Any:
    """A layer's output: normalized, activated, and in its collections under the scope's name."""
    if normalizer is not None:
        function, parameters = normalizer
        outputs = function(outputs, **(parameters or {}))
    if activation is not None:
        outputs = activation(outputs)
    return collect_named_outputs(outputs_collections, getattr(scope, "name", scope), outputs)


def collections_for(variables_collections: Any, name: str) -> Any:
    """The collections of a variable that `model_variable` adds it to."""
    return get_variable_collections(variables_collections, name)


def list_variables(layer: Any, names: Mapping[str, str], variables_collections: Any) -> None:
    """Adds a layer's variables to their collections: `names` is attribute -> name in tf.contrib. What the layer lacks is passed over."""
    for attribute, name in names.items():
        variable = getattr(layer, attribute, None)
        if variable is not None:
            add_to_variable_collections(variable, variables_collections, name)


#: the keys of `arguments` that a layer's argument checks share
UPDATE_OPS = GraphKeys.UPDATE_OPS
NHWC_FORMATS, NDHWC_FORMATS = ("NCHW", "NHWC"), ("NCDHW", "NDHWC")


def require_format(data_format: Any, formats: tuple[str, str] = NHWC_FORMATS) -> None:
    """Raises ValueError unless `data_format` is one of the two."""
    if data_format not in formats:
        raise ValueError(f"data_format has to be either {formats[0]} or {formats[1]}.")


def keras_format(data_format: str | None) -> str:
    """The Keras word for a format such as "NCHW", "channels_first"; None counts as "channels_last"."""
    return "channels_first" if data_format and data_format.startswith("NC") else "channels_last"
