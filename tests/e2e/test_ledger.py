"""The ledger's commands: beside a running server, on a folder of its own, on a copy; changed bytes; forks."""
import base64
import json
import os
import random
import shutil
import unittest

import menshen

LINE = "lin_none"
CALLER, CALLEE = "+8613800138000", "+8613900139000"


class Ledger(menshen.Case):
    def asked(self, count, name="data"):
        """A folder with `count` records that nobody serves; their ids."""
        server = self.server(name, sip=False)
        records = [server.call(CALLER, CALLEE, LINE)["record"] for _ in range(count)]
        self.assertEqual(server.stop(), 0)
        return server, records

    def ledger(self, server, *args, code=0):
        got, out, err = server.run("ledger", *args)
        self.assertEqual(got, code, f"menshen ledger {' '.join(args)}\n{out}\n{err}")
        return out if code == 0 else out + err

    def shard(self, server, *name):
        return os.path.join(server.data, "ledger", "current", *name)

    def test_beside_a_running_server(self):
        server = self.server(sip=False)
        record = server.call(CALLER, CALLEE, LINE)["record"]
        receipt = self.ledger(server, "prove", record)  # within the second: the owner publishes for it
        self.assertTrue(receipt.startswith("c2sp.org/tlog-proof@v1\nextra "))
        self.assertIn("verified: ", self.ledger(server, "verify"))
        self.assertEqual(server.get("/checkpoint")[2], self.ledger(server, "checkpoint"))
        shown = json.loads(self.ledger(server, "show", record, "--json"))
        self.assertEqual((shown["verdict"], shown["reason"], shown["caller"]), ("block", "line-unknown", CALLER))
        found = json.loads(self.ledger(server, "find", "--to", CALLEE, "--json"))
        self.assertEqual((found["record"], found["callee"]), (record, CALLEE))

    def test_the_same_without_a_server(self):
        server, records = self.asked(3)
        key = self.ledger(server, "key").strip()
        for record in records:
            receipt = self.file("receipt", self.ledger(server, "prove", record))
            answer = json.loads(menshen.run("ledger", "verify", "--receipt", receipt, "--key", key, "--json")[1])
            self.assertEqual((answer["ok"], answer["index"]), (True, int(record.rsplit("_", 1)[1])))
        self.assertEqual(len(self.ledger(server, "find", "--from", CALLER, "--json").splitlines()), 3)
        size = json.loads(self.ledger(server, "checkpoint", "--json"))["size"]
        growth = self.ledger(server, "prove", "--from", "1").splitlines()
        self.assertEqual(growth[0], "old 1")
        self.assertIn(str(size), growth)

    def test_what_is_not_there(self):
        server, records = self.asked(1)
        log = records[0].rsplit("_", 1)[0]
        self.ledger(server, "show", log + "_999", code=5)
        self.ledger(server, "prove", log + "_999", code=5)
        self.ledger(server, "prove", "rec_00000000_0", code=5)
        self.ledger(server, "prove", "--from", "999", code=5)
        self.ledger(server, "find", "--from", "+8613700137000", code=5)
        self.ledger(server, "prove", code=2)
        self.ledger(server, "prove", records[0], "--from", "1", code=2)
        self.ledger(server, "show", "record", code=2)
        self.ledger(server, "verify", "--key", "nonsense", code=2)
        code, _, err = menshen.run("ledger", "verify", data=self.path("empty"))
        self.assertEqual(code, 5)
        self.assertIn("there is no ledger", err)

    def test_a_facts_record_says_which_it_is(self):
        server, records = self.asked(1)
        released = json.loads(server.run("number", "release", CALLER, "--for", "1h", "--reason", "r", "--json")[1])
        log = records[0].rsplit("_", 1)[0]
        server.call(CALLER, CALLEE, LINE)  # a record behind it: by then it is in the log
        shown = []
        for index in range(100):
            code, out, _ = server.run("ledger", "show", f"{log}_{index}", "--json")
            if code == 5:
                break
            shown.append(json.loads(out))
        facts = [(r["journal"], r["fact"]) for r in shown if r["kind"] == "fact"]
        self.assertIn((released["journal"], "orders"), facts)
        self.assertTrue(all(r["entered"] for r in shown if r["kind"] == "fact"))

    def test_tiles_without_a_checkpoint_are_a_fault(self):
        server, _ = self.asked(2)
        os.unlink(self.shard(server, "checkpoint"))
        for args in (), (self.shard(server),):
            code, out, err = server.run("ledger", "verify", "--json", *args)
            self.assertEqual(code, 1, out + err)
            self.assertIn("tiles but no checkpoint", err)
            self.assertEqual(json.loads(out)["place"], "checkpoint")

    def test_a_copy_is_verified_with_the_key_alone(self):
        server, _ = self.asked(2)
        key = self.ledger(server, "key").strip()
        shutil.copytree(self.shard(server), self.path("copy"))
        out = menshen.run("ledger", "verify", self.path("copy"), "--key", key, data=self.path("nowhere"))
        self.assertEqual(out[0], 0, out)
        name = key.split("+")[0]
        other = name + "+00000000+" + key.rsplit("+", 1)[1]
        self.assertEqual(menshen.run("ledger", "verify", self.path("copy"), "--key", other)[0], 2)

    def test_a_changed_byte_anywhere_is_found(self):
        server, _ = self.asked(5)
        self.ledger(server, "verify")
        files = [os.path.relpath(os.path.join(at, f), self.shard(server))
                 for at, _, names in os.walk(self.shard(server)) for f in names]
        self.assertGreaterEqual(len(files), 3)
        for name in files:
            path = self.shard(server, name)
            with open(path, "rb") as f:
                good = f.read()
            for at in sorted({0, len(good) - 1, *random.sample(range(len(good)), min(6, len(good)))}):
                with self.subTest(file=name, byte=at):
                    bad = bytearray(good)
                    bad[at] ^= 1 << random.randrange(8)
                    with open(path, "wb") as f:
                        f.write(bad)
                    code, out, err = server.run("ledger", "verify", "--json")
                    self.assertEqual(code, 1, out + err)
                    self.assertIn(name, err)
                    fault = json.loads(out)
                    self.assertEqual((fault["ok"], fault["place"]), (False, name))
            with open(path, "wb") as f:
                f.write(good)
        self.ledger(server, "verify")

    def test_a_changed_receipt_proves_nothing(self):
        server, records = self.asked(3)
        key = self.ledger(server, "key").strip()
        lines = self.ledger(server, "prove", records[1]).split("\n")
        entry = bytearray(base64.b64decode(lines[1].split()[1]))
        entry[-1] ^= 1
        lines[1] = "extra " + base64.b64encode(entry).decode()
        receipt = self.file("receipt", "\n".join(lines))
        code, _, err = menshen.run("ledger", "verify", "--receipt", receipt, "--key", key)
        self.assertEqual(code, 1)
        self.assertIn("does not lead", err)

    def test_a_fork_is_found_with_a_kept_checkpoint(self):
        server, _ = self.asked(2)
        shutil.copytree(server.data, self.path("old"))
        server.start()
        server.call(CALLER, CALLEE, LINE)
        server.stop()
        kept = self.file("kept", self.ledger(server, "checkpoint"))
        self.ledger(server, "verify", "--since", kept)

        restored = self.server("old", sip=False)  # an old backup goes on as if nothing had been
        for _ in range(5):
            restored.call(CALLEE, CALLER, LINE)
        self.assertEqual(restored.stop(), 0)
        self.ledger(restored, "verify")
        out = self.ledger(restored, "verify", "--since", kept, code=1)
        self.assertIn("forked", out)


if __name__ == "__main__":
    unittest.main()
