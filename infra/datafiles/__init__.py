"""Data that are provided to citizens: made of registries' answers, written as a file, packed for the way (DAT-2)."""

from infra.datafiles.data_set import DataSet, profile, sign_ins
from infra.datafiles.formats import FileFormat
from infra.datafiles.parcel import OPENING_CODE_CHARACTERS, Parcel, encrypted, parcel

__all__ = ["OPENING_CODE_CHARACTERS", "DataSet", "FileFormat", "Parcel", "encrypted", "parcel", "profile", "sign_ins"]
