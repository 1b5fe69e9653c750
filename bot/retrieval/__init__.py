"""Notes: files become passages here, and questions find them again."""
