"""The three formats of provided data (DAT-2). Values come from outside and are text in each of them, never markup."""

import csv
import io
import re
from xml.etree import ElementTree

from domain.number import format_number
from infra.datafiles.datasets import Records
from infra.rendering import MOSCOW, TEMPLATES, local_time
from infra.typesetting import typeset

SCHEMAS = TEMPLATES / "data"
# Neither XML nor PDF has a place for them.
_UNWRITABLE = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_FORMULA = re.compile(r"[=+\-@\t\r]")
_PLAIN_NUMBER = re.compile(r"[+-]?\d+")


def as_pdf(records: Records) -> bytes:
    """A PDF with a table, for people. Takes some 0.1 s of processor time: call it in a thread."""
    headings = list(records.columns.values())
    rows = [[_writable(row[name]) for name in records.columns] for row in records.rows]
    if len(rows) == 1:  # one record is read downwards
        headings, rows = ["Сведения", "Значение"], [list(pair) for pair in zip(headings, rows[0], strict=True)]
    content = {
        "title": records.title,
        "number": format_number(records.number),
        "made_at": local_time(records.made_at, MOSCOW),
        "headings": headings,
        "rows": rows,
    }
    return typeset("letters/data.typ", content, records.made_at)


def as_xml(records: Records) -> bytes:
    """An XML document that fits the schema of its data set, `schema_of`."""
    root = ElementTree.Element(
        "data", set=records.data_set.value, appeal=records.number, madeAt=records.made_at.isoformat()
    )
    for row in records.rows:
        record = ElementTree.SubElement(root, "record")
        for name in records.columns:
            ElementTree.SubElement(record, name).text = _writable(row[name])
    ElementTree.indent(root)
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def schema_of(records: Records) -> bytes:
    """The XSD that the XML of this data set fits."""
    return (SCHEMAS / f"{records.data_set}.xsd").read_bytes()


def as_csv(records: Records) -> bytes:
    """A table for spreadsheets in Russian use: UTF-8 with its mark, semicolons, quotes as in RFC 4180."""
    table = io.StringIO(newline="")
    writer = csv.writer(table, delimiter=";", lineterminator="\r\n")
    writer.writerow(records.columns.values())
    writer.writerows([_harmless(row[name]) for name in records.columns] for row in records.rows)
    return table.getvalue().encode("utf-8-sig")


def _writable(value: str) -> str:
    return _UNWRITABLE.sub("", value)


def _harmless(value: str) -> str:
    """The value, so written that no spreadsheet takes it for a formula; a phone number is none."""
    if _FORMULA.match(value) and not _PLAIN_NUMBER.fullmatch(value):
        return f"'{value}"
    return value
