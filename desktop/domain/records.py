"""Make and copy records quickly: what a frozen dataclass's constructor and ``dataclasses.replace`` do, only faster.

Folding a log makes and copies the same wide records again and again. A frozen dataclass's constructor sets every field
through a look-up of its own, and ``dataclasses.replace`` looks at every field in Python before it calls that.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from functools import cache
from typing import Any, TypeVar

T = TypeVar("T")
Setter = Callable[[object, object], None]


def replace(record: T, /, **changes: Any) -> T:  # noqa: ANN401 - whatever the fields hold
    """Return a copy of an instance of a slotted dataclass that has no ``__post_init__``.

    Raises:
        KeyError: there is no such field (a bug in the caller).
    """
    kind: Any = type(record)
    new: T = _copier(kind)(record)
    setters = slots_of(kind)
    for name, value in changes.items():
        setters[name](new, value)
    return new


@cache
def maker(kind: type[T]) -> Callable[..., T]:
    """Return what makes an instance of a slotted dataclass without ``__post_init__``, as its constructor does.

    Defaults may be left out, unless a field of the class makes a new one each time.
    """
    names = list(slots_of(kind))  # type: ignore[arg-type]  # typeshed: type[T] is hashable all the same
    of: tuple[Any, ...] = fields(kind)  # type: ignore[arg-type]
    has_factory = any(field.default_factory is not MISSING for field in of)
    defaults = {} if has_factory else {each.name: each.default for each in of if each.default is not MISSING}
    given = [f"{name}=default_{name}" if name in defaults else name for name in names]
    lines = [f"def made({', '.join(given)}):", " new = make(kind)", *(f" set_{name}(new, {name})" for name in names)]
    values = {f"default_{name}": value for name, value in defaults.items()}
    return written("\n".join([*lines, " return new"]), kind, **values)


@cache
def slots_of(kind: Any) -> Mapping[str, Setter]:  # noqa: ANN401 - a class
    """Return what writes each field of a dataclass, frozen or not; nothing when only its constructor can."""
    if hasattr(kind, "__post_init__") or "__slots__" not in kind.__dict__:
        return {}
    return {field.name: kind.__dict__[field.name].__set__ for field in fields(kind)}


@cache
def _copier(kind: Any) -> Callable[[Any], Any]:  # noqa: ANN401 - a class
    lines = [f" set_{name}(new, old.{name})" for name in slots_of(kind)]
    return written("\n".join(["def copy(old):", " new = make(kind)", *lines, " return new"]), kind)


def written(source: str, kind: type, **names: Any) -> Callable[..., Any]:  # noqa: ANN401 - functions and classes
    """Return the function that a source defines, as dataclasses themselves make theirs.

    Args:
        source: One function, made of names of our own fields; it finds ``kind``, ``make`` and ``set_<field>``.
        kind: The dataclass it is about.
        names: What else it finds.
    """
    found: dict[str, Any] = {f"set_{name}": setter for name, setter in slots_of(kind).items()}
    found |= {"kind": kind, "make": object.__new__, **names}
    before = set(found)
    exec(source, found)  # noqa: S102 - see above
    (name,) = found.keys() - before - {"__builtins__"}
    function: Callable[..., Any] = found[name]
    return function
