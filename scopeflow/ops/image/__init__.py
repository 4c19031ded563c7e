"""Images: tf.image."""

from . import adjusting, boxes, boxes_of_classes, codecs, color, cropping, flipping, imported_gradients, quality, resizing  # noqa: F401
