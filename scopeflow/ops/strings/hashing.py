"""Hashes of strings: MurmurHash64A, FarmHash's Fingerprint64 and SipHash-2-4, and buckets by them."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any

import numpy as np

from ...graph.operation import Tensor
from ...graph.public import public
from ...graph.tensor_shape import Dims
from ...op.checks import check
from ...op.declare import op
from ...op.shapes import at_least, unchanged
from .slicing import as_bytes, mapped

_MASK = (1 << 64) - 1


def _word(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 8], "little")


def _rotated(x: int, bits: int) -> int:
    """`x` rotated right."""
    return (x >> bits | x << (64 - bits)) & _MASK


# -- MurmurHash64A (Appleby) -----------------------------------------------------------------------
_MURMUR = 0xC6A4A7935BD1E995
#: the reference's seed
_SEED = 0xDECAFCAFFE


def murmur64(data: bytes) -> int:
    """MurmurHash64A of `data` with the reference's seed."""
    h = _SEED ^ (len(data) * _MURMUR & _MASK)
    whole = len(data) // 8 * 8
    for at in range(0, whole, 8):
        k = _word(data, at) * _MURMUR & _MASK
        h = (h ^ ((k ^ k >> 47) * _MURMUR & _MASK)) * _MURMUR & _MASK
    if whole < len(data):
        h = (h ^ int.from_bytes(data[whole:], "little")) * _MURMUR & _MASK
    h = (h ^ h >> 47) * _MURMUR & _MASK
    return h ^ h >> 47


# -- Fingerprint64 (FarmHash 1.1; its numbers never change) ---------------------------------------------
_K0, _K1, _K2 = 0xC3A5C85C97CB3127, 0xB492B66FBE98F273, 0x9AE16A3B2F90404F


def _shifted(x: int) -> int:
    return x ^ x >> 47


def _of_two(u: int, v: int, multiplier: int) -> int:
    a = _shifted((u ^ v) * multiplier & _MASK)
    return _shifted((v ^ a) * multiplier & _MASK) * multiplier & _MASK


def _up_to_16(s: bytes) -> int:
    n = len(s)
    multiplier = _K2 + n * 2
    if n >= 8:
        a, b = _word(s, 0) + _K2 & _MASK, _word(s, n - 8)
        return _of_two(_rotated(b, 37) * multiplier + a & _MASK, (_rotated(a, 25) + b) * multiplier & _MASK, multiplier)
    if n >= 4:
        first, last = struct.unpack_from("<I", s)[0], struct.unpack_from("<I", s, n - 4)[0]
        return _of_two(n + (first << 3), last, multiplier)
    if n:
        low, high = s[0] + (s[n >> 1] << 8), n + (s[-1] << 2)
        return _shifted(low * _K2 & _MASK ^ high * _K0 & _MASK) * _K2 & _MASK
    return _K2


def _up_to_64(s: bytes) -> int:
    n = len(s)
    multiplier = _K2 + n * 2
    long = n > 32
    a, b = _word(s, 0) * (_K2 if long else _K1) & _MASK, _word(s, 8)
    c, d = _word(s, n - 8) * multiplier & _MASK, _word(s, n - 16) * _K2 & _MASK
    y = _rotated(a + b & _MASK, 43) + _rotated(c, 30) + d & _MASK
    z = _of_two(y, a + _rotated(b + _K2 & _MASK, 18) + c & _MASK, multiplier)
    if not long:
        return z
    e, f = _word(s, 16) * multiplier & _MASK, _word(s, 24)
    g, h = (y + _word(s, n - 32)) * multiplier & _MASK, (z + _word(s, n - 24)) * multiplier & _MASK
    return _of_two(_rotated(e + f & _MASK, 43) + _rotated(g, 30) + h & _MASK, e + _rotated(f + a & _MASK, 18) + g & _MASK, multiplier)


def _weak(s: bytes, at: int, a: int, b: int) -> tuple[int, int]:
    """A hash of the 32 bytes at `at`, with two seeds."""
    w, x, y, z = struct.unpack_from("<4Q", s, at)
    a = a + w & _MASK
    b = _rotated(b + a + z & _MASK, 21)
    c = a
    a = a + x + y & _MASK
    return a + z & _MASK, b + _rotated(a, 44) + c & _MASK


def fingerprint64(s: bytes) -> int:
    """FarmHash's Fingerprint64 of `s`."""
    n = len(s)
    if n <= 16:
        return _up_to_16(s)
    if n <= 64:
        return _up_to_64(s)
    x, y = 81, (81 * _K1 + 113) & _MASK
    z = _shifted(y * _K2 + 113 & _MASK) * _K2 & _MASK
    v = w = (0, 0)
    x = x * _K2 + _word(s, 0) & _MASK

    def mixed(at: int, multiplier: int, last: bool) -> None:
        nonlocal x, y, z, v, w
        more = 9 if last else 1
        x = _rotated(x + y + v[0] + _word(s, at + 8) & _MASK, 37) * multiplier & _MASK
        y = _rotated(y + v[1] + _word(s, at + 48) & _MASK, 42) * multiplier & _MASK
        x ^= w[1] * more & _MASK
        y = y + v[0] * more + _word(s, at + 40) & _MASK
        z = _rotated(z + w[0] & _MASK, 33) * multiplier & _MASK
        v = _weak(s, at, v[1] * multiplier & _MASK, x + w[0] & _MASK)
        w = _weak(s, at + 32, z + w[1] & _MASK, y + _word(s, at + 16) & _MASK)
        z, x = x, z

    rest = (n - 1) & 63
    for at in range(0, n - 1 - rest, 64):
        mixed(at, _K1, False)
    multiplier = _K1 + ((z & 0xFF) << 1)
    w = (w[0] + rest & _MASK, w[1])
    v = (v[0] + w[0] & _MASK, v[1])
    w = (w[0] + v[0] & _MASK, w[1])
    mixed(n - 64, multiplier, True)
    first = _of_two(v[0], w[0], multiplier) + _shifted(y) * _K0 + z & _MASK
    return _of_two(first, _of_two(v[1], w[1], multiplier) + x & _MASK, multiplier)


# -- SipHash-2-4 (Aumasson and Bernstein 2012) -----------------------------------------------------------
def siphash(data: bytes, key: Sequence[int]) -> int:
    """SipHash-2-4 of `data` with a key of two words of 64 bits."""
    k0, k1 = (int(k) & _MASK for k in key)
    v = [k0 ^ 0x736F6D6570736575, k1 ^ 0x646F72616E646F6D, k0 ^ 0x6C7967656E657261, k1 ^ 0x7465646279746573]

    def rounds(count: int) -> None:
        for _ in range(count):
            v[0] = v[0] + v[1] & _MASK
            v[2] = v[2] + v[3] & _MASK
            v[1], v[3] = _rotated(v[1], 51) ^ v[0], _rotated(v[3], 48) ^ v[2]
            v[0] = _rotated(v[0], 32)
            v[2] = v[2] + v[1] & _MASK
            v[0] = v[0] + v[3] & _MASK
            v[1], v[3] = _rotated(v[1], 47) ^ v[2], _rotated(v[3], 43) ^ v[0]
            v[2] = _rotated(v[2], 32)

    whole = len(data) // 8 * 8
    last = data[whole:].ljust(7, b"\0") + bytes([len(data) & 255])
    for word in [_word(data, at) for at in range(0, whole, 8)] + [_word(last, 0)]:
        v[3] ^= word
        rounds(2)
        v[0] ^= word
    v[2] ^= 0xFF
    rounds(4)
    return v[0] ^ v[1] ^ v[2] ^ v[3]


# -- ops --------------------------------------------------------------------------------------------
_FLAGS: dict[str, Any] = {"host": True, "differentiable": False, "shape": unchanged}


def _check_buckets(count: int) -> None:
    if count < 1:
        raise ValueError(f"Attr 'num_buckets' of a hash op passed {count} less than minimum 1.")


@op("StringToHashBucket", "string_tensor: string -> output: int64", **_FLAGS)
def to_hash_bucket_op(string_tensor, *, num_buckets: int):
    """The bucket of each string, by MurmurHash64A."""
    return mapped(lambda v: murmur64(v) % num_buckets, string_tensor, np.int64)


@op("StringToHashBucketFast", "input: string -> output: int64", **_FLAGS)
def to_hash_bucket_fast_op(input, *, num_buckets: int):
    """The bucket of each string, by FarmHash's Fingerprint64."""
    return mapped(lambda v: fingerprint64(v) % num_buckets, input, np.int64)


@op("StringToHashBucketStrong", "input: string -> output: int64", **_FLAGS)
def to_hash_bucket_strong_op(input, *, num_buckets: int, key: list[int]):
    """The bucket of each string, by SipHash-2-4 with `key`."""
    check(len(key) == 2, "Key must have 2 elements")
    return mapped(lambda v: siphash(v, key) % num_buckets, input, np.int64)


@public("strings.to_hash_bucket", "string_to_hash_bucket")
def to_hash_bucket(string_tensor: Any = None, num_buckets: Any = None, name: str | None = None, input: Any = None) -> Tensor:
    """The number, below `num_buckets`, of each string's bucket (`to_hash_bucket_fast` is the better hash)."""
    from ..reduction import either

    strings = either("input", input, "string_tensor", string_tensor)
    _check_buckets(num_buckets)
    return to_hash_bucket_op(strings, num_buckets=num_buckets, name=name)


@public("strings.to_hash_bucket_fast", "string_to_hash_bucket_fast")
def to_hash_bucket_fast(input: Any, num_buckets: int, name: str | None = None) -> Tensor:
    """The number, below `num_buckets`, of each string's bucket."""
    _check_buckets(num_buckets)
    return to_hash_bucket_fast_op(input, num_buckets=num_buckets, name=name)


@public("strings.to_hash_bucket_strong", "string_to_hash_bucket_strong")
def to_hash_bucket_strong(input: Any, num_buckets: int, key: Sequence[int], name: str | None = None) -> Tensor:
    """The number, below `num_buckets`, of each string's bucket, which nobody can foresee without the `key`: two integers."""
    _check_buckets(num_buckets)
    return to_hash_bucket_strong_op(input, num_buckets=num_buckets, key=list(key), name=name)


def _eight_bytes(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    dims = at_least(inputs[0]._dims, 1)
    return [(None if dims is None else dims[0], 8)]


@op("Fingerprint", "data: T, method: string -> fingerprint: uint8", host=True, differentiable=False, shape=_eight_bytes)
def fingerprint_op(data, method):
    """FarmHash's Fingerprint64 of each row's bytes, as 8 bytes."""
    found = as_bytes(method.item() if isinstance(method, np.ndarray) else method)
    check(found == b"farmhash64", f"Unsupported fingerprint method: {found.decode()}")
    rows = data.reshape(len(data), -1)
    if data.dtype == object:
        # Strings are hashed one by one, and several a row by their hashes.
        hashes = mapped(fingerprint64, rows, np.uint64)
        if rows.shape[1] == 1:
            return hashes.view(np.uint8).reshape(-1, 8)
        rows = hashes
    out = np.array([fingerprint64(np.ascontiguousarray(r).tobytes()) for r in rows], np.uint64)
    return out.view(np.uint8).reshape(-1, 8)


@public("fingerprint")
def fingerprint(data: Any, method: str = "farmhash64", name: str | None = None) -> Tensor:
    """A hash of each row of `data`, [rows, ...], uint8 [rows, 8], which stays the same for ever."""
    return fingerprint_op(data, method, name=name)
