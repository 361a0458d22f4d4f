"""A calling list judged: menshen scrub, against what people do without a gate, and reading and writing alone."""
import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
import time

import facts
import menshen
from harness.base import Part
from harness.samples import OURS, Curve, Goal, Measure

CONSENTS, ROWS = 20_000, 200_000
GROWTH = (1_000, 10_000, 100_000, 1_000_000)
WHO = {OURS: "menshen scrub", "join": "sort and join", "sqlite": "SQLite", "copy": "read and write"}
# A stride prime to the numbers, so that no list is in their order; every second has consented.
ROW = "+86139{:08},{}\n"


def number(i):
    return 10_000_000 + i * 7919 % (2 * CONSENTS)


class Scrub(Part):
    name, title = "scrub", f"Scrubbing: a list of {ROWS:,} rows against {CONSENTS:,} consents"
    measures = [Measure("scrub.rate", "rows judged, recorded durably and written", "rows/s",
                        {"copy": ("the file read and written, fsync", Goal(least=0.5)),
                         "sqlite": ("SQLite: imported, joined with an indexed table, exported; nothing judged", Goal(least=20)),
                         "join": ("`sort` and `join`; nothing judged", None)})]
    curves = [Curve("scrub-rows", "Scrubbing against the list's length", "rows", "rows/s", WHO)]

    def start(self, folder, full):
        super().start(folder, full)
        self.data = os.path.join(folder, "data")
        self.config = os.path.join(folder, "config.yaml")
        with open(self.config, "w") as f:
            f.write("limits: {scrub_rows: 1000000000}\n")
        have = [f"+86139{10_000_000 + i:08}" for i in range(0, 2 * CONSENTS, 2)]
        head, evidence = facts.consents(0), "sha256:" + "0" * 64
        files = {**facts.FILES,
                 "consents": head + "".join(f"{n},org_insurer,marketing,contact,call,2020-01-01,,Yes.,{evidence}\n" for n in have)}
        for kind, text in files.items():
            code, out, err = menshen.run("import", kind, "-", data=self.data, stdin=text, timeout=3600)
            if code != 0:
                sys.exit(f"import {kind}: exit {code}: {err}")
        with open(self.place("table.csv"), "w") as f:
            f.writelines(f"{n},yes\n" for n in sorted(have))
        self.db = self.place("table.db")
        with contextlib.closing(sqlite3.connect(self.db)) as db:
            db.execute("CREATE TABLE consents (number TEXT PRIMARY KEY, answer TEXT) WITHOUT ROWID")
            db.executemany("INSERT INTO consents VALUES (?, 'yes')", ((n,) for n in have))
            db.commit()

    def place(self, name):
        return os.path.join(self.folder, name)

    def write_list(self, rows):
        path = self.place("list.csv")
        with open(path, "w") as f:
            f.write("number,name\n")
            f.writelines(ROW.format(number(i), i) for i in range(rows))
        return path

    def menshen(self, path, out):
        code, _, err = menshen.run("scrub", path, "--from", facts.SALES_NUMBER, "--line", facts.SALES_LINE, "--campaign",
                                   facts.CAMPAIGN, "--at", "2026-11-20T10:00:00+08:00", "--output", out, "--config", self.config,
                                   data=self.data, timeout=3600)
        if code != 0:
            sys.exit(f"scrub: exit {code}: {err}")

    def join(self, path, out):
        command = f"tail -n +2 '{path}' | LC_ALL=C sort -t, -k1,1 | LC_ALL=C join -t, -a 1 - '{self.place('table.csv')}' > '{out}'"
        subprocess.run(command, shell=True, check=True)

    def sqlite(self, path, out):
        with contextlib.closing(sqlite3.connect(self.db)) as db, open(path) as f, open(out, "w") as to:
            db.execute("CREATE TEMP TABLE list (number TEXT, name TEXT)")
            next(f)
            db.executemany("INSERT INTO list VALUES (?, ?)", (line.rstrip("\n").split(",") for line in f))
            to.writelines(f"{n},{name},{answer or ''}\n" for n, name, answer in db.execute(
                "SELECT list.number, name, answer FROM list LEFT JOIN consents USING (number) ORDER BY list.rowid"))

    def copy(self, path, out):
        shutil.copyfile(path, out)
        with open(out) as f:
            os.fsync(f.fileno())

    def rates(self, rows):
        path, found = self.write_list(rows), {}
        for who in WHO:
            out = self.place("out.csv")
            with contextlib.suppress(FileNotFoundError):
                os.remove(out)
            start = time.monotonic()
            getattr(self, who)(path, out)
            found[who] = rows / (time.monotonic() - start)
        return found

    def round(self, samples, seconds):
        for who, rate in self.rates(ROWS).items():
            samples.add("scrub.rate", who, rate)

    def grow(self, samples, seconds):
        for rows in self.sizes(GROWTH, [10_000_000]):
            for who, rate in self.rates(rows).items():
                samples.point("scrub-rows", who, rows, rate)
