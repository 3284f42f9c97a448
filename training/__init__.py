"""Trains the small column model on synthetic columns; not part of the wheel. ``python -m training`` does all of it."""
