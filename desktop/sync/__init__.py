"""The sync engine: push, pull, verdicts, epochs, leases."""
