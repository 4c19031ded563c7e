"""The networks of tf.contrib.slim.nets as text, on any TensorFlow-like module: real TensorFlow 1.15 (Python 3.7) or scopeflow."""

from __future__ import annotations

import hashlib

#: name -> (call, the scope of arguments that it is made in)
CASES = {
    "alexnet_v2": ("alexnet.alexnet_v2(images(224), 10)", "alexnet.alexnet_v2_arg_scope()"),
    "alexnet_v2, larger images": (
        "alexnet.alexnet_v2(images(300), 10, is_training=False, spatial_squeeze=False, scope='q')",
        "alexnet.alexnet_v2_arg_scope(0.1)",
    ),
    "overfeat": ("overfeat.overfeat(images(231), 10)", "overfeat.overfeat_arg_scope()"),
    "vgg_a": ("vgg.vgg_a(images(224), 10)", "vgg.vgg_arg_scope()"),
    "vgg_16": ("vgg.vgg_16(images(224), 10, is_training=False)", "vgg.vgg_arg_scope(0.1)"),
    "vgg_19": ("vgg.vgg_19(images(224), 10, spatial_squeeze=False)", "vgg.vgg_arg_scope()"),
    "inception_v1": ("inception.inception_v1(images(224), 10)", "inception.inception_v1_arg_scope()"),
    "inception_v1, no normalization": (
        "inception.inception_v1(images(224), 10, is_training=False, spatial_squeeze=False, scope='q')",
        "inception.inception_v1_arg_scope(weight_decay=0.1, use_batch_norm=False)",
    ),
    "inception_v1_base": ("inception.inception_v1_base(images(140), final_endpoint='Mixed_4b')", "inception.inception_v1_arg_scope()"),
    "inception_v2": ("inception.inception_v2(images(224), 10)", "inception.inception_v2_arg_scope()"),
    "inception_v2, half as deep": (
        "inception.inception_v2(images(140), 10, depth_multiplier=0.5, is_training=False)",
        "inception.inception_v2_arg_scope()",
    ),
    "inception_v2_base": (
        "inception.inception_v2_base(images(140), final_endpoint='Mixed_4a', min_depth=8, depth_multiplier=0.1)",
        "inception.inception_v2_arg_scope()",
    ),
    "inception_v3": ("inception.inception_v3(images(299), 10)", "inception.inception_v3_arg_scope()"),
    "inception_v3, half as deep": (
        "inception.inception_v3(images(150), 10, depth_multiplier=0.5, is_training=False)",
        "inception.inception_v3_arg_scope(batch_norm_var_collection='mv')",
    ),
    "inception_v3_base": ("inception.inception_v3_base(images(150), final_endpoint='Mixed_6a')", "inception.inception_v3_arg_scope()"),
    "inception_v3_base, stem": (
        "inception.inception_v3_base(images(150), final_endpoint='Conv2d_3b_1x1')",
        "inception.inception_v3_arg_scope()",
    ),
    "resnet_v1_50": ("resnet_v1.resnet_v1_50(images(224), 10)", "resnet_v1.resnet_arg_scope()"),
    "resnet_v1_50, dense": (
        "resnet_v1.resnet_v1_50(images(65), None, is_training=False, global_pool=False, output_stride=8)",
        "resnet_utils.resnet_arg_scope(weight_decay=0.1, batch_norm_decay=0.9)",
    ),
    "resnet_v1_101": ("resnet_v1.resnet_v1_101(images(64), 10, output_stride=16)", "resnet_v1.resnet_arg_scope()"),
    "resnet_v1_152": ("resnet_v1.resnet_v1_152(images(64), 10)", "resnet_v1.resnet_arg_scope()"),
    "resnet_v1_200": ("resnet_v1.resnet_v1_200(images(64), 10)", "resnet_v1.resnet_arg_scope()"),
    "resnet_v1, no root": (
        "resnet_v1.resnet_v1(images(64, 16), [resnet_v1.resnet_v1_block('block1', 4, 2, 2), "
        "resnet_v1.resnet_v1_block('block2', 8, 2, 1)], 7, include_root_block=False, scope='tiny')",
        "resnet_v1.resnet_arg_scope()",
    ),
    "resnet_v2_50": ("resnet_v2.resnet_v2_50(images(224), 10)", "resnet_v2.resnet_arg_scope()"),
    "resnet_v2_50, dense": (
        "resnet_v2.resnet_v2_50(images(65), 10, is_training=False, global_pool=False, output_stride=4, scope='r')",
        "resnet_v2.resnet_arg_scope()",
    ),
    "resnet_v2_101": ("resnet_v2.resnet_v2_101(images(64), None)", "resnet_v2.resnet_arg_scope()"),
    "resnet_v2_152": ("resnet_v2.resnet_v2_152(images(64), 10)", "resnet_v2.resnet_arg_scope()"),
    "resnet_v2_200": ("resnet_v2.resnet_v2_200(images(64), 10)", "resnet_v2.resnet_arg_scope()"),
    "resnet_v2, no root": (
        "resnet_v2.resnet_v2(images(64, 16), [resnet_v2.resnet_v2_block('block1', 4, 2, 2), "
        "resnet_v2.resnet_v2_block('block2', 8, 2, 1)], 7, include_root_block=False, scope='tiny')",
        "resnet_v2.resnet_arg_scope()",
    ),
}


def describe(tf, modules, case):
    """The lines that tell what a network consists of: nodes, result, end points, collections."""
    slim = tf.contrib.slim
    call, arguments = CASES[case]
    with tf.Graph().as_default() as graph:
        names = dict(modules)
        names["images"] = lambda size, channels=3: tf.placeholder(tf.float32, [2, size, size, channels], name="x")
        with slim.arg_scope(eval(arguments, names)):
            net, end_points = eval(call, names)
        lines = ["%s %s %s" % (o.name, o.type, [t.name for t in o.inputs]) for o in graph.get_operations()]
        lines.append("result %s %s" % (net.name, net.shape))
        lines += ["end point %s: %s %s" % (k, t.name, t.shape) for k, t in end_points.items()]
        for key in sorted(k for k in graph.get_all_collection_keys() if isinstance(k, str)):
            if key not in ("cond_context", "while_context"):
                lines.append("collection %s: %s" % (key, [v.name for v in graph.get_collection(key)]))
        for v in tf.global_variables():
            lines.append("variable %s %s %s" % (v.name, v.shape, v.initial_value.name))
    return lines


def digest(lines):
    """[number of lines, their SHA-256]."""
    return [len(lines), hashlib.sha256("\n".join(lines).encode()).hexdigest()]
