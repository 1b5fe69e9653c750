"""The words of Lectern as plain values and pure functions; standard library only."""
