"""Migrations of the kept tables, append-only; projections are refolded instead."""
