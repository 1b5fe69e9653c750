"""The edge on Discord: every file that imports discord."""
