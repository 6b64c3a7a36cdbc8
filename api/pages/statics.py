"""Style, script and fonts, as `make assets` has made them: kept by browsers for good, since their names change."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header
from fastapi.responses import FileResponse

from api.pages.pages import ASSETS, asset_names
from api.problems import http_problem
from api.rights import open_to_all
from domain.rights import Operation

router = APIRouter(
    prefix="/assets", include_in_schema=False, dependencies=[Depends(open_to_all(Operation.READ_ASSET))]
)

_TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml", "woff2": "font/woff2"}
_FOR_GOOD = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}


@router.get("/{name}")
async def read_asset(name: str, accept_encoding: Annotated[str, Header()] = "") -> FileResponse:
    """One of them, compressed as the browser can read it."""
    if name not in asset_names().values():
        raise http_problem(404)
    kind = name.rpartition(".")[2]
    for encoding, suffix in (("br", "br"), ("gzip", "gz")):
        packed = ASSETS / f"{name}.{suffix}"
        if encoding in accept_encoding and packed.exists():
            headers = _FOR_GOOD | {"Content-Encoding": encoding}
            return FileResponse(packed, media_type=_TYPES[kind], headers=headers)
    return FileResponse(ASSETS / name, media_type=_TYPES[kind], headers=_FOR_GOOD)
