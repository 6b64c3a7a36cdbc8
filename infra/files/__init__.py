"""Attached files: what they truly are, whether they are malware, where they lie (ATT-1, ATT-2)."""
