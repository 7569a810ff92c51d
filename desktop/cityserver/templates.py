"""Fill the city's HTML templates: every value is escaped unless it was made here, and the style carries its own hash.

The pages need no script. Their policy allows nothing but the one style sheet inside them.
"""

import base64
import hashlib
import tomllib
from functools import cache
from html import escape
from importlib.resources import files
from string import Template
from typing import Any

from starlette.responses import HTMLResponse


class Markup(str):
    """HTML that was made here, not typed by anybody."""

    __slots__ = ()


def fill(name: str, **values: str) -> Markup:
    """Return a template with its values; plain text is escaped.

    Raises:
        KeyError: A value is missing, which is a bug.
    """
    shown = {key: value if isinstance(value, Markup) else escape(value) for key, value in values.items()}
    return Markup(_template(name).substitute(shown))


def element(tag: str, content: str, **attributes: str) -> Markup:
    """Return an element; ``class_`` stands for class."""
    inner = content if isinstance(content, Markup) else escape(content)
    given = "".join(f' {key.rstrip("_")}="{escape(value)}"' for key, value in attributes.items())
    return Markup(f"<{tag}{given}>{inner}</{tag}>")


def joined(parts: "list[Markup] | tuple[Markup, ...]") -> Markup:
    """Return pieces of HTML one after another."""
    return Markup("\n".join(parts))


def page(title: str, content: Markup, *, is_wide: bool = False, status: int = 200) -> HTMLResponse:
    """Return a whole page that nobody keeps and nothing can be loaded into."""
    style = Markup(_text("style.css"))
    text = fill("page.html", title=title, style=style, content=content, width="wide" if is_wide else "narrow")
    return HTMLResponse(text, status, headers=headers())


@cache
def headers() -> dict[str, str]:
    """Return the headers of every page."""
    digest = base64.b64encode(hashlib.sha256(_text("style.css").encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    return {
        "Cache-Control": "no-store, max-age=0",
        "Content-Security-Policy": policy,
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "X-Robots-Tag": "noindex, nofollow, noarchive",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }


@cache
def words() -> dict[str, Any]:
    """Return the sentences of the citizen's page."""
    return tomllib.loads(_text("words.toml"))


@cache
def _template(name: str) -> Template:
    return Template(_text(name))


@cache
def _text(name: str) -> str:
    return (files("resources") / "city" / name).read_text("utf-8")
