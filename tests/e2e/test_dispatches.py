"""Deadlines and dispatches: a matter goes to several departments, each with its clock; one return, and the superior's word."""
import json

import engine
import menshen

DAY = 86400
ORGANISATIONS = """id,name,kind,sector,licence,region,status
org_q,Q,agency,matchmaking,,310104,active
org_u,U,association,matchmaking,,310000,active
org_top,Top,authority,,,CN,active
org_civil,Civil,authority,matchmaking,,310000,active
org_police,Police,authority,,,310000,active
"""
STAFF = """id,organisation,name,role,login,certificate,status
stf_q,org_q,Q,manager,q@q,,active
stf_u,org_u,U,officer,u@u,,active
stf_ua,org_u,UA,auditor,ua@u,,active
stf_top,org_top,T,officer,t@t,,active
stf_civil,org_civil,C,officer,c@c,,active
stf_police,org_police,P,officer,p@p,,active
"""
NOTE = "the tenant of the third house was rung by them"


@engine.both
class Dispatches(menshen.Case):
    def setUp(self):
        super().setUp()
        self.desk = self.server(sip=False, start=False).clock().start()
        self.tokens = {}
        for kind, text in (("organisations", ORGANISATIONS), ("staff", STAFF)):
            code, out, err = self.desk.run("import", kind, self.file(kind + ".csv", text))
            self.assertEqual(code, 0, out + err)
        self.case = self.ask("stf_u", "POST", "/v1/cases", {"respondent": "org_q"}, 201)["id"]

    def ask(self, staff, method, path, body=None, expected=200):
        if staff not in self.tokens:
            self.tokens[staff] = self.desk.token("desk", staff)
        status, _, text = self.desk.http(method, path, body, self.tokens[staff])
        self.assertEqual(status, expected, text)
        return json.loads(text)

    def refused(self, staff, method, path, body, status, code):
        self.assertEqual(self.ask(staff, method, path, body, status)["code"], code)

    def later(self, days):
        self.desk.later(days * DAY)
        self.tokens = {}

    def send(self, matters, to=None, expected=201, **more):
        body = {"case": self.case, "matters": matters, "note": NOTE, **more}
        if to:
            body["to"] = [{"department": d, "organisation": o} for d, o in to.items()]
        return self.ask("stf_u", "POST", "/v1/dispatches", body, expected)

    def clocks(self, staff, query=""):
        return self.ask(staff, "GET", "/v1/clocks" + query)["clocks"]

    def test_several_departments_each_with_its_clock(self):
        routes = self.ask("stf_u", "GET", "/v1/dispatches/routes?matters=consumer%3Bcrime&sector=matchmaking")["routes"]
        self.assertEqual([r["department"] for r in routes], ["police", "market"])
        sent = self.send(["sector", "crime"], {"police": "org_police", "civil-affairs": "org_civil"})["dispatches"]
        self.assertEqual([d["department"] for d in sent], ["police", "civil-affairs"])
        self.assertTrue(all(d["clock"] == "running" and d["due"] > d["sent_at"] for d in sent))
        police = sent[0]["id"]
        self.assertEqual([c["subject"] for c in self.clocks("stf_police")], [police])
        self.assertEqual(self.clocks("stf_q"), [])
        # an authority reads an association's deadlines, of its sector and region; nobody else does
        self.ask("stf_civil", "GET", "/v1/clocks?organisation=org_u")
        self.refused("stf_q", "GET", "/v1/clocks?organisation=org_u", None, 404, "not-found")
        # who gets it sees what was written, who it is about sees nothing, and the journal no word of it
        self.assertEqual(self.ask("stf_police", "GET", f"/v1/dispatches/{police}")["note"], NOTE)
        self.refused("stf_civil", "GET", f"/v1/dispatches/{police}", None, 404, "not-found")
        self.refused("stf_q", "GET", f"/v1/dispatches/{police}", None, 403, "role-missing")
        self.assertEqual([d["id"] for d in self.ask("stf_civil", "GET", "/v1/dispatches")["dispatches"]], [sent[1]["id"]])
        # a reply through the portal counts: the clock is met, and neither reminds nor goes over
        done = self.ask("stf_police", "POST", f"/v1/dispatches/{police}/answer", {"text": "filed"})
        self.assertEqual((done["status"], done["clock"]), ("answered", "met"))
        self.later(60)
        late = self.clocks("stf_civil", "?state=overdue")
        self.assertEqual([c["subject"] for c in late], [sent[1]["id"]])
        menshen.until(lambda: self.clocks("stf_civil")[0]["breached_at"], 30, "the breach")
        self.assertEqual(self.clocks("stf_civil")[0]["breached_at"], late[0]["due"])
        self.refused("stf_civil", "POST", f"/v1/clocks/{late[0]['id']}/recount", None, 409, "deadline-over")
        self.refused("stf_police", "POST", f"/v1/clocks/{late[0]['id']}/recount", None, 404, "not-found")
        self.assertEqual(self.clocks("stf_police")[0]["breached_at"], None)
        # it is answered all the same, and late for good
        done = self.ask("stf_civil", "POST", f"/v1/dispatches/{sent[1]['id']}/answer", {"text": "filed"})
        self.assertEqual((done["status"], done["clock"]), ("answered", "late"))
        self.assertEqual(self.clocks("stf_civil")[0]["due"], late[0]["due"])

    def test_one_return_then_the_superior(self):
        first = self.send(["crime"], {"police": "org_police"})["dispatches"][0]["id"]
        back = {"ground": "not-competent", "text": "no crime"}
        self.refused("stf_u", "POST", f"/v1/dispatches/{first}/return", back, 403, "not-recipient")
        self.refused("stf_police", "POST", f"/v1/dispatches/{first}/return", {**back, "ground": "busy"}, 422, "unknown-ground")
        self.assertEqual(self.ask("stf_police", "POST", f"/v1/dispatches/{first}/return", back)["status"], "returned")
        second = self.send(["sector"], {"civil-affairs": "org_civil"}, follows=first)["dispatches"][0]["id"]
        self.refused("stf_civil", "POST", f"/v1/dispatches/{second}/return", back, 409, "returned-once")
        self.refused("stf_top", "GET", f"/v1/dispatches/{second}", None, 404, "not-found")
        disputed = self.ask("stf_civil", "POST", f"/v1/dispatches/{second}/dispute", {"text": "the police's"})
        self.assertIsNotNone(disputed["dispute_until"])
        self.assertEqual([d["id"] for d in self.ask("stf_top", "GET", "/v1/dispatches?status=disputed")["dispatches"]], [second])
        self.assertEqual(self.ask("stf_police", "GET", "/v1/dispatches?status=disputed")["dispatches"], [])
        word = {"organisation": "org_police", "text": "it is yours"}
        self.refused("stf_police", "POST", f"/v1/dispatches/{second}/designate", word, 404, "not-found")
        self.refused("stf_civil", "POST", f"/v1/dispatches/{second}/designate", word, 403, "not-superior")
        self.refused("stf_top", "POST", f"/v1/dispatches/{second}/designate", word, 409, "dispute-running")
        self.later(25)
        self.assertEqual(self.ask("stf_top", "POST", f"/v1/dispatches/{second}/designate", word)["status"], "designated")
        bound = [d for d in self.ask("stf_police", "GET", "/v1/dispatches")["dispatches"] if d["bound"]]
        self.assertEqual([(d["follows"], d["status"], d["clock"]) for d in bound], [(second, "sent", "running")])
        self.refused("stf_police", "POST", f"/v1/dispatches/{bound[0]['id']}/return", back, 409, "designated")
        self.ask("stf_police", "POST", f"/v1/dispatches/{bound[0]['id']}/accept", {})

    def test_the_case_sends_it_and_sees_what_becomes_of_it(self):
        path = f"/v1/cases/{self.case}"
        sent = {"kind": "dispatch", "matters": ["crime", "sector"], "text": NOTE,
                "to": [{"department": "police", "organisation": "org_police"}, {"department": "civil-affairs", "organisation": "org_civil"}]}
        self.refused("stf_u", "POST", path + "/acts", {**sent, "matters": ["weather"]}, 400, "invalid-act")
        self.refused("stf_u", "POST", path + "/acts", {**sent, "to": [{"organisation": "org_police"}]}, 400, "invalid-act")
        self.refused("stf_u", "POST", path + "/acts", {**sent, "to": [{"department": "health"}]}, 422, "not-routed")
        acts = self.ask("stf_u", "POST", path + "/acts", sent, 201)["acts"]
        self.assertEqual([(a["kind"], a["body"].get("department")) for a in acts],
                         [("accept", None), ("dispatch", "police"), ("dispatch", "civil-affairs")])
        police, civil = (a["body"]["about"] for a in acts[1:])
        self.assertEqual(self.ask("stf_police", "GET", f"/v1/dispatches/{police}")["note"], NOTE)
        self.ask("stf_police", "POST", f"/v1/dispatches/{police}/accept", {})
        self.ask("stf_civil", "POST", f"/v1/dispatches/{civil}/return", {"ground": "region", "text": "elsewhere"})
        told = [(a["body"]["about"], a["body"]["outcome"], a["body"].get("ground"), a["organisation"], "by" in a)
                for a in self.ask("stf_u", "GET", path)["acts"] if a["kind"] == "handling"]
        self.assertEqual(told, [(police, "accepted", None, "org_police", False), (civil, "returned", "region", "org_civil", False)])
        self.refused("stf_u", "POST", path + "/acts", {"kind": "handling"}, 403, "recorded-elsewhere")
        self.assertNotIn("handling", self.ask("stf_u", "GET", path + "/next")["next"])
        # It is not closed over the head of a department that has not said yet whether it takes it.
        market = self.send(["consumer"])["dispatches"][0]["id"]
        answer = self.ask("stf_u", "POST", path + "/acts", {"kind": "close"}, 409)
        self.assertEqual((answer["code"], answer["reason"]), ("unlawful-act", "still-open"))
        self.ask("stf_u", "POST", path + "/acts", {"kind": "close", "reason": "the agency has closed down"}, 201)
        recalled = self.ask("stf_u", "GET", f"/v1/dispatches/{market}")
        self.assertEqual((recalled["status"], recalled["clock"]), ("recalled", "dropped"))
        self.ask("stf_police", "POST", f"/v1/dispatches/{police}/answer", {"text": "filed"})
        self.assertEqual(self.ask("stf_u", "GET", path)["acts"][-1]["body"]["outcome"], "answered")

    def test_what_is_wrong_is_named(self):
        self.refused("stf_u", "POST", "/v1/dispatches", {"case": self.case, "matters": []}, 400, "invalid-dispatch")
        self.refused("stf_u", "POST", "/v1/dispatches", {"case": self.case, "matters": ["weather"]}, 400, "invalid-dispatch")
        self.refused("stf_ua", "POST", "/v1/dispatches", {"case": self.case, "matters": ["crime"]}, 403, "role-missing")
        self.refused("stf_police", "POST", "/v1/dispatches", {"case": "cas_0", "matters": ["crime"]}, 404, "not-found")
        self.refused("stf_u", "POST", "/v1/dispatches",
                     {"case": self.case, "matters": ["crime"], "to": [{"department": "health"}]}, 422, "not-routed")
        self.refused("stf_u", "GET", "/v1/dispatches/routes?matters=weather", None, 400, "unknown-matter")
        self.send(["crime"])
        self.refused("stf_u", "POST", "/v1/dispatches", {"case": self.case, "matters": ["crime"]}, 409, "already-dispatched")

    def test_past_the_calendar_nothing_is_guessed(self):
        self.later(800)
        answer = self.send(["crime"], expected=422)
        self.assertEqual(answer["code"], "beyond-bounds")
        self.assertIn("calendars:", answer["detail"])
        self.assertEqual(self.ask("stf_u", "GET", "/v1/dispatches")["dispatches"], [])


if __name__ == "__main__":
    engine.main()
