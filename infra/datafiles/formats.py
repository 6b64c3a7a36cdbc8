"""A data set as a file: PDF, XML and CSV (DAT-2). None of them is encrypted yet."""

import csv
import io
import re
from datetime import UTC, datetime
from enum import StrEnum
from xml.etree import ElementTree as ET

from infra.datafiles.data_set import DataSet, Value
from infra.rendering import TEMPLATES, local_time
from infra.typesetting import typeset

NAMESPACE = "urn:hotline:data:1"
SCHEMA = TEMPLATES / "data" / "data-1.xsd"

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# A spreadsheet takes a text that begins with one of these for a formula, and runs it. So it does with the wide ones.
_FORMULA = tuple("=+-@＝＋－＠")


class FileFormat(StrEnum):
    """The formats the citizen can choose from."""

    PDF = "pdf"
    XML = "xml"
    CSV = "csv"


def pdf_file(data: DataSet) -> bytes:
    """The data set as tables to be read and printed."""
    content = {
        "title": data.title,
        "generated_at": local_time(data.generated_at, data.time_zone),
        "columns": list(data.columns.values()),
        "rows": data.rows(),
    }
    return typeset("data/data-set.typ", content)


def xml_file(data: DataSet) -> bytes:
    """The data set for programs, as `SCHEMA` says: instants in UTC, unknown values left out."""
    root = ET.Element(data.name, xmlns=NAMESPACE)
    _add(root, "title", data.title)
    _add(root, "generatedAt", data.generated_at)
    for record in data.records:
        element = ET.SubElement(root, "record")
        for key in data.columns:
            _add(element, key, record.get(key))
    ET.indent(root)
    written = io.BytesIO()
    ET.ElementTree(root).write(written, encoding="utf-8", xml_declaration=True)
    return written.getvalue()


def csv_file(data: DataSet) -> bytes:
    """The data set for spreadsheets, as Russian ones open it: UTF-8 with its mark, semicolons, RFC 4180 quotes.

    A text that a spreadsheet would run as a formula gets an apostrophe in front, even a phone number.
    """
    written = io.StringIO()
    rows = csv.writer(written, delimiter=";", lineterminator="\r\n")
    rows.writerow(data.columns.values())
    rows.writerows([_harmless(text) for text in row] for row in data.rows())
    return written.getvalue().encode("utf-8-sig")


def _add(parent: ET.Element, name: str, value: Value) -> None:
    if not value:
        return
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("an instant needs an offset from UTC")
        value = value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    ET.SubElement(parent, name).text = _NOT_XML.sub("\ufffd", value)


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
