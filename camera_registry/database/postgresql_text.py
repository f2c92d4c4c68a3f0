"""`plain` and `has_words` of `camera_registry.lists` as functions of PostgreSQL, with the same results.

Strategy: what Unicode says of letters is taken from Python and written into the functions, because no collation of a
server says the same as `str.casefold`. ASCII, and Vietnamese without its marks, goes a short way; the table of all
letters is walked for other text only. The functions are made again when they are not those of this program.
"""

from __future__ import annotations

import hashlib
import sys
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache
from itertools import groupby

from sqlalchemy import Connection

_SURROGATES = range(0xD800, 0xE000)
_ASCII = r"'^[\u0001-\u007f]*$'"


def make(connection: Connection) -> None:
    """The functions are those of this program."""
    functions = _functions()
    mark = f"of camera-registry, {hashlib.sha256(''.join(functions).encode()).hexdigest()}"
    asked = "SELECT obj_description(to_regprocedure('has_words(text, text[])'), 'pg_proc')"
    if connection.exec_driver_sql(asked).scalar() == mark:
        return
    for function in functions:
        connection.exec_driver_sql(function)
    connection.exec_driver_sql(f"COMMENT ON FUNCTION has_words(text, text[]) IS '{mark}'")


@cache
def _functions() -> tuple[str, ...]:
    """What makes the functions, those that others call first."""
    letters = [chr(n) for n in range(1, sys.maxunicode + 1) if n not in _SURROGATES]
    spaces = _class(letters, str.isspace)
    marks = _class(letters, lambda letter: unicodedata.combining(letter) != 0)
    return (
        _function("case_folded(t text)", "text", _case_folded(letters)),
        _function(
            "plain(t text)",
            "text",
            f"SELECT btrim(regexp_replace(case_folded(normalize(t, NFC)), '[{spaces}]+', ' ', 'g'), ' ')",
        ),
        _function(
            "folded(t text)",
            "text",
            f"SELECT plain(translate(regexp_replace(normalize(t, NFD), '[{marks}]', '', 'g'), 'Đđ', 'dd'))",
        ),
        _function(
            "has_words(words text, VARIADIC parts text[])",
            "boolean",
            "SELECT coalesce(bool_and(strpos(told.t, word) > 0), true) FROM "
            "(SELECT coalesce(string_agg(folded(part), E'\\n'), '') AS t FROM unnest(parts) part WHERE part <> '') "
            "told, unnest(string_to_array(folded(words), ' ')) word",
        ),
    )


def _case_folded(letters: list[str]) -> str:
    """`str.casefold`: most letters become one other, some become two or three."""
    folds = {letter: letter.casefold() for letter in letters if letter.casefold() != letter}
    several = {letter: fold for letter, fold in folds.items() if len(fold) > 1}
    one = {letter: fold for letter, fold in folds.items() if len(fold) == 1}
    longer = "t"
    for letter, fold in several.items():
        longer = f"replace({longer}, '{letter}', '{fold}')"
    tables = f"'{''.join(one)}', '{''.join(one.values())}'"
    return (
        f'SELECT CASE WHEN t ~ {_ASCII} THEN lower(t COLLATE "C") '
        f"WHEN t ~ '[{''.join(several)}]' THEN translate({longer}, {tables}) ELSE translate(t, {tables}) END"
    )


def _function(head: str, gives: str, body: str) -> str:
    return (
        f"CREATE OR REPLACE FUNCTION {head} RETURNS {gives} LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $body${body}$body$"
    )


def _class(letters: list[str], belongs: Callable[[str], bool]) -> str:
    """The inside of a bracket expression: the letters that belong, in ranges."""
    return "".join(_ranges([ord(letter) for letter in letters if belongs(letter)]))


def _ranges(numbers: list[int]) -> Iterator[str]:
    for _, run in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0]):
        found = [number for _, number in run]
        yield f"\\U{found[0]:08x}" if len(found) == 1 else f"\\U{found[0]:08x}-\\U{found[-1]:08x}"
