"""Targets of tf.contrib.layers: what a model predicts, with its loss, its predictions and its measures."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from ...graph import dtypes
from ...graph.default_graph import control_dependencies
from ...graph.public import TABLE, public
from ...ops import array
from ...ops.casting import cast
from ...ops.reduction import reduce_mean, reduce_sum

#: the kinds of problems, by the numbers that the reference gives them
UNSPECIFIED, CLASSIFICATION, LINEAR_REGRESSION = 0, 1, 2


@public("contrib.slim.ProblemType")
class ProblemType:
    """The kinds of problems a target can be of."""

    UNSPECIFIED = UNSPECIFIED
    CLASSIFICATION = CLASSIFICATION
    LINEAR_REGRESSION = LINEAR_REGRESSION
    LOGISTIC_REGRESSION = 3


@public("contrib.layers.regression_target", "contrib.slim.regression_target")
def regression_target(label_name: str | None = None, weight_column_name: str | None = None, label_dimension: int = 1) -> Any:
    """A number, or several, to be predicted with the least squared error."""
    return _RegressionTargetColumn(_squared_error, label_name, weight_column_name, label_dimension)


@public("contrib.layers.multi_class_target", "contrib.slim.multi_class_target")
def multi_class_target(n_classes: int, label_name: str | None = None, weight_column_name: str | None = None) -> Any:
    """One of `n_classes` classes, by cross entropy. Raises ValueError for fewer than two."""
    if n_classes < 2:
        raise ValueError("n_classes must be > 1 for classification.")
    return _MultiClassTargetColumn(_log_loss if n_classes == 2 else _cross_entropy, n_classes, label_name, weight_column_name)


@public("contrib.slim.binary_svm_target")
def binary_svm_target(label_name: str | None = None, weight_column_name: str | None = None) -> Any:
    """One of two classes, by hinge loss."""
    return _BinarySvmTargetColumn(label_name, weight_column_name)


# -- losses -----------------------------------------------------------------------------------------------------
def _column(target: Any) -> Any:
    return array.expand_dims(target, 1) if len(target.get_shape()) == 1 else target


def _squared_error(logits: Any, target: Any) -> Any:
    target = _column(target)
    logits.get_shape().assert_is_compatible_with(target.get_shape())
    return TABLE["math.squared_difference"](logits, cast(target, dtypes.float32))


def _log_loss(logits: Any, target: Any) -> Any:
    return TABLE["nn.sigmoid_cross_entropy_with_logits"](labels=cast(_column(target), dtypes.float32), logits=logits)


def _cross_entropy(logits: Any, target: Any) -> Any:
    if len(target.get_shape()) == 2:
        target = array.squeeze(target, axis=[1])
    return TABLE["nn.sparse_softmax_cross_entropy_with_logits"](labels=target, logits=logits)


def _hinge(logits: Any, target: Any) -> Any:
    check = TABLE["Assert"](array.rank(target) <= 2, ["target's shape should be either [batch_size, 1] or [batch_size]"])
    with control_dependencies([check]):
        target = array.reshape(target, shape=[array.shape(target)[0], 1])
    return TABLE["contrib.losses.hinge_loss"](logits, target)


# -- targets ----------------------------------------------------------------------------------------------------
class _TargetColumn:
    """What a target is."""

    def __init__(
        self,
        loss_fn: Callable[[Any, Any], Any],
        num_label_columns: int,
        label_name: str | None,
        weight_column_name: str | None,
        problem: int,
    ):
        if not loss_fn:
            raise ValueError("loss_fn must be set.")
        if num_label_columns < 1:
            raise ValueError(f"num_label_columns must be at least 1, not {num_label_columns}.")
        self._loss_fn, self._num_label_columns = loss_fn, num_label_columns
        self._label_name, self._weight_column_name, self._problem_type = label_name, weight_column_name, problem

    @property
    def label_name(self) -> str | None:
        """The feature of the labels."""
        return self._label_name

    @property
    def weight_column_name(self) -> str | None:
        """The feature of the examples' weights."""
        return self._weight_column_name

    @property
    def num_label_columns(self) -> int:
        """How many numbers a prediction has."""
        return self._num_label_columns

    @property
    def problem_type(self) -> int:
        """One of `ProblemType`."""
        return self._problem_type

    def logits_to_predictions(self, logits: Any, proba: bool = False) -> Any:
        """Predictions from what a model gives; probabilities with `proba`."""
        raise NotImplementedError

    def get_eval_ops(self, features: Any, logits: Any, labels: Any, metrics: Any = None) -> dict[Any, Any]:
        """Name -> measure over a data set."""
        raise NotImplementedError

    def get_weight_tensor(self, features: Any) -> Any:
        """The examples' weights as a vector, None if there are none."""
        if not self._weight_column_name:
            return None
        return array.reshape(cast(features[self._weight_column_name], dtypes.float32), shape=(-1,))

    def _weighted(self, terms: Any, weights: Any) -> Any:
        return TABLE["multiply"](array.reshape(terms, shape=(-1,)), array.reshape(weights, shape=(-1,)))

    def training_loss(self, logits: Any, target: Any, features: Any, name: str = "training_loss") -> Any:
        """The loss to train with: the mean of the terms, weighted."""
        target = target[self.name] if isinstance(target, dict) else target
        terms = self._loss_fn(logits, target)
        weights = self.get_weight_tensor(features)
        if weights is None:
            return reduce_mean(terms, name=name)
        return reduce_mean(self._weighted(terms, weights), name=name)

    def loss(self, logits: Any, target: Any, features: Any) -> Any:
        """The loss to report: the weighted terms' sum by the sum of weights."""
        target = target[self.name] if isinstance(target, dict) else target
        terms = self._loss_fn(logits, target)
        weights = self.get_weight_tensor(features)
        if weights is None:
            return reduce_mean(terms, name="loss")
        total = reduce_sum(self._weighted(terms, weights))
        return TABLE["div"](total, cast(reduce_sum(weights), dtypes.float32), name="loss")

    def _evaluated(self, features: Any, logits: Any, labels: Any) -> dict[Any, Any]:
        return {"loss": TABLE["contrib.metrics.streaming_mean"](self.loss(logits, labels, features))}


class _RegressionTargetColumn(_TargetColumn):
    """What `regression_target` makes."""

    def __init__(self, loss_fn: Any, label_name: Any, weight_column_name: Any, label_dimension: int):
        super().__init__(loss_fn, label_dimension, label_name, weight_column_name, LINEAR_REGRESSION)

    def logits_to_predictions(self, logits: Any, proba: bool = False) -> Any:
        if self.num_label_columns == 1:
            return array.squeeze(logits, axis=[1])
        return logits

    def get_eval_ops(self, features: Any, logits: Any, labels: Any, metrics: Any = None) -> dict[Any, Any]:
        out = self._evaluated(features, logits, labels)
        if metrics:
            out.update(_measured({"predictions": self.logits_to_predictions(logits)}, labels, metrics, self.get_weight_tensor(features)))
        return out


class _MultiClassTargetColumn(_TargetColumn):
    """What `multi_class_target` makes."""

    def __init__(self, loss_fn: Any, n_classes: int, label_name: Any, weight_column_name: Any):
        super().__init__(loss_fn, 1 if n_classes == 2 else n_classes, label_name, weight_column_name, CLASSIFICATION)

    def logits_to_predictions(self, logits: Any, proba: bool = False) -> Any:
        if self.num_label_columns == 1:
            logits = array.concat([array.zeros_like(logits), logits], 1)
        return TABLE["nn.softmax"](logits) if proba else TABLE["argmax"](logits, 1)

    def _default_eval_metrics(self) -> dict[str, Any]:
        return get_default_binary_metrics_for_eval(thresholds=[0.5]) if self._num_label_columns == 1 else {}

    def get_eval_ops(self, features: Any, logits: Any, labels: Any, metrics: Any = None) -> dict[Any, Any]:
        out = self._evaluated(features, logits, labels)
        if metrics is None:
            metrics = {("accuracy", "classes"): TABLE["contrib.metrics.streaming_accuracy"]}
        predictions = {"classes": self.logits_to_predictions, "probabilities": functools.partial(self.logits_to_predictions, proba=True)}
        named, plain = {}, {}
        for key, measure in metrics.items():
            if isinstance(key, tuple):
                if len(key) != 2:
                    raise ValueError(f"Ignoring metric {key}. It returned a tuple with len {len(key)}, expected 2.")
                if key[1] not in predictions:
                    raise ValueError(f"Ignoring metric {key}. Unknown prediction {key[1]}.")
                named[key] = measure
            else:
                plain[key] = measure
        weights = self.get_weight_tensor(features)
        if self._num_label_columns == 1:
            plain = {**self._default_eval_metrics(), **plain}
        return {**out, **_all_measures(self, logits, labels, weights, predictions, named, plain)}


def _all_measures(
    target: Any, logits: Any, labels: Any, weights: Any, predictions: dict[str, Any], named: dict[Any, Any], plain: dict[str, Any]
) -> dict[Any, Any]:
    out: dict[Any, Any] = {}
    if plain and target.num_label_columns == 1:
        out.update(_measured({"predictions": TABLE["sigmoid"](logits)}, labels, plain, weights))
    elif plain:
        out.update(_measured({"predictions": target.logits_to_predictions(logits)}, labels, plain, weights))
    for key, measure in named.items():
        out.update(_measured({"predictions": predictions[key[1]](logits)}, labels, {key[0]: measure}, weights))
    return out


def _measured(predictions: dict[str, Any], labels: Any, metrics: dict[Any, Any], weights: Any) -> dict[Any, Any]:
    labels = cast(labels, predictions["predictions"].dtype)
    out = {}
    for key, measure in metrics.items():
        if weights is None:
            out[key] = measure(predictions["predictions"], labels)
        else:
            out[key] = measure(predictions["predictions"], labels, weights=weights)
    return out


class _BinarySvmTargetColumn(_MultiClassTargetColumn):
    """What `binary_svm_target` makes."""

    def __init__(self, label_name: Any, weight_column_name: Any):
        super().__init__(_hinge, 2, label_name, weight_column_name)

    def logits_to_predictions(self, logits: Any, proba: bool = False) -> Any:
        if proba:
            raise ValueError("logits to probabilities is not supported for _BinarySvmTargetColumn")
        return TABLE["argmax"](array.concat([array.zeros_like(logits), logits], 1), 1)


# -- measures ----------------------------------------------------------------------------------------------------
def _float_or_none(weights: Any) -> Any:
    return None if weights is None else cast(weights, dtypes.float32)


def _labels_mean(_: Any, labels: Any, weights: Any = None) -> Any:
    return TABLE["contrib.metrics.streaming_mean"](labels, weights=weights)


def _predictions_mean(predictions: Any, _: Any, weights: Any = None) -> Any:
    return TABLE["contrib.metrics.streaming_mean"](predictions, weights=weights)


def _auc(predictions: Any, labels: Any, weights: Any = None) -> Any:
    return TABLE["contrib.metrics.streaming_auc"](predictions, labels, weights=_float_or_none(weights))


def _accuracy_at(threshold: float) -> Callable[..., Any]:
    def measure(predictions: Any, labels: Any, weights: Any = None) -> Any:
        above = cast(TABLE["greater_equal"](predictions, threshold), dtypes.float32)
        return TABLE["contrib.metrics.streaming_accuracy"](predictions=above, labels=labels, weights=weights)

    return measure


def _at(threshold: float, name: str) -> Callable[..., Any]:
    def measure(predictions: Any, labels: Any, weights: Any = None) -> Any:
        value, update = TABLE[f"contrib.metrics.{name}"](
            predictions, labels=labels, thresholds=[threshold], weights=_float_or_none(weights)
        )
        return array.squeeze(value), update

    return measure


@public("contrib.slim.get_default_binary_metrics_for_eval")
def get_default_binary_metrics_for_eval(thresholds: Any) -> dict[str, Any]:
    """Name -> measure for predictions of two classes: means, AUC, and accuracy, precision and recall at each threshold."""
    out: dict[str, Any] = {
        "labels/prediction_mean": _predictions_mean,
        "labels/actual_target_mean": _labels_mean,
        "accuracy/baseline_target_mean": _labels_mean,
        "auc": _auc,
    }
    for threshold in thresholds:
        out[f"accuracy/threshold_{threshold:f}_mean"] = _accuracy_at(threshold)
        out[f"precision/positive_threshold_{threshold:f}_mean"] = _at(threshold, "streaming_precision_at_thresholds")
        out[f"recall/positive_threshold_{threshold:f}_mean"] = _at(threshold, "streaming_recall_at_thresholds")
    return out
