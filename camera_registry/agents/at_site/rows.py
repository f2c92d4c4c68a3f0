"""Rows: every statement of the agent's database. Each function runs inside a change of `Kept`."""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from sqlite3 import Connection
from typing import Literal

from probes.login import LoginState

TABLES = """
CREATE TABLE IF NOT EXISTS orders (
  id TEXT PRIMARY KEY, ends_by TEXT NOT NULL, sealed BLOB, over INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS items (
  order_id TEXT NOT NULL, item INTEGER NOT NULL, begun INTEGER NOT NULL DEFAULT 0, ended INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (order_id, item));
CREATE TABLE IF NOT EXISTS logins (
  version TEXT PRIMARY KEY, order_id TEXT NOT NULL, item INTEGER NOT NULL, attempt INTEGER NOT NULL,
  given TEXT NOT NULL, state TEXT NOT NULL, told_in INTEGER, told_at TEXT);
CREATE TABLE IF NOT EXISTS outbox (
  number INTEGER PRIMARY KEY AUTOINCREMENT, message_id TEXT NOT NULL, order_id TEXT NOT NULL, item INTEGER,
  attempt INTEGER, content BLOB NOT NULL);
"""
"""`begun`: looks at an item that have begun and not been put back; `told_in`: the message of the outbox that tells a
login's state, `told_at`: when it was taken.
"""
Known = Literal["never", "open", "over"]


@dataclass(frozen=True)
class OpenOrder:
    """An order that is not over, sealed as it came."""

    id: str
    sealed: bytes = field(repr=False)


@dataclass(frozen=True)
class Of:
    """What a message is about: an order, and an item with its attempt where it is of one."""

    order: str
    item: int | None = None
    attempt: int | None = None


@dataclass(frozen=True)
class Posted:
    """A result that waits to be sent, sealed."""

    number: int
    message_id: str
    of: Of
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class KeptLogin:
    """What is known here of one version of a login: how the registry gave it in which order, and what became of it.
    `told`: a message says so; `told_at`: since when the broker has that message.
    """

    version: str
    of: Of
    given: LoginState
    state: LoginState
    told: bool = False
    told_at: datetime | None = None


def known(db: Connection, order: str) -> Known:
    """Whether this order was ever kept here, and whether it is over."""
    row = db.execute("SELECT over FROM orders WHERE id = ?", (order,)).fetchone()
    return "never" if row is None else "over" if row[0] else "open"


def put_order(db: Connection, order: str, ends_by: datetime, sealed: bytes, items: Collection[int]) -> None:
    """The order is kept, with its items."""
    db.execute("INSERT INTO orders (id, ends_by, sealed) VALUES (?, ?, ?)", (order, ends_by.isoformat(), sealed))
    db.executemany("INSERT INTO items (order_id, item) VALUES (?, ?)", [(order, item) for item in items])


def open_orders(db: Connection) -> list[OpenOrder]:
    """The orders that are not over, in the order in which they came."""
    return [OpenOrder(*row) for row in db.execute("SELECT id, sealed FROM orders WHERE NOT over ORDER BY rowid")]


def close_order(db: Connection, order: str) -> None:
    """The order is over: of it stays only that it was here."""
    db.execute("UPDATE orders SET over = 1, sealed = NULL WHERE id = ?", (order,))
    db.execute("DELETE FROM items WHERE order_id = ?", (order,))


def forget_orders(db: Connection, before: datetime) -> None:
    """Nothing is known any more of orders that were over and ended before then, nor of logins that were told before
    then, which the registry has heard long ago; their results still go out.
    """
    at = (before.isoformat(),)
    db.execute("DELETE FROM orders WHERE over AND ends_by < ?", at)
    db.execute("DELETE FROM logins WHERE told_at < ? AND order_id NOT IN (SELECT id FROM orders)", at)


def items_left(db: Connection, order: str) -> set[int]:
    """The items of this order that have no end."""
    return {item for (item,) in db.execute("SELECT item FROM items WHERE order_id = ? AND NOT ended", (order,))}


def begin_item(db: Connection, order: str, item: int) -> int | None:
    """How many looks at the item had begun before this one and came to nothing; None when it has an end."""
    row = db.execute(
        "UPDATE items SET begun = begun + 1 WHERE order_id = ? AND item = ? AND NOT ended RETURNING begun",
        (order, item),
    ).fetchone()
    return None if row is None else row[0] - 1


def put_back_item(db: Connection, order: str, item: int) -> None:
    """The item waits as if this look had not begun."""
    db.execute("UPDATE items SET begun = begun - 1 WHERE order_id = ? AND item = ? AND NOT ended", (order, item))


def end_item(db: Connection, order: str, item: int) -> bool:
    """True when the item has its end by this call; False when it had one, or the order is over."""
    ending = "UPDATE items SET ended = 1 WHERE order_id = ? AND item = ? AND NOT ended"
    return db.execute(ending, (order, item)).rowcount == 1


def login(db: Connection, version: str) -> KeptLogin | None:
    """What is known here of this version of a login."""
    row = db.execute(f"{_LOGINS} WHERE version = ?", (version,)).fetchone()
    return None if row is None else _login(row)


def untold_logins(db: Connection, order: str) -> list[KeptLogin]:
    """The logins of this order whose state no message tells: tries may have left of which nothing was heard."""
    found = db.execute(f"{_LOGINS} WHERE order_id = ? AND told_in IS NULL ORDER BY version", (order,))
    return [_login(row) for row in found]


def put_login(db: Connection, kept: KeptLogin, told_in: int | None = None) -> None:
    """This is known of the login; `told_in`: the message that tells it."""
    texts = json.dumps(kept.given.to_json()), json.dumps(kept.state.to_json())
    values = (kept.version, kept.of.order, kept.of.item, kept.of.attempt, *texts, told_in)
    db.execute(
        "INSERT OR REPLACE INTO logins (version, order_id, item, attempt, given, state, told_in) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        values,
    )


def drop_login(db: Connection, version: str) -> None:
    """Nothing is known here of this login."""
    db.execute("DELETE FROM logins WHERE version = ?", (version,))


def post(db: Connection, of: Of, content: bytes) -> int:
    """The sealed message waits to be sent, after all others; its number."""
    values = (secrets.token_hex(12), of.order, of.item, of.attempt, content)
    posting = "INSERT INTO outbox (message_id, order_id, item, attempt, content) VALUES (?, ?, ?, ?, ?)"
    return int(db.execute(posting, values).lastrowid or 0)


def oldest(db: Connection) -> Posted | None:
    """The message that is to be sent next."""
    row = db.execute(
        "SELECT number, message_id, order_id, item, attempt, content FROM outbox ORDER BY number LIMIT 1"
    ).fetchone()
    return None if row is None else Posted(row[0], row[1], Of(*row[2:5]), row[5])


def put_instead(db: Connection, number: int, content: bytes) -> None:
    """Another message goes in the place of this one."""
    db.execute(
        "UPDATE outbox SET content = ?, message_id = ? WHERE number = ?", (content, secrets.token_hex(12), number)
    )


def sent(db: Connection, number: int, now: datetime) -> None:
    """The broker has this message, and all before it."""
    db.execute("DELETE FROM outbox WHERE number = ?", (number,))
    telling = "UPDATE logins SET told_at = ? WHERE told_in <= ? AND told_at IS NULL"
    db.execute(telling, (now.isoformat(), number))


def waiting(db: Connection) -> int:
    """How many messages wait to be sent."""
    return int(db.execute("SELECT count(*) FROM outbox").fetchone()[0])


_LOGINS = "SELECT version, order_id, item, attempt, given, state, told_in, told_at FROM logins"


def _login(row: tuple[str, str, int, int, str, str, int | None, str | None]) -> KeptLogin:
    version, order, item, attempt, given, state, told_in, told_at = row
    at = None if told_at is None else datetime.fromisoformat(told_at)
    return KeptLogin(version, Of(order, item, attempt), _state(given), _state(state), told_in is not None, at)


def _state(text: str) -> LoginState:
    return LoginState.from_json(json.loads(text))
