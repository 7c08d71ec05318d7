"""Pictures of pages (PNG, JPEG, rendered PDF pages) -> their lines, by rapidocr.

rapidocr and its models come with the extra `ocr`; the models lie in its wheel, nothing is
downloaded. Brackets and numbers that were misread stay as they are: `parsing` knows the usual ones.

Not covered: pages on their side or upside down, text set vertically, seals over text, handwriting.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from math import atan2, cos, sin
from pathlib import Path
from statistics import median
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import UnreadableFile
from knowledge.files.readers.layout import compose
from knowledge.files.readers.line import PrintedLine, close_up, width
from knowledge.plan import Reading

Pixels = NDArray[np.uint8]  # height × width × blue, green, red
Recogniser = Callable[[Pixels, int], tuple[PrintedLine, ...]]  # a picture and its page, from 0

INSTALL = 'pip install "rapidocr>=3.10,<3.11" onnxruntime'
MAX_PIXELS = 60_000_000  # A3 at 400 dpi is 31 million; decoded, 60 million take 180 MB
TOO_LARGE = f"的图片超过上限 {MAX_PIXELS // 10_000} 万像素。请缩小后再试。"
LONG_SIDE = 2400  # pixels; A4 at 200 dpi is 2339, and more only costs time
ENGINE = {
    "Global.log_level": "error",
    "Global.max_side_len": LONG_SIDE,
    "Global.use_cls": False,  # for lines that stand on their head
    "Det.limit_type": "max",
    "Det.limit_side_len": 1280,  # finds the same lines as at 2339 in a sixth of the time
    "EngineConfig.onnxruntime.intra_op_num_threads": 1,  # questions are answered on the others
}
INK = 170  # a channel darker than this is printed
RED = 70  # by how much red outshines green and blue in red ink
SIGNATURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
SIZE_OF_BOX = 0.85  # of the height of a box are characters, the rest is white


def is_image(content: bytes) -> bool:
    """Say whether the bytes are a PNG or JPEG picture."""
    return content.startswith(SIGNATURES)


def recogniser() -> Recogniser | None:
    """Return what reads pictures, None where the extra `ocr` is not installed."""
    return read_lines if find_spec("rapidocr") and find_spec("onnxruntime") else None


def read(content: bytes, find_recogniser: Callable[[], Recogniser | None] = recogniser) -> Reading:
    """Read one picture of a page.

    Raises:
        UnreadableFile: it is damaged, too large, without text, or the extra is missing.
    """
    recognise = find_recogniser()
    if recognise is None:
        raise UnreadableFile(f"是扫描图片，需要先安装识别组件：{INSTALL}。")
    lines = recognise(decode(content), 0)
    if not lines:
        raise UnreadableFile("里认不出文字。请换一张更清楚的扫描图片。")
    return compose(lines, 1)


def decode(content: bytes) -> Pixels:
    """Return a picture upright, on white, no larger than recognition can use.

    Raises:
        UnreadableFile: it is damaged or has too many pixels.
    """
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(content)) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise UnreadableFile(TOO_LARGE)
            upright = ImageOps.exif_transpose(picture).convert("RGBA")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as exc:
        raise UnreadableFile(TOO_LARGE) from exc
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as exc:
        raise UnreadableFile("是损坏的图片，打不开。请重新扫描后再试。") from exc
    upright.thumbnail((LONG_SIDE, LONG_SIDE))
    page = Image.new("RGB", upright.size, "white")
    page.paste(upright, mask=upright.getchannel("A"))
    return np.ascontiguousarray(np.asarray(page)[:, :, ::-1])


@dataclass(frozen=True, slots=True)
class Rotation:
    """A turn by `angle` radians, which sets a page straight that was scanned askew."""

    angle: float

    def box(self, corners: NDArray[np.float64]) -> tuple[float, float, float, float]:
        """Return left, top, right, bottom of the turned corners."""
        x, y = corners[:, 0], corners[:, 1]
        across = x * cos(self.angle) + y * sin(self.angle)
        down = y * cos(self.angle) - x * sin(self.angle)
        return (
            float(across[[0, 3]].mean()),
            float(down[[0, 1]].mean()),
            float(across[[1, 2]].mean()),
            float(down[[2, 3]].mean()),
        )


@cache
def _engine() -> tuple[Any, Lock]:
    """Load the models once; only one page is read at a time."""
    import rapidocr

    models = Path(rapidocr.__file__).parent / "models"
    # a model that is named by its path is never looked for on the network
    paths = {
        f"{task}.model_path": str(next(models.glob(f"*_{task.lower()}_*.onnx")))
        for task in ("Det", "Rec")
    }
    return rapidocr.RapidOCR(params=paths | ENGINE), Lock()


def read_lines(pixels: Pixels, page: int) -> tuple[PrintedLine, ...]:
    """Return the lines of a picture, in pixels."""
    engine, lock = _engine()
    with lock:
        found = engine(pixels)
    if found.txts is None:
        return ()
    corners = [np.asarray(box, dtype=np.float64) for box in found.boxes]
    turn = Rotation(_skew(corners))
    lines = []
    for text, box in zip(found.txts, corners, strict=True):
        words = close_up(text.strip())
        if words:
            lines.append(_line(words, page, turn.box(box), _is_red(pixels, box)))
    return tuple(lines)


def _line(
    text: str, page: int, box: tuple[float, float, float, float], is_red: bool
) -> PrintedLine:
    left, top, right, bottom = box
    size = SIZE_OF_BOX * (bottom - top)
    if len(text) > 3:  # the width of a line tells the size better than its height does
        size = (right - left) / width(text)
    return PrintedLine(text, page, left, top, right, bottom, size, is_red)


def _skew(corners: list[NDArray[np.float64]]) -> float:
    """Return the angle at which most lines run, in radians."""
    slopes = [box[1] - box[0] for box in corners]
    wide = max(float(slope[0]) for slope in slopes)
    return median(atan2(slope[1], slope[0]) for slope in slopes if slope[0] > wide / 2)


def _is_red(pixels: Pixels, box: NDArray[np.float64]) -> bool:
    """Say whether most of what is printed in the box is red."""
    (left, top), (right, bottom) = box.min(axis=0).astype(int), box.max(axis=0).astype(int)
    crop = pixels[max(0, top) : bottom, max(0, left) : right].reshape(-1, 3).astype(int)
    ink = crop[crop.min(axis=1) < INK]
    if not len(ink):
        return False
    red = ink[:, 2] - ink[:, :2].max(axis=1) > RED
    return bool(red.mean() > 0.5)
