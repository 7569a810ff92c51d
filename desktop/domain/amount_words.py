"""Say an amount of money in Vietnamese words, as receipts want it.

Reached through :mod:`desktop.domain.vietnamese`.
"""

from typing import Final

from desktop.domain.errors import UserError

_DIGITS: Final = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_GROUPS: Final = ((1_000_000, "triệu"), (1_000, "nghìn"), (1, ""))
_BILLION: Final = 1_000_000_000
#: 999 tỷ tỷ and everything below the next step is sayable.
_TOO_MUCH: Final = 1_000 * _BILLION * _BILLION


def _unit_after_tens(tens: int, unit: int, *, southern: bool) -> str:
    """Say the last digit after 'mười' or 'mươi': mốt, tư and lăm stand there only."""
    if unit == 5:  # noqa: PLR2004 - the digit itself
        return "lăm"
    if tens > 1 and unit == 1:
        return "mốt"
    if tens > 1 and unit == 4 and not southern:  # noqa: PLR2004 - the digit itself
        return "tư"
    return _DIGITS[unit]


def _say_group(n: int, *, leading: bool, southern: bool) -> list[str]:
    """Say 1 to 999; after a higher group the hundreds are said even when there are none."""
    hundreds, rest = divmod(n, 100)
    tens, unit = divmod(rest, 10)
    words: list[str] = []
    if hundreds or not leading:
        words += [_DIGITS[hundreds], "trăm"]
    if tens == 0:
        if unit:
            words += [*([("lẻ" if southern else "linh")] if words else []), _DIGITS[unit]]
        return words
    words += ["mười"] if tens == 1 else [_DIGITS[tens], "mươi"]
    if unit:
        words.append(_unit_after_tens(tens, unit, southern=southern))
    return words


def _say(n: int, *, southern: bool) -> list[str]:
    billions, rest = divmod(n, _BILLION)
    words: list[str] = []
    if billions:
        words += [*_say(billions, southern=southern), "tỷ"]
    for size, name in _GROUPS:
        group, rest = divmod(rest, size)
        if group:
            words += _say_group(group, leading=not words, southern=southern)
            words += [name] if name else []
    return words


def amount_in_words(vnd: int, *, southern: bool = True) -> str:
    """Say an amount in words: 8.021.105 is 'Tám triệu không trăm hai mươi mốt nghìn một trăm lẻ năm đồng'.

    Args:
        vnd: Whole đồng, from 0 to below 1.000 tỷ tỷ (10^21).
        southern: Say an empty ten 'lẻ' and 24 'hai mươi bốn' (the South); otherwise 'linh' and 'hai mươi tư'.

    Raises:
        UserError: ``amount_out_of_range`` for a negative or an unsayably large amount.
    """
    return f"{count_in_words(vnd, southern=southern)} đồng"


def count_in_words(n: int, *, southern: bool = True) -> str:
    """Say a number in words: 40 is 'Bốn mươi'.

    Raises:
        UserError: ``amount_out_of_range`` as :func:`amount_in_words`.
    """
    if not 0 <= n < _TOO_MUCH:
        raise UserError("amount_out_of_range", vnd=n)
    sentence = " ".join(_say(n, southern=southern) or ["không"])
    return f"{sentence[0].upper()}{sentence[1:]}"
