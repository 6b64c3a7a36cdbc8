"""The case register, its journal and the ledger of messages. All SQL is here."""
