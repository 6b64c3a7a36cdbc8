"""What is sent of a data set: one file that opens only with a code sent another way (DAT-2, ADR 10)."""

import io
from collections.abc import Mapping
from dataclasses import dataclass

import pyzipper

from infra.datafiles.data_set import DataSet
from infra.datafiles.formats import SCHEMA, FileFormat, csv_file, pdf_file, xml_file
from infra.typesetting import encrypted_pdf

OPENING_CODE_CHARACTERS = 16
"""The least length of a code: archives make guessing less slow than PDF does, so it is longer than a letter's."""

_EARLIEST = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Parcel:
    """An encrypted file. Its name and those inside are the same for everybody: they can be read without the code."""

    file_name: str
    media_type: str
    content: bytes


def parcel(data: DataSet, file_format: FileFormat, opening_code: str) -> Parcel:
    """The data set in that format, encrypted by AES-256 with `opening_code`, drawn at random.

    PDF is encrypted as it is, and opens in any reader; XML, which comes with its schema, and CSV go into a ZIP.
    Raises `ValueError` for a code that is shorter than `OPENING_CODE_CHARACTERS` or not ASCII.
    Takes some 0.1 s of processor time: call it in a thread.
    """
    match file_format:
        case FileFormat.PDF:
            return Parcel("data.pdf", "application/pdf", encrypted_pdf(pdf_file(data), _checked(opening_code)))
        case FileFormat.XML:
            return _archive({"data.xml": xml_file(data), SCHEMA.name: SCHEMA.read_bytes()}, opening_code)
        case FileFormat.CSV:
            return _archive({"data.csv": csv_file(data)}, opening_code)


def encrypted(files: Mapping[str, bytes], opening_code: str) -> bytes:
    """The files as a ZIP under AES-256; their names and sizes are not hidden. Errors as with `parcel`."""
    archive = io.BytesIO()
    with pyzipper.AESZipFile(archive, "w", compression=pyzipper.ZIP_DEFLATED) as written:
        written.setpassword(_checked(opening_code).encode("ascii"))
        written.setencryption(pyzipper.WZ_AES, nbits=256)
        for name, content in files.items():
            written.writestr(written.zipinfo_cls(name, _EARLIEST), content, pyzipper.ZIP_DEFLATED)
    return archive.getvalue()


def _archive(files: Mapping[str, bytes], opening_code: str) -> Parcel:
    return Parcel("data.zip", "application/zip", encrypted(files, opening_code))


def _checked(opening_code: str) -> str:
    # The texts of other alphabets become other bytes in every program.
    if len(opening_code) < OPENING_CODE_CHARACTERS or not opening_code.isascii():
        raise ValueError(f"an opening code has at least {OPENING_CODE_CHARACTERS} ASCII characters")
    return opening_code
