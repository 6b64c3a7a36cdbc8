"""The sandbox's memory: JSON documents in one SQLite file, on disk before anything is answered."""

import json
import sqlite3
from pathlib import Path
from typing import Any

Document = dict[str, Any]

# WAL with NORMAL keeps every commit over a kill of the process; only a power cut could take the last ones.
SCHEMA = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
CREATE TABLE IF NOT EXISTS document (
  seq  INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  key  TEXT NOT NULL,
  body TEXT NOT NULL,
  UNIQUE (kind, key)
);
"""
PUT = """
INSERT INTO document (kind, key, body) VALUES (?, ?, ?)
ON CONFLICT (kind, key) DO UPDATE SET body = excluded.body
"""


class Store:
    """Used from one event loop only: what happens between two awaits is atomic for everybody else."""

    def __init__(self, path: Path) -> None:
        # An application may be made in one thread and served in another, as tests do.
        self._database = sqlite3.connect(path, check_same_thread=False)
        self._database.executescript(SCHEMA)

    def get(self, kind: str, key: str) -> Document | None:
        query = "SELECT body FROM document WHERE kind = ? AND key = ?"
        row = self._database.execute(query, (kind, key)).fetchone()
        return _document(row[0]) if row else None

    def every(self, kind: str) -> list[Document]:
        """All documents of a kind, in the order of their first writing."""
        query = "SELECT body FROM document WHERE kind = ? ORDER BY seq"
        return [_document(row[0]) for row in self._database.execute(query, (kind,))]

    def put(self, *records: tuple[str, str, Document]) -> None:
        """Write documents given as (kind, key, body): all of them or none."""
        rows = [(kind, key, json.dumps(body, ensure_ascii=False)) for kind, key, body in records]
        with self._database:
            self._database.executemany(PUT, rows)

    def delete(self, kind: str, key: str) -> None:
        with self._database:
            self._database.execute("DELETE FROM document WHERE kind = ? AND key = ?", (kind, key))

    def close(self) -> None:
        self._database.close()


def _document(body: str) -> Document:
    document: Document = json.loads(body)
    return document
