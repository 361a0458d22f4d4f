"""Durable records, proofs and verification, against a raw log, SQLite and PostgreSQL on the same disk."""
import os
import subprocess
import sys

from harness.base import Part, durable_postgres, pairs, syncs, tool
from harness.samples import OURS, Curve, Goal, Measure

ASKERS = 64
BATCH = 500_000
PROBE = 10_000  # appended to a ledger of each size, thrice
GROWTH = (10_000, 100_000, 1_000_000, 10_000_000)
HASH = "hashing the leaves by one thread"
TABLE = "CREATE TABLE records (id BIGSERIAL PRIMARY KEY, at TIMESTAMPTZ NOT NULL DEFAULT now(), body BYTEA NOT NULL);"
INSERT = "INSERT INTO records (body) VALUES (decode(repeat('00', 118), 'hex'));\n"


class Ledger(Part):
    name, title = "ledger", "The ledger: durable records, proofs, verification"
    postgres = True
    budget = 175
    measures = [
        Measure("ledger.askers", f"durable records, {ASKERS} askers waiting", "records/s",
                {"raw": ("a raw log with the same group commit", Goal(least=0.8)),
                 "postgres": (f"PostgreSQL, a row a transaction, {ASKERS} clients", None),
                 "sqlite": ("SQLite, WAL, FULL, a row a transaction", None),
                 "sync": ("fdatasync of 4 KiB, one after the other", None)}),
        Measure("ledger.saturated", "as many as come, under a signed checkpoint", "records/s",
                {"raw": ("hashed and written raw", Goal(least=0.5))}),
        Measure("ledger.tree", "the tree, without files", "ns a record", {"hash": (HASH, Goal(most=2.2))}),
        Measure("ledger.verify", "verification by a thread a core", "ns a record", {"hash": (HASH, Goal(most=1.5))}),
        Measure("ledger.verify-one", "verification by one thread", "ns a record", {"hash": (HASH, None)}),
        Measure("ledger.proof", "a receipt of records at random", "µs", goal=Goal(most=50)),
        Measure("ledger.proof-again", "a receipt of one record again", "µs"),
    ]
    curves = [
        Curve("ledger-append", "Appending 10,000 against the ledger's size", "records in it", "records/s under a checkpoint",
              {OURS: "menshen"}),
        Curve("ledger-verify", "Verification against the ledger's size", "records in it", "ns a record",
              {OURS: "a thread a core", "one": "one thread", "hash": "hashing alone"}),
        Curve("ledger-proof", "A receipt against the ledger's size", "records in it", "µs", {OURS: "menshen"}),
    ]

    def start(self, folder, full):
        super().start(folder, full)
        self.url = durable_postgres()
        self.script = os.path.join(folder, "insert.sql")
        with open(self.script, "w") as f:
            f.write(INSERT)
        subprocess.run(["psql", "-q", "-v", "ON_ERROR_STOP=1", self.url], input="DROP TABLE IF EXISTS records;" + TABLE, text=True,
                       check=True, stderr=subprocess.DEVNULL)
        for word in ("askers", "saturated", "tree", "growing"):
            os.mkdir(os.path.join(folder, word))
        self.size = 0

    def place(self, word):
        return os.path.join(self.folder, word)

    def postgres_rate(self, seconds):
        out = subprocess.run(["pgbench", "-n", "-M", "prepared", "-c", str(ASKERS), "-j", "1", "-T", str(max(seconds, 3)), "-f",
                              self.script, self.url], capture_output=True, text=True)
        rates = [line.split()[2] for line in out.stdout.splitlines() if line.startswith("tps = ")]
        if not rates:
            sys.exit(f"pgbench: {out.stdout}{out.stderr}")
        return float(rates[0])

    def round(self, samples, seconds):
        for who, rate in pairs(tool("bench_ledger", "askers", self.place("askers"), seconds)):
            samples.add("ledger.askers", who, rate)
        samples.add("ledger.askers", "postgres", self.postgres_rate(seconds))
        samples.add("ledger.askers", "sync", syncs(self.folder, 0.5))
        for who, rate in pairs(tool("bench_ledger", "saturated", self.place("saturated"), BATCH)):
            samples.add("ledger.saturated", who, rate)
        for who, ns in pairs(tool("bench_ledger", "tree", self.place("tree"), BATCH)):
            samples.add("ledger.tree", who, ns)
        found = dict(pairs(tool("bench_ledger", "check", self.place("saturated"))))
        for word in ("verify", "verify one", "proof", "proof again"):
            samples.add("ledger." + word.replace(" ", "-"), OURS, found[word])
        for word in ("verify", "verify-one"):
            samples.add("ledger." + word, "hash", found["hash"])

    def append(self, records):
        """Records a second."""
        self.size += records
        return dict(pairs(tool("bench_ledger", "grow", self.place("growing"), records)))[OURS]

    def grow(self, samples, seconds):
        for size in self.sizes(GROWTH, [100_000_000]):
            self.append(size - self.size)
            samples.point("ledger-append", OURS, size, sorted(self.append(PROBE) for _ in range(3))[1])
            found = dict(pairs(tool("bench_ledger", "check", self.place("growing"))))
            samples.point("ledger-verify", OURS, size, found["verify"])
            samples.point("ledger-verify", "one", size, found["verify one"])
            samples.point("ledger-verify", "hash", size, found["hash"])
            samples.point("ledger-proof", OURS, size, found["proof"])
