"""Data only, read with importlib.resources."""
