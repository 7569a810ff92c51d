"""Boxes and overlays on top of the pages: log-in, lock, keys, about."""
