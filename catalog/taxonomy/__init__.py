"""Identifier types, laws and agency templates: dated data files, with the loader that checks them."""
