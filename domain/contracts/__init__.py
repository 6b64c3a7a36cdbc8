"""What crosses a boundary: commands, events, state, activity inputs and results.

Contracts only grow: new fields have defaults, names are never reused, unknown fields are ignored.
"""
