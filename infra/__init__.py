"""Adapters to everything technical: settings, the engine, outside systems, rendering, tokens, telemetry."""
