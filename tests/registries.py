"""New registries for tests, on the database that `pytest --database` names."""

import shutil
from contextlib import contextmanager

from camera_registry.database import open_database, upgrade
from tests import postgresql
from tests.camera_registry.new_registry import new_registry

KINDS = ("sqlite", "postgresql")
TEMPLATE = "migrated"
"""The database on the server of which every registry is a copy."""


@contextmanager
def in_files(folder, like=None):
    """A registry in a file: empty, or a copy of another that nobody has open."""
    file = folder / "registry.db"
    if like is None:
        engine = new_registry(file)
    else:
        shutil.copy(like.url.database, file)
        engine = open_database(f"sqlite:///{file}")
    yield engine
    engine.dispose()


@contextmanager
def migrated_server():
    """A server that has the template."""
    with postgresql.running() as server:
        server.do(f"CREATE DATABASE {TEMPLATE}")
        made = open_database(server.url(TEMPLATE))
        upgrade(made)
        made.dispose()
        yield server


def on_server(server):
    """What makes registries on it, empty or copies of others. A copy is gone after use; an empty one is emptied and
    given to the next who asks, as to make a database takes longer than most tests do.
    """
    free, shape = [], server.shape(TEMPLATE)

    @contextmanager
    def new(_folder, like=None):
        url = free.pop() if like is None and free else server.create(TEMPLATE if like is None else like.url.database)
        engine = open_database(url)
        try:
            yield engine
        finally:
            engine.dispose()
            if like is None and server.emptied(url, shape):
                free.append(url)
            else:
                server.drop(url)

    return new
