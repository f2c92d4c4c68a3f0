"""The witness: what a program was told is committed, written down beside the database.

Python loads this file in every program that is started with its folder in PYTHONPATH, so that `serve` and `work` run as
they are. It knows SQLAlchemy and the names of the tables, and nothing else of the product. A line is written, and is on
the disk, after the commit has returned; what a program was killed before it could write down was never acknowledged.
"""

import json
import os

JOURNAL = "SOAK_JOURNAL"
FINAL = ("done", "failed", "skipped")


def _noted(parameters, statement):
    """What of a statement is kept in mind: an item that gets its final state, a measurement, an entry of the log."""
    if statement.startswith("UPDATE sweepitem") and parameters.get("state") in FINAL:
        item = next((parameters[name] for name in ("id_1", "item_id") if name in parameters), None)
        return None if item is None else {"item": item, "state": parameters["state"]}
    if statement.startswith("INSERT INTO measurement"):
        return {"device": parameters["device_id"], "at": int(parameters["at"].timestamp() * 1000)}
    if statement.startswith("INSERT INTO auditrecord"):
        return {"entry": parameters["number"], "hash": parameters["hash"]}
    return None


def _note_statements():
    from sqlalchemy import Engine, event

    @event.listens_for(Engine, "after_cursor_execute")
    def executed(connection, cursor, statement, parameters, context, executemany):
        if context is None or context.compiled is None or not context.compiled_parameters:
            return
        if statement.startswith("UPDATE") and cursor.rowcount != 1:
            return
        for named in context.compiled_parameters:
            found = _noted(named, statement)
            if found is not None:
                connection.info.setdefault("seen", []).append(found)


def _note_commits(path):
    from sqlalchemy import Engine, event
    from sqlalchemy.orm import Session

    @event.listens_for(Engine, "begin")
    def begun(connection):
        connection.info["seen"], connection.info["marks"], connection.info["told"] = [], {}, []

    @event.listens_for(Engine, "savepoint")
    def marked(connection, name):
        connection.info["marks"][name] = len(connection.info["seen"])

    @event.listens_for(Engine, "rollback_savepoint")
    def taken_back(connection, name, _context):
        del connection.info["seen"][connection.info["marks"][name] :]

    @event.listens_for(Engine, "commit")
    def committing(connection):
        connection.info["told"] = connection.info.pop("seen", [])

    @event.listens_for(Session, "after_begin")
    def of_session(session, _transaction, connection):
        session.info["connection"] = connection.info

    @event.listens_for(Session, "after_commit")
    def committed(session):
        told = session.info.get("connection", {}).pop("told", [])
        if told:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
            os.write(handle, "".join(json.dumps(line) + "\n" for line in told).encode())
            os.fsync(handle)
            os.close(handle)


if JOURNAL in os.environ:
    _note_statements()
    _note_commits(os.environ[JOURNAL])
