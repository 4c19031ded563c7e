"""Resizing, crops and borders of images: every method with both conventions, gradients, unknown shapes, errors."""

_X = "x = P(np.random.RandomState(1).rand(2, 5, 7, 3).astype(np.float32)); "
_SIZES = ("[3, 4]", "[10, 9]", "[1, 1]", "[5, 7]", "[5, 14]")
_RESIZERS = ("resize_bilinear", "resize_nearest_neighbor", "resize_bicubic")

TOLERANCE = {
    # products with weights that are summed in another order
    "resize_bicubic": (1e-5, 1e-6),
    "BICUBIC": (1e-5, 1e-6),
    "method=2": (1e-5, 1e-6),
    "resize_area": (1e-5, 1e-6),
    "crop_and_resize": (1e-5, 2e-6),
    # computed in float32, the gradient too
    "rand(1, 4, 3, 2)); ": (1e-5, 1e-6),
    "rand(1, 4, 3, 2).astype(np.float16)": (2e-3, 2e-3),
}

CASES = (
    [_X + "out = tf.image.%s(x, %s%s)" % (f, s, o) for f in _RESIZERS for s in _SIZES for o in ("", ", align_corners=True", ", half_pixel_centers=True")]
    + [_X + "out = tf.stop_gradient(tf.image.resize_area(x, %s%s))" % (s, o) for s in _SIZES for o in ("", ", align_corners=True")]
    + [_X + "out = tf.image.resize_area(x, [3, 4])"]
    + ["x = P((np.arange(2 * 4 * 3).reshape(1, 4, 3, 2) * 10).astype(np.%s)); out = [tf.image.resize_images(x, [7, 5], method=m) for m in range(4)]" % t for t in ("uint8", "int32", "int64", "uint16", "int16")]
    + ["x = P(np.random.RandomState(1).rand(1, 4, 3, 2)); out = [tf.image.resize_bilinear(x, [7, 5]), tf.cast(tf.image.resize_nearest_neighbor(x, [7, 5]), tf.float32)]"]
    + ["x = P(np.random.RandomState(1).rand(1, 4, 3, 2).astype(np.float16)); out = [tf.image.resize_bilinear(x, [7, 5]), tf.image.resize_nearest_neighbor(x, [7, 5])]"]
    + [
        _X + "out = tf.image.resize_images(x, [3, 4])",
        _X + "out = tf.image.resize_images(x[0], [3, 4], method=tf.image.ResizeMethod.NEAREST_NEIGHBOR)",
        _X + "out = tf.image.resize_images(x, [5, 7], method=tf.image.ResizeMethod.BICUBIC)",
        _X + "out = tf.image.resize_images(x, [10, 10], preserve_aspect_ratio=True)",
        _X + "out = tf.image.resize_images(x, [4, 20], preserve_aspect_ratio=True, method=tf.image.ResizeMethod.NEAREST_NEIGHBOR)",
        _X + "out = tf.image.resize_images(x, [1, 2, 3])",
        _X + "out = tf.image.resize_images(x, [2., 3.])",
        _X + "out = tf.image.resize_images(x, [2, 3], method=7)",
        _X + "out = tf.image.resize_images(x[0, 0], [2, 3])",
        _X + "out = tf.image.resize_images(x, [0, 3])",
        _X + "out = tf.image.resize_images(x, [-1, 3])",
        "x = P(np.random.RandomState(1).rand(2, 5, 7, 3).astype(np.float32), [None, None, None, 3]); s = P([3, 4]); out = tf.image.resize_images(x, s)",
        "x = P(np.random.RandomState(1).rand(5, 7, 3).astype(np.float32), '?'); out = tf.image.resize_images(x, [3, 4])",
        "x = P(np.random.RandomState(1).rand(2, 5, 7, 3).astype(np.float32), '?'); out = tf.image.resize_bilinear(x, [3, 4])",
    ]
    + [_X + "out = tf.image.resize_image_with_pad(x, %s)" % a for a in ("10, 10", "4, 4", "3, 12", "10, 10, method=1", "10, 10, align_corners=True", "0, 3")]
    + [_X + "out = tf.image.resize_image_with_pad(x[0], 6, 10)"]
    + ["x = P(np.random.RandomState(1).rand(2, 5, 7, 3).astype(np.float32), [None, None, None, 3]); out = tf.image.resize_image_with_pad(x, 6, 6)"]
    # crops
    + [_X + "out = tf.image.crop_to_bounding_box(%s)" % a for a in ("x, 1, 2, 3, 4", "x[0], 0, 0, 5, 7", "x, 3, 2, 3, 4", "x, -1, 2, 3, 4", "x, 1, 2, 0, 4", "x[0, 0], 1, 2, 3, 4")]
    + [_X + "out = tf.image.pad_to_bounding_box(%s)" % a for a in ("x, 1, 2, 8, 12", "x[0], 0, 0, 5, 7", "x, 3, 2, 7, 12", "x, -1, 2, 8, 12", "x[0, 0], 1, 2, 3, 4")]
    + [_X + "out = tf.image.resize_image_with_crop_or_pad(%s)" % a for a in ("x, 3, 4", "x, 8, 10", "x, 4, 10", "x[0], 7, 3", "x, 5, 7", "x, 0, 4", "x[0, 0], 3, 3")]
    + [_X + "out = tf.image.central_crop(%s)" % a for a in ("x, 0.5", "x[0], 0.3", "x, 1.0", "x, 0.0", "x, 1.5", "x[0, 0], 0.5", "x, 0.87")]
    + ["x = P(np.random.RandomState(1).rand(2, 5, 7, 3).astype(np.float32), [None, None, None, 3]); out = [tf.image.%s, tf.image.%s(x[0], *[a for a in (%s)])]" % (f % "x", f.split("(")[0], args)
        for f, args in (
            ("crop_to_bounding_box(%s, 1, 2, 3, 4)", "1, 2, 3, 4"),
            ("pad_to_bounding_box(%s, 1, 2, 8, 12)", "1, 2, 8, 12"),
            ("resize_image_with_crop_or_pad(%s, 4, 9)", "4, 9"),
            ("central_crop(%s, 0.5)", "0.5,"),
        )]
    + [
        "x = P(np.random.RandomState(1).rand(5, 7, 3).astype(np.float32), '?'); out = [tf.image.resize_image_with_crop_or_pad(x, 4, 9), tf.image.crop_to_bounding_box(x, 1, 2, 3, 4), tf.image.pad_to_bounding_box(x, 1, 2, 8, 12)]",
        "x = P(np.random.RandomState(1).rand(5, 7, 3).astype(np.float32), [None, None, 3]); h = P(4); out = tf.image.resize_image_with_crop_or_pad(x, h, 9)",
        "x = P(np.random.RandomState(1).rand(5, 7, 3).astype(np.float32), [None, None, 3]); h = P(4); out = tf.image.crop_to_bounding_box(x, h, 1, 1, 3)",
        "x = P(np.random.RandomState(1).rand(5, 7, 3).astype(np.float32), [None, None, 3]); h = P(5); out = tf.image.crop_to_bounding_box(x, h, 1, 1, 3)",
    ]
    # crop_and_resize
    + [_X + "b = P([[.1, .2, .8, .9], [.5, .5, 1.2, 1.4], [.9, .8, .1, .2], [0., 0., 1., 1.]]); out = tf.image.crop_and_resize(x, b, [0, 1, 1, 0], %s)" % s for s in ("[4, 5]", "[1, 3]", "[8, 9]", "[4, 5], extrapolation_value=2.5")]
    + [_X + "b = P([[.1, .2, .8, .9], [.5, .5, 1.2, 1.4], [.9, .8, .1, .2], [0., 0., 1., 1.]]); out = tf.stop_gradient(tf.image.crop_and_resize(x, b, [0, 1, 1, 0], [4, 5], method='nearest'))"]
    + [
        _X + "out = tf.image.crop_and_resize(x, [[.1, .2, .8, .9]], box_indices=[1], crop_size=[2, 2])",
        _X + "out = tf.image.crop_and_resize(x, [[.1, .2, .8, .9]], [0], [0, 2])",
        _X + "out = tf.image.crop_and_resize(x, [[.1, .2, .8, .9]], [0], [2, 2], method='cubic')",
        "x = P((np.arange(40) * 6).reshape(1, 5, 8, 1).astype(np.uint8)); out = tf.image.crop_and_resize(x, [[.1, .2, .8, .9]], [0], [3, 3])",
        "x = P(np.random.RandomState(1).rand(2, 5, 7, 3).astype(np.float32), [None, None, None, 3]); b = P([[.1, .2, .8, .9]], [None, 4]); i = P([1], [None]); s = P([2, 3]); out = tf.image.crop_and_resize(x, b, i, s)",
    ]
    # glimpses that lie inside of the image: those have no noise
    + ["x = P(np.random.RandomState(1).rand(2, 9, 12, 3).astype(np.float32)); out = tf.stop_gradient(tf.image.extract_glimpse(x, [3, 4], %s))" % a
        for a in (
            "[[0., 0.], [.1, -.2]]",
            "[[.25, .25], [.3, .1]], centered=False",
            "[[1., 2.], [0., -2.]], normalized=False",
            "[[1., 2.], [3., 4.]], centered=False, normalized=False",
        )]
)  # fmt: skip
