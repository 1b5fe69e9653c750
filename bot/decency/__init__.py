"""Decency: what may be shown, and what is better not answered; knows words, not people."""
