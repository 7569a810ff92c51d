"""Printed forms: data in, PDF bytes out; knows neither desktop nor Qt nor SQL."""
