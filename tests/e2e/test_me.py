"""What a person does with one tap: stop everything, let a caller through, read what words mean."""
import json
import time

import engine
import members
import menshen
from test_bindings import Agency

EMPTY = {"sectors": [], "classes": [], "hours": [], "block": [], "allow": []}
CAMPAIGN = ("id,principal,callers,sector,purpose,lines,consent_basis,from,until,status\n"
            "cmp_a,org_a,,matchmaking,matchmaking.introduce,lin_sell,consent,2020-01-01,2099-12-31,active\n")
LINE = ("id,organisation,carrier,location,purpose,callers,peers,documents,status,service\n"
        "lin_sell,org_a,org_c,31,marketing,02160009000-02160009009,,licence;permit;number-certificate;filing;plan,active,\n")
RANGE = "first,last,organisation,use,direction,status\n+862160009000,+862160009009,org_a,marketing,both,active\n"


@engine.both
class Taps(Agency):
    def put(self, kind, text):
        status, out, err = self.gate.run("import", kind, self.file(kind + ".csv", text))
        self.assertEqual(status, 0, out + err)

    def good(self, answer):
        self.assertEqual(answer[0], 200, answer[1])
        return answer[1]

    def later(self, days):
        return time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(time.time() + days * 86400))

    def no(self, answer, status, code):
        self.assertEqual((answer[0], answer[1]["code"]), (status, code), answer[1])

    # -- A nation's preferences --------------------------------------------------------------

    def test_what_a_nation_s_list_says_of_her_she_reads_and_overrules(self):
        path = self.file("nation.csv", "number,sectors,classes,hours,block,allow\n"
                         f"{members.NUMBERS['per_lin']},matchmaking,95,,,\n")
        status, out, err = self.gate.run("import", "preferences", path, "--base")
        self.assertEqual(status, 0, out + err)
        listed = {**EMPTY, "sectors": ["matchmaking"], "classes": ["95"]}
        self.assertEqual(self.good(self.her("per_lin", path="/v1/me/preferences")), listed)
        self.assertEqual(self.good(self.her("per_xue", path="/v1/me/preferences")), EMPTY)
        self.assertEqual(self.good(self.her("per_lin", "PUT", "/v1/me/preferences", EMPTY)), EMPTY)
        self.assertEqual(self.good(self.her("per_lin", path="/v1/me/preferences")), EMPTY)
        status, out, err = self.gate.run("import", "preferences", path, "--base")
        self.assertEqual(status, 0, out + err)
        self.assertEqual(self.good(self.her("per_lin", path="/v1/me/preferences")), EMPTY)

    # -- Everything at once -----------------------------------------------------------------

    def test_stop_everything(self):
        number = self.opened("per_lin")["id"]
        status, asked, _ = self.staff("POST", "/v1/persons/per_lin/consent-requests", {
            "purpose": members.INTRODUCE, "categories": ["photo"], "channels": ["file"], "until": self.later(30)})
        self.assertEqual(status, 201, asked)
        wishes = {**EMPTY, "classes": ["95"], "block": ["862160001000"], "allow": ["org_a"]}
        self.good(self.her("per_lin", "PUT", "/v1/me/preferences", wishes))
        active = [c["id"] for c in self.good(self.her("per_lin", path="/v1/me/consents"))["consents"] if c["status"] == "active"]
        self.assertGreater(len(active), 2)
        stopped = self.good(self.her("per_lin", "POST", "/v1/me/stop"))
        self.assertEqual(sorted(stopped["consents"]), sorted(active))
        self.assertEqual(stopped["requests"], [asked["requests"][0]["id"]])
        self.assertEqual(stopped["bindings"], [number])
        self.assertEqual(stopped["before"], wishes)
        self.assertEqual(stopped["preferences"], {**wishes, "sectors": ["*"], "allow": []})
        # All of it is so: at both doors, and in what she reads.
        consents = self.good(self.her("per_lin", path="/v1/me/consents"))["consents"]
        self.assertEqual({c["status"] for c in consents}, {"withdrawn"})
        self.assertEqual(self.good(self.her("per_lin", path="/v1/me/preferences")), stopped["preferences"])
        self.assertEqual(self.good(self.her("per_lin", path="/v1/me/consent-requests"))["requests"][0]["status"], "refused")
        self.assertEqual(self.good(self.her("per_lin"))["bindings"][0]["why"], "refused")
        status, body, _ = self.staff("GET", "/v1/persons/per_lin", headers={"Purpose": members.INTRODUCE})
        self.assertEqual((status, body["reason"]), (403, "not-shared"))
        self.assertEqual(self.ask("per_lin")[0], 403)
        # Another's stays as it was; and sent again it changes nothing more.
        self.opened("per_xue")
        again = self.good(self.her("per_lin", "POST", "/v1/me/stop"))
        self.assertEqual([again[k] for k in ("consents", "requests", "bindings", "approvals")], [[]] * 4)
        # Undone: her wishes are hers to set again, a consent is given anew.
        self.assertEqual(self.good(self.her("per_lin", "PUT", "/v1/me/preferences", stopped["before"])), wishes)

    def test_what_is_sealed_is_shut_too(self):
        self.her("per_lin")
        status, body = self.her("per_lin", "POST", "/v1/me/approvals", {
            "person": "per_lin", "categories": ["chat"], "holder": "stf_sales", "until": self.later(3)})
        self.assertIn(status, (201, 202), body)
        stopped = self.good(self.her("per_lin", "POST", "/v1/me/stop"))
        self.assertEqual(stopped["approvals"], [body["id"]])
        approvals = self.good(self.her("per_lin", path="/v1/me/approvals"))
        self.assertEqual({a["status"] for a in approvals["approvals"]}, {"ended"})

    def test_only_she_herself_stops_it(self):
        token = self.gate.token("me", subject="per_lin")
        self.assertEqual(self.gate.http("POST", "/v1/me/stop", token=token)[0], 401)
        self.assertEqual(self.staff("POST", "/v1/me/stop")[0], 401)

    # -- A call that should have rung ----------------------------------------------------------

    def test_a_wrongly_stopped_caller_is_let_through(self):
        for kind, text in (("ranges", RANGE), ("lines", LINE), ("campaigns", CAMPAIGN)):
            self.put(kind, text)
        rings = lambda: json.loads(self.gate.run("call", "--from", "02160009001", "--to", members.NUMBERS["per_lin"], "--line",
                                                 "lin_sell", "--campaign", "cmp_a", "--json")[1])["reason"]
        self.good(self.her("per_lin", "PUT", "/v1/me/preferences", {**EMPTY, "sectors": ["matchmaking"], "block": ["862160009001"]}))
        self.assertEqual(rings(), "callee-blocks-caller")
        call = menshen.until(lambda: (c := self.good(self.her("per_lin", path="/v1/me/calls"))["calls"]) and c[0], 20, "the index")
        self.assertTrue(call["allowable"])
        path = f"/v1/me/calls/{call['record']}/allow"
        self.assertEqual(self.good(self.her("per_lin", "POST", path, {"what": "number"})),
                         {**EMPTY, "sectors": ["matchmaking"], "allow": ["862160009001"]})
        self.assertNotIn(rings(), ("callee-blocks-caller", "sector-refused", "do-not-call"))
        # For the whole organisation; the same again is there once.
        for _ in range(2):
            wishes = self.good(self.her("per_lin", "POST", path, {"what": "organisation"}))
            self.assertEqual(wishes["allow"], ["862160009001", "org_a"])
        # Nobody else's call, and no other word.
        self.no(self.her("per_xue", "POST", path, {"what": "number"}), 404, "not-found")
        self.no(self.her("per_lin", "POST", "/v1/me/calls/rec_00000000_1/allow", {"what": "number"}), 404, "not-found")
        for body in ({}, {"what": "all"}, {"what": "number", "for": "ever"}):
            self.no(self.her("per_lin", "POST", path, body), 400, "invalid-allow")

    # -- Words ------------------------------------------------------------------------------------

    def test_organisations_by_name_and_id(self):
        found = self.good(self.her("per_lin", path="/v1/organisations/names?ids=org_a,org_none,org_s"))["organisations"]
        self.assertEqual([(o["id"], o["name"], o["kind"]) for o in found], [("org_a", "A", "agency"), ("org_s", "S", "authority")])
        self.put("organisations", "id,name,kind,sector,licence,region,status\norg_h,红娘之家,agency,matchmaking,,31,active\n"
                                  "org_g,红线,agency,matchmaking,,31,closed\n")
        found = self.good(self.her("per_lin", path="/v1/organisations/names?q=%E7%BA%A2"))["organisations"]
        self.assertEqual([o["name"] for o in found], ["红娘之家"])
        self.assertEqual(self.good(self.her("per_lin", path="/v1/organisations/names")), {"organisations": []})
        found = self.good(self.staff("GET", "/v1/organisations/names?ids=org_h"))["organisations"]
        self.assertEqual([o["name"] for o in found], ["红娘之家"])

    def test_every_reason_purpose_and_deadline_has_words(self):
        words = json.loads(self.gate.get("/v1/words")[2])
        reasons = {r for rule in words["rules"].values() for r in rule.get("reasons", [])}
        self.assertLessEqual({"sector-refused", "outside-hours", "no-consent", "shown", "allowed", "sealed"}, reasons)
        self.assertEqual(words["purposes"][members.INTRODUCE]["title"], {"zh": "介绍对象", "en": "Introduction"})
        self.assertIn("cn.clock.samr.accept", words["rules"])
        for kind in words.values():
            for code, word in kind.items():
                self.assertTrue(word["title"]["zh"] and word["title"]["en"] and word["text"]["zh"] and word["basis"]["zh"], code)


if __name__ == "__main__":
    engine.main()
