"""tf.train.Example and its parts: the messages inside TFRecord files of training data."""

from __future__ import annotations

from .messages import define

MESSAGES = define(
    "scopeflow/example.proto",
    {
        "BytesList": [("value", "bytes", "repeated")],
        "FloatList": [("value", "float", "repeated")],
        "Int64List": [("value", "int64", "repeated")],
        "Feature": [("bytes_list", "BytesList", "kind"), ("float_list", "FloatList", "kind"), ("int64_list", "Int64List", "kind")],
        "Features": [("feature", "Feature", "map")],
        "FeatureList": [("feature", "Feature", "repeated")],
        "FeatureLists": [("feature_list", "FeatureList", "map")],
        "Example": [("features", "Features", "")],
        "SequenceExample": [("context", "Features", ""), ("feature_lists", "FeatureLists", "")],
    },
)
BytesList, FloatList, Int64List = MESSAGES["BytesList"], MESSAGES["FloatList"], MESSAGES["Int64List"]
Feature, Features, FeatureList, FeatureLists = (MESSAGES[n] for n in ("Feature", "Features", "FeatureList", "FeatureLists"))
Example, SequenceExample = MESSAGES["Example"], MESSAGES["SequenceExample"]
