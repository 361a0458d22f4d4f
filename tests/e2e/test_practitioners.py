"""Who may work: certificates at both doors, staff who leave, bars, and what the public may look up."""
import contextlib
import json
import sqlite3
import unittest

import engine
import members
import menshen

DAY = 86400 * 10**9
CARD = {"id_number": "310101199605170025", "birth_date": "1996-05-17", "education": "college", "full_capacity": True}
EXAMINERS = """id,organisation,name,role,login,certificate,status
stf_exa,org_u,E,examiner,exa@u,,active
stf_many,org_a,M,sales,many@a,N1:2099-12-31,active
stf_fresh,org_a,沈若溪,sales,fresh@a,N2:2099-12-31,active
stf_gone,org_a,G,sales,gone@a,N3:2099-12-31,active
stf_sold,org_a,Z,sales,sold@a,N4:2099-12-31,active
stf_sold2,org_b,Z,sales,sold2@a,N4:2099-12-31,active
"""


@engine.both
class Practitioners(members.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bring("staff", EXAMINERS)

    # -- What the tests do ----------------------------------------------------------------

    def told(self, answer, status=200):
        self.assertEqual(answer[0], status, answer[2])
        return json.loads(answer[2])

    def do(self, method, path, staff, body=None, **headers):
        return self.ask(method, path, staff, None, body, headers)

    def one(self, staff, reader="stf_manager"):
        """Her row and its tag."""
        answer = self.do("GET", f"/v1/staff/{staff}", reader)
        return self.told(answer), answer[1]["ETag"]

    def change(self, staff, by="stf_manager", **what):
        return self.do("PATCH", f"/v1/staff/{staff}", by, what, **{"If-Match": self.one(staff)[1]})

    def sql(self, text):
        if self.gate.store:
            return engine.tell(self.gate.store, text)
        with contextlib.closing(sqlite3.connect(self.gate.data + "/menshen.db", timeout=20)) as db, db:
            db.executescript(text)

    def practitioner(self, staff, **more):
        entry = {"staff": staff, "name": "沈若溪", **CARD, **more}
        return self.told(self.do("POST", "/v1/practitioners", "stf_exa", entry), 201)["practitioner"]

    def passes(self, practitioner, exam):
        self.sql(f"""INSERT INTO exams ("id", "organisation", "course", "topics", "bank", "from", "until", "minutes",
            "questions", "pass", "seats", "by", "at") VALUES ('{exam}', 'org_u', 'practitioner', 'law', 1, 0, 1, 90, 60, 60,
            9, 'stf_exa', 0); INSERT INTO papers ("id", "exam", "practitioner", "staff", "registered_at", "handed_in_at",
            "how", "score", "passed") SELECT 'pap_{exam}', '{exam}', '{practitioner}', 'x{exam}', 0, max("at"), 'candidate',
            88, 1 FROM journal;""")

    def trained(self, staff, hours=24):
        return self.do("POST", f"/v1/staff/{staff}/trainings", "stf_exa", {
            "course": "2026", "hours": hours, "from": "2026-01-05T09:00:00+08:00", "until": "2026-01-09T18:00:00+08:00"})

    def certify(self, staff, exam, **card):
        """A certificate for her; (practitioner, certificate)."""
        who = self.practitioner(staff, **card)
        self.passes(who, exam)
        self.trained(staff)
        answer = self.do("POST", f"/v1/staff/{staff}/certificates", "stf_exa",
                         {"practitioner": who, "course": "practitioner", "exam": exam})
        return who, self.told(answer, 201)

    def act(self, number, what, by="stf_exa"):
        return self.do("POST", f"/v1/certificates/{number}/{what}", by, {"ground": "a complaint", "document": "2026-17"})

    def sees(self, staff):
        """How her look at a member's file is answered."""
        status, _, text = self.get("/v1/persons/per_lin", staff)
        return status, json.loads(text).get("code")

    def public(self, number):
        return self.gate.get(f"/v1/public/certificates/{number}")

    # -- Certificates -----------------------------------------------------------------------

    def test_a_certificate_opens_both_doors_and_closes_them_at_the_next_question(self):
        self.assertEqual(self.sees("stf_fresh")[0], 200)  # as her agency states
        before = self.told(self.public("N2"))
        self.assertEqual((before["confirmed"], before["holder"], before["issued_at"]), (False, "沈**", None))
        who = self.practitioner("stf_fresh")
        issue = lambda **more: self.do("POST", "/v1/staff/stf_fresh/certificates", "stf_exa", {
            "practitioner": who, "course": "practitioner", "exam": "exm_fresh", **more})
        self.problem(issue(), 409, "exam-not-passed")
        self.passes(who, "exm_fresh")
        self.problem(issue(), 409, "training-missing")
        self.told(self.trained("stf_fresh"), 201)
        self.problem(self.trained("stf_fresh"), 409, "training-overlaps")
        self.problem(issue(number="a b"), 400, "invalid-certificate")
        given = self.told(issue(number="SMA-2026-1"), 201)
        self.assertEqual((given["number"], given["score"], given["status"]), ("SMA-2026-1", 88, "valid"))
        self.problem(issue(), 409, "has-certificate")
        self.assertEqual(self.sees("stf_fresh")[0], 200)
        self.assertEqual(self.one("stf_fresh")[0]["certificate"],
                         {"number": "SMA-2026-1", "until": given["until"], "status": "valid", "confirmed": True})

        after = self.told(self.public("SMA-2026-1"))
        self.assertEqual((after["confirmed"], after["holder"], after["status"], after["organisation"]),
                         (True, "沈**", "valid", "A"))
        self.assertNotIn("若溪", json.dumps(after, ensure_ascii=False))
        self.problem(self.public("N2"), 404, "not-found")  # what was stated of her is worth nothing now

        self.told(self.act("SMA-2026-1", "suspend"))
        self.assertEqual(self.sees("stf_fresh"), (403, "certificate-invalid"))
        claim = self.do("POST", "/v1/persons/per_lin/claim", "stf_fresh")
        self.problem(claim, 403, "certificate-invalid")
        self.assertEqual(self.told(self.public("SMA-2026-1"))["status"], "suspended")
        # An import with the old text revives nothing.
        self.bring("staff", EXAMINERS.replace("N2:2099", "N9:2098"))
        self.assertEqual(self.sees("stf_fresh"), (403, "certificate-invalid"))
        self.told(self.act("SMA-2026-1", "restore", by="stf_assoc"))
        self.assertEqual(self.sees("stf_fresh")[0], 200)
        self.problem(self.do("POST", "/v1/certificates/SMA-2026-1/renew", "stf_exa", {}), 409, "not-yet-renewable")
        self.told(self.act("SMA-2026-1", "revoke"))
        self.assertEqual(self.sees("stf_fresh"), (403, "certificate-invalid"))
        self.problem(self.act("SMA-2026-1", "restore"), 409, "revoked")
        self.assertEqual(self.told(self.public("SMA-2026-1"))["status"], "revoked")
        listed = self.told(self.do("GET", "/v1/staff/stf_fresh/certificates", "stf_fresh"))["certificates"]
        self.assertEqual([(c["number"], c["status"], c["ground"]) for c in listed], [("SMA-2026-1", "revoked", "a complaint")])

    def test_a_bar_follows_the_human_and_lifting_gives_back(self):
        card = {"id_number": "E12345678", "birth_date": "1990-01-01"}
        who, given = self.certify("stf_many", "exm_many", **card)
        self.assertEqual(self.sees("stf_many")[0], 200)
        bar = self.told(self.do("POST", "/v1/bars", "stf_exa",
                                {"practitioner": who, "ground": "leak", "document": "2026-18"}), 201)
        self.assertEqual(self.sees("stf_many"), (403, "certificate-invalid"))
        self.problem(self.act(given["number"], "restore"), 409, "barred")
        self.assertEqual(self.practitioner("stf_foreign", **card), who)  # her account at another agency
        answer = self.do("POST", "/v1/staff/stf_foreign/certificates", "stf_exa",
                         {"practitioner": who, "course": "practitioner", "exam": "exm_many"})
        self.problem(answer, 409, "barred")
        self.assertIn(bar["id"], [b["id"] for b in self.told(self.do("GET", "/v1/bars", "stf_state"))["bars"]])
        self.assertEqual(self.told(self.do("DELETE", f"/v1/bars/{bar['id']}", "stf_assoc"))["status"], "lifted")
        self.assertEqual(self.sees("stf_many")[0], 200)
        self.problem(self.do("DELETE", "/v1/bars/bar_none", "stf_exa"), 404, "not-found")

    def test_misconduct_is_told_by_her_own_agency(self):
        self.practitioner("stf_other", id_number="E77777777", birth_date="1990-01-01")
        report = {"document": "sha256:" + "a" * 64, "ground": "took clients along"}
        path = "/v1/staff/stf_other/misconduct"
        self.problem(self.do("POST", path, "stf_foreigncomp", report), 404, "not-found")
        self.problem(self.do("POST", path, "stf_comp", {**report, "document": "x"}), 400, "invalid-report")
        self.told(self.do("POST", path, "stf_comp", report), 201)
        self.problem(self.do("POST", path, "stf_manager", report), 409, "already-reported")
        self.problem(self.do("POST", "/v1/staff/stf_late/misconduct", "stf_comp", report), 422, "unknown-practitioner")

    def test_documents_that_were_misread_are_refused_and_told_to_nobody(self):
        entry = {"staff": "stf_store", "name": "B", **CARD, "id_number": "310101199605170024"}
        self.problem(self.do("POST", "/v1/practitioners", "stf_exa", entry), 422, "documents")
        self.problem(self.do("POST", "/v1/practitioners", "stf_exa", {**entry, "staff": "stf_nobody", **CARD}), 422, "unknown-staff")
        content = engine.content(self.gate)
        self.assertNotIn(b"310101199605170025", content)
        self.assertNotIn(b"1996-05-17", content)

    def test_the_public_learns_no_more_than_that(self):
        gone = self.public("SMA-NONE")
        self.problem(gone, 404, "not-found")
        self.problem(self.public("N4"), 404, "not-found")  # two state the same number
        self.assertEqual(self.public("SMA-NONE%27--")[2], gone[2])
        self.assertEqual(self.told(self.public("C3"))["status"], "expired")

    # -- Staff ------------------------------------------------------------------------------

    def test_staff_are_for_their_own_legal_entity_and_for_those_who_watch(self):
        mine = {s["id"] for s in self.told(self.do("GET", "/v1/staff", "stf_manager"))["staff"]}
        self.assertIn("stf_store", mine)
        self.assertNotIn("stf_foreign", mine)
        self.assertNotIn("stf_exa", mine)
        for reader in ("stf_exa", "stf_assoc", "stf_state"):
            self.assertIn("stf_foreign", {s["id"] for s in self.told(self.do("GET", "/v1/staff", reader))["staff"]})
        only = self.told(self.do("GET", "/v1/staff?organisation=org_b", "stf_exa"))["staff"]
        self.assertEqual({s["organisation"] for s in only}, {"org_b"})
        self.assertEqual({s["login"] for s in only}, {None})
        self.assertEqual(self.told(self.do("GET", "/v1/staff?organisation=org_x", "stf_comp"))["staff"], [])
        self.problem(self.do("GET", "/v1/staff", "stf_sales"), 403, "role-missing")
        self.assertEqual(self.one("stf_sales", "stf_sales")[0]["id"], "stf_sales")
        nobody = self.do("GET", "/v1/staff/stf_nobody", "stf_manager")
        self.problem(nobody, 404, "not-found")
        for reader, staff in (("stf_sales", "stf_other"), ("stf_manager", "stf_foreign")):
            self.assertEqual(self.do("GET", f"/v1/staff/{staff}", reader)[2], nobody[2])

    def test_a_colleague_is_added_and_changed(self):
        new = {"id": "stf_new", "organisation": "org_b", "name": "New", "role": "sales", "login": "new@a"}
        added = self.told(self.do("POST", "/v1/staff", "stf_manager", new), 201)
        self.assertEqual((added["certificate"], added["status"]), (None, "active"))
        self.problem(self.do("POST", "/v1/staff", "stf_manager", new), 409, "staff-exists")
        self.problem(self.do("POST", "/v1/staff", "stf_manager", {**new, "id": "stf_new2"}), 409, "login-taken")
        self.problem(self.do("POST", "/v1/staff", "stf_manager", {**new, "organisation": "org_x"}), 422, "unknown-organisation")
        self.problem(self.do("POST", "/v1/staff", "stf_manager", {**new, "id": "per_x"}), 400, "invalid-staff")
        made = self.told(self.do("POST", "/v1/staff", "stf_comp", {k: new[k] for k in ("organisation", "name", "role")}), 201)
        self.assertRegex(made["id"], "^stf_[0-9a-f]{32}$")
        self.assertEqual(self.told(self.change("stf_new", role="manager", login=None))["login"], None)
        self.problem(self.change("stf_manager", role="sales"), 422, "own-position")
        stale = self.do("PATCH", "/v1/staff/stf_new", "stf_manager", {"name": "N"}, **{"If-Match": '"x"'})
        self.problem(stale, 412, "changed-meanwhile")
        self.problem(self.do("PATCH", "/v1/staff/stf_foreign", "stf_manager", {"name": "N"}, **{"If-Match": "*"}), 404, "not-found")

    def leaves(self, staff, person, leave):
        """She holds a member, a session and a token; then all of it ends in one transaction."""
        page = members.sign_in(self.gate, staff)
        token = self.gate.token("members", staff)
        self.told(self.gate.http("POST", f"/v1/persons/{person}/claim", token=token))
        path = f"/v1/staff/{staff}"
        self.assertEqual(self.gate.get(path, headers=page)[0], 200)
        leave()
        self.assertEqual(self.gate.get(path, headers=page)[0], 401)
        self.assertEqual(self.gate.get("/v1/pools", token=token)[0], 401)
        counts = lambda sql: engine.rows(self.gate, sql)[0][0]
        self.assertEqual(counts(f"SELECT count(*) AS n FROM sessions WHERE subject = '{staff}'"), 0)
        self.assertEqual(counts(f"SELECT count(*) AS n FROM tokens WHERE subject = '{staff}'"), 0)
        self.assertEqual(counts(f"SELECT count(*) AS n FROM members WHERE owner = '{staff}'"), 0)
        self.assertEqual(counts(f"SELECT why FROM claims WHERE staff = '{staff}'"), "staff-left")
        rows = engine.rows(self.gate, f"""SELECT "kind", "seq" FROM journal WHERE "subject" IN ('{staff}', '{person}')
            ORDER BY "seq" DESC LIMIT 3""")
        self.assertEqual([kind for kind, _ in rows], ["persons", "token", "staff"])
        self.assertEqual(rows[0][1] - rows[2][1], 2, "rows of one transaction stand together")
        return page, token

    def test_who_leaves_loses_everything_in_one_transaction(self):
        page, token = self.leaves("stf_gone", "per_xue", lambda: self.told(self.change("stf_gone", status="left")))
        self.told(self.change("stf_gone", status="active"))
        # She is back, and nothing of hers is.
        self.assertEqual(self.gate.get("/v1/staff/stf_gone", headers=page)[0], 401)
        self.assertEqual(self.gate.get("/v1/pools", token=token)[0], 401)

    def test_an_import_that_suspends_does_the_same(self):
        row = next(line for line in members.STAFF.splitlines() if line.startswith("stf_store"))
        head = members.STAFF.splitlines()[0]
        self.leaves("stf_store", "per_shi", lambda: self.bring("staff", f"{head}\n{row.replace(',active', ',suspended')}\n"))


if __name__ == "__main__":
    engine.main()
