"""A full and a read-only disk: no answer without a record, a clear message, recovery without a restart.

Runs in a mount namespace of its own, so that its small tmpfs is seen by nobody else
and is gone with the test.
"""
import json
import os
import socket
import subprocess
import sys
import time
import unittest

import facts
import menshen
import sip

MEGABYTE = 1 << 20


class Disk(menshen.Case):
    def setUp(self):
        super().setUp()
        self.disk = self.path("disk")
        os.mkdir(self.disk)
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=96m", "menshen-test", self.disk], check=True)
        self.addCleanup(lambda: subprocess.run(["umount", "-l", self.disk], check=False))

    def fill(self):
        """Leave no room at all."""
        path = os.path.join(self.disk, "filler")
        with open(path, "wb", buffering=0) as f:
            for size in (MEGABYTE, 4096, 1):
                try:
                    while True:
                        f.write(b"\0" * size)
                except OSError:
                    pass
        return path

    def test_full_then_room_again(self):
        server = self.server("disk/data", start=False, config=self.file("config.yaml", facts.config(self)))
        server.log_path = self.path("server.log")
        facts.load(self, server.data, people=50)
        server.start()
        client = sip.Client(server.sip_port)
        self.addCleanup(client.close)

        def ask(n):
            return client.invite(f"+86138{n // 100000:03d}{n % 100000:05d}", "+8613700000001", facts.PERSON_LINE)

        self.assertTrue(ask(0).record)
        filler = self.fill()
        # The log has room of its own, set aside; when that is used up, no record can be made.
        failed = None
        for n in range(1, 400000):
            answer = ask(n)
            self.assertIsNotNone(answer, "every call is answered")
            if not answer.record:
                failed = answer
                break
        self.assertIsNotNone(failed, "the disk was never full for the log")
        # Not commercial: configured to ring without a record; 404 is "no objection".
        self.assertEqual(failed.code, 404)
        blocked = client.invite(facts.SALES_NUMBER, facts.callee(1), facts.SALES_LINE, facts.CAMPAIGN)
        self.assertEqual((blocked.code, blocked.record), (603, ""))
        self.assertEqual(client.invite("+8613800000001", "110", facts.PERSON_LINE).code, 404)
        self.assertEqual(server.get("/readyz")[0], 503)
        self.assertRegex(server.messages(), "until there is room on the disk")

        os.remove(filler)
        menshen.until(lambda: ask(500000).record, 15, "records are made again once there is room")
        menshen.until(lambda: server.get("/readyz")[0] == 200, 15, "ready again")
        self.assertEqual(server.stop(), 0)
        code, out, err = server.run("ledger", "verify")
        self.assertEqual(code, 0, out + err)
        server.start()
        self.assertTrue(ask(500001).record)

    def test_no_row_of_a_list_is_answered_without_its_record(self):
        server = self.server("disk/data", start=False, config=self.file("config.yaml", facts.config(self)))
        server.log_path = self.path("server.log")
        facts.load(self, server.data, people=50)
        server.start()
        with socket.socket(socket.AF_UNIX) as s:
            s.connect(os.path.join(server.data, "menshen.sock"))
            lines = s.makefile("rw")

            def ask(**request):
                lines.write(json.dumps(request) + "\n")
                lines.flush()
                return json.loads(lines.readline())

            def begin():
                return ask(do="scrub-begin", caller=facts.SALES_NUMBER, line=facts.SALES_LINE, campaign=facts.CAMPAIGN)
            self.assertEqual(begin(), {})
            filler, answered = self.fill(), 0
            for first in range(0, 10000000, 1000):
                numbers = [f"+86138{n:08d}" for n in range(first, first + 1000)]
                answer = ask(do="scrub-rows", numbers=numbers)
                if "error" in answer:
                    break
                answered = first + 1000
            self.assertIn("error", answer)
            self.assertNotIn("rows", answer)
            self.assertEqual(ask(do="scrub-end", input="0" * 64, output="0" * 64)["error"], "invalid")
            os.remove(filler)
            menshen.until(lambda: begin() == {} and
                          "rows" in ask(do="scrub-rows", numbers=["+8613899999999"]), 15, "rows are answered again")
        code, out, err = server.run("ledger", "find", "--to", "+8613899999999", "--json")
        self.assertEqual(code, 0, out + err)
        for n in {0, answered // 2, answered - 1} if answered else ():
            self.assertEqual(server.run("ledger", "find", "--to", f"+86138{n:08d}")[0], 0, n)
        self.assertEqual(server.stop(), 0)
        code, out, err = server.run("ledger", "verify")
        self.assertEqual(code, 0, out + err)

    def test_read_only(self):
        data = os.path.join(self.disk, "data")
        facts.load(self, data, people=1)
        subprocess.run(["mount", "-o", "remount,ro", self.disk], check=True)
        for command in (["serve", "--http", "127.0.0.1:0", "--sip", ""],
                        ["call", "--from", "+8613800000001", "--to", "+8613700000001", "--line", facts.PERSON_LINE]):
            code, out, err = menshen.run(*command, data=data, timeout=30)
            self.assertEqual(code, 1, out + err)
            self.assertRegex(err, "(?i)read-only")
            self.assertNotIn("allow", out)


if __name__ == "__main__":
    if os.environ.get("MENSHEN_NAMESPACE") != "own":
        os.environ["MENSHEN_NAMESPACE"] = "own"
        flags = ["--mount"] if os.getuid() == 0 else ["--mount", "--user", "--map-root-user"]
        os.execvp("unshare", ["unshare", *flags, sys.executable, os.path.abspath(__file__)])
    unittest.main()
