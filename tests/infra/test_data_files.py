"""The files with provided data: right in each format, harmless, and closed to whoever has no code."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pikepdf
import pytest
from lxml import etree
from stream_unzip import IncorrectAESPasswordError, stream_unzip

from domain.appeal import DataFormat
from domain.contracts.registries import AccountRecord, LogEntry
from infra.datafiles import Records, encrypted_file, profile, sign_ins
from infra.datafiles.formats import as_csv, as_pdf, as_xml, schema_of
from tests.citizen import text_of

pytestmark = pytest.mark.requirement("DAT-2")

CODE = "k7mq2xwd94tr"
NUMBER = "1234567890123456"
MADE_AT = datetime(2026, 1, 22, 15, 30, tzinfo=UTC)
LONG_NAME = "Христорождественская-Верхнепокровская Александра-Виктория Константиновна"
ANNA = AccountRecord(
    account_id="acc-1",
    login="smirnova.ap",
    full_name=LONG_NAME,
    passport="4510738215",
    snils="08765430300",
    phone="+79000001001",
    email="anna.smirnova@example.org",
)
MARKUP = '<b>&"x";#panic()\x01'


def log(*events: str) -> list[LogEntry]:
    return [
        LogEntry(at=MADE_AT - timedelta(hours=hours), event=event, address=f"198.51.100.{hours}")
        for hours, event in enumerate(events)
    ]


SETS = {
    "profile": profile(ANNA, NUMBER, MADE_AT),
    "profile with markup": profile(ANNA.model_copy(update={"full_name": MARKUP}), NUMBER, MADE_AT),
    "sign-ins": sign_ins(log("sign_in", "sign_in_failed", "locked"), NUMBER, MADE_AT, "Asia/Omsk"),
    "no sign-ins": sign_ins([], NUMBER, MADE_AT, None),
}


def unzipped(archive: bytes, code: str) -> dict[str, bytes]:
    """The files of an archive, by a reader that shares nothing with what wrote it."""
    files = stream_unzip([archive], password=code.encode())
    return {name.decode(): b"".join(pieces) for name, _, pieces in files}


@pytest.mark.parametrize("records", SETS.values(), ids=SETS)
def test_xml_fits_its_schema(records: Records) -> None:
    schema = etree.XMLSchema(etree.fromstring(schema_of(records)))
    schema.assertValid(etree.fromstring(as_xml(records)))


def test_xml_that_lacks_a_value_does_not_fit() -> None:
    schema = etree.XMLSchema(etree.fromstring(schema_of(SETS["profile"])))
    assert not schema.validate(etree.fromstring(as_xml(SETS["profile"]).replace(b"<login>smirnova.ap</login>", b"")))
    assert not schema.validate(etree.fromstring(as_xml(SETS["sign-ins"])))


def test_sign_ins_are_told_in_both_times_and_nothing_else_is() -> None:
    rows = etree.fromstring(as_xml(SETS["sign-ins"])).findall("record")
    assert [[field.text for field in row] for row in rows] == [
        ["2026-01-22T15:30:00Z", "22 января 2026, 21:30 (омское время)", "вход выполнен", "198.51.100.0"],
        ["2026-01-22T14:30:00Z", "22 января 2026, 20:30 (омское время)", "вход не удался", "198.51.100.1"],
    ]


def test_csv_is_read_back_as_it_was() -> None:
    written = as_csv(SETS["profile"])
    assert written.startswith(b"\xef\xbb\xbf")
    heading, row = csv.reader(io.StringIO(written.decode("utf-8-sig"), newline=""), delimiter=";")
    assert heading[:2] == ["Фамилия, имя и отчество", "Логин"]
    assert row == [LONG_NAME, "smirnova.ap", "4510738215", "08765430300", "", "+79000001001", ANNA.email]


@pytest.mark.parametrize("formula", ["=HYPERLINK(1)", "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "\t=1", "\r=1"])
def test_csv_holds_no_formula(formula: str) -> None:
    written = as_csv(profile(ANNA.model_copy(update={"full_name": formula}), NUMBER, MADE_AT)).decode("utf-8-sig")
    _, row = csv.reader(io.StringIO(written, newline=""), delimiter=";")
    assert row[0] == f"'{formula}"


@pytest.mark.parametrize("name", SETS)
def test_a_pdf_is_the_same_each_time(name: str) -> None:
    assert as_pdf(SETS[name]) == as_pdf(SETS[name])


def test_a_pdf_tells_every_value_as_text() -> None:
    told = "".join(text_of(as_pdf(SETS["profile"]), "").split())
    values = ("smirnova.ap", "4510738215", "08765430300", "anna.smirnova@example.org")
    assert [value for value in values if value not in told] == []
    assert "#panic()" in text_of(as_pdf(SETS["profile with markup"]), "")
    assert "Записей нет." in text_of(as_pdf(SETS["no sign-ins"]), "")


# The reader leaves what the format prescribes to its library, which would rather have it spelt out.
@pytest.mark.filterwarnings("ignore:PBKDF2 without:DeprecationWarning")
@pytest.mark.parametrize(
    ("data_format", "names"), [(DataFormat.XML, {"data.xml", "schema.xsd"}), (DataFormat.CSV, {"data.csv"})]
)
def test_an_archive_opens_with_its_code_only(data_format: DataFormat, names: set[str]) -> None:
    archive = encrypted_file(SETS["profile"], data_format, CODE)
    files = unzipped(archive, CODE)
    assert files.keys() == names
    assert "smirnova.ap" in b"".join(files.values()).decode()
    assert b"smirnova" not in archive
    for wrong in ("", CODE.upper(), f"{CODE} ", NUMBER):
        with pytest.raises(IncorrectAESPasswordError):
            unzipped(archive, wrong)


def test_an_encrypted_pdf_opens_with_its_code_only() -> None:
    closed = encrypted_file(SETS["profile"], DataFormat.PDF, CODE)
    assert "smirnova.ap" in text_of(closed, CODE)
    for wrong in ("", CODE.upper(), NUMBER):
        with pytest.raises(pikepdf.PasswordError):
            pikepdf.open(io.BytesIO(closed), password=wrong)
