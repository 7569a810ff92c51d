"""Một Cửa: the desktop application for the one-stop counter of a Vietnamese ward."""

__version__ = "0.1.0"
