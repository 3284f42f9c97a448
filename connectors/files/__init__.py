"""File shares: walking folders and reading tabular formats."""
