# ruff: noqa: E501 (the messages are as long as they are)
"""Wrong arguments of tf.nn raise what TensorFlow 1.15.5 raises: class and first line of the message."""

from __future__ import annotations

import pytest

import scopeflow as tf

P = tf.placeholder

#: (code, class, message)
ERRORS = [
    (
        "x=P(tf.float32, [None, 3]); a=P(tf.float32, []); tf.nn.leaky_relu(x, a)",
        "TypeError",
        "Expected float for argument 'alpha' not <tf.Tensor 'Placeholder_1:0' shape=() dtype=float32>.",
    ),
    (
        "x=P(tf.float32, [2, 3, 4]); tf.nn.softmax(x, 3, name='s')",
        "InvalidArgumentError",
        "Dimension (3) must be in the range [-3, 3) where 3 is the number of dimensions in the input.",
    ),
    (
        "x=P(tf.float32, [2, 3, 4]); tf.nn.softmax(x, -4, name='s')",
        "InvalidArgumentError",
        "Dimension (-4) must be in the range [-3, 3) where 3 is the number of dimensions in the input.",
    ),
    ("x=P(tf.float32, [2, 3, 4]); tf.nn.softmax(x, axis=1, dim=1)", "ValueError", "Cannot specify both 'dim' and 'axis'"),
    (
        "tf.nn.softmax(1.0)",
        "ValueError",
        "Shape must be at least rank 1 but is rank 0 for 'Softmax' (op: 'Softmax') with input shapes: [].",
    ),
    (
        "x=P(tf.float32, [4, 5, 3]); tf.nn.softmax_cross_entropy_with_logits_v2(labels=x, logits=x, axis=-2, name='q')",
        "ValueError",
        "Requires start <= limit when delta > 0: 0/-2 for 'q/range' (op: 'Range') with input shapes: [], [], [] and with computed input tensors: input[0] = <0>, input[1] = <-2>, input[2] = <1>.",
    ),
    (
        "x=P(tf.float32, [2, 3]); y=P(tf.float32, [2, 4]); tf.nn.softmax_cross_entropy_with_logits_v2(labels=y, logits=x)",
        "ValueError",
        "Dimensions must be equal, but are 3 and 4 for 'softmax_cross_entropy_with_logits' (op: 'SoftmaxCrossEntropyWithLogits') with input shapes: [2,3], [2,4].",
    ),
    (
        "x=P(tf.float32, [2, 3]); tf.nn.softmax_cross_entropy_with_logits(x, x)",
        "ValueError",
        "Only call `softmax_cross_entropy_with_logits` with named arguments (labels=..., logits=..., ...)",
    ),
    (
        "x=P(tf.float32, [2, 3]); tf.nn.softmax_cross_entropy_with_logits(labels=x)",
        "ValueError",
        "Both labels and logits must be provided.",
    ),
    (
        "x=P(tf.float32, [2, 3]); tf.nn.softmax_cross_entropy_with_logits(labels=x, logits=x, axis=0)",
        "ValueError",
        "Cannot specify both 'dim' and 'axis'",
    ),
    (
        "x=P(tf.float32, [None, 3]); l=P(tf.int64, []); tf.nn.sparse_softmax_cross_entropy_with_logits(labels=l, logits=x)",
        "ValueError",
        "Rank mismatch: Rank of labels (received 0) should equal rank of logits minus 1 (received 2).",
    ),
    (
        "x=P(tf.float32, []); l=P(tf.int64, []); tf.nn.sparse_softmax_cross_entropy_with_logits(labels=l, logits=x)",
        "ValueError",
        "Logits cannot be scalars - received shape ().",
    ),
    (
        "x=P(tf.float32, [3, 4]); l=P(tf.int64, [2]); tf.nn.sparse_softmax_cross_entropy_with_logits(labels=l, logits=x)",
        "ValueError",
        "Shape mismatch: The shape of labels (received (2,)) should equal the shape of logits except for the last dimension (received (3, 4)).",
    ),
    (
        "x=P(tf.float32, [3, 4]); l=P(tf.float32, [3]); tf.nn.sparse_softmax_cross_entropy_with_logits(labels=l, logits=x)",
        "TypeError",
        "Value passed to parameter 'labels' has DataType float32 not in list of allowed values: int32, int64",
    ),
    (
        "x=P(tf.float32, [3, 4]); tf.nn.sparse_softmax_cross_entropy_with_logits(x, x)",
        "ValueError",
        "Only call `sparse_softmax_cross_entropy_with_logits` with named arguments (labels=..., logits=..., ...)",
    ),
    (
        "x=P(tf.float32, [3, 4]); tf.nn.sparse_softmax_cross_entropy_with_logits(logits=x)",
        "ValueError",
        "Both labels and logits must be provided.",
    ),
    (
        "x=P(tf.float32, [3, 4]); tf.nn.sparse_softmax_cross_entropy_with_logits(labels=x)",
        "ValueError",
        "Both labels and logits must be provided.",
    ),
    (
        "x=P(tf.float32, [3, 4]); tf.nn.sigmoid_cross_entropy_with_logits(x, x)",
        "ValueError",
        "Only call `sigmoid_cross_entropy_with_logits` with named arguments (labels=..., logits=..., ...)",
    ),
    (
        "x=P(tf.float32, [3, 4]); y=P(tf.float32, [3]); tf.nn.sigmoid_cross_entropy_with_logits(labels=x, logits=y)",
        "ValueError",
        "logits and labels must have the same shape ((3,) vs (3, 4))",
    ),
    (
        "x=P(tf.float32, [3, 4]); tf.nn.sigmoid_cross_entropy_with_logits(labels=x)",
        "ValueError",
        "Both labels and logits must be provided.",
    ),
    (
        "x=P(tf.float32, [3, 4]); tf.nn.weighted_cross_entropy_with_logits(labels=x, logits=x, pos_weight=[1., 2., 3., 4.])",
        "TypeError",
        "unsupported operand type(s) for -: 'list' and 'int'",
    ),
    (
        "x=P(tf.float32, [3, 4]); y=P(tf.float32, [3]); tf.nn.weighted_cross_entropy_with_logits(labels=x, logits=y, pos_weight=2)",
        "ValueError",
        "logits and labels must have the same shape ((3,) vs (3, 4))",
    ),
    (
        "x=P(tf.float32, [3, 4]); y=P(tf.float32, [3]); tf.nn.log_poisson_loss(x, y)",
        "ValueError",
        "log_input and targets must have the same shape ((3,) vs (3, 4))",
    ),
    (
        "x=P(tf.complex64, [3, 4]); tf.nn.l2_normalize(x, 0)",
        "TypeError",
        "Value passed to parameter 'x' has DataType complex64 not in list of allowed values: bfloat16, float16, float32, float64, int32, int64",
    ),
    ("x=P(tf.float32, [3, 4]); tf.nn.l2_normalize(x, 0, dim=0)", "ValueError", "Cannot specify both 'dim' and 'axis'"),
    (
        "x=P(tf.float32, [None, 3]); tf.nn.top_k(x, 4)",
        "ValueError",
        "input must have last dimension >= k = 4 but is 3 for 'TopKV2' (op: 'TopKV2') with input shapes: [?,3], [] and with computed input tensors: input[1] = <4>.",
    ),
    (
        "x=P(tf.float32, []); tf.nn.top_k(x, 4)",
        "ValueError",
        "Shape must be at least rank 1 but is rank 0 for 'TopKV2' (op: 'TopKV2') with input shapes: [], [].",
    ),
    (
        "tf.nn.top_k([1, 2, 3], -1)",
        "ValueError",
        "Dimension size, given by scalar input 1, must be non-negative but is -1 for 'TopKV2' (op: 'TopKV2') with input shapes: [3], [] and with computed input tensors: input[1] = <-1>.",
    ),
    (
        "x=P(tf.float32, [4, 3]); y=P(tf.int32, [5]); tf.nn.in_top_k(x, y, 2)",
        "ValueError",
        "Dimensions must be equal, but are 4 and 5 for 'in_top_k/InTopKV2' (op: 'InTopKV2') with input shapes: [4,3], [5], [].",
    ),
    (
        "x=P(tf.float32, [4]); y=P(tf.int32, [4]); tf.nn.in_top_k(x, y, 2)",
        "ValueError",
        "Shape must be rank 2 but is rank 1 for 'in_top_k/InTopKV2' (op: 'InTopKV2') with input shapes: [4], [4], [].",
    ),
    (
        "x=P(tf.float32, [4, 3]); tf.nn.bias_add(x, [1., 2.])",
        "ValueError",
        "Dimensions must be equal, but are 3 and 2 for 'BiasAdd' (op: 'BiasAdd') with input shapes: [4,3], [2].",
    ),
    (
        "x=P(tf.float32, [4, 3]); tf.nn.bias_add(x, [[1., 2.]])",
        "ValueError",
        "Shape must be rank 1 but is rank 2 for 'BiasAdd' (op: 'BiasAdd') with input shapes: [4,3], [1,2].",
    ),
    (
        "x=P(tf.float32, [4]); tf.nn.bias_add(x, [1., 2.])",
        "ValueError",
        "Shape must be at least rank 2 but is rank 1 for 'BiasAdd' (op: 'BiasAdd') with input shapes: [4], [2].",
    ),
    (
        "x=P(tf.float32, [4, 3, 5]); tf.nn.bias_add(x, [1., 2., 3.], 'N..C')",
        "ValueError",
        "Dimensions must be equal, but are 5 and 3 for 'BiasAdd' (op: 'BiasAdd') with input shapes: [4,3,5], [3].",
    ),
    (
        "x=P(tf.float32, [4, 3, 5]); tf.nn.bias_add(x, [1., 2., 3.], 'foo')",
        "ValueError",
        "data_format must be of the form `N...C` or `NC...`",
    ),
    (
        "x=P(tf.float32, [2, 8, 8, 3]); w=P(tf.float32, [3, 3, 3, 4]); tf.nn.conv2d(x, w, [1, 1, 1, 1], [[0, 0], [1, 1], [2, 2], [1, 0]])",
        "ValueError",
        "Nonzero explicit padding in the batch or depth dimensions is not supported for 'Conv2D' (op: 'Conv2D') with input shapes: [2,8,8,3], [3,3,3,4].",
    ),
    (
        "x=P(tf.float32, [2, 8, 8, 3]); w=P(tf.float32, [3, 3, 3, 4]); tf.nn.conv2d(x, w, [1, 1, 1, 1], [[1, 1], [2, 2]])",
        "ValueError",
        "When padding is a list, it must be of size 4. Got padding of size: 2",
    ),
    (
        "x=P(tf.float32, [2, 8, 8, 3]); w=P(tf.float32, [3, 3, 3, 4]); tf.nn.conv2d(x, w, [1, 1, 1, 1], 'FOO')",
        "ValueError",
        "Attr 'padding' of 'Conv2D' Op passed string 'FOO' not in: \"SAME\", \"VALID\", \"EXPLICIT\".",
    ),
    (
        "x=P(tf.float32, [2, 8, 8, 3]); w=P(tf.float32, [3, 3, 3, 4]); tf.nn.conv2d(x, w, [1, 1, 1, 1], 'same')",
        "ValueError",
        "Attr 'padding' of 'Conv2D' Op passed string 'same' not in: \"SAME\", \"VALID\", \"EXPLICIT\".",
    ),
    (
        "x=P(tf.float32, [2, 8, 8, 3]); w=P(tf.float32, [3, 3, 3, 4]); tf.nn.conv2d(x, w, [1, 1, 1, 1])",
        "TypeError",
        "Expected string for argument 'padding' not None.",
    ),
    (
        "x=P(tf.float32, [2, 8, 8, 3]); w=P(tf.float32, [3, 3, 3, 4]); tf.nn.conv2d(x, w, [2, 3, 1], 'SAME')",
        "ValueError",
        "strides should be of length 1, 2 or 4 but was 3",
    ),
    (
        "x=P(tf.float32, [2, 8, 8, 3]); w=P(tf.float32, [3, 3, 3, 4]); tf.nn.conv2d(x, w, [1, 1, 1, 1], 'SAME', filters=w)",
        "ValueError",
        "Cannot specify both 'filter' and 'filters'",
    ),
    (
        "x=P(tf.float32, [2, 8, 8, 3]); w=P(tf.float32, [3, 3, 2, 4]); tf.nn.conv2d(x, w, 1, 'SAME')",
        "ValueError",
        "Depth of input (3) is not a multiple of input depth of filter (2) for 'Conv2D' (op: 'Conv2D') with input shapes: [2,8,8,3], [3,3,2,4].",
    ),
    (
        "x=P(tf.float32, [2, 8, 8]); w=P(tf.float32, [3, 3, 2, 4]); tf.nn.conv2d(x, w, 1, 'SAME')",
        "ValueError",
        "Shape must be rank 4 but is rank 3 for 'Conv2D' (op: 'Conv2D') with input shapes: [2,8,8], [3,3,2,4].",
    ),
    (
        "x=P(tf.float32, [2, 8, 8, 2]); w=P(tf.float32, [3, 3, 2]); tf.nn.conv2d(x, w, 1, 'SAME')",
        "ValueError",
        "Shape must be rank 4 but is rank 3 for 'Conv2D' (op: 'Conv2D') with input shapes: [2,8,8,2], [3,3,2].",
    ),
    (
        "x=P(tf.float32, [2, 2, 8, 2]); w=P(tf.float32, [3, 3, 2, 2]); tf.nn.conv2d(x, w, 1, 'VALID')",
        "ValueError",
        "Negative dimension size caused by subtracting 3 from 2 for 'Conv2D' (op: 'Conv2D') with input shapes: [2,2,8,2], [3,3,2,2].",
    ),
    (
        "x=P(tf.int32, [2, 8, 8, 3]); w=P(tf.int32, [3, 3, 3, 4]); tf.nn.conv2d(x, w, 1, 'SAME')",
        "TypeError",
        "Value passed to parameter 'input' has DataType int32 not in list of allowed values: float16, bfloat16, float32, float64",
    ),
    (
        "x=P(tf.float32, [2, 8, 8, 3]); w=P(tf.float32, [3, 3, 3, 4]); tf.nn.conv2d(x, w, 1, 'SAME', data_format='FOO')",
        "ValueError",
        "Attr 'data_format' of 'Conv2D' Op passed string 'FOO' not in: \"NHWC\", \"NCHW\".",
    ),
    (
        "x=P(tf.float32, [2, 8, 3]); w=P(tf.float32, [3, 3, 4]); tf.nn.conv1d(x, w, 2, 'SAME', data_format='FOO')",
        "ValueError",
        'data_format must be "NWC" or "NCW".',
    ),
    (
        "x=P(tf.float32, [2, 8, 3]); w=P(tf.float32, [3, 3, 4]); tf.nn.conv1d(x, w, [1, 2, 1], 'VALID', input=x)",
        "ValueError",
        "Cannot specify both 'value' and 'input'",
    ),
    (
        "x=P(tf.float32, [2, 8, 3]); w=P(tf.float32, [3, 4, 3]); tf.nn.conv1d_transpose(x, w, [2, 16, 4], 2, data_format='FOO')",
        "ValueError",
        'data_format must be "NWC" or "NCW".',
    ),
    (
        "x=P(tf.float32, [2, 8, 8, 3]); w=P(tf.float32, [3, 3, 4, 3]); tf.nn.conv2d_transpose(x, w, [2, 16, 16], 2)",
        "ValueError",
        "Shape must be rank 4 but is rank 3 for 'conv2d_transpose' (op: 'Conv2DBackpropInput') with input shapes: [3], [3,3,4,3], [2,8,8,3].",
    ),
    (
        "x=P(tf.float32, [2, 8, 8, 3]); w=P(tf.float32, [3, 3, 4, 3]); tf.nn.conv2d_transpose(x, w, [2, 16, 16, 4], 2, padding='FOO')",
        "ValueError",
        "Attr 'padding' of 'Conv2DBackpropInput' Op passed string 'FOO' not in: \"SAME\", \"VALID\", \"EXPLICIT\".",
    ),
    (
        "x=P(tf.float32, [2, 3, 8, 8]); w=P(tf.float32, [3, 3, 4, 3]); tf.nn.conv2d_transpose(x, w, [2, 4, 16, 16], 2, data_format='FOO')",
        "ValueError",
        "Attr 'data_format' of 'Conv2DBackpropInput' Op passed string 'FOO' not in: \"NHWC\", \"NCHW\".",
    ),
    (
        "x=P(tf.float32, [2, 8, 8, 8, 3]); w=P(tf.float32, [3, 3, 3, 3, 4]); tf.nn.conv3d(x, w, 1, 'SAME')",
        "TypeError",
        "Expected list for 'strides' argument to 'conv3d' Op, not 1.",
    ),
    (
        "x=P(tf.float32, [2, 8, 8, 8, 3]); w=P(tf.float32, [3, 3, 3, 2, 4]); tf.nn.conv3d(x, w, [1]*5, 'SAME')",
        "ValueError",
        "Depth of input (3) is not a multiple of input depth of filter (2) for 'Conv3D' (op: 'Conv3D') with input shapes: [2,8,8,8,3], [3,3,3,2,4].",
    ),
    (
        "x=P(tf.float32, [2, 8, 8, 3]); w=P(tf.float32, [3, 3, 4, 3]); s=P(tf.int32); tf.nn.conv_transpose(x, w, s, 2)",
        "ValueError",
        "output_shape must be of length 3, 4 or 5 but was ?.",
    ),
    (
        "x=P(tf.float32, [2, 8, 8, 3]); w=P(tf.float32, [3, 3, 4, 3]); tf.nn.conv_transpose(x, w, [2, 4], 2)",
        "ValueError",
        "output_shape must be of length 3, 4 or 5 but was 2.",
    ),
    (
        "x=P(tf.float32, [2, 8, 8, 3]); w=P(tf.float32, [3, 3, 3, 4]); tf.nn.convolution(x, w, 'SAME', strides=[2, 2], dilation_rate=[2, 2])",
        "ValueError",
        "strides > 1 not supported in conjunction with dilation_rate > 1",
    ),
    (
        "x=P(tf.float32, [2, 8, 8, 3]); w=P(tf.float32, [3, 3, 2, 4]); tf.nn.convolution(x, w, 'SAME')",
        "ValueError",
        "Depth of input (3) is not a multiple of input depth of filter (2) for 'convolution' (op: 'Conv2D') with input shapes: [2,8,8,3], [3,3,2,4].",
    ),
    (
        "x=P(tf.float32, [2, 8, 3]); w=P(tf.float32, [3, 3, 2, 4]); tf.nn.convolution(x, w, 'SAME')",
        "ValueError",
        "Shape must be rank 4 but is rank 5 for 'convolution' (op: 'Conv2D') with input shapes: [2,1,8,3], [1,3,3,2,4].",
    ),
    ("x=P(tf.float32); w=P(tf.float32); tf.nn.convolution(x, w, 'SAME')", "ValueError", "rank of input or filter must be known"),
    (
        "x=P(tf.float32, [2, 8, 8, 3]); w=P(tf.float32, [3, 3, 3, 4]); tf.nn.convolution(x, w, 'FOO')",
        "ValueError",
        "Attr 'padding' of 'Conv2D' Op passed string 'FOO' not in: \"SAME\", \"VALID\", \"EXPLICIT\".",
    ),
    (
        "x=P(tf.float32, [2, 8, 8, 3]); w=P(tf.float32, [3, 3, 3, 4]); tf.nn.convolution(x, w, 'SAME', strides=[1, 2, 1])",
        "ValueError",
        "strides should be of length 1, 2 or 4 but was 3",
    ),
    (
        "x=P(tf.float32, [2, 8, 8, 3]); w=P(tf.float32, [3, 3, 3, 4]); tf.nn.convolution(x, w, 'SAME', dilation_rate=[0, 1])",
        "ValueError",
        "all values of dilation_rate must be positive",
    ),
    (
        "x=P(tf.float32, [2, 8, 8, 3]); w=P(tf.float32, [3, 3, 2, 2]); tf.nn.depthwise_conv2d(x, w, [1, 1, 1, 1], 'SAME')",
        "ValueError",
        "Dimensions must be equal, but are 3 and 2 for 'depthwise' (op: 'DepthwiseConv2dNative') with input shapes: [2,8,8,3], [3,3,2,2].",
    ),
    (
        "x=P(tf.float32, [2, 8, 8, 3]); w=P(tf.float32, [3, 3, 3, 2]); p=P(tf.float32, [1, 1, 5, 5]); tf.nn.separable_conv2d(x, w, p, [1, 2, 2, 1], 'VALID')",
        "ValueError",
        "Depth of input (6) is not a multiple of input depth of filter (5) for 'separable_conv2d' (op: 'Conv2D') with input shapes: [2,3,3,6], [1,1,5,5].",
    ),
    (
        "x=P(tf.float32, [2, 8, 8, 3]); w=P(tf.float32, [3, 3, 3, 2]); p=P(tf.float32, [1, 2, 6, 5]); tf.nn.separable_conv2d(x, w, p, [1, 2, 2, 1], 'VALID')",
        "ValueError",
        "Dimensions 2 and 1 are not compatible",
    ),
    (
        "x=P(tf.float32, [2, 8, 8, 3]); w=P(tf.float32, [3, 3, 4, 3]); tf.nn.atrous_conv2d_transpose(x, w, [2, 12, 12, 5], 2, 'VALID', name='q')",
        "ValueError",
        "output_shape does not match filter's output channels, 5 != 4",
    ),
    (
        "x=P(tf.float32, [2, 8, 8, 3]); w=P(tf.float32, [3, 3, 4, 3]); tf.nn.atrous_conv2d_transpose(x, w, [2, 8, 8, 4], 0, 'SAME')",
        "ValueError",
        "rate 0 cannot be less than one",
    ),
    (
        "x=P(tf.float32, [2, 8, 8, 3]); w=P(tf.float32, [3, 3, 2]); tf.nn.dilation2d(x, w, [1, 2, 2, 1], [1, 2, 2, 1], 'SAME')",
        "ValueError",
        "Dimensions must be equal, but are 3 and 2 for 'Dilation2D' (op: 'Dilation2D') with input shapes: [2,8,8,3], [3,3,2].",
    ),
    (
        "x=P(tf.float32, [2, 8, 8, 3]); tf.nn.max_pool(x, [2, 2, 2], [2, 1], 'VALID')",
        "ValueError",
        "ksize should be of length 1, 2 or 4 but was 3",
    ),
    (
        "x=P(tf.float32, [2, 8, 8, 3]); tf.nn.max_pool(x, 2, 2, 'FOO')",
        "ValueError",
        "Attr 'padding' of 'MaxPool' Op passed string 'FOO' not in: \"SAME\", \"VALID\".",
    ),
    (
        "x=P(tf.float32, [2, 8, 8, 3]); tf.nn.max_pool(x, 2, 2, 'SAME', data_format='FOO')",
        "ValueError",
        "Attr 'data_format' of 'MaxPool' Op passed string 'FOO' not in: \"NHWC\", \"NCHW\", \"NCHW_VECT_C\".",
    ),
    (
        "x=P(tf.float32, [2, 8, 8, 3]); tf.nn.max_pool(x, input=x, ksize=2, strides=2, padding='SAME')",
        "ValueError",
        "Cannot specify both 'value' and 'input'",
    ),
    (
        "x=P(tf.float32, [2, 8, 8]); tf.nn.max_pool(x, [1, 2, 2, 1], [1, 2, 2, 1], 'VALID')",
        "ValueError",
        "Shape must be rank 4 but is rank 3 for 'MaxPool' (op: 'MaxPool') with input shapes: [2,8,8].",
    ),
    (
        "x=P(tf.float32, [2, 1, 8, 3]); tf.nn.max_pool(x, [1, 2, 2, 1], [1, 2, 2, 1], 'VALID')",
        "ValueError",
        "Negative dimension size caused by subtracting 2 from 1 for 'MaxPool' (op: 'MaxPool') with input shapes: [2,1,8,3].",
    ),
    (
        "x=P(tf.float32, [2, 1, 8, 3]); tf.nn.avg_pool(x, [1, 2, 2, 1], [1, 2, 2, 1], 'VALID')",
        "ValueError",
        "Negative dimension size caused by subtracting 2 from 1 for 'AvgPool' (op: 'AvgPool') with input shapes: [2,1,8,3].",
    ),
    (
        "x=P(tf.float32, [2, 8, 8, 3]); tf.nn.max_pool(x, [1, 2, 2, 1], [1, 0, 2, 1], 'VALID')",
        "ValueError",
        "Stride must be > 0, but got 0 for 'MaxPool' (op: 'MaxPool') with input shapes: [2,8,8,3].",
    ),
    ("x=P(tf.float32); tf.nn.max_pool_v2(x, 2, 2, 'VALID')", "ValueError", "Cannot take the length of shape with unknown rank."),
    (
        "x=P(tf.float32); tf.nn.avg_pool_v2(x, 2, 2, 'VALID', data_format='NCHW')",
        "ValueError",
        "Cannot take the length of shape with unknown rank.",
    ),
    ("x=P(tf.float32, [2, 8]); tf.nn.max_pool_v2(x, 2, 2, 'VALID')", "ValueError", "Input tensor must be of rank 3, 4 or 5 but was 2."),
    (
        "x=P(tf.float32, [2, 8, 8, 3]); tf.nn.max_pool_with_argmax(x, 2, 2, 'VALID', Targmax=tf.int32)",
        "TypeError",
        "Expected list for 'ksize' argument to 'max_pool_with_argmax' Op, not 2.",
    ),
    (
        "x=P(tf.float32, [2, 8, 8, 3]); tf.nn.max_pool_with_argmax(x, 2, 2, 'VALID', output_dtype=tf.int32, include_batch_in_index=True, name='q')",
        "TypeError",
        "Expected list for 'ksize' argument to 'max_pool_with_argmax' Op, not 2.",
    ),
    (
        "x=P(tf.float32, [2, 8, 8, 3]); tf.nn.max_pool_with_argmax(x, 2, 2, 'VALID', data_format='NCHW')",
        "ValueError",
        "Data formats other than 'NHWC' are not yet supported",
    ),
    (
        "x=P(tf.float32, [2, 8, 8, 3]); tf.nn.max_pool_with_argmax(x, 2, 2, 'VALID', output_dtype=tf.int32, Targmax=tf.int64)",
        "ValueError",
        "Cannot specify both 'Targmax' and 'output_dtype'",
    ),
    (
        "x=P(tf.float32, [2, 8, 8, 3]); tf.nn.pool(x, [2, 2], 'MAX', 'SAME', dilation_rate=[2, 2])",
        "ValueError",
        "pooling with SAME padding is not implemented for dilation_rate > 1",
    ),
    (
        "x=P(tf.float32, [None, 8, 8, 3]); tf.nn.pool(x, [2, 2], 'AVG', 'SAME', dilations=[2, 2])",
        "ValueError",
        "pooling with SAME padding is not implemented for dilation_rate > 1",
    ),
    ("x=P(tf.float32, [2, 8, 8, 3]); tf.nn.pool(x, [2, 2], 'FOO', 'SAME')", "ValueError", "2-D FOO pooling is not supported."),
    ("x=P(tf.float32, [2, 8, 8, 3]); tf.nn.pool(x, [2], 'MAX', 'SAME')", "ValueError", "Shape (2, 8, 8, 3) must have rank 3"),
    (
        "x=P(tf.float32, [2, 8, 8, 3]); tf.nn.pool(x, [2, 2], 'MAX', 'SAME', strides=[2, 2], dilation_rate=[2, 2])",
        "ValueError",
        "strides > 1 not supported in conjunction with dilation_rate > 1",
    ),
    (
        "x=P(tf.float32, [2, 8, 8, 3]); tf.nn.pool(x, [2, 2], 'MAX', 'SAME', strides=[3, 3])",
        "ValueError",
        "strides > window_shape not supported due to inconsistency between CPU and GPU implementations",
    ),
    (
        "x=P(tf.float32, [2, 8, 8]); tf.nn.fractional_avg_pool(x, [1., 1.5, 1.5, 1.])",
        "ValueError",
        "Shape must be rank 4 but is rank 3 for 'FractionalAvgPool' (op: 'FractionalAvgPool') with input shapes: [2,8,8].",
    ),
    (
        "x=P(tf.float32, [2, 8, 8, 3]); tf.nn.fractional_max_pool(x, [1., 1.5, 1.5])",
        "ValueError",
        "Attr 'pooling_ratio' of 'FractionalMaxPool' Op passed list of length 3 less than minimum 4.",
    ),
    (
        "x=P(tf.float32, [2, 8, 8, 3]); s=P(tf.float32, [3]); tf.nn.fused_batch_norm(x, s, s, s, s)",
        "ValueError",
        "Both 'mean' and 'variance' must be None if is_training is True.",
    ),
    (
        "x=P(tf.float32, [2, 8, 8, 3]); s=P(tf.float32, [3]); tf.nn.fused_batch_norm(x, s, s, is_training=False)",
        "ValueError",
        "Dimensions must be equal, but are 3 and 0 for 'FusedBatchNormV3' (op: 'FusedBatchNormV3') with input shapes: [2,8,8,3], [3], [3], [0], [0].",
    ),
    (
        "x=P(tf.float32, [2, 8, 8, 3]); s=P(tf.float32, [4]); tf.nn.fused_batch_norm(x, s, s)",
        "ValueError",
        "Dimensions must be equal, but are 3 and 4 for 'FusedBatchNormV3' (op: 'FusedBatchNormV3') with input shapes: [2,8,8,3], [4], [4], [0], [0].",
    ),
    (
        "x=P(tf.float32, [2, 8, 8]); s=P(tf.float32, [4]); tf.nn.fused_batch_norm(x, s, s)",
        "ValueError",
        "Shape must be rank 4 but is rank 3 for 'FusedBatchNormV3' (op: 'FusedBatchNormV3') with input shapes: [2,8,8], [4], [4], [0], [0].",
    ),
    (
        "x=P(tf.float32, [2, None, 8, None]); s=P(tf.float32, [5]); tf.nn.fused_batch_norm(x, s, s, data_format='FOO')",
        "ValueError",
        "Attr 'data_format' of 'FusedBatchNormV3' Op passed string 'FOO' not in: \"NHWC\", \"NCHW\".",
    ),
    ("tf.nn.moments([[1., 2.]], [0])", "AttributeError", "'list' object has no attribute 'dtype'"),
    ("tf.nn.moments([1., 2.], tf.constant([0]))", "AttributeError", "'list' object has no attribute 'dtype'"),
    (
        "x=P(tf.float32, [2, 2, 4]); tf.nn.lrn(x)",
        "ValueError",
        "Shape must be rank 4 but is rank 3 for 'LRN' (op: 'LRN') with input shapes: [2,2,4].",
    ),
    (
        "x=P(tf.float64, [2, 2, 2, 4]); tf.nn.lrn(x)",
        "TypeError",
        "Value passed to parameter 'input' has DataType float64 not in list of allowed values: float16, bfloat16, float32",
    ),
    ("x=P(tf.float32, [2, 4]); tf.nn.dropout(x, 0.5, rate=0.5)", "ValueError", "Cannot specify both 'keep_prob' and 'rate'"),
    ("x=P(tf.float32, [2, 4]); tf.nn.dropout(x)", "ValueError", "You must provide a rate to dropout."),
    (
        "x=P(tf.float32, [2, 4]); tf.nn.dropout(x, rate=1.)",
        "ValueError",
        "rate must be a scalar tensor or a float in the range [0, 1), got 1",
    ),
    (
        "x=P(tf.float32, [2, 4]); tf.nn.dropout(x, rate=-.1)",
        "ValueError",
        "rate must be a scalar tensor or a float in the range [0, 1), got -0.1",
    ),
    ("x=P(tf.float32, [2, 4]); tf.nn.dropout(x, 0.)", "ValueError", "rate must be a scalar tensor or a float in the range [0, 1), got 1"),
    (
        "x=P(tf.float32, [2, 4]); tf.nn.dropout(x, 1.5)",
        "ValueError",
        "rate must be a scalar tensor or a float in the range [0, 1), got -0.5",
    ),
    ("x=P(tf.float32, [2, 4]); tf.nn.dropout(x, 'a')", "ValueError", "keep_prob must be a floating point number or Tensor (got 'a')"),
    ("x=P(tf.float32, [2, 4]); tf.nn.dropout(x, rate='a')", "TypeError", "Expected float32, got 'a' of type 'str' instead."),
    (
        "x=P(tf.int32, [2, 4]); tf.nn.dropout(x, .5)",
        "ValueError",
        "x has to be a floating point tensor since it's going to be scaled. Got a <dtype: 'int32'> tensor instead.",
    ),
    ("x=P(tf.float32, [2, 4]); tf.nn.dropout(x, rate=tf.constant([.5, .5]))", "ValueError", "Shape (2,) must have rank 0"),
    (
        "x=P(tf.float16, [2, 4]); tf.nn.dropout(x, rate=tf.constant(.5))",
        "ValueError",
        "Tensor conversion requested dtype float16 for Tensor with dtype float32: <tf.Tensor 'Const:0' shape=() dtype=float32>",
    ),
    (
        "x=P(tf.float32, [2, None]); tf.nn.dropout(x, .5, [1, None])",
        "ValueError",
        "Cannot convert a partially known TensorShape to a Tensor: (1, ?)",
    ),
    (
        "x=P(tf.float32, [2, 4]); tf.nn.dropout(x, rate=1)",
        "ValueError",
        "rate must be a scalar tensor or a float in the range [0, 1), got 1",
    ),
    (
        "x=P(tf.float32, [2, 4]); tf.nn.softmax(x, axis=tf.constant(-1))",
        "ValueError",
        "Requires start <= limit when delta > 0: 2/1 for 'range_1' (op: 'Range') with input shapes: [], [], [] and with computed input tensors: input[0] = <2>, input[1] = <1>, input[2] = <1>.",
    ),
    (
        "x=P(tf.float32, [2, 4]); tf.nn.softmax(x, axis=tf.constant(1))",
        "ValueError",
        "Requires start <= limit when delta > 0: 2/1 for 'range_1' (op: 'Range') with input shapes: [], [], [] and with computed input tensors: input[0] = <2>, input[1] = <1>, input[2] = <1>.",
    ),
    ("p=P(tf.float32, [10, 3]); tf.nn.embedding_lookup([p, p], [0, 1], 'foo')", "ValueError", "Unrecognized partition strategy: foo"),
    ("p=P(tf.float32, [10, 3]); tf.nn.embedding_lookup([], [0, 1])", "ValueError", "Need at least one param"),
    ("p=P(tf.float32, [10, 3]); tf.nn.embedding_lookup(None, [0, 1])", "ValueError", "params must be specified"),
    (
        "p=P(tf.float32, [10, 3]); tf.nn.embedding_lookup(p, [0., 1.])",
        "TypeError",
        "Value passed to parameter 'indices' has DataType float32 not in list of allowed values: int32, int64",
    ),
    (
        "p=P(tf.float32, [10, 3]); s=tf.sparse_placeholder(tf.int64, [None, None]); tf.nn.embedding_lookup_sparse(p, s, None, combiner='foo')",
        "ValueError",
        "combiner must be one of 'mean', 'sqrtn' or 'sum'",
    ),
    ("p=P(tf.float32, [10, 3]); tf.nn.embedding_lookup_sparse(p, [1], None)", "TypeError", "sp_ids must be SparseTensor"),
    (
        "p=P(tf.float32, [10, 3]); s=tf.sparse_placeholder(tf.int64, [None, None]); tf.nn.embedding_lookup_sparse(p, s, [1.])",
        "TypeError",
        "sp_weights must be either None or SparseTensor",
    ),
]


@pytest.mark.parametrize(("code", "kind", "message"), ERRORS)
def test_error(code: str, kind: str, message: str) -> None:
    """Building raises it."""
    with tf.Graph().as_default(), pytest.raises(Exception) as caught:
        exec(code, {"tf": tf, "P": P})
    assert type(caught.value).__name__ == kind
    assert str(caught.value).split("\n")[0] == message
