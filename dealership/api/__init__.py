"""JSON for tablets and other programs: the same actions and queries as the pages."""
