"""Forms in parts: what browsers and clients write is taken; no head costs much or breaks a thing."""

import time
from urllib.parse import quote

import pytest
from starlette.datastructures import Headers
from streaming_form_data.targets import ValueTarget

from api.multipart import HEAD_BYTES_MAX, PARTS_AT_MOST, FormInParts, NotAForm
from api.pages.enclosed import TYPED_BYTES_MAX, typed_in
from api.pages.troubles import KEPT_BYTES_MAX

TYPE = "multipart/form-data; boundary=XX"
NAME = b'Content-Disposition: form-data; name="file"'
# A parser without bounds needs half a minute for the first of these.
SECONDS_MAX = 1.0


def parsed(body: bytes, content_type: str = TYPE, step: int = 0) -> tuple[bytes, str | None]:
    """What came in the field `file`, and under which name; fed at once or so many bytes at a time."""
    target = ValueTarget()
    form = FormInParts(Headers({"content-type": content_type}), {"file": target})
    for begin in range(0, len(body), step or len(body)):
        form.take(body[begin : begin + (step or len(body))])
    return target.value, target.multipart_filename


def with_head(head: bytes) -> bytes:
    return b"--XX\r\n" + head + b"\r\n\r\nsaid\r\n--XX--\r\n"


@pytest.mark.requirement("ATT-1")
@pytest.mark.parametrize(
    ("head", "name"),
    [
        (NAME, None),
        (
            NAME + '; filename="Справка (1); копия.pdf"\r\nContent-Type: application/pdf'.encode(),
            "Справка (1); копия.pdf",
        ),
        (NAME + b'; filename="a%22b.pdf"\r\nContent-Type: text/plain;charset=UTF-8', "a%22b.pdf"),
        (b"content-disposition: form-data; name=file; filename=a.pdf", "a.pdf"),
        (NAME + f"; filename*=utf-8''{quote('Паспорт.pdf')}".encode(), "Паспорт.pdf"),
        (b"Content-Type: image/png\r\nContent-Length: 4\r\n" + NAME, None),
    ],
)
@pytest.mark.parametrize("step", [0, 1, 7])
def test_what_browsers_and_clients_write_is_taken(head: bytes, name: str | None, step: int) -> None:
    other = b'--XX\r\nContent-Disposition: form-data; name="other"\r\n\r\n--XX is no end\r\n'
    assert parsed(other + with_head(head), step=step) == (b"said", name)


HOSTILE = [
    NAME + b"; a=b" * 200_000,
    NAME + b"; a=b" * 100,
    NAME + b"\r\nX-A: b" * 50_000,
    NAME + b"\r\n" + NAME,
    NAME + b"(" * 1500,
    NAME + b"\r\nContent-Type: " + b"(" * 1500,
    NAME + b"\r\nContent-Type: text/plain" + b"; a=b" * 300,
    NAME + b'; filename="\xcf\xe0\xf1\xef.pdf"',
    NAME + b"; filename*=idna''%ff",
    NAME + b"; filename*\xc2\xb2=x",
    NAME + b'; filename="\x00.pdf"',
    NAME + b'; filename="' + b"x" * HEAD_BYTES_MAX + b'"',
    NAME + b"\r\n--XX\r\n" + NAME,
    NAME + b"\r\n folded",
    b"",
    b"Content-Disposition: attachment",
]


@pytest.mark.requirement("ATT-1")
@pytest.mark.parametrize("head", HOSTILE, ids=range(len(HOSTILE)))
def test_a_head_that_nobodys_browser_writes_is_refused_and_costs_nothing(head: bytes) -> None:
    begun = time.thread_time()
    for step in (0, 64 * 1024, *([1] if len(head) < HEAD_BYTES_MAX * 2 else [])):
        with pytest.raises(NotAForm):
            parsed(with_head(head), step=step)
    assert time.thread_time() - begun < SECONDS_MAX


@pytest.mark.parametrize(
    "content_type",
    [
        *("multipart/form-data", "multipart/form-data; boundary=", 'multipart/form-data; boundary="X', "text/plain"),
        "multipart/form-data; boundary=x; " + "(a)" * 10_000,
        "multipart/form-data; boundary=x; " + "(" * 8_000,
        *(f"multipart/form-data; boundary*={said}" for said in ("idna''%ff", "unicode_escape''%5cud800", "")),
        "multipart/form-data; boundary=" + "X" * 71,
    ],
)
def test_a_type_that_nobodys_browser_writes_is_refused_and_costs_nothing(content_type: str) -> None:
    begun = time.thread_time()
    with pytest.raises(NotAForm):
        parsed(with_head(NAME), content_type)
    assert time.thread_time() - begun < SECONDS_MAX / 10


def test_so_many_parts_and_no_more() -> None:
    part = b"--XX\r\n" + NAME + b"\r\n\r\n\r\n"
    parsed(part * PARTS_AT_MOST + b"--XX--\r\n")
    with pytest.raises(NotAForm):
        parsed(part * (PARTS_AT_MOST + 1) + b"--XX--\r\n")


def test_what_a_stranger_has_typed_is_shown_again_at_no_cost() -> None:
    said = b'--XX\r\nContent-Disposition: form-data; name="details.phone"\r\n\r\n%s\r\n'
    bomb = NAME + b"; a=b" * KEPT_BYTES_MAX
    begun = time.thread_time()
    assert typed_in(TYPE, (said % b"+7" + with_head(bomb))[:KEPT_BYTES_MAX]) == [("details.phone", "+7")]
    assert time.thread_time() - begun < SECONDS_MAX
    most = said % (b"7" * (TYPED_BYTES_MAX // 2))
    assert [len(value) for _, value in typed_in(TYPE, most * 3)][:2] == [TYPED_BYTES_MAX // 2] * 2
    assert sum(len(value) for _, value in typed_in(TYPE, most * 3)) <= TYPED_BYTES_MAX, "of all fields together"
