"""Image files: PNG, JPEG, GIF and BMP, read and written through Pillow."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import numpy as np
from PIL import Image, ImageFile

from ...graph import dtypes, errors
from ...graph.default_graph import control_dependencies, name_scope
from ...graph.operation import Tensor
from ...graph.public import export, public
from ...graph.tensor_shape import Dims
from ...op.checks import check
from ...op.declare import op
from ...op.fold import fold
from ...op.shapes import with_rank
from ..asserts import assert_
from ..control_flow import cond
from ..elementwise import equal, logical_and, not_equal
from ..gathering import gather
from ..strings.slicing import substr
from . import gif, png
from .color import convert_image_dtype

_JPEG, _GIF = b"\xff\xd8\xff", b"GIF8"
_MODES = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}


def _invalid(message: str) -> errors.InvalidArgumentError:
    return errors.InvalidArgumentError(None, None, message)


def _bytes(contents: Any) -> bytes:
    check(np.ndim(contents) == 0, f"contents must be scalar, got shape {list(np.shape(contents))}")
    value = contents.item() if isinstance(contents, np.ndarray) else contents
    return value if isinstance(value, bytes) else str(value).encode()


def _opened(data: bytes, what: str) -> Any:
    try:
        return Image.open(io.BytesIO(data))
    except (OSError, ValueError, SyntaxError) as error:
        raise _invalid(f"Invalid {what} data, size {len(data)}: {error}") from None


def _pixels(image: Any, what: str, size: int, partly: bool = False) -> np.ndarray:
    """[height, width, channels], uint8."""
    before = ImageFile.LOAD_TRUNCATED_IMAGES
    try:
        ImageFile.LOAD_TRUNCATED_IMAGES = partly
        out = np.asarray(image)
    except (OSError, ValueError, SyntaxError) as error:
        raise _invalid(f"Invalid {what} data or crop window, data size {size}: {error}") from None
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before
    return out[..., None] if out.ndim == 2 else out


# -- JPEG ------------------------------------------------------------------------------------------
def _decode_jpeg(data: bytes, channels: int, ratio: int, partly: bool) -> np.ndarray:
    check(channels in (0, 1, 3), f"channels must be 0, 1, or 3 for JPEG, got {channels}")
    check(ratio in (1, 2, 4, 8), f"ratio must be 1, 2, 4, or 8, got {ratio}")
    image = _opened(data, "JPEG")
    mode = {0: "L" if image.mode == "L" else "RGB", 1: "L", 3: "RGB"}[channels]
    width, height = image.size
    # libjpeg itself decodes to grey or to a smaller size.
    image.draft(mode, (max(width // ratio, 1), max(height // ratio, 1)))
    if image.mode != mode:
        _pixels(image, "JPEG", len(data), partly)
        image = image.convert(mode)
    return _pixels(image, "JPEG", len(data), partly)


#: attributes that Pillow's libjpeg has no use for
_JPEG_ATTRS: dict[str, Any] = {
    "fancy_upscaling": ("bool", True),
    "acceptable_fraction": ("float", 1.0),
    "dct_method": ("str", ""),
}


def _image_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    with_rank(inputs[0]._dims, 0)
    return [(None, None, attrs["channels"] or None)]


def _decoded(contents: Any, channels: int, dtype: Any = np.uint8, ratio: int = 1, partly: bool = False) -> np.ndarray:
    """The image in a file, whatever its format: as the reference, whose decoders each read them all."""
    data = _bytes(contents)
    if data.startswith(_JPEG):
        return _decode_jpeg(data, channels, ratio, partly).astype(dtype)
    if data.startswith(png.SIGNATURE):
        return _decode_png(data, channels, dtype)
    if data.startswith(_GIF):
        check(channels in (0, 3), f"channels must be 0 or 3 for GIF, got {channels}")
        frames = _frames(data)
        check(
            len(frames) == 1,
            f"Got {len(frames)} frames, but animated gifs can only be decoded by tf.image.decode_gif or tf.image.decode_image",
        )
        return frames[0].astype(dtype)
    raise _invalid(f"Expected image (JPEG, PNG, or GIF), got {_start_of(data)}")


def _start_of(data: bytes) -> str:
    return f"unknown format starting with {data[:16]!r}" if data else "empty file"


@op("DecodeJpeg", "contents: string -> image: uint8", attrs=_JPEG_ATTRS,
    host=True, differentiable=False, shape=_image_shape)  # fmt: skip
def decode_jpeg_op(contents, *, channels: int = 0, ratio: int = 1, try_recover_truncated: bool = False):
    """The image, uint8 [height, width, channels], of a JPEG file."""
    return _decoded(contents, channels, ratio=ratio, partly=try_recover_truncated)


def _cropped_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    with_rank(inputs[0]._dims, 0)
    with_rank(inputs[1]._dims, 1)
    window = fold(inputs[1])
    height, width = (None, None) if window is None else (int(window[2]), int(window[3]))
    return [(height, width, attrs["channels"] or None)]


@op("DecodeAndCropJpeg", "contents: string, crop_window: int32 -> image: uint8", attrs=_JPEG_ATTRS,
    host=True, differentiable=False, shape=_cropped_shape)  # fmt: skip
def decode_and_crop_jpeg_op(contents, crop_window, *, channels: int = 0, ratio: int = 1, try_recover_truncated: bool = False):
    """The part of a JPEG image that begins at (y, x) and is (height, width) large."""
    image = _decoded(contents, channels, ratio=ratio, partly=try_recover_truncated)
    y, x, height, width = (int(v) for v in crop_window)
    inside = y >= 0 and x >= 0 and height > 0 and width > 0 and y + height <= image.shape[0] and x + width <= image.shape[1]
    check(inside, f"Invalid JPEG data or crop window, data size {len(_bytes(contents))}")
    return image[y : y + height, x : x + width]


@op("ExtractJpegShape", "contents: string -> image_shape: output_type", output_type="int32 int64 = int32", host=True, differentiable=False)
def extract_jpeg_shape_op(contents):
    """[height, width, channels] of a JPEG file, which is not decoded."""
    data = _bytes(contents)
    image = _opened(data, "JPEG")
    return np.array([image.size[1], image.size[0], len(image.getbands())])


@extract_jpeg_shape_op.shape
def _three(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    return [(3,)]


def _encode_jpeg(image: np.ndarray, quality: int, **options: Any) -> bytes:
    check(0 <= quality <= 100, f"quality must be in [0,100], got {quality}")
    file = io.BytesIO()
    Image.fromarray(image[..., 0] if image.shape[2] == 1 else image).save(file, "JPEG", quality=max(quality, 1), **options)
    return file.getvalue()


@op("EncodeJpeg", "image: uint8 -> contents: string", host=True, differentiable=False)
def encode_jpeg_op(
    image,
    *,
    format: str = "",
    quality: int = 95,
    progressive: bool = False,
    optimize_size: bool = False,
    chroma_downsampling: bool = True,
    density_unit: str = "in",
    x_density: int = 300,
    y_density: int = 300,
    xmp_metadata: str = "",
):
    """A JPEG file of an image, uint8 [height, width, 1 or 3]."""
    check(image.ndim == 3, f"image must be 3-dimensional{list(image.shape)}")
    wanted = {"": (1, 3), "grayscale": (1,), "rgb": (3,)}[format]
    check(image.shape[2] in wanted, f"image must have {' or '.join(map(str, wanted))} channels{', got ' + str(list(image.shape))}")
    dpi = (x_density, y_density) if density_unit == "in" else (round(x_density * 2.54), round(y_density * 2.54))
    more = {"xmp": xmp_metadata.encode()} if xmp_metadata else {}
    subsampling = "4:2:0" if chroma_downsampling else "4:4:4"
    return _encode_jpeg(
        image, quality, progressive=progressive, optimize=optimize_size, subsampling=subsampling, dpi=dpi, **more
    )  # fmt: skip


@encode_jpeg_op.shape
def _file_of_one(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    with_rank(inputs[0]._dims, 3)
    return [()]


@op("EncodeJpegVariableQuality", "images: uint8, quality: int32 -> contents: string", host=True, differentiable=False)
def encode_jpeg_variable_quality(images, quality):
    """A JPEG file of an image, uint8 [height, width, 1 or 3], of a quality from 0 to 100."""
    check(images.ndim == 3, f"image must be 3-dimensional{list(images.shape)}")
    check(images.shape[2] in (1, 3), f"image must have 1 or 3 channels, got {list(images.shape)}")
    return _encode_jpeg(images, int(quality), subsampling="4:2:0")


encode_jpeg_variable_quality.shape(_file_of_one)


# -- PNG ---------------------------------------------------------------------------------------------
def _decode_png(data: bytes, channels: int, dtype: Any) -> np.ndarray:
    check(channels in (0, 1, 2, 3, 4), f"channels must be 0, 1, 3, or 4 for PNG, got {channels}")
    bits = png.bit_depth(data)
    if bits == 16:
        try:
            pixels = png.decode16(data)
        except ValueError as error:
            raise _invalid(str(error)) from None
        pixels = _with_channels(pixels, channels, 65535)
        return (pixels >> 8).astype(np.uint8) if np.dtype(dtype) == np.uint8 else pixels
    image = _opened(data, "PNG")
    if image.mode == "P":
        image = image.convert("RGBA" if "transparency" in image.info else "RGB")
    elif image.mode in ("1", "I", "F"):
        image = image.convert("L")
    # The alpha that the reference adds is the largest value of the file's bits, even where they are fewer than 8.
    pixels = _with_channels(_pixels(image, "PNG", len(data)), channels, (1 << bits) - 1)
    return pixels.astype(np.uint16) * 257 if np.dtype(dtype) == np.uint16 else pixels


def _with_channels(pixels: np.ndarray, channels: int, opaque: int) -> np.ndarray:
    """Greys to colours or back, alpha added or dropped."""
    if not channels or pixels.shape[2] == channels:
        return pixels
    has_alpha = pixels.shape[2] in (2, 4)
    color, alpha = (pixels[..., :-1], pixels[..., -1:]) if has_alpha else (pixels, None)
    if channels in (1, 2) and color.shape[2] == 3:
        # libpng's integer arithmetic, with the weights that the reference gives it; it rounds only where there are 16 bits
        red, green, blue = (c.astype(np.uint32) for c in np.moveaxis(color, 2, 0))
        half = 16384 if pixels.dtype == np.uint16 else 0
        color = ((9798 * red + 19235 * green + 3735 * blue + half) >> 15).astype(pixels.dtype)[..., None]
    elif channels in (3, 4) and color.shape[2] == 1:
        color = np.repeat(color, 3, axis=2)
    if channels in (1, 3):
        return color
    if alpha is None:
        alpha = np.full(color.shape[:2] + (1,), opaque, pixels.dtype)
    return np.concatenate([color, alpha], axis=2)


@op("DecodePng", "contents: string -> image: dtype", dtype="uint8 uint16 = uint8", host=True, differentiable=False, shape=_image_shape)
def decode_png_op(contents, *, channels: int = 0, dtype):
    """The image, [height, width, channels], of a PNG file."""
    return _decoded(contents, channels, dtype.np_dtype)


@op("EncodePng", "image: T -> contents: string", T="uint8 uint16 = uint8", host=True, differentiable=False, shape=_file_of_one)
def encode_png_op(image, *, compression: int = -1):
    """A PNG file of an image [height, width, 1 to 4 channels]."""
    check(image.ndim == 3, f"image must be 3-dimensional{list(image.shape)}")
    channels = image.shape[2]
    check(1 <= channels <= 4, f"image must have 1, 2, 3, or 4 channels, got {channels}")
    check(-1 <= compression <= 9, f"compression should be in [-1, 9], got {compression}")
    if image.dtype == np.uint16:
        return png.encode16(image, compression)
    file = io.BytesIO()
    level = 6 if compression < 0 else compression
    Image.fromarray(image[..., 0] if channels == 1 else image, _MODES[channels]).save(file, "PNG", compress_level=level)
    return file.getvalue()


# -- GIF and BMP -----------------------------------------------------------------------------------
def _frames(data: bytes) -> np.ndarray:
    """[frames, height, width, 3]: each frame drawn over the one before."""
    try:
        width, height, found = gif.frames(data)
    except ValueError as error:
        raise _invalid(str(error)) from None
    check(bool(found), "Invalid GIF data: it has no frames")
    out = np.zeros((len(found), height, width, 3), np.uint8)
    for i, frame in enumerate(found):
        whole = (frame.left, frame.top, frame.width, frame.height) == (0, 0, width, height)
        check(whole or i > 0, "the first frame does not fill the canvas")
        if not whole:
            out[i] = out[i - 1]
        pixels = _pixels(_opened(frame.file, "GIF").convert("RGB"), "GIF", len(data))
        canvas = out[i, frame.top : frame.top + frame.height, frame.left : frame.left + frame.width]
        canvas[:] = pixels[: canvas.shape[0], : canvas.shape[1]]
    return out


@op("DecodeGif", "contents: string -> image: uint8", host=True, differentiable=False)
def decode_gif_op(contents):
    """The frames, uint8 [frames, height, width, 3], of a GIF file."""
    data = _bytes(contents)
    if data.startswith(_GIF):
        return _frames(data)
    return _decoded(contents, 3)[None]


@decode_gif_op.shape
def _frames_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    with_rank(inputs[0]._dims, 0)
    return [(None, None, None, 3)]


@op("DecodeBmp", "contents: string -> image: uint8", host=True, differentiable=False, shape=_image_shape)
def decode_bmp_op(contents, *, channels: int = 0):
    """The image, uint8 [height, width, channels], of a BMP file with 8 (grey), 24 or 32 bits a pixel."""
    data = _bytes(contents)
    if len(data) < 32:
        raise _invalid(
            f"Incomplete bmp content, requires at least 32 bytes to find the header size, width, height, and bpp, got {len(data)} bytes"
        )
    if not data.startswith(b"BM"):
        raise _invalid(f"Trying to decode a file that is not BMP: {_start_of(data)}")
    found = int.from_bytes(data[28:30], "little") // 8
    check(not channels or channels == found, f"channels attribute {channels} does not match bits per pixel from file {found}")
    check(found in (1, 3, 4), "Number of channels must be 1, 3 or 4")
    if found == 4:
        return _bgra(data)
    return _pixels(_opened(data, "BMP").convert(_MODES[found]), "BMP", len(data))


def _bgra(data: bytes) -> np.ndarray:
    """A BMP of 32 bits a pixel, alpha included (Pillow takes it for padding unless the header says otherwise)."""
    start, width, height = int.from_bytes(data[10:14], "little"), *np.frombuffer(data[18:26], "<i4").tolist()
    rows = np.frombuffer(data, np.uint8, abs(height) * width * 4, start).reshape(abs(height), width, 4)
    return rows[:: -1 if height > 0 else 1, :, [2, 1, 0, 3]]


# -- public functions ----------------------------------------------------------------------------------
@public("io.decode_jpeg", "image.decode_jpeg")
def decode_jpeg(
    contents: Any,
    channels: int = 0,
    ratio: int = 1,
    fancy_upscaling: bool = True,
    try_recover_truncated: bool = False,
    acceptable_fraction: float = 1,
    dct_method: str = "",
    name: str | None = None,
) -> Tensor:
    """The image, uint8 [height, width, channels], of a JPEG file (PNG and GIF files are read too).

    Args:
      contents: the file's bytes.
      channels: 1 for greys, 3 for RGB, 0 for those of the file.
      ratio: 1, 2, 4 or 8: size down by.
      fancy_upscaling, acceptable_fraction, dct_method: accepted; Pillow's libjpeg decodes with its own.
      try_recover_truncated: fill what is missing of a file that ends early.
    """
    return decode_jpeg_op(
        contents, channels=channels, ratio=ratio, fancy_upscaling=fancy_upscaling, try_recover_truncated=try_recover_truncated,
        acceptable_fraction=acceptable_fraction, dct_method=dct_method, name=name,
    )  # fmt: skip


@public("io.decode_and_crop_jpeg", "image.decode_and_crop_jpeg")
def decode_and_crop_jpeg(
    contents: Any,
    crop_window: Any,
    channels: int = 0,
    ratio: int = 1,
    fancy_upscaling: bool = True,
    try_recover_truncated: bool = False,
    acceptable_fraction: float = 1,
    dct_method: str = "",
    name: str | None = None,
) -> Tensor:
    """As `decode_jpeg`, the part of it in the window (y, x, height, width)."""
    return decode_and_crop_jpeg_op(
        contents, crop_window, channels=channels, ratio=ratio, fancy_upscaling=fancy_upscaling,
        try_recover_truncated=try_recover_truncated, acceptable_fraction=acceptable_fraction, dct_method=dct_method, name=name,
    )  # fmt: skip


export(extract_jpeg_shape_op, "io.extract_jpeg_shape", "image.extract_jpeg_shape")
export(encode_jpeg_op, "io.encode_jpeg", "image.encode_jpeg")
export(decode_gif_op, "io.decode_gif", "image.decode_gif")
export(decode_bmp_op, "io.decode_bmp", "image.decode_bmp")


@public("io.decode_png", "image.decode_png")
def decode_png(contents: Any, channels: int = 0, dtype: Any = dtypes.uint8, name: str | None = None) -> Tensor:
    """The image, uint8 or uint16 [height, width, channels], of a PNG file (JPEG and GIF files are read too).

    Args:
      channels: 1 for greys, 3 for RGB, 4 for RGBA, 0 for those of the file.
    """
    return decode_png_op(contents, channels=channels, dtype=dtype, name=name)


@public("image.encode_png")
def encode_png(image: Any, compression: int = -1, name: str | None = None) -> Tensor:
    """A PNG file of an image, uint8 or uint16 [height, width, 1 to 4 channels]; `compression` from 0 to 9, -1 for the usual."""
    return encode_png_op(image, compression=compression, name=name)


@public("io.is_jpeg", "image.is_jpeg")
def is_jpeg(contents: Any, name: str | None = None) -> Tensor:
    """True if a file begins as JPEG files do."""
    with name_scope(name, "is_jpeg"):
        return equal(substr(contents, 0, 3), _JPEG)


def _is_png(contents: Any) -> Tensor:
    with name_scope(None, "is_png"):
        return equal(substr(contents, 0, 3), b"\x89PN")


@public("io.decode_image", "image.decode_image")
def decode_image(
    contents: Any, channels: int | None = None, dtype: Any = dtypes.uint8, name: str | None = None, expand_animations: bool = True
) -> Tensor:
    """The image of a JPEG, PNG or BMP file, [height, width, channels], or the frames of a GIF file, [frames, height, width, 3].

    Args:
      channels: 1, 3 or 4; those of the file if 0 or None.
      dtype: the type to convert to, as `convert_image_dtype` does.
      expand_animations: False: of a GIF file the first frame, [height, width, 3].

    Raises:
      ValueError: `channels` is none of those.
    """
    with name_scope(name, "decode_image"):
        if channels not in (None, 0, 1, 3, 4):
            raise ValueError("channels must be in (None, 0, 1, 3, 4)")
        start = substr(contents, 0, 3)

        def bmp() -> Tensor:
            signature = substr(contents, 0, 2)
            is_bmp = equal(signature, "BM", name="is_bmp")
            known = assert_(is_bmp, ["Unable to decode bytes as JPEG, PNG, GIF, or BMP"])
            no_greys = not_equal(channels or 0, 1, name="check_channels")
            fits = assert_(no_greys, ["Channels must be in (None, 0, 3) when decoding BMP images"])
            with control_dependencies([known, fits]):
                return convert_image_dtype(decode_bmp_op(contents), dtype)

        def gif_file() -> Tensor:
            no_greys = not_equal(channels or 0, 1, name="check_gif_channels")
            no_alpha = not_equal(channels or 0, 4, name="check_gif_channels")
            fits = assert_(logical_and(no_greys, no_alpha), ["Channels must be in (None, 0, 3) when decoding GIF images"])
            with control_dependencies([fits]):
                frames = convert_image_dtype(decode_gif_op(contents), dtype)
                return frames if expand_animations else gather(frames, 0)

        def gif_or_bmp() -> Tensor:
            return cond(equal(start, b"GIF", name="is_gif"), gif_file, bmp, name="cond_gif")

        def png_file() -> Tensor:
            bits = dtypes.uint8 if dtype == dtypes.uint8 else dtypes.uint16
            return convert_image_dtype(decode_png(contents, channels or 0, bits), dtype)

        def png_or_other() -> Tensor:
            return cond(_is_png(contents), png_file, gif_or_bmp, name="cond_png")

        def jpeg() -> Tensor:
            no_alpha = not_equal(channels or 0, 4, name="check_jpeg_channels")
            fits = assert_(no_alpha, ["Channels must be in (None, 0, 1, 3) when decoding JPEG images"])
            with control_dependencies([fits]):
                return convert_image_dtype(decode_jpeg(contents, channels or 0), dtype)

        return cond(is_jpeg(contents), jpeg, png_or_other, name="cond_jpeg")
