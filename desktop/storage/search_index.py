"""Search tokens of a dossier and the FTS5 query of what a person types.

One folded column: words of names without tone marks (đ as d), initials, phone and its last four digits, ID number
and its last six, and the pieces of every code. A code is cut at its punctuation only; nothing is read out of it.
"""

import re

from desktop.domain.dossiers import Dossier, Party
from desktop.domain.vietnamese import fold, fold_words

_PIECES = re.compile(r"[^0-9a-z]+")
_MAX_WORDS = 12
_MAX_WORD_LENGTH = 64
_PHONE_TAIL = 4
_ID_TAIL = 6


def tokens_of(dossier: Dossier) -> str:
    """Return the folded token text of a dossier, words separated by blanks."""
    found: dict[str, None] = {}
    owner, submitter = dossier.owner, dossier.submitter.party
    for party in (owner,) if owner == submitter else (owner, submitter):
        found |= dict.fromkeys(_party_tokens(party))
    for code in (dossier.code, *dossier.aliases):
        found |= dict.fromkeys(_code_tokens(code))
    return " ".join(token for token in found if token)


def match_expression(query: str, *, every_word_open: bool = False) -> str:
    """Return the FTS5 expression of a query: whole words, the last one open at its end; "" when nothing is left.

    Args:
        query: As typed; operators have no meaning here.
        every_word_open: Leave every word open, for people who abbreviate ("ng v a").
    """
    words = [word[:_MAX_WORD_LENGTH] for word in _query_words(query)][:_MAX_WORDS]
    if not words:
        return ""
    head = [f'"{word}"*' if every_word_open else f'"{word}"' for word in words[:-1]]
    return " ".join((*head, f'"{words[-1]}"*'))


def looks_like_code(query: str) -> str:
    """Return a query as a code to look up exactly, "" when it has blanks or no digit."""
    text = query.strip().upper()
    return text if text and " " not in text and any(char.isdigit() for char in text) else ""


def _query_words(query: str) -> list[str]:
    return [piece for piece in _PIECES.split(fold(query)) if piece]


def _party_tokens(party: Party) -> tuple[str, ...]:
    words = fold_words(party.name)
    initials = "".join(word[0] for word in words)
    digits, phone = party.id_number, party.phone
    if not (digits.isascii() and digits.isdigit()):
        digits = "".join(filter(str.isalnum, fold(digits)))
    if not phone.isdigit():
        phone = "".join(filter(str.isdigit, phone))
    return (
        *words,
        initials if len(words) > 1 else "",
        digits,
        digits[-_ID_TAIL:],
        phone,
        phone[-_PHONE_TAIL:],
    )


def _code_tokens(code: str) -> tuple[str, ...]:
    pieces = [piece for piece in _PIECES.split(code.lower()) if piece]
    return (*pieces, pieces[-1].lstrip("0") if pieces else "", "".join(pieces))
