"""A PostgreSQL that the tests start themselves, from Debian's package, and databases on it.

The server listens at a socket in its own folder and nowhere else; as root it runs as the user `postgres`, because
PostgreSQL refuses root. It is ended by its process id, and ends by itself when the tests do.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

import psycopg

USER = "registry"
PASSWORD = "of-the-Server-9"
OWNER = "postgres"
"""Whose process and files it is where we are root."""
PROGRAMS = max(Path("/usr/lib/postgresql").glob("*/bin"), default=Path("/no/postgresql"))
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
PUT_OUT = "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = %s AND pid != pg_backend_pid()"
EMPTY = """DO $$ DECLARE each text; filled boolean; BEGIN
  SET LOCAL session_replication_role = replica;  -- neither keys nor triggers are asked
  FOR each IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename != 'alembic_version' LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM %I)', each) INTO filled;
    IF filled THEN EXECUTE format('DELETE FROM %I', each); END IF;
  END LOOP;
  PERFORM setval(format('%I', sequencename)::regclass, start_value, false) FROM pg_sequences
    WHERE schemaname = 'public' AND last_value IS NOT NULL;
END $$"""
SHAPE = """SELECT md5(string_agg(what || xmin, ',' ORDER BY what)) FROM (
  SELECT 'version ' || version_num, '' FROM alembic_version
  UNION ALL SELECT 'table ' || oid, xmin::text FROM pg_class WHERE oid >= 16384
  UNION ALL SELECT 'column ' || attrelid || '.' || attnum, xmin::text FROM pg_attribute WHERE attrelid >= 16384
  UNION ALL SELECT 'rule ' || oid, xmin::text FROM pg_constraint WHERE oid >= 16384
  UNION ALL SELECT 'trigger ' || oid, xmin::text FROM pg_trigger WHERE oid >= 16384
  UNION ALL SELECT 'function ' || oid, xmin::text FROM pg_proc WHERE oid >= 16384
) AS made (what, xmin)"""
"""What a database is made of, and which transaction has made each: a copy tells the same until somebody changes it."""
_numbers = count(1)


class Server:
    """A PostgreSQL with its folder; `settings` are those of postgresql.conf."""

    def __init__(self, settings=FAST):
        self.folder = Path(tempfile.mkdtemp(prefix="pg-"))  # short: the path of a socket has 107 bytes at most
        self._settings = (
            *settings,
            "listen_addresses=",
            f"unix_socket_directories={self.folder}",
            "max_connections=60",
        )
        self._as_owner = ["setpriv", "--pdeathsig=INT"]
        if os.geteuid() == 0:
            shutil.chown(self.folder, OWNER, OWNER)
            self._as_owner += [f"--reuid={OWNER}", f"--regid={OWNER}", "--clear-groups"]
        self._process = None
        words = ("--no-sync", "--encoding=UTF8", "--locale=C", "--auth=scram-sha-256", f"--pwfile={self._secret()}")
        self._run("initdb", *words, f"--username={USER}", f"--pgdata={self.data}")

    @property
    def data(self):
        """Where the databases are."""
        return self.folder / "data"

    @property
    def pid(self):
        """The process that all others hang on."""
        return self._process.pid

    def start(self):
        """The server answers."""
        self._begin()
        end = time.monotonic() + 60
        while not self.answers():
            assert time.monotonic() < end, (self.folder / "log").read_text()[-2000:]
            time.sleep(0.05)
            if self._process.poll() is not None:  # what a killed one left in memory is still in use
                self._begin()

    def _begin(self):
        options = [part for setting in self._settings for part in ("-c", setting)]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [*self._as_owner, PROGRAMS / "postgres", "-D", self.data, *options], stdout=log, stderr=log
            )

    def stop(self):
        """The server has ended: whoever is there is put out."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:  # it recovers from a kill, and would go on for long
                self._process.send_signal(signal.SIGQUIT)
                self._process.wait(30)

    def kill(self):
        """The server is killed, as by a power cut; it is waited for."""
        self._process.kill()
        self._process.wait(10)

    def url(self, name):
        """The address of a database, as settings name it."""
        return f"postgresql+psycopg://{USER}:{PASSWORD}@/{name}?host={self.folder}"

    def create(self, template="template0"):
        """The address of a new database, empty or a copy of another."""
        name = f"registry_{next(_numbers)}"
        self.do(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        return self.url(name)

    def drop(self, url):
        """The database is gone, whoever uses it."""
        self.do(f"DROP DATABASE {name_in(url)} WITH (FORCE)")

    def shape(self, name):
        """What the tables of a database are; another value after whatever changed one of them."""
        with self.connection(name) as there:
            return there.execute(SHAPE).fetchone()

    def emptied(self, url, shape):
        """True when the database is as a new one of this shape: whoever was in it is put out, its rows are gone, its
        numbers begin anew; False when its tables have changed.
        """
        with self.connection(name_in(url)) as there:
            there.execute(PUT_OUT, [name_in(url)])
            if there.execute(SHAPE).fetchone() != shape:
                return False
            there.execute(EMPTY)
            return True

    def do(self, statement):
        """A statement, done by itself."""
        with self.connection("postgres") as connection:
            connection.execute(statement)

    def connection(self, name):
        """A connection of our own, beside those of the program."""
        return psycopg.connect(host=str(self.folder), user=USER, password=PASSWORD, dbname=name, autocommit=True)

    def _secret(self):
        """A file with the password."""
        file = self.folder / "password"
        file.write_text(PASSWORD)
        file.chmod(0o644)
        return file

    def answers(self):
        """Whether it takes a connection now."""
        with suppress(psycopg.OperationalError):
            self.do("SELECT 1")
            return True
        return False

    def _run(self, program, *words):
        environment = {"PATH": os.environ["PATH"], "LC_ALL": "C"}
        command = [*self._as_owner, PROGRAMS / program, *words]
        subprocess.run(command, check=True, capture_output=True, env=environment, cwd="/")


@contextmanager
def running(settings=FAST):
    """A server while the block goes on; its folder is gone after it."""
    server = Server(settings)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(server.folder, ignore_errors=True)


def name_in(url):
    """The name of the database in an address."""
    return url.rpartition("@/")[2].partition("?")[0]
