"""The ready set of self-check items as data files: bones, words in each language, check."""
