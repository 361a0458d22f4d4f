"""Closed shards: packed, served, proven, verified; entries deleted by retention; clocks and old databases."""
import contextlib
import datetime
import json
import os
import shutil
import sqlite3
import subprocess
import unittest
import urllib.error
import urllib.request

import menshen

BUILD = os.environ.get("BUILD", os.path.dirname(menshen.BINARY))
ORIGIN = "example.org/old"
PACKED_SECONDS = 60  # the archive begins its first round after five


def month(before):
    """2026-09: that many months before this one."""
    today = datetime.datetime.now(datetime.timezone.utc)
    n = today.year * 12 + today.month - 1 - before
    return f"{n // 12}-{n % 12 + 1:02}"


def tiles(size):
    """Every tile and bundle of a log of `size` by its C2SP name, for fewer than 1000 × 256 entries."""
    level, count = 0, size
    while count > 0:
        for n in range((count + 255) // 256):
            width = min(256, count - n * 256)
            part = "" if width == 256 else f".p/{width}"
            yield f"tile/{level}/{n:03}{part}"
            if level == 0:
                yield f"tile/entries/{n:03}{part}"
        level, count = level + 1, count >> 8


def open_bytes(*path):
    with open(os.path.join(*path), "rb") as f:
        return f.read()


class Shards(menshen.Case):
    def old(self, *months, config=None):
        """A folder with shards of these months, that nobody serves yet."""
        server = self.server(start=False, sip=False, config=config)
        p = subprocess.run([os.path.join(BUILD, "tests", "e2e", "old_ledger"), server.data, ORIGIN, *months],
                           capture_output=True, text=True, timeout=60)
        self.assertEqual(p.returncode, 0, p.stderr)
        return server

    def closed(self, server, *name):
        return os.path.join(server.data, "ledger", "closed", *name)

    def packed(self, server, *months):
        for m in months:
            menshen.until(lambda: os.path.exists(self.closed(server, m, "pack", "hashes")) and
                          not os.path.exists(self.closed(server, m, "tile")), PACKED_SECONDS, f"{m} is packed")

    def ledger(self, server, *args, code=0):
        got, out, err = server.run("ledger", *args)
        self.assertEqual(got, code, f"menshen ledger {' '.join(args)}\n{out}\n{err}")
        return out if code == 0 else out + err

    def fetch(self, server, path, token=None):
        """(status, headers, bytes)"""
        request = urllib.request.Request(f"http://127.0.0.1:{server.http_port}{path}")
        if token:
            request.add_header("Authorization", "Bearer " + token)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as e:
            return e.code, e.headers, e.read()

    def shards(self, server):
        return json.loads(server.get("/shards")[2])["shards"]

    def record(self, server, m, index):
        key = self.ledger(server, "key", "--shard", m)
        return f"rec_{key.split('+')[1]}_{index}"

    def download(self, server, shard, token, name):
        """The whole shard by its C2SP paths, as an auditor takes it; his folder."""
        for path in ["checkpoint", *tiles(shard["size"])]:
            status, headers, body = self.fetch(server, f"/shards/{shard['shard']}/{path}", token)
            self.assertEqual(status, 200, path)
            if path.startswith("tile/entries"):
                self.assertIn("no-store", headers["Cache-Control"])
            elif path != "checkpoint":
                self.assertIn("immutable", headers["Cache-Control"])
            to = os.path.join(self.path(name), path)
            os.makedirs(os.path.dirname(to), exist_ok=True)
            with open(to, "wb") as f:
                f.write(body)
        return self.path(name)

    def test_every_shard_is_served_loose_or_packed(self):
        server = self.old(month(2), month(1)).start()
        shards = self.shards(server)
        self.assertEqual([(s["shard"], s["state"], s["entries"]) for s in shards],
                         [(month(2), "closed", "kept"), (month(1), "closed", "kept"), (month(0), "open", "kept")])
        self.assertEqual([s["size"] for s in shards[:2]], [300, 301])
        token = server.token("audit")
        loose = self.download(server, shards[1], token, "maybe-loose")
        self.packed(server, month(2), month(1))
        for s in shards[:2]:
            copy = self.download(server, s, token, "copy-" + s["shard"])
            code, _, err = menshen.run("ledger", "verify", copy, "--key", s["vkey"], data=self.path("nowhere"))
            self.assertEqual(code, 0, err)
        self.assertEqual(subprocess.run(["diff", "-r", loose, self.path("copy-" + month(1))]).returncode, 0)
        self.assertEqual(self.fetch(server, f"/shards/{month(0)}/tile/0/000.p/1")[2],
                         self.fetch(server, "/tile/0/000.p/1")[2])
        self.assertEqual(server.stop(), 0)

    @unittest.skipUnless(shutil.which("go") and os.path.isdir("/usr/share/gocode/src/golang.org/x/mod"), "no Go")
    def test_go_reads_a_packed_shard_over_http(self):
        server = self.old(month(1)).start()
        self.packed(server, month(1))
        env = dict(os.environ, GOPATH="/usr/share/gocode", GO111MODULE="off", GOFLAGS="",
                   GOCACHE=os.path.join(os.path.abspath(BUILD), "go-cache"))
        program = self.path("verify")
        source = os.path.join(menshen.ROOT, "tests", "oracle", "go", "verify.go")
        p = subprocess.run(["go", "build", "-o", program, source], env=env, capture_output=True, text=True, timeout=300)
        self.assertEqual(p.returncode, 0, p.stderr)
        p = subprocess.run([program, "-token", server.token("audit"),
                            f"http://127.0.0.1:{server.http_port}/shards/{month(1)}", self.shards(server)[0]["vkey"]],
                           capture_output=True, text=True, timeout=120)
        self.assertEqual(p.returncode, 0, p.stdout)
        self.assertIn(" passed, 0 failed", p.stdout)

    def test_only_canonical_paths_are_answered(self):
        server = self.old(month(1)).start()
        self.packed(server, month(1))
        token = server.token("audit")
        at = f"/shards/{month(1)}"
        for path in ("/tile/0/000", "/tile/0/001.p/44", "/tile/0/000.p/9", "/tile/1/000.p/1", "/tile/entries/001.p/3"):
            self.assertEqual(self.fetch(server, at + path, token)[0], 200, path)
        for path in ("/tile/0/0", "/tile/00/000", "/tile/0/001", "/tile/0/001.p/45", "/tile/0/002.p/1", "/tile/63/000",
                     "/tile/8/000", "/tile/0/x000/000", "/tile/0/../0/000", "/tile/entries/001", "/cosigners",
                     "/pack/hashes", "/tile", "/checkpoint/", "//checkpoint"):
            self.assertEqual(self.fetch(server, at + path, token)[0], 404, path)
        for m in ("2026-9", "2026-13", "current", "..", "1999-01", month(1) + "x", "%2e%2e"):
            self.assertEqual(self.fetch(server, f"/shards/{m}/checkpoint")[0], 404, m)
        self.assertEqual(self.fetch(server, at + "/tile/entries/000")[0], 401)
        self.assertEqual(self.fetch(server, at + "/tile/entries/000", server.token("metrics"))[0], 403)

    def test_a_packed_shard_is_proven_shown_and_verified(self):
        server = self.old(month(1)).start()
        self.packed(server, month(1))
        record = self.record(server, month(1), 299)
        receipt = self.file("receipt", self.ledger(server, "prove", record))
        self.ledger(server, "verify", "--receipt", receipt)
        self.assertEqual(json.loads(self.ledger(server, "show", record, "--json"))["recovered"], 299)
        explain = server.token("explain")
        self.assertEqual(server.get(f"/v1/records/{record}", token=explain)[0], 200)
        proof = server.get(f"/v1/records/{record}/proof", token=explain)[2]
        self.ledger(server, "verify", "--receipt", self.file("proof", proof))
        growth = self.ledger(server, "prove", "--from", "10", "--shard", month(1)).splitlines()
        self.assertEqual((growth[0], "300" in growth), ("old 10", True))
        self.assertEqual(self.ledger(server, "checkpoint", "--shard", month(1)),
                         server.get(f"/shards/{month(1)}/checkpoint")[2])
        origin = json.loads(self.ledger(server, "key", "--json"))["origin"]
        self.assertEqual(self.ledger(server, "checkpoint", "--shard", month(0)).splitlines()[0], origin)
        self.ledger(server, "checkpoint", "--shard", "1999-01", code=5)
        self.ledger(server, "checkpoint", "--shard", "november", code=2)
        self.ledger(server, "prove", record, "--shard", month(1), code=2)
        self.ledger(server, "prove", "--from", "301", "--shard", month(1), code=5)
        self.assertEqual(self.ledger(server, "verify").count("verified: "), 2)
        self.assertEqual(server.stop(), 0)
        for name in "pack/hashes", "pack/entries":
            path = self.closed(server, month(1), name)
            with open(path, "r+b") as f:
                f.seek(700)
                byte = f.read(1)[0]
                f.seek(700)
                f.write(bytes([byte ^ 4]))
            code, out, err = server.run("ledger", "verify", "--json")
            self.assertEqual((code, json.loads(out)["place"]), (1, name), err)
            self.assertIn(name, err)
            with open(path, "r+b") as f:
                f.seek(700)
                f.write(bytes([byte]))
        self.ledger(server, "verify")

    def test_entries_are_deleted_by_retention_and_only_so(self):
        config = self.file("menshen.yaml", "ledger:\n  retention_days: 184\n")
        server = self.old(month(14), month(13), month(1), config=config)
        record = self.record(server, month(13), 7)
        receipt = self.file("receipt", self.ledger(server, "prove", record))
        kept = self.file("kept", self.ledger(server, "checkpoint", "--shard", month(13)))
        server.start()
        for m in month(14), month(13):
            menshen.until(lambda: os.path.exists(self.closed(server, m, "deleted")) and
                          not os.path.exists(self.closed(server, m, "pack", "entries")), PACKED_SECONDS, f"{m} is emptied")
        self.packed(server, month(1))
        self.assertEqual([s["entries"] for s in self.shards(server)], ["deleted", "deleted", "kept", "kept"])
        today = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d")

        out = self.ledger(server, "verify")
        self.assertEqual(out.count(f"deleted by retention on {today}"), 2)
        self.ledger(server, "verify", "--since", kept)
        self.ledger(server, "verify", "--receipt", receipt)
        self.ledger(server, "prove", "--from", "10", "--shard", month(13))
        self.assertIn("deleted by retention on", self.ledger(server, "prove", record, code=5))
        self.assertIn("deleted by retention on", self.ledger(server, "show", record, code=5))
        self.ledger(server, "show", self.record(server, month(1), 7))
        explain, audit = server.token("explain"), server.token("audit")
        for path in f"/v1/records/{record}", f"/v1/records/{record}/proof":
            self.assertEqual(server.get(path, token=explain)[0], 410, path)
        self.assertEqual(self.fetch(server, f"/shards/{month(13)}/tile/entries/000", audit)[0], 410)
        self.assertEqual(self.fetch(server, f"/shards/{month(13)}/tile/0/000")[0], 200)
        self.assertEqual(self.fetch(server, f"/shards/{month(1)}/tile/entries/000", audit)[0], 200)

        self.assertEqual(server.stop(), 0)
        shutil.rmtree(os.path.join(server.data, "counts"))
        os.unlink(os.path.join(server.data, "journal"))
        server.start()  # counting again begins with what is kept
        self.ledger(server, "verify")
        self.assertEqual(server.stop(), 0)
        shutil.move(self.closed(server, month(13), "deleted"), self.path("away"))
        self.assertIn("pack/entries: is missing", self.ledger(server, "verify", code=1))
        shutil.move(self.path("away"), self.closed(server, month(13), "deleted"))
        os.unlink(self.closed(server, month(1), "pack", "entries"))
        self.assertIn("pack/entries: is missing", self.ledger(server, "verify", code=1))

    def test_a_turn_that_skips_months_waits(self):
        server = self.old(month(5)).start()
        self.assertEqual([s["shard"] for s in self.shards(server)], [month(5)])
        self.assertIn("else the new shard begins in a day", server.messages())
        self.assertIn("menshen_ledger_turn_waits 1", server.get("/metrics", token=server.token("metrics"))[2])
        findings = json.loads(server.run("doctor", "--json")[1])["findings"]
        self.assertEqual([f["state"] for f in findings if f["about"] == "shard"], ["warning"])

    def test_a_folder_older_than_the_store_knows_signs_nothing(self):
        store = self.path("facts.db")
        server = self.server(sip=False, store=store)
        server.call("+8613800138000", "+8613900139000", "lin_none")
        self.assertEqual(server.stop(), 0)
        shutil.copytree(server.data, self.path("older"))
        server.start()
        for _ in range(3):
            server.call("+8613800138000", "+8613900139000", "lin_none")
        with contextlib.closing(sqlite3.connect(store)) as db:
            known = lambda: db.execute("SELECT checkpoint FROM nodes").fetchall()
            menshen.until(lambda: known() and int(known()[0][0].split("\n")[1]) > 4, 40, "the checkpoint is in the store")
        self.assertEqual(server.stop(), 0)
        self.assertEqual(server.start().stop(), 0)  # the newer one goes on

        older = self.server("older", start=False, sip=False, store=store)
        before = open_bytes(older.data, "ledger/current/checkpoint")
        code, _, err = older.run("call", "--from", "1", "--to", "2", "--line", "x")
        self.assertNotEqual(code, 0)
        self.assertIn("more than are here", err)
        self.assertIn("nothing will be signed", err)
        self.assertEqual(open_bytes(older.data, "ledger/current/checkpoint"), before)

    def test_doctor_tells_an_older_database(self):
        server = self.server(sip=False)
        self.assertEqual(server.stop(), 0)
        db = os.path.join(server.data, "menshen.db")
        shutil.copy(db, self.path("older.db"))
        self.assertEqual(server.run("number", "release", "+8613800138000", "--for", "1h", "--reason", "r")[0], 0)
        good = json.loads(server.run("doctor", "--json")[1])["findings"]
        self.assertEqual([f["state"] for f in good if f["about"] == "store"], ["ok"])
        shutil.copy(self.path("older.db"), db)
        for name in os.listdir(server.data):
            if name.startswith("menshen.db-"):
                os.unlink(os.path.join(server.data, name))
        code, out, _ = server.run("doctor", "--json")
        bad = [f for f in json.loads(out)["findings"] if f["about"] == "store"]
        self.assertEqual((code, bad[0]["state"]), (1, "wrong"))
        self.assertIn("the ledger has recorded changes up to", bad[0]["what"])
        self.assertIn("older copy", bad[0]["advice"])


if __name__ == "__main__":
    unittest.main()
