"""A form in parts, parsed as it comes, within bounds that its parser does not know (RFC 7578).

The parser reads heads by Python's `email`: minutes for a head of a megabyte, and exceptions of all kinds for one that
is odd. So it is given nothing but the heads that browsers and HTTP clients write.
"""

import re
from collections.abc import Mapping

from starlette.datastructures import Headers
from streaming_form_data import ParseFailedException, StreamingFormDataParser
from streaming_form_data.targets import BaseTarget

PARTS_AT_MOST = 200
HEAD_BYTES_MAX = 2048
PARAMETERS_AT_MOST = 4
_END_OF_HEAD = b"\r\n\r\n"
_TYPE = re.compile(
    r"multipart/form-data *; *(charset=[\w-]{1,20} *; *)?"
    r"boundary=(?P<quote>\"?)(?P<boundary>[\w'()+,./:=?-]{1,70})(?P=quote)( *; *charset=[\w-]{1,20})?",
    re.IGNORECASE | re.ASCII,
)
_DISPOSITION = re.compile(
    r"content-disposition: *form-data"
    r"( *; *(name|filename)=(\"([^\"\\]|\\.)*\"|[\w.-]+)| *; *filename\*=utf-8''[\w%.~!#$&+^`|{}-]*)+",
    re.IGNORECASE | re.ASCII,
)
_OTHER_LINE = re.compile(
    r"content-(type|length|transfer-encoding): *[\w/+.-]{1,100}( *; *charset=\"?[\w-]{1,20}\"?)?",
    re.IGNORECASE | re.ASCII,
)

_QUOTED = re.compile(r"\"([^\"\\]|\\.)*\"")


class NotAForm(Exception):
    """It is no form in parts, or not as anybody's browser sends one."""


class FormInParts:
    """Gives the parts of a form to their targets by name; whatever comes under another name is passed over."""

    def __init__(self, headers: Headers, parts: Mapping[str, BaseTarget]) -> None:
        said = _TYPE.fullmatch(headers.get("content-type", ""))
        if said is None:
            raise NotAForm
        self._parser = StreamingFormDataParser(
            {"Content-Type": f'multipart/form-data; boundary="{said["boundary"]}"'}
        )
        for name, target in parts.items():
            self._parser.register(name, target)
        self._delimiter = f"\r\n--{said['boundary']}\r\n".encode()
        # The first delimiter stands at the very beginning.
        self._before, self._head = b"\r\n", b""
        self._is_head = False
        self._parts = 0

    def take(self, chunk: bytes) -> None:
        """The next bytes; raises `NotAForm`. A head is held back until all of it was looked at."""
        while chunk:
            chunk = self._after_head(chunk) if self._is_head else self._after_content(chunk)

    def _after_content(self, chunk: bytes) -> bytes:
        """What follows in this chunk once the content under way has ended."""
        seen = self._before + chunk
        found = seen.find(self._delimiter)
        if found < 0:
            self._before = seen[1 - len(self._delimiter) :]
            self._give(chunk)
            return b""
        end = found + len(self._delimiter) - len(self._before)
        self._parts += 1
        if self._parts > PARTS_AT_MOST:
            raise NotAForm
        self._is_head, self._head = True, b""
        self._give(chunk[:end])
        return chunk[end:]

    def _after_head(self, chunk: bytes) -> bytes:
        """What follows in this chunk once the head under way has ended."""
        seen = self._head + chunk
        found = seen.find(_END_OF_HEAD)
        if (len(seen) if found < 0 else found) > HEAD_BYTES_MAX:
            raise NotAForm
        if found < 0:
            self._head = seen
            return b""
        _check(seen[:found])
        end = found + len(_END_OF_HEAD)
        self._is_head, self._before = False, _END_OF_HEAD[2:]
        self._give(seen[:end])
        return seen[end:]

    def _give(self, passed: bytes) -> None:
        try:
            self._parser.data_received(passed)
        except ParseFailedException:
            raise NotAForm from None


def _check(head: bytes) -> None:
    try:
        lines = head.decode().split("\r\n")
    except UnicodeDecodeError:
        raise NotAForm from None
    dispositions = [line for line in lines if _DISPOSITION.fullmatch(line)]
    others = [line for line in lines if _OTHER_LINE.fullmatch(line)]
    if len(dispositions) != 1 or len(dispositions) + len(others) < len(lines):
        raise NotAForm
    if "\x00" in dispositions[0] or _parameters(dispositions[0]) > PARAMETERS_AT_MOST:
        raise NotAForm


def _parameters(disposition: str) -> int:
    # A file's name may have semicolons: what stands in quotes is taken out first.
    return _QUOTED.sub("", disposition).count(";")
