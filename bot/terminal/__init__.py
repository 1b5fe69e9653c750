"""The edge in the terminal: a chat, and single questions for scripts."""
