"""Doors to the heavy engines for training and bulk linkage; nothing else may import them."""
