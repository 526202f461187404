"""What came of it: readings, scores, and what to improve."""
