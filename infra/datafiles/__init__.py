"""Data of an account as files for the citizen: PDF, XML or CSV, and always encrypted (DAT-2)."""

from infra.datafiles.datasets import Records, profile, sign_ins
from infra.datafiles.packages import encrypted_file

__all__ = ["Records", "encrypted_file", "profile", "sign_ins"]
