"""A picture of a file: of the picture itself, or of the first page of a PDF (ATT-1). Runs beside `inspection.py`."""

from io import BytesIO
from typing import BinaryIO

import pypdfium2
from PIL import Image, ImageOps

from domain.appeal import FileFormat
from domain.attachments import Fault
from infra.files.inspection import Unfit, open_picture

SIDE_PIXELS_MAX = 1000


def preview(file: BinaryIO, found: FileFormat) -> bytes:
    """A PNG with nothing of the file but what is seen: no place, no camera, no author. Raises `Unfit`."""
    picture = _first_page(file) if found is FileFormat.PDF else open_picture(file, found)
    upright = ImageOps.exif_transpose(picture).convert("RGB")
    upright.thumbnail((SIDE_PIXELS_MAX, SIDE_PIXELS_MAX))
    shown = BytesIO()
    Image.frombytes("RGB", upright.size, upright.tobytes()).save(shown, "PNG")
    return shown.getvalue()


def _first_page(file: BinaryIO) -> Image.Image:
    try:
        with pypdfium2.PdfDocument(file) as document:
            page = document[0]
            rendered: Image.Image = page.render(scale=SIDE_PIXELS_MAX / max(*page.get_size(), 1)).to_pil()
            return rendered.copy()
    except pypdfium2.PdfiumError:
        raise Unfit(Fault.DAMAGED) from None
