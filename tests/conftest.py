"""The real parts every test may use: an engine, the outside world, a register, a worker."""
