"""The facts: what an event can say, each a frozen dataclass; :mod:`desktop.domain.events` wraps them."""
