"""Judge samples and execute runs. Imports ``catalog`` only."""
