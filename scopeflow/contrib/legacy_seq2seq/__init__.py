"""tf.contrib.legacy_seq2seq: sequence to sequence models over lists of inputs, with buckets."""

from . import attention_models, losses, models  # noqa: F401
