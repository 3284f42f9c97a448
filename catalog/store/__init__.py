"""The only place with SQL on the catalog: rows in, dataclasses out."""
