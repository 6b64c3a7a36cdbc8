"""Composition root of the worker."""
