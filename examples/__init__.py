"""Example appeals, and a walk through them over the HTTP API."""
