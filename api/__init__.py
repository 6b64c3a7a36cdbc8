"""The HTTP API: thin doors in front of the engine and the register."""
