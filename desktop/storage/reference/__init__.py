"""Read the data that ships with the program and refuse what is not exactly right."""
