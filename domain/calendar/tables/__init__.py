"""Generated tables of the production calendar, one module per published version; never edited."""
