"""Item models: what lists show, loaded page by page on lane read."""
