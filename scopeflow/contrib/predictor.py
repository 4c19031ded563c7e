"""tf.contrib.predictor: a graph, a session and what to feed and fetch, as a function of a dictionary."""

from __future__ import annotations

from typing import Any, NoReturn

from ..graph.graph import Graph
from ..graph.public import TABLE, public

_DEFAULT = "serving_default"


class Predictor:
    """Calls a model: `predictor({name: value})` gives a dictionary of results."""

    def __init__(self, graph: Graph, session: Any, feed_tensors: dict[str, Any], fetch_tensors: dict[str, Any]):
        self._graph, self._session, self._feed_tensors, self._fetch_tensors = graph, session, feed_tensors, fetch_tensors

    def __repr__(self) -> str:
        return f"{type(self).__name__} with feed tensors {self._feed_tensors} and fetch_tensors {self._fetch_tensors}"

    @property
    def graph(self) -> Graph:
        """The model's graph."""
        return self._graph

    @property
    def session(self) -> Any:
        """The session that holds its variables."""
        return self._session

    @property
    def feed_tensors(self) -> dict[str, Any]:
        """{name: what is fed}."""
        return self._feed_tensors

    @property
    def fetch_tensors(self) -> dict[str, Any]:
        """{name: what is fetched}."""
        return self._fetch_tensors

    def __call__(self, input_dict: dict[str, Any]) -> dict[str, Any]:
        """The results for the inputs. Raises ValueError for names that there are not."""
        unknown = set(input_dict) - set(self._feed_tensors)
        if unknown:
            raise ValueError(f"Got unexpected keys in input_dict: {unknown}\nexpected: {set(self._feed_tensors)}")
        return self._session.run(self._fetch_tensors, {self._feed_tensors[k]: v for k, v in input_dict.items()})


class SavedModelPredictor(Predictor):
    """The model that a SavedModel holds."""

    def __init__(
        self,
        export_dir: Any,
        signature_def_key: str | None = None,
        signature_def: Any = None,
        input_names: dict[str, str] | None = None,
        output_names: dict[str, str] | None = None,
        tags: str | None = None,
        graph: Graph | None = None,
        config: Any = None,
    ):
        given = [signature_def_key is not None, signature_def is not None, input_names is not None and output_names is not None]
        if (input_names is None) != (output_names is None):
            raise ValueError("input_names and output_names must both be specified or both be unspecified.")
        if sum(given) > 1:
            raise ValueError("You must specify at most one of signature_def_key OR signature_def OR(input_names AND output_names).")
        graph = Graph() if graph is None else graph
        with graph.as_default():
            session = TABLE["Session"](config=config)
            meta_graph = TABLE["saved_model.loader.load"](session, ("serve" if tags is None else tags).split(","), export_dir)
        if input_names is None:
            signature = signature_def
            if signature is None:
                signature = _signature(meta_graph, signature_def_key)
            input_names = {k: v.name for k, v in signature.inputs.items()}
            output_names = {k: v.name for k, v in signature.outputs.items()}
        super().__init__(
            graph,
            session,
            {k: graph.get_tensor_by_name(v) for k, v in input_names.items()},
            {k: graph.get_tensor_by_name(v) for k, v in output_names.items()},
        )


def _signature(meta_graph: Any, key: str | None) -> Any:
    """That of the key, by default the serving one. Raises ValueError if there is none."""
    key = _DEFAULT if key is None else key
    if key not in meta_graph.signature_def:
        raise ValueError(
            f"The SavedModel has no signature_def {key!r}; it has {sorted(meta_graph.signature_def)}. Name one of these, or give "
            "input_names and output_names."
        )
    return meta_graph.signature_def[key]


@public("contrib.predictor.from_saved_model")
def from_saved_model(
    export_dir: Any,
    signature_def_key: str | None = None,
    signature_def: Any = None,
    input_names: dict[str, str] | None = None,
    output_names: dict[str, str] | None = None,
    tags: str | None = None,
    graph: Graph | None = None,
    config: Any = None,
) -> SavedModelPredictor:
    """A `Predictor` of a SavedModel.

    Args:
      signature_def_key: which signature names what to feed and fetch, "serving_default" if nothing says so.
      signature_def: a signature instead; or `input_names` and `output_names`: {name: tensor's name}.
      tags: of the graph, separated by commas; "serve" if None.
      graph: where to load it; one of its own if None.
      config: of the session.

    Raises:
      ValueError: more than one of these ways, or a signature that is not there.
    """
    return SavedModelPredictor(export_dir, signature_def_key, signature_def, input_names, output_names, tags, graph, config)


@public("contrib.predictor.from_contrib_estimator")
def from_contrib_estimator(*args: Any, **kwargs: Any) -> NoReturn:
    """tf.contrib.learn's Estimators are not there."""
    raise TypeError(
        "estimator should be an instance of tf.contrib.learn.Estimator, which scopeflow has not. Export a SavedModel and use "
        "tf.contrib.predictor.from_saved_model."
    )
