"""First run: the link that a server prints where nobody can sign in, and the account it makes."""
import json
import os
import re
import shutil
import sqlite3
import stat
import tempfile
import threading
import time

import menshen
from members import code

PASSWORD = "correct horse battery"
BODY = {"organisation": {"name": "安居", "kind": "agency", "sector": "matchmaking", "region": "CN-33"},
        "name": "李娟", "login": "li@anju", "password": PASSWORD}


class Setup(menshen.Case):
    def setUp(self):
        super().setUp()
        self.folder = tempfile.mkdtemp(prefix="menshen-test-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.place = menshen.Server(self.folder + "/data", sip=False).start()
        self.addCleanup(self.place.stop)

    def link(self):
        """(the file's path, its token), after a look at both places where it stands."""
        path = self.place.data + "/setup-link"
        with open(path) as f:
            text = f.read().strip()
        self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)
        found = re.fullmatch(rf"http://127\.0\.0\.1:{self.place.http_port}/setup#([A-Za-z0-9_-]{{43}})", text)
        self.assertTrue(found, text)
        self.assertIn(text, self.place.messages())
        return path, found[1]

    def post(self, token, **change):
        return self.place.http("POST", "/v1/setup", {"token": token, **BODY, **change})

    def open(self):
        status, _, text = self.place.get("/v1/setup")
        self.assertEqual(status, 200, text)
        return json.loads(text)["open"]

    def problem(self, answer, status, word):
        self.assertEqual(answer[0], status, answer[2])
        self.assertEqual(json.loads(answer[2])["code"], word)

    def rows(self, sql):
        with sqlite3.connect(self.place.data + "/menshen.db", timeout=20) as db:
            return db.execute(sql).fetchall()

    def test_the_link_makes_the_first_account_and_then_nothing(self):
        path, token = self.link()
        self.assertTrue(self.open())
        self.problem(self.post("x" * 43), 403, "setup-refused")
        self.problem(self.post(token, login=" "), 400, "invalid-setup")
        answer = self.post(token, organisation={"name": "安居", "kind": "agency", "sector": "astrology"})
        self.problem(answer, 422, "invalid-setup")
        self.assertEqual(json.loads(answer[2])["errors"][0]["pointer"], "/organisation/sector")
        answer = self.post(token, password="short")
        self.problem(answer, 422, "invalid-setup")
        self.assertEqual(json.loads(answer[2])["errors"][0]["pointer"], "/password")
        self.assertEqual(self.rows("SELECT id FROM organisations"), [])
        answer = self.post(token)
        self.assertEqual(answer[0], 201, answer[2])
        made = json.loads(answer[2])
        self.assertEqual((made["role"], made["login"]), ("manager", "li@anju"))
        self.assertIn(made["secret"], made["uri"])
        self.assertTrue(made["qr"].startswith("<svg "))
        self.assertFalse(os.path.exists(path))
        self.assertFalse(self.open())
        self.problem(self.post(token), 403, "setup-refused")
        # She signs in, and does what a manager does.
        answer = self.place.http("POST", "/v1/session", {
            "login": "li@anju", "password": PASSWORD, "code": code(made["secret"])})
        self.assertEqual(answer[0], 200, answer[2])
        who = json.loads(answer[2])
        self.assertEqual((who["name"], who["organisation_name"], who["access"]), ("李娟", "安居", "manager"))
        page = {"Cookie": answer[1]["Set-Cookie"].split(";")[0], "X-CSRF-Token": who["csrf"]}
        answer = self.place.http("POST", "/v1/staff", {
            "organisation": made["organisation"], "name": "王芳", "role": "sales", "login": "wang@anju"}, headers=page)
        self.assertEqual(answer[0], 201, answer[2])
        # On the record, and nothing of it in the journal or the messages.
        journal = self.rows("SELECT kind, payload FROM journal WHERE actor = 'setup' ORDER BY seq")
        self.assertEqual([kind for kind, _ in journal], ["organisations", "staff", "account"])
        for secret in PASSWORD, made["secret"]:
            self.assertNotIn(secret, str(journal) + self.place.messages())
        self.place.stop()
        self.place.start()
        self.assertFalse(self.open())
        self.assertFalse(os.path.exists(path))
        self.assertEqual(self.place.run("ledger", "verify")[0], 0)

    def test_each_start_has_another_link(self):
        path, first = self.link()
        self.place.stop()
        self.assertFalse(os.path.exists(path))
        self.place.start()
        _, second = self.link()
        self.assertNotEqual(first, second)
        self.problem(self.post(first), 403, "setup-refused")
        self.place.kill()
        self.assertTrue(os.path.exists(path))
        status, out, err = self.place.run("user", "token", "dialler", "--scopes", "call")
        self.assertEqual(status, 0, err)
        self.place.start()  # somebody has a token: there is nothing to set up, and nothing left of it
        self.assertFalse(os.path.exists(path))
        self.assertFalse(self.open())
        self.problem(self.post(second), 403, "setup-refused")

    def test_a_token_made_meanwhile_closes_it(self):
        _, token = self.link()
        self.place.token("call")
        self.assertFalse(self.open())
        self.problem(self.post(token), 409, "already-set-up")

    def test_it_ends_after_a_day(self):
        self.place.stop()
        self.place.clock().start()
        _, token = self.link()
        self.place.later(86401)
        self.assertFalse(self.open())
        self.problem(self.post(token), 403, "setup-refused")

    def test_of_two_at_once_one_is_done(self):
        _, token = self.link()
        answers, gate = [], threading.Barrier(4)

        def send(n):
            gate.wait()
            answers.append(self.post(token, login=f"li{n}@anju"))
        threads = [threading.Thread(target=send, args=(n,)) for n in range(4)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        self.assertEqual([a[0] for a in answers].count(201), 1, [a[0] for a in answers])
        self.assertLessEqual({a[0] for a in answers}, {201, 403, 409})
        self.assertEqual(len(self.rows("SELECT * FROM accounts")), 1)
        self.assertEqual(len(self.rows("SELECT * FROM organisations")), 1)

    def test_pages_of_others_and_many_tries_are_refused(self):
        _, token = self.link()
        answer = self.place.http("POST", "/v1/setup", {"token": token, **BODY}, headers={"Origin": "https://elsewhere.example"})
        self.problem(answer, 403, "foreign-page")
        answers = [self.post("y" * 43) for _ in range(25)]
        self.assertEqual(answers[-1][0], 429)

    def test_the_sample_city_has_none(self):
        city = menshen.Server(self.folder + "/city", sip=False, demo=True).start()
        self.addCleanup(city.stop)
        self.assertFalse(os.path.exists(city.data + "/setup-link"))
        self.assertEqual(json.loads(city.get("/v1/setup")[2]), {"open": False})


class Tokens(menshen.Case):
    """Bearer tokens of one's own house, over HTTP."""

    def setUp(self):
        super().setUp()
        self.folder = tempfile.mkdtemp(prefix="menshen-test-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.place = menshen.Server(self.folder + "/data", sip=False).start()
        self.addCleanup(self.place.stop)
        with open(self.place.data + "/setup-link") as f:
            token = f.read().strip().split("#")[1]
        answer = self.place.http("POST", "/v1/setup", {"token": token, **BODY})
        self.assertEqual(answer[0], 201, answer[2])
        self.made = json.loads(answer[2])
        answer = self.place.http("POST", "/v1/session", {
            "login": "li@anju", "password": PASSWORD, "code": code(self.made["secret"])})
        self.assertEqual(answer[0], 200, answer[2])
        self.page = {"Cookie": answer[1]["Set-Cookie"].split(";")[0], "X-CSRF-Token": json.loads(answer[2])["csrf"]}

    def confirm(self):
        with sqlite3.connect(self.place.data + "/menshen.db", timeout=20) as db:
            db.execute("UPDATE accounts SET totp_step = totp_step - 2")
        answer = self.place.http("POST", "/v1/session/confirm", {"code": code(self.made["secret"])}, headers=self.page)
        self.assertEqual(answer[0], 200, answer[2])

    def problem(self, answer, status, word):
        self.assertEqual(answer[0], status, answer[2])
        self.assertEqual(json.loads(answer[2])["code"], word)

    def make(self, **body):
        return self.place.http("POST", "/v1/tokens", {"name": "dialler", "scopes": ["call"], **body}, headers=self.page)

    def listed(self):
        status, _, text = self.place.get("/v1/tokens", headers=self.page)
        self.assertEqual(status, 200, text)
        return json.loads(text)["tokens"]

    def test_a_manager_makes_lists_and_ends_them(self):
        self.problem(self.make(), 403, "confirmation-required")
        self.confirm()
        answer = self.make(expires_in=7200)
        self.assertEqual(answer[0], 201, answer[2])
        made = json.loads(answer[2])
        self.assertEqual((made["subject"], made["scopes"]), (self.made["organisation"], ["call"]))
        ask = lambda: self.place.http("POST", "/v1/calls", {"caller": "057982100001", "callee": "13800000001", "line": "lin_none"},
                                      token=made["token"])
        self.assertEqual(ask()[0], 200)
        one, = self.listed()
        self.assertEqual((one["name"], one["by"], one["scopes"]), ("dialler", self.made["staff"], ["call"]))
        self.assertNotIn(made["token"], json.dumps(self.listed()) + self.place.messages())
        # The host's own are not hers to see, nor to end.
        other = self.place.token("call", subject="machine")
        self.assertEqual(len(self.listed()), 1)
        self.problem(self.place.http("DELETE", "/v1/tokens/tok_" + "0" * 32, headers=self.page), 404, "not-found")
        answer = self.place.http("DELETE", "/v1/tokens/" + one["id"], headers=self.page)
        self.assertEqual((answer[0], json.loads(answer[2])), (200, {"ended": True}))
        self.problem(ask(), 401, "token-required")
        self.assertEqual(self.listed(), [])
        self.assertTrue(other)

    def test_a_token_is_for_the_house_or_oneself_and_opens_no_more_than_the_role(self):
        self.confirm()
        answer = self.place.http("POST", "/v1/staff", {
            "id": "stf_wang", "organisation": self.made["organisation"], "name": "王芳", "role": "sales"}, headers=self.page)
        self.assertEqual(answer[0], 201, answer[2])
        for subject in "stf_wang", "org_elsewhere", "dialler", "per_x":
            self.problem(self.make(subject=subject), 422, "not-your-subject")
        self.problem(self.make(scopes=["metrics"]), 422, "scope-beyond-role")
        self.problem(self.make(scopes=["registry"]), 422, "scope-beyond-role")  # no route of these is an organisation's
        self.problem(self.make(scopes=["all"]), 400, "invalid-token")
        self.problem(self.make(scopes=[]), 400, "invalid-token")
        self.problem(self.make(expires_in=10), 400, "invalid-token")
        answer = self.make(subject=self.made["staff"], scopes=["members", "call"])
        self.assertEqual(answer[0], 201, answer[2])
        status, _, text = self.place.get("/v1/pools", token=json.loads(answer[2])["token"])
        self.assertEqual(status, 200, text)


class Rules(menshen.Case):
    """The law as data, for whoever asks why."""

    def test_the_same_as_the_command_prints(self):
        place = menshen.Server(self.path("data"), sip=False).start()
        self.addCleanup(place.stop)
        status, out, err = menshen.run("rules", "list", "--json")
        self.assertEqual(status, 0, err)
        printed = {}
        for line in out.splitlines():
            one = json.loads(line)
            printed.setdefault(one["kind"], {})[one["id"]] = one
        for kind, entries in printed.items():
            status, headers, text = place.get(f"/v1/rules?kind={kind}")
            self.assertEqual(status, 200, text)
            listed = json.loads(text)["rules"]
            self.assertEqual([r["id"] for r in listed], list(entries))
            for head in listed[:3]:
                status, headers, text = place.get("/v1/rules/" + head["id"])
                self.assertEqual((status, json.loads(text)), (200, entries[head["id"]]))
                self.assertEqual(json.loads(text), {**json.loads(text), **head})
                self.assertTrue(headers["ETag"])
        labels = {r["label"]: r["changed_by"] for r in printed["rule"].values()}
        self.assertEqual(labels, {"law": "legislator", "platform": "platform", "design": "host"})
        self.assertEqual(place.get("/v1/rules?kind=weather")[0], 400)
        self.assertEqual(place.get("/v1/rules/cn.none")[0], 404)
        self.assertEqual(json.loads(place.get("/v1/rules")[2])["kind"], "rule")

class Rehearsals(menshen.Case):
    """What other rules would have said to the calls that were recorded."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="menshen-test-")
        cls.city = menshen.Server(cls.folder + "/city", sip=False, demo=True).clock().start()
        now = time.time()
        cls.city.later(int(86400 - (now + 8 * 3600) % 86400 + 10.5 * 3600))  # half past ten, when one may call
        cls.token = cls.city.token("audit,call,replay")

    @classmethod
    def tearDownClass(cls):
        cls.city.stop()
        shutil.rmtree(cls.folder, ignore_errors=True)

    def rehearse(self, pack, token=None, **more):
        return self.city.http("POST", "/v1/rules/rehearsals", {"pack": pack, **more}, token=token or self.token)

    def pack_of(self, hours):
        """The default profile with other hours: the entry of the pack in force, as it stands there."""
        with open(os.path.join(menshen.ROOT, "rules/cn.yaml")) as f:
            text = f.read()
        entry = re.search(r"\nprofiles:\n(?:  #[^\n]*\n)*(  - id: (\S+)\n(?:    [^\n]*\n|\n)*)", text)
        changed = re.sub(r"hours: [^\n]*", f"hours: {hours}", entry[1])
        self.assertNotEqual(changed, entry[1])
        return "profiles:\n" + changed

    def test_other_hours_change_what_they_concern_and_nothing_is_counted(self):
        estate = lambda callee: self.city.call("057982100001", callee, "lin_estate", "--campaign", "cmp_estate")
        told = [estate("13800000001"), estate("13800000001"), estate("13800000002")]
        self.assertEqual([t["reason"] for t in told], ["allowed", "frequency-cap", "refused"])
        same = json.loads(self.rehearse("sectors: []\n", hours=1)[2])
        self.assertEqual((same["calls"], same["differ"], same["groups"]), (3, 0, []))
        answer = self.rehearse(self.pack_of('["00:00-00:01"]'), hours=1)
        self.assertEqual(answer[0], 200, answer[2])
        got = json.loads(answer[2])
        self.assertEqual((got["calls"], got["differ"]), (3, 2))
        changed = {(g["now"]["reason"], g["then"]["verdict"], g["then"]["reason"]): g for g in got["groups"]}
        self.assertEqual(set(changed), {("allowed", "block", "outside-hours"), ("frequency-cap", "block", "outside-hours")})
        first = changed["allowed", "block", "outside-hours"]
        self.assertEqual((first["calls"], first["examples"]), (1, [told[0]["record"]]))
        self.assertEqual(first["then"]["rule"], "cn.call.hours")
        self.assertNotRegex(answer[2], r"138000000|579821000")
        # It was neither recorded nor counted: the cap is where it was.
        third = estate("13800000001")
        self.assertEqual(third["reason"], "frequency-cap")

    def test_a_pack_that_is_wrong_or_reads_files_is_refused(self):
        for pack in ("rules: 7\n", "include: [/etc/passwd]\n", "include: [cn-numbers.yaml]\n", "profiles: [\n"):
            answer = self.rehearse(pack)
            self.assertEqual((answer[0], json.loads(answer[2])["code"]), (422, "pack-not-good"), answer[2])
            self.assertNotIn("root:", answer[2])
        self.assertEqual(self.rehearse("", hours=1)[0], 400)
        self.assertEqual(self.rehearse("sectors: []\n", hours=0)[0], 400)

    def test_carriers_rehearse_their_own_lines_and_agencies_none(self):
        with sqlite3.connect(self.city.data + "/menshen.db", timeout=20) as db:
            carrier, = db.execute("SELECT id FROM organisations WHERE kind = 'carrier' LIMIT 1").fetchone()
            other, = db.execute("SELECT id FROM organisations WHERE kind = 'agency' LIMIT 1").fetchone()
        answer = self.rehearse("sectors: []\n", token=self.city.token("audit", subject=carrier), hours=744)
        self.assertEqual(answer[0], 200, answer[2])
        whole = json.loads(self.rehearse("sectors: []\n", hours=744)[2])
        self.assertLessEqual(json.loads(answer[2])["calls"], whole["calls"])
        self.assertEqual(self.rehearse("sectors: []\n", token=self.city.token("audit", subject=other))[0], 403)


if __name__ == "__main__":
    import unittest
    unittest.main()
