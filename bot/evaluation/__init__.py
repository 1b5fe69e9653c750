"""Question files, what answers to them are worth, and constants fitted to that."""

from pathlib import Path

DEVELOPMENT = Path(__file__).resolve().parent / "development"
"""The questions and sample notes that come along."""
