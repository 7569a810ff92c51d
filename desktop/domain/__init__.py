"""Rules of the one-stop counter: frozen dataclasses and pure functions, standard library only."""
