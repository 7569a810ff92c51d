"""Keyring, clock, signing key, barcode gun, card reader: one port, one fake, drivers."""
