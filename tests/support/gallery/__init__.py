"""Pictures of every page and dialog of the window, to be looked at (``just pictures``)."""
