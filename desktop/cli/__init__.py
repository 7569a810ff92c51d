"""The same services without a window: init, do, demo, verify, backup, doctor."""
