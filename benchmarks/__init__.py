"""Measurements of Lectern; every figure names the machine it was taken on."""
