"""How good the answers are: the questions they are judged by."""
