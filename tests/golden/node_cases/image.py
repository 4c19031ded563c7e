"""Image functions on images of unknown shapes, and those that are made of many nodes."""

_D = {
    "known": "tf.placeholder(tf.float32, [8, 6, 3])",
    "batch": "tf.placeholder(tf.float32, [2, 8, 6, 3])",
    "open": "tf.placeholder(tf.float32, [None, None, 3])",
    "open_batch": "tf.placeholder(tf.float32, [None, None, None, 3])",
    "unknown": "tf.placeholder(tf.float32)",
    "bytes": "tf.placeholder(tf.uint8, [8, 6, 3])",
}
_FUNCTIONS = [
    "flip_left_right(x)",
    "random_flip_up_down(x, seed=1)",
    "transpose_image(x)",
    "rot90(x)",
    "central_crop(x, .4)",
    "crop_to_bounding_box(x, 1, 1, 2, 2)",
    "pad_to_bounding_box(x, 1, 1, 12, 12)",
    "resize_image_with_crop_or_pad(x, 4, 9)",
    "resize_image_with_pad(x, 10, 11)",
    "resize_images(x, [3, 4])",
    "resize_images(x, [3, 4], preserve_aspect_ratio=True)",
    "resize_images(x, [8, 6])",
    "per_image_standardization(x)",
    "rgb_to_grayscale(x)",
    "adjust_hue(x, .1)",
    "adjust_contrast(x, 2.)",
    "adjust_gamma(x, 2.)",
    "adjust_jpeg_quality(x, 50)",
    "total_variation(x)",
    "psnr(x, x, 1.)",
    "ssim(x, x, 1., filter_size=3)",
    "convert_image_dtype(x, tf.uint16, saturate=True)",
    "grayscale_to_rgb(x[..., :1])",
    "random_saturation(x, .5, 2., seed=3)",
]

CASES = (
    ["x = %s ;; tf.image.%s" % (x, f) for x in _D.values() for f in _FUNCTIONS]
    + ["x = %s ;; tf.image.resize_image_with_crop_or_pad(x, tf.placeholder(tf.int32, []), 9)" % x for x in _D.values()]
    + ["x = %s ;; tf.image.crop_to_bounding_box(x, tf.placeholder(tf.int32, []), 1, tf.placeholder(tf.int32, []), 2)" % x for x in _D.values()]
    + ["tf.image.decode_image(tf.placeholder(tf.string, []), %s)" % a for a in ("channels=3", "dtype=tf.float32", "channels=1, expand_animations=False")]
    + ["x = tf.placeholder(tf.float32, [2, 16, 16, 3]) ;; tf.image.ssim_multiscale(x, x, 1., power_factors=(.5, .5), filter_size=3)"]
    + ["tf.image.%s" % f for f in (
        "non_max_suppression_padded(tf.zeros([3, 4]), tf.zeros([3]), 2, pad_to_max_output_size=True)",
        "non_max_suppression_with_scores(tf.zeros([3, 4]), tf.zeros([3]), 2)",
        "non_max_suppression_overlaps(tf.zeros([3, 3]), tf.zeros([3]), 2)",
        "draw_bounding_boxes(tf.zeros([1, 3, 3, 3]), tf.zeros([1, 2, 4]), colors=tf.zeros([1, 3]))",
        "random_jpeg_quality(tf.zeros([3, 3, 3]), 20, 30)",
        "extract_patches(tf.zeros([1, 3, 3, 3]), [1, 2, 2, 1], [1, 1, 1, 1], [1, 1, 1, 1], 'SAME')",
        "extract_glimpse(tf.zeros([1, 3, 3, 3]), [2, 2], tf.zeros([1, 2]), centered=False)",
    )]
)  # fmt: skip
