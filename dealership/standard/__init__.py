"""The standard of the house as data files: its bones, its words in each language, its check."""
