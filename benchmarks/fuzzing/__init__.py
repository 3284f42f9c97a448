"""Coverage-guided fuzzing of the readers that are our own."""
