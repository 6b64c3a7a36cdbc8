"""Pages for people: the same doors and the same rules as the API, with HTML before them (ADR 23)."""
