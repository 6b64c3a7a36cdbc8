"""`hotline`: the command line, and composition root of the embedded stack."""

import typer

from cli import calendar, cases, erasure, evidence, figures, keys, proving, stack

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
for part in (stack, cases, proving, evidence, figures, calendar, keys, erasure):
    app.add_typer(part.app)
