"""menshen import: what a user types, sees and gets, with and without a server."""
import base64
import contextlib
import json
import os
import shutil
import signal
import sqlite3
import stat
import subprocess

import facts
import menshen

REFUSALS = "number,organisation,at\n{},org_insurer,2026-01-02\n"
PREFERENCES = "number,sectors,classes,hours,block,allow\n"


class Import(menshen.Case):
    def setUp(self):
        super().setUp()
        self.data = self.path("data")

    def organisations(self):
        path = self.file("organisations.csv", facts.FILES["organisations"])
        self.run_ok("import", "organisations", path, data=self.data)

    def counts(self, out):
        answer = json.loads(out)
        return answer["read"], answer["written"], answer["unchanged"], answer["skipped"]

    def test_again_changes_nothing_and_a_change_updates(self):
        path = self.file("o.csv", facts.FILES["organisations"])
        out = self.run_ok("import", "organisations", path, "--json", data=self.data)
        self.assertEqual(self.counts(out), (2, 2, 0, 0))
        out = self.run_ok("import", "organisations", path, "--json", data=self.data)
        self.assertEqual(self.counts(out), (2, 0, 2, 0))
        path = self.file("o.csv", facts.FILES["organisations"].replace("Test Insurer", "Other Insurer"))
        out = self.run_ok("import", "organisations", path, data=self.data)
        self.assertEqual(out, "organisations: 2 rows read, 1 written, 1 unchanged, 0 skipped\n")

    def test_a_bad_row_is_skipped_and_makes_exit_7(self):
        path = self.file("p.csv", PREFERENCES + "13800138000,,,,,\n1.38E+10,,,,,\n13800138001,,,9-12,,\n")
        code, out, err = menshen.run("import", "preferences", path, "--json", data=self.data)
        self.assertEqual(code, 7, err)
        self.assertEqual(self.counts(out), (3, 1, 0, 2))
        self.assertIn("p.csv:3:1: number: 1.38E+10 is a number that a spreadsheet rounded", err)
        self.assertIn("p.csv:4:15: hours: not a time of day", err)
        self.assertNotIn("13800138001", err)

    def test_strict_stores_nothing(self):
        path = self.file("p.csv", PREFERENCES + "13800138000,,,,,\nnobody,,,,,\n")
        code, out, err = menshen.run("import", "preferences", path, "--strict", data=self.data)
        self.assertEqual(code, 1, err)
        self.assertIn("nothing was imported", err)
        path = self.file("p.csv", PREFERENCES + "13800138000,,,,,\n")
        out = self.run_ok("import", "preferences", path, "--strict", "--json", data=self.data)
        self.assertEqual(self.counts(out), (1, 1, 0, 0))

    def test_wrong_files_and_words(self):
        for arguments, code, words in [
            (("cdr", "x.csv"), 2, "does not import cdr yet"),
            (("colours", "x.csv"), 2, "the kinds are: organisations staff ranges"),
            (("lines",), 2, ""),
            (("lines", self.path("none.csv")), 5, "none.csv"),
            (("lines", self.file("empty.csv", "")), 1, "empty; expected a line that names the columns"),
            (("lines", self.file("head.csv", "id,name\n")), 1, "head.csv:1:1: the column organisation is missing"),
            (("lines", self.path("none.csv"), "--encoding", "latin1"), 2, "gb18030"),
            (("lines", self.path("none.csv"), "--from-line", "x"), 2, "line number"),
            (("lines", self.path("none.csv"), "--copy-of", "x"), 2, "preferences"),
        ]:
            with self.subTest(arguments=arguments):
                got, out, err = menshen.run("import", *arguments, data=self.data)
                self.assertEqual(got, code, err)
                self.assertIn(words, err)

    def test_chinese_encoding_and_standard_input(self):
        path = self.file("o.csv", "id,name,kind,sector,licence,region,status\norg_a,红线,agency,matchmaking,,,active\n",
                         encoding="gb18030")
        self.run_ok("import", "organisations", path, "--encoding", "gb18030", "--strict", data=self.data)
        code, out, err = menshen.run("import", "organisations", path, data=self.data)
        self.assertEqual(code, 7)
        self.assertIn("o.csv:2:", err)
        out = self.run_ok("import", "organisations", "-", "--json", data=self.data,
                          stdin="\ufeffid,name,kind,sector,licence,region,status\r\norg_a,红线,agency,matchmaking,,,active\r\n")
        self.assertEqual(self.counts(out), (1, 0, 1, 0))

    def test_an_incomplete_line_enters_inactive(self):
        self.organisations()
        path = self.file("l.csv", "id,organisation,carrier,location,purpose,callers,peers,documents,status\n"
                         "lin_a,org_insurer,org_carrier,Shanghai,marketing,95500,,licence;permit;plan,active\n")
        code, out, err = menshen.run("import", "lines", path, data=self.data)
        self.assertEqual(code, 0, err)
        self.assertIn("imported inactive: missing documents number-certificate, filing", err)

    def test_a_missing_organisation_is_named(self):
        path = self.file("r.csv", REFUSALS.format("13800138000"))
        code, out, err = menshen.run("import", "refusals", path, data=self.data)
        self.assertEqual(code, 7)
        self.assertIn('r.csv:2:13: organisation: "org_insurer" is not among the organisations', err)

    def written(self):
        with contextlib.closing(sqlite3.connect(f"file:{self.data}/menshen.db?mode=ro", uri=True)) as db:
            return db.execute("SELECT count(*) FROM preferences").fetchone()[0]

    def test_interrupted_and_continued(self):
        rows = 60000
        path = self.file("p.csv", PREFERENCES + "".join(f"138{n:08d},,,,,\n" for n in range(rows)))
        pipe = self.path("pipe")
        os.mkfifo(pipe)
        p = subprocess.Popen([menshen.BINARY, "import", "preferences", pipe, "--json", "-d", self.data],
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            with open(path) as whole, open(pipe, "w") as feed:
                for n, line in enumerate(whole):
                    if n == 35000:
                        feed.flush()
                        menshen.until(self.written, 60, "a chunk is written")
                        p.send_signal(signal.SIGINT)
                    feed.write(line)
        except BrokenPipeError:
            pass  # it stopped reading, as it should
        out, err = p.communicate(timeout=60)
        self.assertEqual(p.returncode, 7, err)
        answer = json.loads(out)
        self.assertEqual(answer["written"] % 10000, 0)
        self.assertGreater(answer["written"], 0)
        self.assertLess(answer["written"], rows)
        go_on = f"--from-line {answer['line'] + 1}"
        self.assertIn(go_on, err)
        out = self.run_ok("import", "preferences", path, "--json", *go_on.split(), data=self.data)
        self.assertEqual(self.counts(out), (rows - answer["written"], rows - answer["written"], 0, 0))

    def test_killed_in_the_middle_leaves_whole_chunks(self):
        rows = 60000
        path = self.file("p.csv", PREFERENCES + "".join(f"138{n:08d},,,,,\n" for n in range(rows)))
        p = subprocess.Popen([menshen.BINARY, "import", "preferences", path, "-d", self.data],
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        database = os.path.join(self.data, "menshen.db-wal")
        menshen.until(lambda: os.path.exists(database) and os.path.getsize(database) > 3_000_000
                      or p.poll() is not None, 30, "the import writes")
        p.kill()
        p.wait()
        out = self.run_ok("import", "preferences", path, "--json", data=self.data)
        read, written, unchanged, skipped = self.counts(out)
        self.assertEqual((read, skipped), (rows, 0))
        self.assertEqual(written + unchanged, rows)
        self.assertEqual(unchanged % 10000, 0)

    def test_what_is_imported_acts_in_the_running_server(self):
        server = self.server(config=self.file("c.yaml", facts.config(self)), sip=False)
        facts.load(self, server.data, people=2)
        ask = ("95500", facts.callee(0), facts.SALES_LINE, "--campaign", facts.CAMPAIGN)
        self.assertEqual(server.call(*ask)["verdict"], "allow")
        path = self.file("r.csv", REFUSALS.format(facts.callee(0)))
        self.assertEqual(server.run("import", "refusals", path)[0], 0)
        answer = server.call(*ask)
        self.assertEqual((answer["verdict"], answer["reason"]), ("block", "refused"))
        # A consent that comes later does not lift it.
        facts.load(self, server.data, people=2)
        self.assertEqual(server.call(*ask)["reason"], "refused")


PERSONS = "id,organisation,number,name,pool,district,school,property,chat\n"
LIN = "per_lin,org_agency,+86 138-0013-8000,林黛玉,store,徐汇区,Fudan University,两居室,see you at eight\n"
XUE = "per_xue,org_agency,13800138001,Xue Baochai,city,Jing'an West,,,\n"
SECRETS = ["13800138000", "8613800138000", "138-0013-8000", "13800138001", "林黛玉", "徐汇区", "Fudan Univ", "两居室",
           "see you at", "Xue Baochai", "Baochai", "Jing'an West"]


class Persons(menshen.Case):
    def setUp(self):
        super().setUp()
        self.data = self.path("data")

    def organisation(self):
        path = self.file("organisations.csv", "id,name,kind,sector,licence,region,status\n"
                         "org_agency,Red Thread,agency,matchmaking,,31,active\n"
                         "org_other,Blue Thread,agency,matchmaking,,31,active\n")
        self.run_ok("import", "organisations", path, data=self.data)

    def load(self, content, code=0, name="persons.csv", **options):
        path = self.file(name, content, **options)
        got, out, err = menshen.run("import", "persons", path, "--json",
                                    *(["--encoding", options["encoding"]] if options else []), data=self.data)
        self.assertEqual(got, code, err)
        answer = json.loads(out) if out else {}
        return [answer.get(k) for k in ("read", "written", "unchanged", "skipped")], err

    def rows(self, sql):
        with contextlib.closing(sqlite3.connect(f"file:{self.data}/menshen.db?mode=ro", uri=True)) as db:
            return db.execute(sql).fetchall()

    def test_the_master_key_is_replaced_with_and_without_a_server(self):
        self.organisation()
        self.load(PERSONS + LIN + XUE)
        master = os.path.join(self.data, "keys/master")
        keys = []
        server = self.server("data", start=False)
        for work in (server.start, server.stop):
            work()
            with open(master, "rb") as f:
                keys.append(f.read())
            self.assertEqual(json.loads(self.run_ok("keys", "rotate", "--json", data=self.data)), {"keys": 6})
            with open(master, "rb") as f:
                self.assertNotIn(f.read(), keys)
            # What is kept opens as before: the same again changes nothing.
            self.assertEqual(self.load(PERSONS + LIN + XUE)[0], [2, 0, 2, 0])
        self.assertEqual(self.rows("SELECT actor, subject FROM journal WHERE kind = 'keys'"),
                         [(f"host:{os.getuid()}", "rotate")] * 2)

    def assert_nowhere(self, *more):
        """No secret in any file of the data folder, in any encoding that menshen writes, nor in what was said."""
        files = [os.path.join(where, name) for where, _, names in os.walk(self.data) for name in names]
        if os.path.exists(self.data + ".log"):
            files.append(self.data + ".log")
        self.assertTrue(any(f.endswith("menshen.db") for f in files))
        self.assertTrue(any("/ledger/" in f for f in files))
        for path in files:
            if stat.S_ISREG(os.stat(path).st_mode):
                with open(path, "rb") as f:
                    content = f.read()
                for secret in SECRETS:
                    for form in (secret.encode(), secret.encode("gb18030"), base64.b64encode(secret.encode())):
                        self.assertFalse(form in content, f"{secret} is in {path}")
        for text in more:
            for secret in SECRETS:
                self.assertNotIn(secret, text)

    def test_members_come_in_and_nothing_of_them_is_readable(self):
        self.organisation()
        counts, err = self.load(PERSONS + LIN + XUE)
        self.assertEqual(counts, [2, 2, 0, 0])
        self.assertIn('the column "chat" is sealed to officers, and no officer\'s key is registered', err)
        self.assertEqual(self.load(PERSONS + LIN + XUE)[0], [2, 0, 2, 0])
        self.assertEqual(self.load(PERSONS + LIN.replace("Fudan", "Tongji") + XUE)[0], [2, 1, 1, 0])
        self.assertEqual(self.rows("SELECT id, pool, version FROM members ORDER BY id"),
                         [("per_lin", "store", 1), ("per_xue", "city", 1)])
        for alias, in self.rows("SELECT alias FROM members"):
            self.assertRegex(alias, "^.-[0-9]{4}$")
        self.assertEqual(len(self.rows("SELECT * FROM vault WHERE person = 'per_lin'")), 4)
        self.assertEqual(len(self.rows("SELECT * FROM member_links")), 2)
        self.assert_nowhere()
        for name in ("persons", "master", "link", "persons.lock"):
            self.assertEqual(os.stat(f"{self.data}/keys/{name}").st_mode & 0o777, 0o600, name)

    def officer(self):
        """A desk whose key chats are sealed to; its private half, which is in no file of the data folder."""
        self.run_ok("import", "organisations", self.file("desk.csv", "id,name,kind,sector,licence,region,status\n"
                    "org_union,Union,association,,,31,active\n"), data=self.data)
        self.run_ok("import", "staff", self.file("staff.csv", "id,organisation,name,role,login,certificate,status\n"
                    "stf_desk,org_union,Desk,officer,,,active\nstf_boss,org_agency,Boss,manager,,,active\n"), data=self.data)
        key = self.path("desk.key")
        self.run_ok("user", "officer-key", "stf_desk", "--key-file", key, data=self.data)
        self.assertEqual(os.stat(key).st_mode & 0o777, 0o600)
        return key

    def test_chats_come_in_sealed_to_an_officer(self):
        self.organisation()
        key = self.officer()
        counts, err = self.load(PERSONS + LIN + XUE)
        self.assertEqual((counts, err), ([2, 2, 0, 0], ""))
        self.assertEqual(self.load(PERSONS + LIN + XUE)[0], [2, 1, 1, 0])  # nobody can tell that it is the same
        self.assertEqual(len(self.rows("SELECT * FROM vault WHERE person = 'per_lin'")), 5)
        self.assert_nowhere()
        with open(key, "rb") as f:
            private = f.read()
        self.assertEqual(len(private), 32)
        for where, _, names in os.walk(self.data):
            for name in names:
                path = os.path.join(where, name)
                if stat.S_ISREG(os.stat(path).st_mode):
                    with open(path, "rb") as f:
                        content = f.read()
                    for form in (private, base64.b64encode(private)):
                        self.assertNotIn(form, content, path)
        # Nobody of an agency holds such a key.
        code, _, err = menshen.run("user", "officer-key", "stf_boss", "--key-file", self.path("boss.key"), data=self.data)
        self.assertNotEqual(code, 0)
        self.assertIn("never of an agency", err)

    def test_bad_rows(self):
        self.organisation()
        self.officer()
        self.load(PERSONS + XUE)
        counts, err = self.load(PERSONS + LIN + "per_a,org_agency,13800138001 x,Xue,store,,,,\n"
                                "per_b,org_none,13800138001,Xue,store,,,,\n"
                                "per_c,org_agency,13800138001,Xue,attic,,,,\n"
                                "per_d,org_agency,13800138001,Xue,store,Fudan\x07,,,\n"
                                "per_e,org_agency,13800138001,Xue,store,,,," + "Fudan" * 801 + "\n"
                                "per_xue,org_other,13800138001,Xue,store,,,,\n", code=7)
        self.assertEqual(counts, [7, 1, 0, 6])
        for words in ("persons.csv:3:18: number: not a telephone number", 'persons.csv:4:7: organisation: "org_none"',
                      "persons.csv:5:34: pool: ", "persons.csv:6:40: district: a control character",
                      "persons.csv:7:43: chat: 4005 bytes; expected at most 4000",
                      "persons.csv:8:1: id: is a member of another organisation"):
            self.assertIn(words, err)
        self.assert_nowhere(err)
        code, out, err = menshen.run("import", "persons", self.file("n.csv", "id,organisation,name,pool\n"), data=self.data)
        self.assertEqual(code, 1)
        self.assertIn("the column number is missing", err)
        counts, err = self.load("id,organisation,number,name,pool,shoe_size\nper_z,org_agency,13800138002,,,38\n")
        self.assertEqual(counts, [1, 1, 0, 0])
        self.assertIn('the column "shoe_size" is unknown and kept out', err)

    def test_chinese_encoding(self):
        self.organisation()
        self.assertEqual(self.load(PERSONS + LIN, encoding="gb18030")[0], [1, 1, 0, 0])
        self.assertEqual(self.load(PERSONS + LIN)[0], [1, 0, 1, 0])
        self.assert_nowhere()

    def test_beside_a_running_server(self):
        server = self.server(sip=False)
        self.data = server.data
        self.organisation()
        self.officer()
        self.assertEqual(self.load(PERSONS + XUE)[0], [1, 1, 0, 0])
        # Two at a time: each makes keys in the same file.
        files = [self.file(f"{n}.csv", PERSONS + "".join(f"per_{n}_{i},org_agency,139{n}{i:07d},Lin,store,,,,\n"
                                                         for i in range(1500))) for n in range(2)]
        both = [subprocess.Popen([menshen.BINARY, "import", "persons", f, "-d", self.data], stdout=subprocess.PIPE,
                                 stderr=subprocess.PIPE, text=True) for f in files]
        for p in both:
            out, err = p.communicate(timeout=120)
            self.assertEqual((p.returncode, err), (0, ""))
            self.assertIn("1500 written", out)
        for f in files:
            out = self.run_ok("import", "persons", f, data=self.data)
            self.assertIn("0 written, 1500 unchanged", out)
        self.assertEqual(server.stop(), 0)
        self.assert_nowhere(server.messages())
        self.assertEqual(self.load(PERSONS + XUE)[0], [1, 0, 1, 0])
        self.run_ok("ledger", "verify", data=self.data)
        self.assert_nowhere()

    def test_without_the_keys_nothing_is_taken(self):
        self.organisation()
        self.load(PERSONS + LIN)
        os.remove(self.data + "/keys/master")
        code, out, err = menshen.run("import", "persons", self.file("x.csv", PERSONS + XUE), data=self.data)
        self.assertNotEqual(code, 0)
        self.assertIn("keys/master: the master key is missing", err)
        self.assertEqual(len(self.rows("SELECT * FROM members")), 1)


class OlderCopy(menshen.Case):
    def test_a_database_that_lost_recorded_rows_is_refused(self):
        data = self.path("data")
        head = "id,name,kind,sector,licence,region,status\n"
        first = self.file("one.csv", head + "org_one,One,enterprise,retail,A,31,active\n")
        second = self.file("two.csv", head + "org_two,Two,enterprise,retail,A,31,active\n")
        self.run_ok("import", "organisations", first, data=data)
        shutil.copy(data + "/menshen.db", self.path("older.db"))
        self.run_ok("import", "organisations", second, data=data)
        shutil.copy(self.path("older.db"), data + "/menshen.db")
        for command in (["import", "organisations", second],
                        ["call", "--from", "95188", "--to", "13800000001", "--line", "lin_x"]):
            code, out, err = menshen.run(*command, data=data)
            self.assertEqual(code, 1, out + err)
            self.assertIn("older copy", err)


if __name__ == "__main__":
    menshen.unittest.main()
