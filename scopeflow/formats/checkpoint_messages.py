"""The messages inside checkpoints: what the index of a bundle holds, what old checkpoints hold, and the `checkpoint` state file."""

from __future__ import annotations

from .messages import define

MESSAGES = define(
    "scopeflow/checkpoint.proto",
    {
        "Dim": [("size", "int64", ""), ("name", "string", "")],
        "Shape": [("dim", "Dim", "repeated", 2), ("unknown_rank", "bool", "", 3)],
        "Extent": [("start", "int64", ""), ("length", "int64", "has_length")],
        "TensorSliceProto": [("extent", "Extent", "repeated")],
        "VersionDef": [("producer", "int32", ""), ("min_consumer", "int32", ""), ("bad_consumers", "int32", "repeated")],
        # bundles
        "BundleHeaderProto": [("num_shards", "int32", ""), ("endianness", "int32", ""), ("version", "VersionDef", "")],
        "BundleEntryProto": [
            ("dtype", "int32", ""),
            ("shape", "Shape", ""),
            ("shard_id", "int32", ""),
            ("offset", "int64", ""),
            ("size", "int64", ""),
            ("crc32c", "fixed32", ""),
            ("slices", "TensorSliceProto", "repeated"),
        ],
        # old checkpoints; `data` is a TensorProto, left as it comes
        "SavedSliceMeta": [
            ("name", "string", ""),
            ("shape", "Shape", ""),
            ("type", "int32", ""),
            ("slice", "TensorSliceProto", "repeated"),
        ],
        "SavedTensorSliceMeta": [("tensor", "SavedSliceMeta", "repeated"), ("versions", "VersionDef", "")],
        "SavedSlice": [("name", "string", ""), ("slice", "TensorSliceProto", ""), ("data", "bytes", "has_data")],
        "SavedTensorSlices": [("meta", "SavedTensorSliceMeta", ""), ("data", "SavedSlice", "")],
        # the state file
        "CheckpointState": [
            ("model_checkpoint_path", "string", ""),
            ("all_model_checkpoint_paths", "string", "repeated"),
            ("all_model_checkpoint_timestamps", "double", "repeated"),
            ("last_preserved_timestamp", "double", ""),
        ],
    },
)
BundleHeaderProto, BundleEntryProto, Shape = MESSAGES["BundleHeaderProto"], MESSAGES["BundleEntryProto"], MESSAGES["Shape"]
SavedTensorSlices, SavedSliceMeta = MESSAGES["SavedTensorSlices"], MESSAGES["SavedSliceMeta"]
CheckpointState = MESSAGES["CheckpointState"]
