"""How a route gets at the parts of its application."""

from typing import Any, TypeVar

from fastapi import Depends, Request

Part = TypeVar("Part")


def part(kind: type[Part]) -> Any:
    """A FastAPI dependency on the application's one part of that type."""

    async def find(request: Request) -> Part:
        found: Part = request.app.state.parts[kind]
        return found

    return Depends(find)
