"""Forms of the workshop and the showcase."""
