"""The inventory of identifying information: words, rules, storage, search and services.

Holds no web code, no detector and no driver of a source; those packages plug in by entry point.
"""

__version__ = "0.1.0"
