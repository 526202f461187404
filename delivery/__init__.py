"""Stages 4 and 5 and the way home: explain, settle, hand over."""
