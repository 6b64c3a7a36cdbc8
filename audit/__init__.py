"""Proving cases: replay, verification, evidence."""
