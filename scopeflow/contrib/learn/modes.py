"""The names of what a model function is called for."""

from __future__ import annotations

from ...graph.public import public


@public("contrib.learn.ModeKeys")
class ModeKeys:
    """What a model function is called for: TRAIN, EVAL or INFER."""

    TRAIN = "train"
    EVAL = "eval"
    INFER = "infer"

    @classmethod
    def validate(cls, key: str) -> None:
        """Raises ValueError unless `key` is one of the modes."""
        if key not in (cls.TRAIN, cls.EVAL, cls.INFER):
            raise ValueError(f"Invalid mode {key}.")


@public("estimator.ModeKeys")
class EstimatorModeKeys:
    """What a model function is called for: TRAIN, EVAL or PREDICT."""

    TRAIN = "train"
    EVAL = "eval"
    PREDICT = "infer"
