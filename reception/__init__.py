"""Stages 1 and 2: receive the car, agree the work."""
