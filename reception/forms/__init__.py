"""Forms of stages 1 and 2."""
