"""What is handed over: one file that opens with its code alone, whose name tells nothing of a person (ADR 10)."""

import io
from dataclasses import dataclass

import pyzipper

from domain.appeal import DataFormat
from infra.datafiles.datasets import Records
from infra.datafiles.formats import as_csv, as_pdf, as_xml, schema_of
from infra.typesetting import encrypted_pdf

AES_BITS = 256
_PDF, _ZIP = "application/pdf", "application/zip"


@dataclass(frozen=True)
class DataFile:
    """An encrypted file, ready to be handed over."""

    filename: str
    media_type: str
    content: bytes


def data_file_name(data_format: DataFormat) -> tuple[str, str]:
    """The name and the media type of the file for a format."""
    return ("data.pdf", _PDF) if data_format is DataFormat.PDF else ("data.zip", _ZIP)


def encrypted_file(records: Records, data_format: DataFormat, opening_code: str) -> DataFile:
    """The records in this format, encrypted by AES-256 with `opening_code` (DAT-2).

    A PDF carries its encryption itself; XML, with its schema, and CSV lie in an encrypted ZIP archive. Takes some
    0.2 s of processor time: call it in a thread.
    """
    match data_format:
        case DataFormat.PDF:
            content = encrypted_pdf(as_pdf(records), opening_code)
        case DataFormat.XML:
            content = _zipped({"data.xml": as_xml(records), "schema.xsd": schema_of(records)}, opening_code)
        case DataFormat.CSV:
            content = _zipped({"data.csv": as_csv(records)}, opening_code)
    return DataFile(*data_file_name(data_format), content)


def _zipped(files: dict[str, bytes], opening_code: str) -> bytes:
    result = io.BytesIO()
    with pyzipper.AESZipFile(result, "w", compression=pyzipper.ZIP_DEFLATED) as archive:
        archive.setpassword(opening_code.encode())
        archive.setencryption(pyzipper.WZ_AES, nbits=AES_BITS)
        for name, content in files.items():
            archive.writestr(name, content)
    return result.getvalue()
