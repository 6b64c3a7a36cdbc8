"""The mail server and its mailbox, for programs and for people."""

import smtplib

import httpx
import pytest

from tests.sandbox.mail import letter, send
from tests.sandbox_process import SandboxProcess


def test_a_letter_is_kept_whole(http: httpx.Client, sandbox: SandboxProcess) -> None:
    send(sandbox, letter("whole@example.org", "<whole@hotline>"))
    (mail,) = http.get("/inbox/messages", params={"to": "whole@example.org"}).json()
    assert mail["message_id"] == "whole@hotline"
    assert mail["subject"] == "Обращение принято"
    assert mail["text"] == "Здравствуйте, Анна Петровна!\n"
    assert "<b>Анна Петровна</b>" in mail["html"]
    assert mail["attachments"] == [
        {"index": 0, "name": "Письмо.pdf", "content_type": "application/pdf", "size_bytes": 12}
    ]
    pdf = http.get(f"/inbox/messages/{mail['id']}/attachments/0")
    assert (pdf.content, pdf.headers["content-type"]) == (b"%PDF-1.7 ...", "application/pdf")
    assert http.get(f"/inbox/messages/{mail['id']}/attachments/1").status_code == 404


def test_a_duplicate_is_seen_as_one(http: httpx.Client, sandbox: SandboxProcess) -> None:
    for _ in range(2):
        send(sandbox, letter("twice@example.org", "<twice@hotline>"))
    first, second = http.get("/inbox/messages", params={"to": "twice@example.org"}).json()
    assert first["id"] != second["id"]
    assert http.get("/inbox/accepted/twice@hotline").json() == {"accepted_at": first["received_at"]}


def test_only_what_was_accepted_is_accepted(http: httpx.Client) -> None:
    assert http.get("/inbox/accepted/never-sent@hotline").status_code == 404


def test_a_cyrillic_address_is_served(http: httpx.Client, sandbox: SandboxProcess) -> None:
    send(sandbox, letter("анна@example.org"))
    assert len(http.get("/inbox/messages", params={"to": "анна@example.org"}).json()) == 1


def test_nobody_is_unknown(sandbox: SandboxProcess) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        send(sandbox, letter("nobody@example.org"))
    assert refused.value.recipients["nobody@example.org"][0] == 550


def test_people_read_the_inbox(http: httpx.Client, sandbox: SandboxProcess) -> None:
    http.post("/sms/messages", json={"to": "+7", "text": "<b>сырой</b>"}, headers={"Idempotency-Key": "page"})
    send(sandbox, letter("earlier@example.org"))
    send(sandbox, letter("later@example.org"))
    page = http.get("/inbox").text
    assert all(heading in page for heading in ("Почта", "СМС", "Push"))
    assert page.index("later@example.org") < page.index("earlier@example.org")
    assert "<b>сырой</b>" not in page


def test_people_read_one_letter_in_a_sealed_frame(http: httpx.Client, sandbox: SandboxProcess) -> None:
    send(sandbox, letter("frame@example.org"))
    (mail,) = http.get("/inbox/messages", params={"to": "frame@example.org"}).json()
    page = http.get(f"/inbox/{mail['id']}").text
    assert 'sandbox="allow-popups' in page
    assert "&lt;b&gt;Анна Петровна&lt;/b&gt;" in page
    assert "<b>Анна Петровна</b>" not in page
    assert http.get("/inbox/unknown").status_code == 404
