"""Compressed answers, where it is worth the time: long texts, and never a stream of events or a file.

Pages too: their tokens are masked, and no address of another site's making puts its words beside a person's (ADR 23).
"""

from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware
from starlette.types import ASGIApp

LEAST_BYTES = 4096
_LEVEL = 5
# Compressed or encrypted as they are.
_FILES = (
    "application/pdf",
    "application/octet-stream",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
)


class Compression(GZipMiddleware):
    """gzip for callers that accept it; what it adds to an answer says so (`Vary`, `Content-Encoding`)."""

    def __init__(self, app: ASGIApp) -> None:
        excluded = (*DEFAULT_EXCLUDED_CONTENT_TYPES, *_FILES)
        super().__init__(app, minimum_size=LEAST_BYTES, compresslevel=_LEVEL, exclude_content_types=excluded)
