"""The cross-check questions as a data file, with its check."""
