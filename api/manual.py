"""The description of this API for people, with its scripts served from here: no other host learns who reads it."""

from importlib import resources
from pathlib import Path

from fastapi import APIRouter, Depends
from fastapi.responses import FileResponse, Response

from api.rights import open_to_all
from domain.rights import Operation

router = APIRouter(
    prefix="/docs", include_in_schema=False, dependencies=[Depends(open_to_all(Operation.READ_MANUAL))]
)

_FILES = Path(str(resources.files("fastapi_swagger.resources")))
_PUBLIC = {"Cache-Control": "public, max-age=86400"}
# The page's own styles are set by its script; nothing is loaded from or sent to another host.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_PAGE = Path(__file__).parents[1] / "templates" / "pages" / "manual.html"
_START = 'SwaggerUIBundle({url: "/openapi.json", dom_id: "#api", deepLinking: true});\n'


@router.get("")
async def read_page() -> FileResponse:
    """The page itself."""
    return FileResponse(_PAGE, headers={"Content-Security-Policy": _POLICY})


@router.get("/page.js")
async def read_script() -> FileResponse:
    """Swagger UI."""
    return FileResponse(_FILES / "swagger-ui-bundle.js", media_type="text/javascript", headers=_PUBLIC)


@router.get("/page.css")
async def read_style() -> FileResponse:
    """Its style."""
    return FileResponse(_FILES / "swagger-ui.css", media_type="text/css", headers=_PUBLIC)


@router.get("/start.js")
async def read_start() -> Response:
    """What begins it, as a file: the policy allows no script within the page."""
    return Response(_START, media_type="text/javascript", headers=_PUBLIC)
