"""From three complaints to a fine that was paid, published and taken down again: all of it over HTTP, both bodies and the respondent."""
import datetime
import json

import engine
import menshen
from test_cases import ORGANISATIONS, STAFF

DAY = 86400
PURPOSE = {"Purpose": "complaint"}
PEOPLE = {"Wang Xifeng": "13911110011", "Jia Tanchun": "13911110012", "Shi Xiangyun": "13911110013"}


@engine.both
class Supervision(menshen.Case):
    def setUp(self):
        super().setUp()
        self.desk = self.server(sip=False, start=False).clock().start()
        self.tokens = {}
        for kind, text in (("organisations", ORGANISATIONS), ("staff", STAFF)):
            self.assertEqual(self.desk.run("import", kind, self.file(kind + ".csv", text))[0], 0)
        members = "id,organisation,number,name,pool\n" + "".join(
            f"per_{i},org_q,1391112{i:04},M{i},city\n" for i in range(40))
        self.assertEqual(self.desk.run("import", "persons", self.file("persons.csv", members))[0], 0)

    def ask(self, who, method, path, body=None, status=200, **headers):
        if who not in self.tokens:
            self.tokens[who] = self.desk.token("reports" if who == "centre" else "desk", who)
        got, _, text = self.desk.http(method, path, body, self.tokens[who], {**PURPOSE, **headers})
        self.assertEqual(got, status, f"{who} {method} {path}: {text}")
        return json.loads(text)

    def act(self, case, who, kind, status=201, **body):
        return self.ask(who, "POST", f"/v1/cases/{case}/acts", {"kind": kind, **body}, status)

    def later(self, days):
        self.desk.later(days * DAY)
        self.tokens = {}

    def at(self, days):
        moved = datetime.timedelta(seconds=self.desk.moved()) + datetime.timedelta(days=days)
        return (datetime.datetime.now(datetime.timezone.utc) + moved).replace(microsecond=0).isoformat()

    def public(self):
        status, _, text = self.desk.get("/v1/public/penalties")
        self.assertEqual(status, 200, text)
        for person, number in PEOPLE.items():
            self.assertNotIn(person, text)
            self.assertNotIn(number, text)
        return json.loads(text)["penalties"]

    def complain(self):
        ids = []
        for person, number in PEOPLE.items():
            ids.append(self.ask("centre", "POST", "/v1/complaints", {
                "respondent": "org_q", "issue": "privacy", "facts": "They read my private messages aloud.",
                "request": "That it ends.", "reporter": {"name": person, "number": number}}, 201)["id"])
        return ids

    def test_three_complaints_end_in_a_fine_that_is_published_repaired_and_removed(self):
        complaints = self.complain()
        listed = {c["id"]: c for c in self.ask("stf_u1", "GET", "/v1/complaints")["complaints"]}
        self.assertEqual(set(listed), set(complaints))
        self.assertEqual([c["suggestions"]["joint"] for c in listed.values()], [True] * 3, "two others could be joined")
        for complaint in complaints:
            self.ask("stf_u1", "POST", f"/v1/complaints/{complaint}/accept", {"summary": "Private messages were read."})

        # Who stands out, and why; nobody is summoned by it.
        ranking = self.ask("stf_u1", "GET", "/v1/rankings")
        row = next(r for r in ranking["rows"] if r["organisation"] == "org_q")
        self.assertEqual((row["complaints"], row["members"], row["suppressed"], row["per_1000"]), (3, 40, True, None))
        self.assertIn("same-issue", row["reasons"])

        # The association summons its member and recommends; the authority files the case and orders.
        case = self.ask("stf_u1", "POST", "/v1/cases", {"respondent": "org_q", "complaints": complaints}, 201)["id"]
        summons = {"at": self.at(3), "place": "Room 3", "text": "three complaints about private messages",
                   "officers": ["stf_u1", "stf_u2"]}
        self.act(case, "stf_u1", "summons", **summons)
        self.assertEqual(self.act(case, "stf_u1", "penalty", 403, violation="data_misuse", count=2, amount_fen=1000000)["code"],
                         "not-authority")
        self.act(case, "stf_s1", "accept")
        self.act(case, "stf_s1", "self_inspection", until=self.at(5))
        self.act(case, "stf_q", "reply", text="we look into it")
        self.act(case, "stf_s1", "rectification", items=[{"text": "close the pool's chats", "until": self.at(10)}])
        self.later(11)
        seen = self.ask("stf_q", "GET", f"/v1/cases/{case}")
        self.assertEqual([i["state"] for i in seen["items"]], ["late"])
        for person, number in PEOPLE.items():
            self.assertNotIn(person, json.dumps(seen))
            self.assertNotIn(number, json.dumps(seen))
        self.act(case, "stf_s1", "inspection", officers=["stf_s1", "stf_s2"], text="the chats are open", failed=[1])

        # 500 and 45,000 yuan are no fines for this; 10,000 is, after notice, window and a second person.
        fine = {"violation": "data_misuse", "count": 2}
        for wrong in (50000, 4500000):
            for kind in "notice_of_penalty", "penalty":
                self.assertEqual(self.act(case, "stf_s1", kind, 422, amount_fen=wrong, **fine)["code"], "fine-out-of-range")
        self.act(case, "stf_s1", "notice_of_penalty", amount_fen=1000000, **fine)
        self.assertEqual(self.act(case, "stf_s3", "penalty", 409, amount_fen=1000000, **fine)["reason"], "window-open")
        self.later(10)
        self.act(case, "stf_s3", "penalty", amount_fen=1000000, **fine)
        self.assertEqual(self.act(case, "stf_s3", "decision", 409, outcome="approved")["reason"], "second-person")
        self.act(case, "stf_s4", "decision", outcome="approved")
        self.act(case, "stf_s1", "service", method="in-person")
        self.assertTrue(self.act(case, "stf_s1", "payment", amount_fen=1000000)["fine"]["settled"])
        self.assertEqual(self.public(), [])
        self.act(case, "stf_s1", "publish")
        entry, = self.public()
        self.assertEqual((entry["organisation"]["id"], entry["amount_fen"]), ("org_q", 1000000))

        # Repaired, and taken down.
        at = f"/v1/listings/{entry['id']}"
        self.ask("stf_q", "POST", at + "/repair", {"text": "chats are closed, staff were trained"})
        self.ask("stf_s1", "POST", at + "/review", {"outcome": "accepted", "text": "seen at the shop, all of it is done"})
        self.assertEqual(self.public(), [])

        # Each act that was told to the respondent is a paper, and anybody can verify it.
        papers = {d["paper"]: d for d in self.ask("stf_q", "GET", f"/v1/documents?case={case}")["documents"]}
        self.assertEqual(set(papers), {"summons", "self-inspection", "rectification", "inspection-record", "penalty-notice",
                                       "penalty-decision", "service", "payment", "publication",
                                       "withdrawal"})
        paper = papers["penalty-decision"]
        status, _, text = self.desk.get("/v1/public/documents/" + paper["hash"])
        self.assertEqual((status, json.loads(text)["number"]), (200, paper["number"]))

        # What was done stays on record, and verifies.
        self.desk.stop()
        self.assertEqual(self.desk.run("ledger", "verify")[0], 0)


if __name__ == "__main__":
    engine.main()
