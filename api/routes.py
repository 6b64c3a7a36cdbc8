"""The routes of the app, with the operations that are written on their doors."""

from collections.abc import Iterator

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from domain.rights import Operation


def routes(app: FastAPI) -> Iterator[APIRoute]:
    """Every route of the app and of the routers in it."""
    for part in app.routes:
        inner = getattr(part, "original_router", None)
        yield from (route for route in (inner.routes if inner else [part]) if isinstance(route, APIRoute))


def operations(dependant: Dependant) -> set[Operation]:
    """The operations that the doors before a route are for."""
    own: Operation | None = getattr(dependant.call, "operation", None)
    return ({own} if own else set()) | {each for inner in dependant.dependencies for each in operations(inner)}


def methods_at(app: FastAPI, path: str) -> list[str]:
    """The methods that an address takes: several routes may stand there, each for one of them."""
    found = [route.methods or set() for route in routes(app) if route.path_regex.fullmatch(path)]
    return sorted(set().union(*found))
