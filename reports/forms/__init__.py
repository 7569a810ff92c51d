"""One module per form: one frozen dataclass and one render function."""
