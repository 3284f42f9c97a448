"""Text to ranked ids. Filters, facets, counts and permission are SQL, elsewhere."""
