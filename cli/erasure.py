"""Erasing a case: one person asks, another one consents, each with a token of their own."""

from typing import Annotated, Any

import httpx
import typer

from cli.console import console, fail, parsed
from domain.erasure import ErasureGround
from domain.number import format_number
from infra.settings import Settings

app = typer.Typer()
erase_app = typer.Typer(no_args_is_help=True, help="Erase what a closed case tells of a person, for good.")
app.add_typer(erase_app, name="erase")

ANSWERED_WITHIN_SECONDS = 30
Token = Annotated[str, typer.Option(envvar="HOTLINE_TOKEN", help="The bearer token of whoever acts.")]


@erase_app.command()
def request(
    number: str,
    reason: Annotated[ErasureGround, typer.Option(help="Why, as a code: words would tell of the person again.")],
    token: Token,
) -> None:
    """Ask for the erasure, with the token of a supervisor."""
    known = _post(parsed(number), "erasure", token, {"ground": reason.value})
    console.print(f"Asked for by {known['requested_by']}. Another person consents until {known['expires_at']}.")


@erase_app.command()
def approve(number: str, token: Token) -> None:
    """Consent to the erasure and have it done, with the token of another person, of quality control."""
    known = _post(parsed(number), "erasure/approval", token)
    console.print(f"{format_number(known['number'])} was erased at {known['erased_at']}.", highlight=False)


def _post(number: str, path: str, token: str, body: dict[str, str] | None = None) -> dict[str, Any]:
    url = f"{Settings().public_url}/v1/appeals/{number}/{path}"
    try:
        answer = httpx.post(
            url, json=body, headers={"Authorization": f"Bearer {token}"}, timeout=ANSWERED_WITHIN_SECONDS
        )
        answered: dict[str, Any] = answer.json()
    except (httpx.HTTPError, ValueError) as failure:
        fail(f"The API did not answer ({type(failure).__name__}). Is the stack up? Try: hotline up")
    if answer.is_error:
        fail(f"{answered['title']}: {answered['detail']}")
    return answered
