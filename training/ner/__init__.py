"""Trains the small pipeline that finds persons in prose, on invented sentences only; not part of the wheel."""
