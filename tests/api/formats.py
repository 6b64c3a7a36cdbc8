"""What Schemathesis can't know from the description: values whose check digits are right, and who asks.

`ACCESS_TOKENS` are those of several roles, with spaces between them: each operation is called in every role in turn.
"""

import os
import zlib
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import schemathesis
from hypothesis import strategies as st

_LATELY = st.integers(min_value=1, max_value=24 * 60).map(
    lambda minutes: (datetime.now(UTC) - timedelta(minutes=minutes)).isoformat()
)

for name, values in {
    "appeal-number": st.sampled_from(["4821093755612044", os.environ.get("APPEAL_NUMBER", "4821093755612044")]),
    "passport": st.from_regex(r"45[0-9]{2}[1-9][0-9]{5}", fullmatch=True),
    # Those up to 001-001-998 were issued without check digits.
    "snils": st.from_regex(r"000[0-9]{2}[1-9][0-9]{5}", fullmatch=True),
    "inn": st.just("500100732259"),
    "phone": st.from_regex(r"\+79[0-9]{9}", fullmatch=True),
    "email": st.from_regex(r"[a-z]{1,20}@example\.org", fullmatch=True),
    "time-zone": st.sampled_from(["Asia/Vladivostok", "Europe/Moscow"]),
    "date-time": _LATELY,
}.items():
    schemathesis.openapi.format(name, values)

if TOKENS := os.environ.get("ACCESS_TOKENS", "").split():

    @schemathesis.auth(refresh_interval=None)
    class InTurn:
        """Another role for each call of an operation; which begins differs between operations."""

        def __init__(self) -> None:
            self._calls: Counter[str] = Counter()

        def get(self, _case: schemathesis.Case[Any], context: schemathesis.AuthContext) -> str:
            label = context.operation.label
            self._calls[label] += 1
            return TOKENS[(zlib.crc32(label.encode()) + self._calls[label]) % len(TOKENS)]

        def set(self, case: schemathesis.Case[Any], data: str, _context: schemathesis.AuthContext) -> None:
            case.headers["Authorization"] = f"Bearer {data}"
