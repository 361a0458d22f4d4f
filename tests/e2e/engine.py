"""Facts on SQLite and on PostgreSQL: one test for both, each with a store of its own.

    @engine.both
    class Rights(menshen.Case):             # and RightsOnPostgres beside it
        @engine.once
        def test_a_webhook_is_signed(self): # nothing of it depends on the engine

    if __name__ == "__main__":
        engine.main()

The server is the one that MENSHEN_TEST_STORE names; `main` and tests/run.py start
one where there is none. Every server of a test gets an empty database in it.
"""
import contextlib
import glob
import json
import os
import re
import secrets
import shutil
import sqlite3
import subprocess
import sys
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
KEYS = "menshen_keys"  # the schema of persons' keys


def main():
    if "MENSHEN_TEST_STORE" not in os.environ:
        os.execv(os.path.join(ROOT, "tests/store/with-postgres"),
                 ["with-postgres", sys.executable, os.path.abspath(sys.argv[0]), *sys.argv[1:]])
    unittest.main()


def once(test):
    test.once = True
    return test


def both(case):
    """The class decorator; `case.server` and members.Case ask `store_for` where the facts lie."""
    name = case.__name__ + "OnPostgres"
    less = {t: None for t in dir(case) if getattr(getattr(case, t), "once", False)}
    module = sys.modules[case.__module__]
    setattr(module, name, type(name, (case,), {"__module__": module.__name__, "on_postgres": True, **less}))
    return case


def store_for(case):
    """None: SQLite in the data folder. Else the URL of a new database, which ends with the class."""
    return database(case) if case.on_postgres else None


def database(case):
    server, name = os.environ["MENSHEN_TEST_STORE"], "test_" + secrets.token_hex(8)
    tell(server, f"CREATE DATABASE {name}")
    case.addClassCleanup(tell, server, f"DROP DATABASE {name} WITH (FORCE)")
    return server.rsplit("/", 1)[0] + "/" + name


def tell(store, sql):
    """Have psql run SQL; what it prints."""
    return subprocess.run(["psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-d", store], input=sql, text=True, check=True,
                          stdout=subprocess.PIPE).stdout


def dump(store, *options):
    return subprocess.run(["pg_dump", *options, "-d", store], check=True, stdout=subprocess.PIPE, text=True).stdout


def rows(server, sql):
    """What the server's facts answer, as tuples; columns of different names."""
    if server.store:
        told = tell(server.store, f"WITH t AS ({sql}) SELECT row_to_json(t) FROM t")
        return [tuple(json.loads(line).values()) for line in told.splitlines()]
    with contextlib.closing(sqlite3.connect(f"file:{server.data}/menshen.db?mode=ro", uri=True, timeout=20)) as db:
        return db.execute(sql).fetchall()


def write(server, sql):
    """Change the server's facts behind its back: no journal tells."""
    if server.store:
        tell(server.store, sql)
    else:
        with contextlib.closing(sqlite3.connect(f"{server.data}/menshen.db", timeout=20)) as db, db:
            db.create_collation("C", lambda a, b: (a > b) - (a < b))  # of code points, as of bytes
            db.execute(sql)


def content(server):
    """All bytes of the facts, rows deleted too where the engine's files hold them."""
    if server.store:
        text = dump(server.store)
        return text.encode() + b"".join(bytes.fromhex(h) for h in re.findall(r"\\\\x((?:[0-9a-f]{2})+)", text))
    found = b""
    for path in glob.glob(server.data + "/menshen.db*"):
        with open(path, "rb") as f:
            found += f.read()
    return found


def copy(server, case):
    """The store of a copy of all facts and keys, on PostgreSQL; on SQLite they are in the data folder."""
    if not server.store:
        return None
    store = database(case)
    tell(store, dump(server.store))
    return store


def backup(server, to):
    """The facts as a backup has them: without persons' keys, which lie in DATA/keys or in a schema of their own."""
    os.makedirs(to)
    if server.store:
        with open(to + "/dump.sql", "w", encoding="utf-8") as f:
            f.write(dump(server.store, "--exclude-schema=" + KEYS))
    else:
        for path in glob.glob(server.data + "/menshen.db*"):
            shutil.copy(path, to)


def restore(kept, server, data, case):
    """A backup with the keys that the server has today, in the new folder `data`; its store."""
    os.makedirs(data, 0o700)
    shutil.copytree(server.data + "/keys", data + "/keys")
    if not server.store:
        for name in os.listdir(kept):
            shutil.copy(f"{kept}/{name}", data)
        return None
    store = database(case)
    tell(store, dump(server.store, "--schema=" + KEYS))
    with open(kept + "/dump.sql", encoding="utf-8") as f:
        tell(store, f.read())
    return store
