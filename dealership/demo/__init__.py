"""Pools and draws of the demo data: pure, without a database, the same for the same `random.Random`."""
