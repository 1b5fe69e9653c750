"""Notes, read and found: files become passages, questions become hits."""
