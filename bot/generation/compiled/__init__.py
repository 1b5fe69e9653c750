"""Code for few rows, compiled when it is first needed (by Numba) for the processor at hand."""
