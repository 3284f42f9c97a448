"""Documents: their text, passage by passage, and the tables inside them."""
