"""Use cases, one module per verb; ports.py says what they need from outside."""
