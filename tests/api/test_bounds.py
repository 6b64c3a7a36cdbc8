"""What a request may name is bounded before it reaches a database, on every route of API and pages."""

from collections.abc import Iterator
from typing import Annotated

import annotated_types
from fastapi import FastAPI, Path
from fastapi.dependencies.models import Dependant

from api.app import create_app
from api.routes import routes

INTEGER_OF_A_DATABASE_MAX = 2**63 - 1


def within(dependant: Dependant) -> Iterator[Dependant]:
    yield dependant
    for inner in dependant.dependencies:
        yield from within(inner)


def unbounded(app: FastAPI) -> list[str]:
    """The whole numbers that a request may name as large as it likes: SQLite and PostgreSQL fail at them."""
    found = []
    for route in routes(app):
        for part in within(route.dependant):
            for place in (*part.path_params, *part.query_params, *part.header_params):
                bounds = [each.le for each in place.field_info.metadata if isinstance(each, annotated_types.Le)]
                is_whole = place.field_info.annotation in (int, int | None)
                if is_whole and not any(int(str(bound)) <= INTEGER_OF_A_DATABASE_MAX for bound in bounds):
                    found.append(f"{route.path} {place.alias}")
    return found


def test_no_route_takes_a_number_that_the_register_can_not_hold() -> None:
    app = create_app()
    assert unbounded(app) == []

    @app.get("/v1/planted/{position}")
    async def planted(position: int, held: Annotated[int, Path(le=7)]) -> None:
        return None

    assert unbounded(app) == ["/v1/planted/{position} position"]
