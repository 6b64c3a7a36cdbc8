"""Stand-ins of the outside systems: real HTTP and SMTP servers that keep state and can be told to fail."""
