"""Numba kernels: arrays in, arrays out. They know nothing of chains or cases."""
