"""Read other people's systems, read-only. Imports ``catalog`` only."""
