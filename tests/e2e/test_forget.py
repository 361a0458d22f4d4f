"""What persons wrote at the desk ends: by its time, or because she asked; a case of an authority holds it, for that alone."""
import base64
import hashlib
import json

import engine
import members
import menshen
import test_complaints
import test_contracts

LIN, XUE = (members.NUMBERS[p] for p in ("per_lin", "per_xue"))
STRANGER = "+8613911119999"  # nobody's member
DAY = 86400
LIMITS = "limits:\n" + "".join(f"""\
  - id: cn.limit.{sets}
    sets: {sets}
    time: {days}d
    citation: {{zh: 测试, en: test}}
    label: design
    evidence: U
    title: {{zh: 测试, en: Test}}
    text: {{zh: 测试, en: Test}}
""" for sets, days in (("complaint-kept", 20), ("report-kept", 10)))


@engine.both
class Forgetting(test_contracts.Office):
    wrote, complain, mine, officer, accept = (
        getattr(test_complaints.Complaints, name) for name in ("wrote", "complain", "mine", "officer", "accept"))

    def setUp(self):
        super().setUp()
        self.office.stop()
        rules = f"rules: [{menshen.ROOT}/rules/cn.yaml, {self.file('limits.yaml', LIMITS)}]\n"
        with open(self.path("menshen.yaml"), "a", encoding="utf-8") as f:
            f.write(rules)
        self.office.start()

    def sure(self, number=LIN):
        """A page of hers that was confirmed by a further code."""
        page = self.member(number)
        self.hers(page, "POST", "/v1/session/confirm", {"code": self.ask_code(self.office, number)})
        return page

    def add(self, page, complaint):
        answer = self.office.http("POST", f"/v1/me/complaints/{complaint}/evidence", test_complaints.PNG, headers=page)
        self.assertEqual(answer[0], 201, answer[2])
        return json.loads(answer[2])["id"]

    def close(self, complaint):
        self.accept(complaint)
        self.officer("POST", f"/v1/complaints/{complaint}/close", {"upheld": True, "answer": "The fee goes back."})

    def report(self, page):
        return self.hers(page, "POST", "/v1/me/reports", {"caller": "02160001000", "at": self.when(-60), "kind": "malicious",
                                                          "note": "He shouted."}, 201)["id"]

    def left(self, complaint):
        """How much of its words, parts of evidence, links is in the store."""
        return engine.rows(self.office, f"""SELECT
            (SELECT COUNT(*) FROM desk_texts WHERE owner = '{complaint}') AS texts,
            (SELECT COUNT(*) FROM desk_texts WHERE owner IN (SELECT id FROM disclosures WHERE complaint = '{complaint}')) AS why,
            (SELECT COUNT(*) FROM evidence_parts WHERE evidence IN
                (SELECT id FROM evidence WHERE complaint = '{complaint}')) AS parts,
            (SELECT COUNT(*) FROM complaints WHERE id = '{complaint}' AND link IS NOT NULL) AS links""")[0]

    def forgotten(self, complaint):
        return self.left(complaint) == (0, 0, 0, 0)

    def stays(self, complaint):
        """The fact, when it ended, and the hashes of the evidence; in the journal, too."""
        row, = engine.rows(self.office, f"SELECT respondent, issue, forgotten_at FROM complaints WHERE id = '{complaint}'")
        self.assertEqual(row[:2], ("org_a", "refund"))
        self.assertIsNotNone(row[2])
        told = engine.rows(self.office, f"SELECT payload FROM journal WHERE subject = '{complaint}' ORDER BY seq DESC LIMIT 1")
        self.assertIn("forgotten_at", str(told))
        return [h for h, in engine.rows(self.office, f"SELECT hash FROM evidence WHERE complaint = '{complaint}'")]

    def stir(self):
        """A change of facts, after which the server looks at what has come due."""
        self.office.run("import", "preferences", self.file("p.csv", f"number,sectors\n{members.NUMBERS['per_tan']},retail\n"))

    def later(self, days):
        self.office.later(days * DAY)
        self.tokens = {}

    def test_by_its_time(self):
        page = self.member()
        complaint, running = self.complain(page), self.complain(page, issue="privacy")
        evidence = self.add(page, complaint)
        self.officer("POST", f"/v1/complaints/{complaint}/reporter", {"reason": "To ask her."})
        self.close(complaint)
        report = self.report(page)
        texts = f"SELECT COUNT(*) FROM desk_texts WHERE owner = '{report}'"
        self.assertEqual(engine.rows(self.office, texts), [(3,)])

        self.later(11)
        menshen.until(lambda: self.stir() or engine.rows(self.office, texts) == [(0,)], 90, "a report has ended")
        row, = engine.rows(self.office, f"SELECT link, forgotten_at, status FROM reports WHERE id = '{report}'")
        self.assertEqual((row[0], row[2]), (None, "lead"))
        self.assertIsNotNone(row[1])
        self.assertGreater(min(self.left(complaint)), 0)
        self.assertEqual(self.officer("GET", f"/v1/complaints/{complaint}")["facts"], test_complaints.WROTE["facts"])

        self.later(10)
        menshen.until(lambda: self.stir() or self.forgotten(complaint), 90, "a complaint has ended")
        self.assertEqual(len(self.stays(complaint)), 1)
        self.problem(self.officer("GET", f"/v1/complaints/{complaint}", None, 409), "forgotten")
        self.problem(self.officer("GET", f"/v1/complaints/{complaint}/evidence/{evidence}", None, 409), "forgotten")
        self.problem(self.officer("POST", f"/v1/complaints/{complaint}/reporter", {"reason": "Who?"}, 409), "forgotten")
        page = self.member()
        self.hers(page, "GET", f"/v1/me/complaints/{complaint}", None, 404)
        self.assertEqual([c["id"] for c in self.hers(page, "GET", "/v1/me/complaints")["complaints"]], [running])
        self.assertEqual(self.mine(page, running)["facts"], test_complaints.WROTE["facts"])

    def test_because_she_asked(self):
        page = self.sure()
        complaint, closed = self.complain(page), self.complain(page, issue="refund", facts="Another.")
        self.add(page, complaint)
        self.close(closed)
        report = self.report(page)
        other = self.complain(self.member(XUE))
        # One organisation alone is not the desk: who leaves an agency may complain of it.
        answer = self.hers(page, "POST", "/v1/me/erasure", {"organisation": "org_a"}, 202)
        self.assertEqual((answer["members"], answer["desk"]), (1, 0))
        menshen.until(lambda: self.hers(page, "GET", "/v1/me/erasure")["erasures"][0]["status"] == "done", 30, "an erasure")
        self.assertGreater(self.left(complaint)[0], 0)

        answer = self.hers(page, "POST", "/v1/me/erasure", {}, 202)
        self.assertEqual((answer["status"], answer["members"], answer["desk"]), ("running", 0, 3))
        menshen.until(lambda: self.forgotten(complaint) and self.forgotten(closed), 30, "an erasure")
        self.assertEqual(len(self.stays(complaint)), 1)
        self.assertEqual(engine.rows(self.office, f"SELECT status, closed_at IS NULL FROM complaints WHERE id = '{complaint}'")[0][0],
                         "withdrawn")
        row, = engine.rows(self.office, f"SELECT status, link, forgotten_at FROM reports WHERE id = '{report}'")
        self.assertEqual(row[:2], ("lead", None))
        self.assertEqual(engine.rows(self.office, f"SELECT COUNT(*) FROM desk_texts WHERE owner = '{report}'"), [(0,)])
        menshen.until(lambda: engine.rows(self.office, "SELECT COUNT(*) FROM desk_erasures") == [(0,)], 30, "it is done")
        self.assertEqual(self.hers(page, "GET", "/v1/me/complaints")["complaints"], [])
        self.assertGreater(self.left(other)[0], 0)
        self.assertEqual(self.officer("GET", f"/v1/complaints/{other}")["facts"], test_complaints.WROTE["facts"])
        clocks = self.staff("stf_assoc", "GET", f"/v1/clocks?subject={complaint}")["clocks"]
        self.assertEqual({c["state"] for c in clocks}, {"dropped"})
        self.hers(page, "POST", "/v1/me/erasure", {}, 404)

    def test_her_copy_has_all_of_it(self):
        page = self.sure(STRANGER)
        complaint = self.complain(page)
        evidence = self.add(page, complaint)
        self.officer("POST", f"/v1/complaints/{complaint}/reporter", {"reason": "To ask her."})
        report = self.report(page)
        other = self.complain(self.member(XUE), facts="Not hers.")
        answer = self.office.http("GET", "/v1/me/export", headers=page)
        self.assertEqual(answer[0], 200, answer[2])
        desk = json.loads(answer[2])["desk"]
        one, = desk["complaints"]
        self.assertEqual(one, self.mine(page, complaint))
        self.assertEqual([(o["what"], o["number"], o["reason"]) for o in one["opened"]], [("reporter", 1, "To ask her.")])
        self.assertEqual([e["hash"] for e in one["evidence"]], ["sha256:" + hashlib.sha256(test_complaints.PNG).hexdigest()])
        self.assertEqual(base64.b64decode(desk["files"][evidence]), test_complaints.PNG)
        told, = desk["reports"]
        self.assertEqual((told["id"], told["note"], desk["left"], desk["appeals"], desk["papers"]), (report, "He shouted.", [], [], []))
        self.assertIn("2160001000", told["caller"])
        self.assertNotIn(other, answer[2])
        self.assertNotIn("Not hers", answer[2])

    def test_nobody_s_member_waits_and_may_think_better_of_it(self):
        page = self.member(STRANGER)
        complaint = self.complain(page)
        ask = lambda status=202: self.hers(page, "POST", "/v1/me/erasure", {}, status)
        self.assertEqual((ask()["status"], ask(409)["code"]), ("waiting", "erasure-under-way"))
        told, = self.hers(page, "GET", "/v1/me/erasure")["erasures"]
        self.assertEqual((told["status"], "person" in told), ("waiting", False))
        self.assertEqual(self.hers(page, "DELETE", "/v1/me/erasure"), {"cancelled": True})
        self.later(2)
        self.stir()
        self.assertEqual(self.mine(self.member(STRANGER), complaint)["facts"], test_complaints.WROTE["facts"])
        page = self.member(STRANGER)
        ask()
        self.later(2)
        menshen.until(lambda: self.stir() or self.forgotten(complaint), 90, "an erasure")

    def test_an_authority_s_case_holds_it_for_that_alone(self):
        page = self.sure()
        complaint = self.complain(page)
        evidence = self.add(page, complaint)
        self.accept(complaint)
        case = self.staff("stf_state", "POST", "/v1/cases", {"respondent": "org_a", "complaints": [complaint]}, 201)["id"]
        self.hers(page, "POST", "/v1/me/erasure", {}, 202)
        held = lambda: [k for k in self.hers(page, "GET", "/v1/me/erasure")["kept"] if k["what"].startswith("complaint/")]
        menshen.until(held, 30, "it is held")
        told, = held()
        self.assertEqual((told["what"], told["who"]), (f"complaint/{complaint}", "the authority in charge, and you"))
        self.assertIn("Art. 47", told["why"])
        # Who she is is gone at once; the rest is the authority's, on record, and nobody else's.
        one = self.mine(page, complaint)
        self.assertEqual((one["name"], one["address"], one["facts"]), (None, None, test_complaints.WROTE["facts"]))
        self.assertIsNotNone(one["restricted_at"])
        self.assertEqual(engine.rows(self.office, f"SELECT COUNT(*) FROM desk_texts WHERE owner = '{complaint}' AND name IN "
                                                  "('name', 'number', 'address')"), [(0,)])
        for path in (f"/v1/complaints/{complaint}", f"/v1/complaints/{complaint}/evidence/{evidence}"):
            self.problem(self.officer("GET", path, None, 409), "restricted")
        self.problem(self.officer("POST", f"/v1/complaints/{complaint}/reporter", {"reason": "Who?"}, 409, "stf_state"), "restricted")
        self.assertEqual(self.officer("GET", f"/v1/complaints/{complaint}", who="stf_state")["facts"], test_complaints.WROTE["facts"])
        self.assertEqual([o["staff"] for o in self.mine(page, complaint)["opened"]], ["stf_state"])
        answer = self.office.http("POST", f"/v1/me/complaints/{complaint}/evidence", b"more", headers=page)
        self.assertEqual((answer[0], json.loads(answer[2])["code"]), (409, "complaint-status"))

        self.staff("stf_state", "POST", f"/v1/cases/{case}/acts", {"kind": "close", "reason": "Nothing more to be done here."}, 201)
        menshen.until(lambda: self.forgotten(complaint), 90, "it goes with the case")
        self.assertEqual(len(self.stays(complaint)), 1)
        menshen.until(lambda: not held(), 30, "nothing is held")


if __name__ == "__main__":
    engine.main()
