"""Classifying: a base and labelled texts become a run that tells which label a text has."""
