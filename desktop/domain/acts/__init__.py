"""Decide what a command makes happen: one module per act, pure functions from state to facts."""
