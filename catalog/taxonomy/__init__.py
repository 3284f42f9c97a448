"""Identifier types, the law's lens and agency templates: dated data files, with the loader that checks them."""
