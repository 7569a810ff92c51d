"""Wire messages and version constants shared with the city system."""
