"""`python -m cli`, for parts of the stack that start others."""

from cli import app

app()
