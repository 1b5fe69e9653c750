"""Lectern: a Discord bot for study servers that answers with GPT-2 in its own process."""

__version__ = "0.1.0"
