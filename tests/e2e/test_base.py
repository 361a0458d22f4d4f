"""A nation's preferences, as a file beneath what people say: imported, in force, interrupted, lost."""
import contextlib
import json
import os
import random
import resource
import signal
import subprocess
import time

import facts
import menshen

HEAD = "number,sectors,classes,hours,block,allow\n"
PEOPLE = 3000
ALLOW = ("95500", facts.SALES_LINE, "--campaign", facts.CAMPAIGN, "--dry-run")


def nation(people=PEOPLE, refusing=1, seed=1):
    """Every `refusing`-th refuses insurances, and one of a hundred has a list of her own."""
    rows = []
    for n in range(people):
        sectors = "finance.insurance" if n % refusing == 0 else ""
        block = "95501" if n % 100 == 7 else ""
        rows.append(f"+86139{n:08d},{sectors},,,{block},\n")
    random.Random(seed).shuffle(rows)
    return HEAD + "".join(rows)


def read_from(pid, path):
    """How far a program has read a file, in bytes."""
    folder = f"/proc/{pid}/fd"
    with contextlib.suppress(OSError):
        for fd in os.listdir(folder):
            if os.path.realpath(os.path.join(folder, fd)) == os.path.realpath(path):
                with open(f"/proc/{pid}/fdinfo/{fd}") as f:
                    return int(f.readline().split()[1])
    return 0


class Base(menshen.Case):
    def setUp(self):
        super().setUp()
        self.node = self.server(config=self.file("c.yaml", facts.config(self)), sip=False)
        facts.load(self, self.node.data, people=4)

    def verdict(self, n):
        # Without a server the command judges itself, and needs the open hours, too.
        answer = self.node.call(ALLOW[0], facts.callee(n), *ALLOW[1:], "--config", self.node.config)
        return answer["verdict"], answer["reason"]

    def files(self):
        return sorted(os.listdir(os.path.join(self.node.data, "base")))

    def lay(self, text, *more):
        return self.node.run("import", "preferences", self.file("nation.csv", text), "--base", "--json", *more)

    def good(self, text, *more):
        code, out, err = self.lay(text, *more)
        self.assertEqual(code, 0, err)
        return json.loads(out), err

    def test_it_is_in_force_at_once_and_after_a_restart(self):
        self.assertEqual(self.verdict(0), ("allow", "allowed"))
        result, err = self.good(nation())
        self.assertEqual((result["read"], result["written"], result["skipped"]), (PEOPLE, PEOPLE, 0))
        self.assertIn(f"the base holds {PEOPLE} numbers", err)
        self.assertEqual(self.verdict(0), ("block", "sector-refused"))
        self.assertEqual(self.verdict(3), ("block", "sector-refused"))
        self.node.stop()
        self.node.start()
        self.assertEqual(self.verdict(0), ("block", "sector-refused"))
        # What she says herself stands over it, and stays so under the next one, which takes the former's place.
        own = self.file("own.csv", HEAD + f"{facts.callee(0)},,,,,\n")
        self.assertEqual(self.node.run("import", "preferences", own)[0], 0)
        self.assertEqual(self.verdict(0), ("allow", "allowed"))
        former = self.files()
        self.assertEqual(len(former), 1)
        self.good(nation(refusing=3))
        self.assertEqual(len(self.files()), 1)
        self.assertNotEqual(self.files(), former)
        self.assertEqual([self.verdict(n)[0] for n in range(4)], ["allow", "allow", "allow", "block"])
        self.node.stop()
        self.node.start()
        self.assertEqual([self.verdict(n)[0] for n in range(4)], ["allow", "allow", "allow", "block"])

    def test_the_same_rows_are_the_same_file(self):
        files = []
        for seed, copied in (1, "2026-01-01"), (1, "2026-01-01"), (1, "2026-01-02"), (2, "2026-01-01"):
            self.good(nation(seed=seed), "--copied-at", copied)
            files += self.files()
        self.assertEqual(files[0], files[1])
        self.assertEqual(len(set(files)), 3)
        mode = os.stat(os.path.join(self.node.data, "base", files[-1])).st_mode
        self.assertEqual(mode & 0o777, 0o600)

    def test_bad_rows_are_left_out_or_refuse_it(self):
        text = nation(10) + "1.38E+10,,,,,\n"
        code, _, err = self.lay(text, "--strict")
        self.assertEqual(code, 1, err)
        self.assertIn("nation.csv:12:1", err)
        self.assertEqual(self.verdict(0), ("allow", "allowed"))
        code, out, err = self.lay(text)
        self.assertEqual((code, json.loads(out)["skipped"]), (7, 1), err)
        self.assertEqual(self.verdict(0), ("block", "sector-refused"))

    def test_what_it_is_not_for(self):
        path = self.file("o.csv", facts.FILES["organisations"])
        for arguments, words in [(("organisations", path, "--base"), "--base is for preferences"),
                                 (("preferences", path, "--base", "--from-line", "2"), "goes on by itself")]:
            code, _, err = self.node.run("import", *arguments)
            self.assertEqual(code, 2, err)
            self.assertIn(words, err)

    def test_it_goes_on_where_it_was_interrupted(self):
        path = self.file("nation.csv", nation(400000))
        p = subprocess.Popen([menshen.BINARY, "import", "preferences", path, "--base", "-d", self.node.data],
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        while p.poll() is None and read_from(p.pid, path) < 1 << 20:
            time.sleep(0.001)
        p.send_signal(signal.SIGINT)
        _, err = p.communicate(timeout=60)
        self.assertIn("the same command goes on there", err)
        self.assertEqual(p.returncode, 1, err)
        self.assertEqual(self.verdict(0), ("allow", "allowed"))
        code, out, err = self.node.run("import", "preferences", path, "--base")
        self.assertEqual(code, 0, err)
        self.assertIn("going on behind line", err)
        self.assertIn("the base holds 400000 numbers", err)
        self.assertEqual(self.verdict(0), ("block", "sector-refused"))
        self.assertEqual(len(self.files()), 1)

    def test_without_room_on_the_disk_nothing_changes(self):
        def small():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (2 << 20, resource.RLIM_INFINITY))
        path = self.file("nation.csv", nation())
        p = subprocess.run([menshen.BINARY, "import", "preferences", path, "--base", "-d", self.node.data],
                           capture_output=True, text=True, preexec_fn=small, timeout=60)
        self.assertNotEqual(p.returncode, 0)
        self.assertIn("base", p.stderr)
        self.assertEqual(self.verdict(0), ("allow", "allowed"))
        self.good(nation())
        self.assertEqual(self.verdict(0), ("block", "sector-refused"))

    def test_a_lost_or_damaged_file_is_not_taken_for_none(self):
        self.good(nation())
        self.node.stop()
        path = os.path.join(self.node.data, "base", self.files()[0])
        state, _ = self.doctor()
        self.assertEqual(state, "ok")
        os.rename(path, path + ".away")
        with open(path + ".away", "rb") as f:
            whole = f.read()
        self.assertEqual(self.doctor()[0], "wrong")
        self.assertEqual(self.verdict(3), ("block", "registry-stale"))
        self.node.start()
        self.assertEqual(self.verdict(3), ("block", "registry-stale"))
        self.assertIn("is not there or cannot be opened; bring it", self.node.messages())
        # It is found as soon as it is there.
        os.rename(path + ".away", path)
        menshen.until(lambda: self.verdict(3)[1] == "sector-refused", 20, "the file is in force again")
        self.node.stop()
        for place, stale in (100, True), (700000, False):
            with open(path, "wb") as f:
                f.write(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1:])
            state, text = self.doctor()
            self.assertEqual(state, "wrong", text)
            self.assertEqual(self.verdict(3)[1] == "registry-stale", stale)
        self.assertIn(": damaged between bytes 4096 and 1052672", text)
        # And made anew, also when no server runs.
        self.good(nation())
        self.assertEqual(self.doctor()[0], "ok")
        self.node.start()
        self.assertEqual(self.verdict(3), ("block", "sector-refused"))

    def doctor(self):
        code, out, err = self.node.run("doctor", "--json")
        return next((f["state"], f["what"]) for f in json.loads(out)["findings"] if f["about"] == "preferences")


if __name__ == "__main__":
    menshen.unittest.main()
