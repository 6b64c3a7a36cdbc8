"""`hotline`: the command line, and composition root of the embedded stack."""
