"""Colours, types, flips, quality and random augmentation of images."""

_X = "x = P(np.random.RandomState(1).rand(4, 5, 3).astype(np.float32)); "
_B = "x = P(np.random.RandomState(1).rand(2, 4, 5, 3).astype(np.float32)); "
_U = "x = P(np.random.RandomState(1).randint(0, 256, [4, 5, 3]).astype(np.uint8)); "
_ANY = "x = P(np.random.RandomState(1).rand(4, 5, 3).astype(np.float32), '?'); "
_OPEN = "x = P(np.random.RandomState(1).rand(2, 4, 5, 3).astype(np.float32), [None, None, None, 3]); "
_TYPES = ("uint8", "int8", "uint16", "int16", "int32", "int64", "float16", "float32", "float64")
_AUGMENT = (
    "random_brightness(x, .3, seed=4)",
    "random_contrast(x, .5, 1.5, seed=4)",
    "random_hue(x, .2, seed=4)",
    "random_saturation(x, .5, 1.5, seed=4)",
    "random_flip_left_right(x, seed=4)",
    "random_flip_up_down(x, seed=5)",
    "random_flip_left_right(x)",
    "random_brightness(x, .3)",
)

TOLERANCE = {
    # sums and products in another order
    "hue": (1e-5, 3e-6),
    "saturation": (1e-5, 3e-6),
    "hsv": (1e-5, 3e-6),
    "contrast": (1e-5, 3e-6),
    "standardization": (1e-5, 5e-6),
    "ssim": (5e-5, 1e-5),
    "psnr": (1e-5, 1e-5),
    "total_variation": (1e-5, 1e-5),
    "sobel": (1e-5, 2e-6),
    "yiq": (1e-5, 1e-6),
    "yuv": (1e-5, 1e-6),
}

CASES = (
    ["x = P((np.random.RandomState(1).randint(0, 120, [3, 4, 3]) / (119. if '%s'.startswith('f') else 1)).astype(np.%s)); out = [tf.image.convert_image_dtype(x, tf.%s, saturate=s) for s in (False, True)]" % (a, a, b)
        for a in _TYPES for b in _TYPES if not (a in ("int64", "int32") and b[0] != "f")]
    + ["x = P([[[-.5, 1.5, .3]]]); out = tf.image.convert_image_dtype(x, tf.uint8, saturate=True)"]
    + [_X + "out = tf.image.%s" % f for f in (
        "adjust_brightness(x, .2)", "adjust_gamma(x, 2.)", "adjust_gamma(x, .5, 2.)", "adjust_gamma(x, -1.)",
        "per_image_standardization(x)", "rgb_to_grayscale(x)", "rgb_to_yiq(x)", "yiq_to_rgb(x)", "rgb_to_yuv(x)", "yuv_to_rgb(x)",
        "grayscale_to_rgb(x[:, :, :1])", "grayscale_to_rgb(x)", "grayscale_to_rgb(x[0, 0, :1])", "total_variation(x)",
        "flip_left_right(x)", "flip_up_down(x)", "transpose_image(x)", "flip_left_right(x[0])", "transpose(x)",
        "rot90(x, [1])",
        "psnr(x, x * .9, 1.)", "random_hue(x, .7)", "random_hue(x, -.1)", "random_contrast(x, 2., 1.)", "random_contrast(x, -2., 1.)",
        "random_brightness(x, -1.)", "random_jpeg_quality(x, 5, 3)", "random_jpeg_quality(x, 5, 300)",
    )]
    # ops without a gradient function: values only
    + [_X + "out = tf.stop_gradient(tf.image.%s)" % f for f in (
        "adjust_contrast(x, 1.7)", "adjust_hue(x, .2)", "adjust_hue(x, -.4)", "adjust_saturation(x, 1.5)", "adjust_saturation(x, 0.)", "rgb_to_hsv(x)", "hsv_to_rgb(x)",
        "rgb_to_hsv(x * 0.)", "adjust_hue(x[:, :, :1], .2)",
        # the reference does not take its own gradient of rot90 for one that fits
        "rot90(x)", "rot90(x, 2)", "rot90(x, 3)", "rot90(x, 0)", "rot90(x, -1)",
    )]
    + [_X + "out = tf.image.%s" % f for f in ("adjust_contrast(x, 1.7)", "adjust_hue(x, .2)", "adjust_saturation(x, 1.5)", "rgb_to_hsv(x)", "hsv_to_rgb(x)")]
    + [_B + "out = tf.image.%s" % f for f in (
        "per_image_standardization(x)", "rgb_to_grayscale(x)", "total_variation(x)", "flip_left_right(x)", "flip_up_down(x)", "transpose_image(x)",
        "psnr(x, x * .9, 1.)", "psnr(x[:1], x * .9, 255.)", "image_gradients(x)", "sobel_edges(x)", "image_gradients(x[0])",
        "extract_image_patches(x, [1, 2, 2, 1], [1, 1, 1, 1], [1, 1, 1, 1], 'VALID')",
        "extract_patches(x, [1, 2, 2, 1], [1, 1, 1, 1], [1, 1, 1, 1], 'SAME')",
    )]
    + [_B + "out = tf.stop_gradient(tf.image.%s)" % f for f in ("adjust_contrast(x, .7)", "adjust_hue(x, .2)", "rgb_to_hsv(x)", "adjust_saturation(x, .5)", "rot90(x)", "rot90(x, 2)", "rot90(x, 7)")]
    + [_U + "out = tf.image.%s" % f for f in (
        "adjust_brightness(x, .2)", "adjust_contrast(x, 1.7)", "adjust_gamma(x, 2.)", "adjust_hue(x, .2)", "adjust_saturation(x, 1.5)", "per_image_standardization(x)",
        "rgb_to_grayscale(x)", "flip_left_right(x)", "psnr(x, tf.image.flip_left_right(x), 255)",
    )]
    + [_ANY + "out = tf.image.%s" % f for f in ("flip_left_right(x)", "random_flip_left_right(x, seed=4)", "transpose_image(x)", "rot90(x)", "per_image_standardization(x)", "grayscale_to_rgb(x[:, :, :1])", "rgb_to_grayscale(x)")]
    + [_OPEN + "out = tf.image.%s" % f for f in (
        "flip_left_right(x)", "flip_up_down(x)", "transpose_image(x)", "rot90(x)", "per_image_standardization(x)", "rgb_to_grayscale(x)", "grayscale_to_rgb(x[:, :, :, :1])",
        "random_flip_left_right(x, seed=4)", "total_variation(x)", "sobel_edges(x)", "image_gradients(x)", "psnr(x, x * .8, 1.)",
    )]
    + ["runs = 3\n" + _X + "out = tf.stop_gradient(tf.image.%s)" % f for f in _AUGMENT]
    + ["runs = 2\n" + _B + "out = tf.stop_gradient(tf.image.%s)" % f for f in _AUGMENT]
    + ["runs = 2\n" + _U + "out = tf.image.%s" % f for f in _AUGMENT]
    + ["x = P(np.random.RandomState(1).rand(2, 16, 18, 3).astype(np.float32)); y = P(np.random.RandomState(2).rand(2, 16, 18, 3).astype(np.float32)); out = tf.image.%s" % f for f in (
        "ssim(x, x * .5 + y * .5, 1.)", "ssim(x, y, 1., filter_size=7, filter_sigma=1., k1=.02, k2=.05)", "ssim(x[:1], y, 1.)", "ssim(x[0], y[0], 1.)",
        "ssim_multiscale(x, x * .5 + y * .5, 1., power_factors=(.5, .5), filter_size=5)", "ssim_multiscale(x[0], x[0] * .8 + y[0] * .2, 2., power_factors=(.3, .3, .4), filter_size=3)",
        "ssim(x, y[:, :, :, :2], 1.)", "ssim(x[:, :5], y[:, :5], 1.)",
    )]
    + ["x = P(np.random.RandomState(1).randint(0, 256, [2, 16, 17, 1]).astype(np.uint8)); out = tf.image.ssim(x, tf.image.flip_left_right(x), 255)"]
)  # fmt: skip
