"""Images: tf.image."""

from . import adjusting, boxes, codecs, color, cropping, flipping, imported_gradients, quality, resizing  # noqa: F401
