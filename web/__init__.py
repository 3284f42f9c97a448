"""The web application: shows what agencies hold. Imports ``catalog`` only, so it holds no driver and no secret."""
