"""Boxes: which to keep, drawn into images, random crops."""

_R = "r = np.random.RandomState(%d); c = r.rand(%d, 2); s = r.rand(%d, 2) * .4; b = P(np.concatenate([c, c + s], 1).astype(np.float32)); "
_BOXES = [_R % (seed, n, n) + "p = P(r.rand(%d).astype(np.float32)); " % n for seed, n in ((1, 6), (2, 12), (3, 30), (4, 1), (5, 0))]
_SAMPLE = "runs = 4\nout = list(tf.image.sample_distorted_bounding_box(%s))"

CASES = (
    [x + "out = tf.image.%s" % f for x in _BOXES for f in (
        "non_max_suppression(b, p, 4)", "non_max_suppression(b, p, 20, .1)", "non_max_suppression(b, p, 20, .3, .5)", "non_max_suppression(b, p, 0)",
        "non_max_suppression_padded(b, p, 7, .3, .2, pad_to_max_output_size=True)", "non_max_suppression_padded(b, p, 7, .3)",
        "non_max_suppression_with_scores(b, p, 20, .3, .2)", "non_max_suppression_with_scores(b, p, 20, .9, .1, soft_nms_sigma=.5)", "non_max_suppression_with_scores(b, p, 5, .5, soft_nms_sigma=.1)",
    )]
    + [x + "out = tf.raw_ops.%s" % f for x in _BOXES[:3] for f in ("NonMaxSuppression(boxes=b, scores=p, max_output_size=5, iou_threshold=.2)", "NonMaxSuppressionV2(boxes=b, scores=p, max_output_size=5, iou_threshold=.2)")]
    + [
        "b = P([[0., 0., 1., 1.], [1., 1., 0., 0.], [0., 0., 1., .9], [.5, .5, .5, .5]]); p = P([.5, .5, .5, .5]); out = tf.image.non_max_suppression(b, p, 4)",
        "b = P([[0., 0., 1., 1.]]); p = P([.5]); out = tf.image.non_max_suppression(b, p, 4, 1.5)",
        "b = P([[0., 0., 1., 1.]]); p = P([.5, .3]); out = tf.image.non_max_suppression(b, p, 4)",
        "b = P([[0., 0., 1.]]); p = P([.5]); out = tf.image.non_max_suppression(b, p, 4)",
        "b = P([[0., 0., 1., 1.], [0., 0., 1., .9]], [None, 4]); p = P([.5, .6], '?'); n = P(3); out = [tf.image.non_max_suppression(b, p, n), tf.image.non_max_suppression_padded(b, p, n, pad_to_max_output_size=True)]",
        "o = P([[1., .6, .1], [.6, 1., .2], [.1, .2, 1.]]); p = P([.3, .5, .9]); out = [tf.image.non_max_suppression_overlaps(o, p, 3, .5), tf.image.non_max_suppression_overlaps(o, p, 3, .05), tf.image.non_max_suppression_overlaps(o, p, 2, .7, .4)]",
    ]
    + ["x = P(np.zeros([2, 7, 9, %d], np.float32)); out = tf.stop_gradient(tf.image.draw_bounding_boxes(x, %s))" % (d, b) for d in (1, 3, 4) for b in (
        "[[[.1, .2, .7, .8]], [[0., 0., 1., 1.]]]",
        "np.array([[[.1 * i, .05 * i, .9, .3 + .05 * i] for i in range(12)]] * 2, np.float32)",
        "[[[-.5, .2, .7, 1.8]], [[2., 2., 3., 3.]]]",
        "[[[.7, .2, .1, .8]], [[.5, .5, .5, .5]]]",
    )]
    + [
        "x = P(np.zeros([1, 7, 9, 3], np.float32)); out = tf.stop_gradient(tf.image.draw_bounding_boxes(x, [[[.1, .2, .7, .8], [0., 0., .5, .5]]], colors=[[.1, .2, .3]]))",
        "x = P(np.zeros([1, 7, 9, 2], np.float32)); out = tf.stop_gradient(tf.image.draw_bounding_boxes(x, [[[.1, .2, .7, .8]]]))",
        "x = P(np.zeros([1, 7, 9, 3], np.float32)); out = tf.image.draw_bounding_boxes(x, [[[.1, .2, .7, .8]]])",
    ]
    + [_SAMPLE % a for a in (
        "[100, 120, 3], [[[.1, .2, .7, .8]]], seed=3",
        "[100, 120, 3], [[[.1, .2, .7, .8], [.5, .5, .9, .9]]], seed2=4",
        "[37, 20, 3], [[[.1, .2, .7, .8]]], min_object_covered=.9, seed=1",
        "[100, 120, 3], [[[.1, .2, .7, .8]]], area_range=(.3, .5), aspect_ratio_range=(.5, 2.), seed=5, seed2=9",
        "[100, 120, 3], [[[.45, .45, .46, .46]]], max_attempts=2, seed=3",
        "[100, 120, 3], np.zeros([1, 0, 4], np.float32), use_image_if_no_bounding_boxes=True, seed=3",
        "[100, 120, 3], np.zeros([0, 0, 4], np.float32), use_image_if_no_bounding_boxes=True, min_object_covered=.3, area_range=(.05, 1.), seed=12",
        "[100, 120, 3], np.zeros([1, 0, 4], np.float32), seed=3",
        "[100, 120, 3], [[[.1, .2, .7, 1.8]]], seed=3",
        "np.array([640, 480, 3], np.int64), [[[0., 0., 1., 1.]]], area_range=(.08, 1.), seed=3",
        "[5, 4, 1], [[[0., 0., 1., 1.]]], seed=8",
        "[1000, 10, 1], [[[0., 0., 1., 1.]]], seed=8",
    )]
    + [
        "r = np.random.RandomState(%d); c = r.rand(2, 9, %d, 2); s = r.rand(2, 9, %d, 2) * .5; b = P(np.concatenate([c, c + s], -1).astype(np.float32)); p = P(r.rand(2, 9, 3).astype(np.float32)); "
        "out = [tf.stop_gradient(t) for t in tf.image.combined_non_max_suppression(b, p, %s)]" % (q, q, q, a)
        for q in (1, 3)
        for a in ("2, 5", "4, 20", "4, 20, .1, .3", "2, 20, .3, pad_per_class=True", "2, 4, .3, pad_per_class=True", "3, 5, clip_boxes=False", "30, 7", "2, 5, .2, .99", "0, 5", "2, 0", "2, 5, 1.5")
    ]
    + [
        "b = P(np.zeros([1, 2, 2, 4], np.float32)); p = P(np.zeros([1, 2, 3], np.float32)); out = list(tf.image.combined_non_max_suppression(b, p, 2, 4))",
        "b = P(np.zeros([1, 2, 1, 4], np.float32)); p = P(np.zeros([1, 3, 3], np.float32)); out = list(tf.image.combined_non_max_suppression(b, p, 2, 4))",
        "b = P(np.zeros([1, 2, 1, 4], np.float32), [None, None, 1, 4]); p = P(np.ones([1, 2, 3], np.float32), [None, None, None]); n = P(3); out = [tf.image.combined_non_max_suppression(b, p, n, 2)[1], tf.image.combined_non_max_suppression(b, p, 2, n)[1], tf.image.combined_non_max_suppression(b, p, 1, 2, pad_per_class=True)[1]]",
        "b = P(np.zeros([1, 2, 1, 4], np.float32), '?'); p = P(np.ones([1, 2, 3], np.float32), '?'); out = list(tf.image.combined_non_max_suppression(b, p, 1, 2))",
        "b = P(np.zeros([1, 2, 4], np.float32)); p = P(np.ones([1, 2, 3], np.float32)); out = list(tf.image.combined_non_max_suppression(b, p, 1, 2))",
    ]
)  # fmt: skip
