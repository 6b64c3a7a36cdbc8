"""Real processes under faults, driven and judged from outside; ADR 17 tells what is promised and what is not."""
