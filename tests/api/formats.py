"""What Schemathesis can't know from the description: values of our formats whose check digits are right."""

import os
from datetime import UTC, datetime, timedelta

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
