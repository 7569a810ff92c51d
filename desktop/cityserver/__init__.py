"""The reference city system: own tables, no Qt; shares only protocol and domain."""
