"""What can be seen of a model at work on a text: one pass over it, and a file for each view."""
