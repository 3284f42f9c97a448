"""Handing notices over: the edge where they leave for a mail server, a webhook, a watchman."""
