"""DType: what counts as a type, limits, comparisons, reference types. Each result is what the reference gives."""

import pytest

AS_DTYPE = [
    ("tf.as_dtype('float')", "tf.float32"),
    ("tf.as_dtype('double_ref')", "tf.float64_ref"),
    ("tf.as_dtype(u'half')", "tf.float16"),
    ("tf.as_dtype(1)", "tf.float32"),
    ("tf.as_dtype(101)", "tf.float32_ref"),
    ("tf.as_dtype(np.int64(3))", "tf.int32"),
    ("tf.as_dtype(np.float16)", "tf.float16"),
    ("tf.as_dtype(np.dtype('int8'))", "tf.int8"),
    ("tf.as_dtype(np.dtype('S3'))", "tf.string"),
    ("tf.as_dtype(np.dtype('U3'))", "tf.string"),
    ("tf.as_dtype(np.bytes_)", "tf.string"),
    ("tf.as_dtype(np.str_)", "tf.string"),
    ("tf.as_dtype(float)", "tf.float32"),
    ("tf.as_dtype(int)", "TypeError: Cannot convert value <class 'int'> to a TensorFlow DType."),
    ("tf.as_dtype(complex)", "TypeError: Cannot convert value <class 'complex'> to a TensorFlow DType."),
    ("tf.as_dtype(bool)", "tf.bool"),
    ("tf.as_dtype(str)", "TypeError: Cannot convert value <class 'str'> to a TensorFlow DType."),
    ("tf.as_dtype(bytes)", "TypeError: Cannot convert value <class 'bytes'> to a TensorFlow DType."),
    ("tf.as_dtype(object)", "tf.string"),
    ("tf.as_dtype(tf.bfloat16.as_numpy_dtype)", "tf.bfloat16"),
    ("tf.as_dtype(tf.qint8.as_numpy_dtype)", "tf.qint8"),
    ("tf.as_dtype(tf.resource)", "tf.resource"),
    ("tf.as_dtype(None)", "TypeError: Cannot convert value None to a TensorFlow DType."),
    ("tf.as_dtype('nope')", "TypeError: Cannot convert value 'nope' to a TensorFlow DType."),
    ("tf.as_dtype(99)", "TypeError: Cannot convert value 99 to a TensorFlow DType."),
    ("tf.as_dtype([1])", "TypeError: "),
    ("tf.as_dtype(np.datetime64)", "TypeError: Cannot convert value <class 'numpy.datetime64'> to a TensorFlow DType."),
    ("tf.as_dtype(tf)", "TypeError: Cannot convert value <module '"),
    ("tf.as_dtype(True)", "tf.float32"),
    ("tf.DType(1)", "tf.float32"),
    ("tf.DType(99)", "TypeError: type_enum is not a valid types_pb2.DataType: 99"),
    ("tf.DType('x')", "ValueError: invalid literal for int() with base 10: 'x'"),
]


@pytest.mark.parametrize("code, result", AS_DTYPE)
def test_as_dtype(gives, code, result):
    assert gives(code, result)


PROPERTIES = [
    (
        "[t.name for t in (tf.float32, tf.half, tf.double, tf.bool, tf.string, tf.variant)]",
        "['float32', 'float16', 'float64', 'bool', 'string', 'variant']",
    ),
    (
        "[(t.is_floating, t.is_integer, t.is_complex, t.is_bool, t.is_quantized, t.is_unsigned) for t in (tf.bfloat16, "
        "tf.uint8, tf.complex64, tf.bool, tf.qint8, tf.string)]",
        "[(True, False, False, False, False, False), (False, True, False, False, False, True), (False, False, True, "
        "False, False, False), (False, False, False, True, False, False), (False, False, False, False, True, False), "
        "(False, False, False, False, False, False)]",
    ),
    ("[t.real_dtype for t in (tf.complex64, tf.complex128, tf.float32, tf.int8)]", "[tf.float32, tf.float64, tf.float32, tf.int8]"),
    ("[t.is_numpy_compatible for t in (tf.float32, tf.string, tf.resource, tf.variant)]", "[True, True, False, False]"),
    ("[t.as_datatype_enum for t in (tf.float32, tf.uint64, tf.as_dtype('float32_ref'))]", "[1, 23, 101]"),
    (
        "[t.as_numpy_dtype for t in (tf.float32, tf.string, tf.bool, tf.complex128)]",
        "[<class 'numpy.float32'>, <class 'object'>, <class 'bool'>, <class 'numpy.complex128'>]",
    ),
    ("[t.size for t in (tf.float32, tf.int8, tf.complex128, tf.resource, tf.variant, tf.bool, tf.qint32)]", "[4, 1, 16, 1, 1, 1, 4]"),
    (
        "[(str(t), repr(t)) for t in (tf.float32, tf.half, tf.as_dtype('int32_ref'))]",
        "[(\"<dtype: 'float32'>\", 'tf.float32'), (\"<dtype: 'float16'>\", 'tf.float16'), (\"<dtype: 'int32_ref'>\", 'tf.int32_ref')]",
    ),
    (
        "(tf.as_dtype('int32_ref').base_dtype, tf.as_dtype('int32_ref').is_integer, tf.int32.base_dtype is tf.int32)",
        "(tf.int32, True, True)",
    ),
    (
        "(tf.float32._is_ref_dtype, tf.float32._as_ref, tf.as_dtype('float_ref')._is_ref_dtype, tf.as_dtype('float_ref')._as_ref)",
        "(False, tf.float32_ref, True, tf.float32_ref)",
    ),
    ("tf.QUANTIZED_DTYPES == {q for t in (tf.qint8, tf.quint8, tf.qint16, tf.quint16, tf.qint32) for q in (t, t._as_ref)}", "True"),
]


@pytest.mark.parametrize("code, result", PROPERTIES)
def test_properties(gives, code, result):
    assert gives(code, result)


LIMITS = [
    (
        "[(t.min, t.max) for t in (tf.int8, tf.uint16, tf.int64, tf.uint64)]",
        "[(-128, 127), (0, 65535), (-9223372036854775808, 9223372036854775807), (0, 18446744073709551615)]",
    ),
    (
        "[(float(t.min), float(t.max)) for t in (tf.float16, tf.float32, tf.float64)]",
        "[(-65504.0, 65504.0), (-3.4028234663852886e+38, 3.4028234663852886e+38), (-1.7976931348623157e+308, 1.7976931348623157e+308)]",
    ),
    ("[float(tf.bfloat16.min), float(tf.bfloat16.max)]", "[-3.3895313892515355e+38, 3.3895313892515355e+38]"),
    ("[(t.limits[0], t.limits[1]) for t in (tf.uint8, tf.float32, tf.int16)]", "[(0, 255), (0, 1), (0, 32767)]"),
    ("(tf.qint8.min, tf.quint16.max)", "TypeError: Cannot find minimum value of <dtype: 'qint8'>."),
    ("tf.bool.min", "TypeError: Cannot find minimum value of <dtype: 'bool'>."),
    ("tf.string.max", "TypeError: Cannot find maximum value of <dtype: 'string'>."),
    ("tf.complex64.min", "TypeError: Cannot find minimum value of <dtype: 'complex64'>."),
    ("tf.resource.max", "TypeError: Cannot find maximum value of <dtype: 'resource'>."),
    ("tf.uint8.limits", "(0, 255)"),
    ("tf.as_dtype('int8_ref').max", "127"),
]


@pytest.mark.parametrize("code, result", LIMITS)
def test_limits(gives, code, result):
    assert gives(code, result)


COMPARISONS = [
    (
        "[tf.float32 == x for x in (tf.float32, 'float32', np.float32, 1, None, 'nope', tf.float64, tf.as_dtype('float32_ref'), [])]",
        "[True, True, True, True, False, False, False, False, False]",
    ),
    ("[tf.int32 != x for x in (tf.int32, 'int32', np.int64, None, 'nope')]", "[False, False, True, True, True]"),
    ("(tf.as_dtype('float32_ref') == tf.float32, tf.as_dtype('float32_ref').base_dtype == tf.float32)", "(False, True)"),
    ("[tf.float32.is_compatible_with(x) for x in (tf.float32, tf.as_dtype('float32_ref'), 'int32')]", "[True, True, False]"),
    ("tf.as_dtype('float32_ref').is_compatible_with(tf.float32)", "False"),
    ("tf.float32.is_compatible_with('x')", "TypeError: Cannot convert value 'x' to a TensorFlow DType."),
    ("(hash(tf.float32), hash(tf.as_dtype('float32_ref')), len({tf.float32, tf.as_dtype('float'), tf.int8}))", "(1, 101, 2)"),
    ("pickle.loads(pickle.dumps(tf.as_dtype('int8_ref')))", "tf.int8_ref"),
    ("copy.deepcopy([tf.float32])[0] is tf.float32", "True"),
]


@pytest.mark.parametrize("code, result", COMPARISONS)
def test_comparisons(gives, code, result):
    assert gives(code, result)
