"""Every official paper is issued by an act, in its transaction: to whom it is, and to nobody else."""
import json

import engine
import menshen
import test_cases
from test_cases import FINE, WHY

DOCUMENTS = "licence;permit;number-certificate;filing;plan"
HASH = "sha256:" + "1" * 64
MORE = """id,name,kind,sector,licence,region,status
org_mobile,Mobile,carrier,telecom,,310000,active
org_shop,Shop,platform,,,310000,active
"""
LINES = f"""id,organisation,carrier,location,purpose,callers,peers,documents,status,service
lin_q,org_q,org_mobile,SH,service,02160001000-02160001099,,{DOCUMENTS},active,appointment
"""
REPORTER, NUMBER = "Wang Xifeng", "13911110011"


@engine.both
class Papers(menshen.Case):
    ask = test_cases.Cases.ask
    at = test_cases.Cases.at
    open = test_cases.Cases.open
    act = test_cases.Cases.act
    do = test_cases.Cases.do
    later = test_cases.Cases.later

    def setUp(self):
        super().setUp()
        self.desk = self.server(sip=False, start=False).clock().start()
        self.tokens = {}
        for kind, text in (("organisations", test_cases.ORGANISATIONS), ("organisations", MORE), ("lines", LINES),
                           ("staff", test_cases.STAFF)):
            code, out, err = self.desk.run("import", kind, self.file("facts.csv", text))
            self.assertEqual(code, 0, out + err)

    def ok(self, staff, path, body=None, status=(200, 201)):
        got, _, answer = self.ask(staff, "POST", path, body, Purpose="complaint")
        self.assertIn(got, status, answer)
        return answer

    def papers(self, staff, query=""):
        status, _, answer = self.ask(staff, "GET", "/v1/documents" + query)
        self.assertEqual(status, 200, answer)
        return answer["documents"]

    def newest(self, staff, paper):
        return next(p for p in self.papers(staff) if p["paper"] == paper)

    def page(self, staff, paper, language):
        status, _, page = self.desk.http("GET", f"/v1/documents/{paper['id']}?language={language}", None, self.tokens[staff], {})
        self.assertEqual(status, 200, page)
        return page

    def of_an_association(self):
        case = self.open("stf_u1")
        self.do(case, "stf_u1", "summons", at=self.at(3), place="Room 3", officers=["stf_u1", "stf_u2"], text=WHY)
        self.do(case, "stf_u1", "self_inspection", until=self.at(5), text=WHY)
        self.do(case, "stf_u1", "recommend", items=[{"text": "put it right", "until": self.at(10)}])
        self.later(11)
        self.do(case, "stf_u1", "visit", agreed=True, place="the shop", text="all is well")
        self.do(case, "stf_u1", "industry_notice", text="private messages were read aloud")
        self.ok("stf_u1", "/v1/dispatches", {"case": case, "matters": ["crime"], "note": "it looks like fraud",
                                             "to": [{"department": "police"}]})
        self.do(case, "stf_u1", "close", text="handed on", reason="the police have what is theirs to look into")
        referral = next(p for p in self.papers("stf_u1", f"?case={case}") if p["paper"] == "referral")
        self.assertIn("公安机关", self.page("stf_u1", referral, "zh"))
        self.assertEqual({p["paper"] for p in self.papers("stf_q", f"?case={case}")},
                         {"summons", "self-inspection", "recommendation", "visit", "caution", "closing"},
                         "not where it was dispatched")

    def of_an_authority(self):
        case = self.open()
        for step in "summons", "self_inspection":
            self.do(case, "stf_s1", "skip", step=step, reason=WHY)
        self.do(case, "stf_s1", "rectification", items=[{"text": "close the chats", "until": self.at(10)}])
        self.later(11)
        self.do(case, "stf_s1", "inspection", officers=["stf_s1", "stf_s3"], text="they are open", place="the shop")
        self.do(case, "stf_s1", "warning", text="it was done twice")
        other = self.open()
        for step in test_cases.STEPS:
            self.do(other, "stf_s1", "skip", step=step, reason=WHY)
        self.do(other, "stf_s3", "notice_of_penalty", measure="criticism", text="it was done twice", violation="data_misuse")
        self.do(case, "stf_s1", "notice_of_penalty", **FINE)
        self.do(case, "stf_q", "hearing_request")
        self.do(case, "stf_s1", "hearing", place="Room 1", host="stf_s2", at=self.at(20))
        self.later(21)
        self.do(other, "stf_s4", "criticism", text="it was done twice")
        self.do(case, "stf_s2", "hearing", record="all was said")
        self.do(case, "stf_s1", "penalty", **FINE)
        self.do(case, "stf_s4", "decision", outcome="approved")
        self.do(case, "stf_s1", "service", method="in-person", place="the shop")
        self.do(case, "stf_s1", "payment", amount_fen=1000000)
        self.do(case, "stf_s1", "publish")
        self.do(case, "stf_s1", "withdraw", of="publish")
        decision = next(p for p in self.papers("stf_q", f"?case={case}") if p["paper"] == "penalty-decision")
        english = self.page("stf_q", decision, "en")
        self.assertIn("The benchmark sets it", english)
        self.assertNotIn("依照裁量", english)
        self.assertNotIn("<svg", english, "no code without http.public_url")
        self.assertNotIn("Scan the code", english)
        self.assertIn("/v1/public/documents/" + decision["hash"], english)
        lists = {"organisations": ["org_p", "org_q"], "inspectors": ["stf_s1", "stf_s2", "stf_s3"], "wanted": 1}
        draw = self.ok("stf_s1", "/v1/draws", lists)
        self.ok("stf_s1", f"/v1/draws/{draw['id']}/reveal")

    def of_registers(self):
        def enter(ground):
            return self.ok("stf_u1", "/v1/listings", {"register": "abnormal", "organisation": "org_q", "ground": ground,
                                                      "exit": "rectified", "reason": "nothing of it was put right"})["id"]
        one = enter("rectification-overdue")
        self.ok("stf_q", f"/v1/listings/{one}/objection", {"text": "it was put right in time"})
        self.ok("stf_u1", f"/v1/listings/{one}/answer", {"outcome": "upheld", "text": "it was put right indeed"})
        two = enter("rectification-overdue")
        self.later(12)
        menshen.until(lambda: any(p["paper"] == "listing-entry" and p["subject"] == two for p in self.papers("stf_q")), 60,
                      "the entry's paper")
        self.assertEqual({p["paper"] for p in self.papers("stf_q") if p["subject"] == one},
                         {"listing-notice", "objection", "listing-exit"})

    def of_lines(self):
        path = "/v1/lines/lin_q/orders"
        order = self.ok("org_mobile", path, {"act": "suspend", "reason": "calls at night"})
        paper = self.newest("stf_q", "line-order")
        self.assertEqual((paper["organisation"], paper["addressee"], paper["subject"]), ("org_mobile", "org_q", order["id"]))
        appeal = self.ok("stf_q", "/v1/appeals", {"against": order["id"], "text": "it was not ours"})["id"]
        self.ok("stf_s1", f"/v1/appeals/{appeal}/decide", {"decision": "rejected", "reason": "it was yours"})
        self.assertIn(paper["number"], self.page("stf_q", self.newest("stf_q", "appeal"), "zh"))
        self.ok("org_mobile", path, {"act": "restore", "reason": "put right"})
        self.assertIn(paper["number"], self.page("stf_q", self.newest("stf_q", "line-release"), "zh"))
        self.ok("stf_s1", "/v1/notices", {"to": "org_mobile", "line": "lin_q", "ground": "cn.call.caller-authentication"})
        self.ok("stf_s1", "/v1/takedowns", {"kind": "software", "artefact": HASH, "url": "https://shop.example/1",
                                            "platform": "org_shop", "ground": "call-bomber"})
        self.assertEqual({p["paper"] for p in self.papers("org_shop")}, {"takedown"})
        self.assertEqual({p["paper"] for p in self.papers("org_mobile")},
                         {"line-order", "line-release", "line-notice"})

    def of_complaints(self):
        token = self.desk.token("reports", "centre")

        def complain():
            body = {"respondent": "org_q", "issue": "privacy", "facts": "They read my messages aloud.", "request": "an end",
                    "reporter": {"name": REPORTER, "number": NUMBER}}
            status, _, text = self.desk.http("POST", "/v1/complaints", body, token, {"Purpose": "complaint"})
            self.assertEqual(status, 201, text)
            return json.loads(text)["id"]
        one, other = complain(), complain()
        self.ok("stf_u1", f"/v1/complaints/{one}/accept", {"summary": "Messages were read."})
        self.ok("stf_u1", f"/v1/complaints/{one}/close", {"upheld": True, "answer": "It will not happen again."})
        self.ok("stf_u1", f"/v1/complaints/{other}/refuse", {"ground": "time-barred", "reason": "It was five years ago."})
        hers = [p for p in self.papers("stf_u1") if p["subject"] in (one, other)]
        self.assertEqual({p["paper"] for p in hers}, {"acceptance", "closing", "refusal"})
        self.assertEqual([p for p in self.papers("stf_q") if p["subject"] in (one, other)], [])
        for paper in hers:
            self.assertIsNone(paper["addressee"])
            self.assertNotIn(REPORTER, self.page("stf_u1", paper, "zh"))
            self.assertEqual(self.ask("stf_q", "GET", f"/v1/documents/{paper['id']}")[0], 404)
        return hers

    def test_each_template_is_issued_by_an_act(self):
        code, out, err = menshen.run("rules", "list", "--kind", "paper", "--json")
        self.assertEqual(code, 0, err)
        templates = {json.loads(line)["id"].removeprefix("cn.paper.") for line in out.splitlines()}
        self.assertGreaterEqual(len(templates), 30)
        self.of_an_association()
        self.of_an_authority()
        self.of_registers()
        self.of_lines()
        self.of_complaints()
        issued = {p["paper"] for who in ("stf_u1", "stf_s1", "org_mobile") for p in self.papers(who)}
        self.assertEqual(templates - issued, set(), "templates that no act issues")

    def test_an_act_that_says_too_little_for_its_paper_is_refused(self):
        case = self.open("stf_u1")
        for step in "summons", "self_inspection":
            self.do(case, "stf_u1", "skip", step=step, reason=WHY)
        long = [{"text": "x" * 3900, "until": self.at(10)}] * 9
        status, _, answer = self.act(case, "stf_u1", "recommend", items=long)
        self.assertEqual((status, answer["code"]), (422, "text-too-long"))
        self.assertEqual(len(self.ask("stf_u1", "GET", f"/v1/cases/{case}")[2]["acts"]), 3)
        self.assertEqual(self.papers("stf_u1", f"?case={case}"), [])


if __name__ == "__main__":
    engine.main()
