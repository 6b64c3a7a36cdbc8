"""Which addresses are pages for people: there a session counts, forms are read, and troubles are pages too."""

import re

from starlette.datastructures import Headers
from starlette.types import Scope

# Desk, supervision and audit have their names here before they have their pages: one list for all.
_PAGES = re.compile(r"/((new|my|desk|board|audit|sign-in|sign-out)(/.*)?)?")
_UPLOAD = re.compile(r"/(my|desk)/[^/]+/files")
_ENCLOSING = ("/new", "/new/help")


def is_page(scope: Scope) -> bool:
    """Whether this address is made for people."""
    return scope["type"] == "http" and _PAGES.fullmatch(scope["path"]) is not None


def is_page_upload(scope: Scope) -> bool:
    """Whether this address takes a file from a form; nobody but its route reads the body."""
    return _UPLOAD.fullmatch(scope["path"]) is not None or encloses(scope)


def encloses(scope: Scope) -> bool:
    """Whether this is a form that brings files beside what was typed into it."""
    kind = Headers(scope=scope).get("content-type", "")
    return scope["path"] in _ENCLOSING and kind.lower().startswith("multipart/form-data")


def wants_page(scope: Scope) -> bool:
    """Whether whoever asks reads HTML: also a person at an address that does not exist."""
    is_lost = scope["path"].count("/") == 1 and "text/html" in Headers(scope=scope).get("accept", "")
    return is_page(scope) or (scope["type"] == "http" and is_lost and scope["path"] not in ("/docs", "/openapi.json"))
