"""All commands under one name."""

from typing import Any

import typer
from pydantic import ValidationError
from typer.core import TyperGroup

from cli import calendar, cases, erasure, evidence, figures, keys, proving, stack
from cli.console import fail, wrong_settings
from infra.settings import Settings


class _Commands(TyperGroup):
    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except ValidationError as fault:
            if fault.title != Settings.__name__:
                raise
            fail("\n".join(wrong_settings(fault)))


app = typer.Typer(cls=_Commands, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
for part in (stack, cases, proving, evidence, figures, calendar, keys, erasure):
    app.add_typer(part.app)
