"""Images: tf.image."""

from . import adjusting, boxes, codecs, color, cropping, flipping, quality, resizing  # noqa: F401
