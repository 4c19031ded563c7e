"""Strings: split, joined, matched, hashed, converted; Unicode; edit distance."""

_S = "s = P(np.array(%r, object)%s); "


def _of(values, code, shape=""):
    return _S % (values, shape) + "out = " + code


_WORDS = [b"a b  c", b"", b" lead and trail ", b"tab\tand\nline", b"one", b"a,b,,c", b"caf\xc3\xa9 \xe6\xb1\x89"]
_LONG = [bytes((i * 7 + j) % 251 for j in range(i)) for i in (*range(0, 70), 80, 95, 96, 97, 127, 128, 129, 192, 200, 255, 256, 300, 1000)]
_NUMBERS = [b"1", b"-2", b" 3 ", b"+4"]
_REPLACED = [
    ("a", "X"),
    ("[a-c]+", "<\\\\0>"),
    ("(\\\\w+) (\\\\w+)", "\\\\2 \\\\1"),
    ("x*", "-"),
    ("^", ">"),
    ("$", "<"),
    ("b|c", ""),
    ("\\\\s+", "_"),
    ("(?i)A", "z"),
    (".", "."),
    ("\\\\d", "#"),
    ("[[:space:]]", "_"),
    ("[^[:alpha:],]", "?"),
    ("a(?P<n>.)", "\\\\1"),
    ("(", "x"),
    ("a", "\\\\1"),
    ("a", "\\\\"),
    ("a{2,}", "y"),
    ("\\\\ba", "A"),
    ("\\\\z", "!"),
    ("", "-"),
    ("(a)|b", "[\\\\1]"),
    ("l(?i)EAD", "x"),
    ("(?m)^", "|"),
    ("(?s).+", "all"),
    ("[]a]", "x"),
    ("[a\\\\]]", "x"),
]

CASES = (
    [_of(_WORDS, f) for f in (
        "tf.string_split(s)", "tf.string_split(s, ',')", "tf.string_split(s, ', ', skip_empty=False)", "tf.string_split(s, '')", "tf.string_split(s, delimiter=' ')",
        "tf.string_split(s, sep='a', delimiter='b')", "tf.strings.split(s)", "tf.strings.split(s, ',')", "tf.strings.split(s, ' ')", "tf.strings.split(s, ', ')", "tf.strings.split(s, maxsplit=1)",
        "tf.strings.split(s, 'a', 1)", "tf.strings.split(source=s)", "tf.strings.split(s, result_type='x')",
        "tf.strings.lower(s)", "tf.strings.upper(s)", "tf.strings.upper(s, encoding='utf-8')", "tf.strings.lower(s, encoding='latin')", "tf.strings.strip(s)", "tf.string_strip(s)",
        "tf.strings.length(s)", "tf.strings.length(s, unit='UTF8_CHAR')", "tf.strings.length(s, unit='x')",
        "tf.strings.join([s, s], '-')", "tf.string_join(['<', s, '>'])", "tf.strings.join([s, s[:2]])", "tf.strings.join([])", "tf.reduce_join(s)", "tf.strings.reduce_join(s, 0, separator='|')", "tf.reduce_join(s, 1)",
        "tf.reduce_join(s, 0, keep_dims=True)", "tf.encode_base64(s)", "tf.encode_base64(s, pad=True)", "tf.decode_base64(tf.encode_base64(s))", "tf.io.decode_base64(tf.io.encode_base64(s, pad=True))",
        "tf.decode_base64(s)", "tf.string_to_number(s)", "tf.substr(s, 0, 0)", "tf.strings.format('{}', s)",
        "tf.strings.unsorted_segment_join(s, [0, 1, 0, 2, 2, -1, 0], 4)", "tf.strings.unsorted_segment_join(s, [0, 1, 0, 2, 2, -1, 0], 3, separator=', ')", "tf.strings.unsorted_segment_join(s, [0, 1, 0, 2, 2, -1, 0], 2)",
        "tf.strings.unicode_transcode(s, 'UTF-8', 'UTF-16-BE')", "tf.strings.unicode_transcode(s, 'UTF-8', 'UTF-32-BE')", "tf.strings.unicode_transcode(s, 'US ASCII', 'UTF-8')",
        "list(tf.raw_ops.UnicodeDecode(input=s, input_encoding='UTF-8'))", "list(tf.raw_ops.UnicodeDecodeWithOffsets(input=s, input_encoding='UTF-8'))",
        "tf.string_to_hash_bucket(s, 0)", "tf.equal(s, 'one')", "tf.fingerprint(s)",
    )]
    + [_of(_WORDS, "tf.regex_replace(s, '%s', '%s')" % r) for r in _REPLACED]
    + [_of(_WORDS, "tf.strings.regex_replace(s, '%s', '%s', replace_global=False)" % r) for r in _REPLACED[:8]]
    + [_of(_WORDS, "tf.strings.regex_replace(s, tf.constant('[ab]'), 'x')"), _of(_WORDS, "tf.strings.regex_full_match(s, tf.constant('.* .*'))")]
    + [_of(_WORDS, "tf.strings.regex_full_match(s, '%s')" % p) for p in ("one", "on", "[a-z ,]*", ".*", "(?s).*", "", "a|one", "(")]
    + [_of(_LONG, f) for f in ("tf.string_to_hash_bucket(s, 2 ** 62)", "tf.string_to_hash_bucket_fast(s, 2 ** 62)", "tf.string_to_hash_bucket_strong(s, 2 ** 62, [123, -456])", "tf.strings.to_hash_bucket_fast(s, 10)",
        "tf.strings.to_hash_bucket_strong(s, 7, [1])", "tf.strings.to_hash_bucket(input=s, num_buckets=1000)", "tf.fingerprint(s)")]
    + ["x = P(np.arange(60).reshape(3, 4, 5).astype(np.%s)); out = tf.fingerprint(x)" % t for t in ("int32", "float32", "uint8")]
    + [_of([[b"a", b"b", b"c"], [b"d", b"e", b"f"]], f) for f in (
        "tf.reduce_join(s)", "tf.reduce_join(s, [0, 1])", "tf.reduce_join(s, [1, 0], separator='.')", "tf.reduce_join(s, 0)", "tf.reduce_join(s, -1)", "tf.reduce_join(s, [])", "tf.reduce_join(s, 1, keep_dims=True)",
        "tf.strings.reduce_join(s, keepdims=True)", "tf.reduce_join(s, 2)", "tf.reduce_join(s, [0, 0])", "tf.substr(s, 0, 1)", "tf.strings.to_hash_bucket_fast(s, 100)", "tf.string_split(s)", "tf.strings.unsorted_segment_join(s, [1, 1], 2)",
    )]
    + [_of([[b"a", b"b"], [b"c", b"d"]], "tf.reduce_join(s%s)" % a, ", '?'") for a in ("", ", 0", ", [1, 0], keep_dims=True")]
    + [_of([b"a b", b"c"], f, ", [None]") for f in ("tf.string_split(s)", "tf.strings.split(s)", "tf.string_split(s, ',').values", "tf.strings.lower(s)", "tf.strings.length(s)", "tf.strings.join([s, 'x'])", "tf.string_to_hash_bucket_fast(s, 9)")]
    # substrings
    + [_of([b"hello", b"caf\xc3\xa9!", b"\xe6\xb1\x89\xe5\xad\x97xyz"], "tf.substr(s, %s%s)" % (a, u)) for a in ("0, 2", "1, 100", "-3, 2", "[0, 1, 2], [1, 2, 3]", "[1], [2]", "2, -1", "5, 1", "6, 1", "-6, 2", "[0, 1], [1, 1]", "0, [1, 2, 3]") for u in ("", ", unit='UTF8_CHAR'")]
    + [_of(b"hello", "tf.strings.substr(s, [1, 2], [1, 3])"), _of([b"a"], "tf.substr(s, 0, 1, unit='LINE')")]
    # numbers
    + [_of(_NUMBERS, "tf.string_to_number(s%s)" % a) for a in ("", ", tf.int32", ", tf.int64", ", tf.float64")]
    + [_of([v], "tf.string_to_number(s, tf.%s)" % t) for v in (b"1.5", b"-1e3", b"inf", b"nan", b"0x10", b"1e400", b"", b"1 2", b".5", b"5.", b"99999999999", b"1_0", b"-0", b"Infinity") for t in ("float32", "int32", "float64")]
    + ["x = P([1.5, -2.25, 1e10, 0., -1e-7]); out = tf.stop_gradient(x); out = tf.as_string(x%s)" % a for a in ("", ", precision=2", ", scientific=True", ", shortest=True", ", width=12", ", width=12, fill='0'", ", width=12, fill='-'", ", fill='+'", ", fill=' '", ", scientific=True, shortest=True", ", fill='ab'", ", fill='x'")]
    + ["x = P(np.array([1, -20, 100], np.%s)); out = tf.as_string(x%s)" % (t, a) for t in ("int32", "int64", "int8") for a in ("", ", width=5", ", width=5, fill='0'", ", width=5, fill='-'", ", fill='+'", ", precision=2", ", shortest=True")]
    + ["x = P([True, False]); out = tf.as_string(x)", "x = P(np.array([1 + 2j, -.5j], np.complex64)); out = tf.as_string(x, precision=1)", "x = P(np.array([np.inf, -np.inf, np.nan, 1e300])); out = tf.as_string(x)", "x = P(np.array([1], np.uint8)); out = tf.as_string(x)"]
    + [_of([v], "tf.decode_base64(s)") for v in (b"YWI", b"YWI=", b"YW", b"Y", b"YW==", b"-_8", b"+/8", b"YW I")]
    # Unicode
    + [_of(b"caf\xc3\xa9 \xff\xe6\xb1\x89\x01!", "tf.strings.unicode_decode(s, 'UTF-8'%s)" % a) for a in ("", ", errors='ignore'", ", errors='strict'", ", replacement_char=63", ", replace_control_characters=True")]
    + [_of(b"caf\xc3\xa9\xe6\xb1\x89", "list(tf.strings.unicode_decode_with_offsets(s, 'UTF-8'))"), _of(b"\x00a\x00\xe9", "tf.strings.unicode_decode(s, 'UTF-16-BE')"), _of(b"abc", "tf.strings.unicode_decode(s, 'nonsense')")]
    + ["x = P([72, 233, 27721, 128512]); out = tf.strings.unicode_encode(x, '%s')" % e for e in ("UTF-8", "UTF-16-BE", "UTF-32-BE")]
    + ["x = P([72, 55296, 1114112]); out = tf.strings.unicode_encode(x, 'UTF-8', errors='%s')" % e for e in ("replace", "ignore", "strict")]
    + ["x = P([72, 233, 27721, 128512]); out = tf.raw_ops.UnicodeEncode(input_values=x, input_splits=np.array([0, 1, 1, 4], np.int64), output_encoding='UTF-8')"]
    # edit distance
    + ["h = tf.SparseTensor([[0, 0, 0], [1, 0, 0], [1, 0, 1]], %s, [2, 1, 2]); t = tf.SparseTensor([[0, 1, 0], [1, 0, 0], [1, 0, 1], [1, 1, 0]], %s, [2, 2, 2]); out = tf.edit_distance(h, t%s)" % (h, t, n)
        for h, t in (("['a', 'b', 'c']", "['a', 'b', 'c', 'a']"), ("tf.constant([1, 2, 3])", "tf.constant([1, 3, 2, 5])")) for n in ("", ", normalize=False")]
    + ["out = tf.edit_distance(tf.constant([1]), tf.constant([1]))", "h = tf.SparseTensorValue([[0, 0], [0, 1], [0, 2], [0, 3]], [1, 2, 3, 4], [1, 4]); t = tf.SparseTensorValue([[0, 0], [0, 1]], [2, 4], [1, 2]); out = tf.edit_distance(h, t)",
       "h = tf.sparse_placeholder(tf.int32); t = tf.SparseTensor([[0, 0]], [1], [1, 1]); out = tf.edit_distance(h, t).shape.ndims"]
)  # fmt: skip
