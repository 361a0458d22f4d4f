"""Orders about lines, numbers, organisations and campaigns: given over HTTP, obeyed at the next INVITE and look."""
import json
import uuid

import engine
import members
import menshen
import sip

DOCUMENTS = "licence;permit;number-certificate;filing;plan"
FILES = (
    ("organisations", """id,name,kind,sector,licence,region,status,parent,legal_entity
org_mobile,Mobile,carrier,telecom,,310000,active,,
org_rival,Rival,carrier,telecom,,310000,active,,
org_house,House,agency,matchmaking,,310104,active,,
org_branch,Branch,agency,matchmaking,,310104,active,org_house,org_house
org_state,State,authority,,,310000,active,,
org_bureau,Bureau,authority,matchmaking,,310000,active,,
org_far,Far,authority,matchmaking,,330000,active,,
org_union,Union,association,matchmaking,,310000,active,,
"""),
    ("staff", """id,organisation,name,role,login,certificate,status
stf_one,org_bureau,O,officer,one@b,,active
stf_tri,org_bureau,T,auditor,tri@b,,active
stf_desk,org_union,D,officer,desk@u,,active
stf_ann,org_house,A,sales,ann@h,C1:2099-12-31,active
stf_kay,org_house,K,compliance,kay@h,,active
stf_max,org_house,M,manager,max@h,C2:2099-12-31,active
stf_bob,org_branch,B,manager,bob@h,C3:2099-12-31,active
stf_bea,org_branch,B,compliance,bea@h,,active
"""),
    ("ranges", """first,last,organisation,use,direction,status
13800000000,13800000999,org_mobile,person,both,active
13800000911,13800000911,org_mobile,emergency,both,active
02160001000,02160001099,org_house,service,both,active
"""),
    ("lines", f"""id,organisation,carrier,location,purpose,callers,peers,documents,status,service
lin_people,org_mobile,org_mobile,SH,person,13800000000-13800000999,,{DOCUMENTS},active,
lin_house,org_house,org_mobile,SH,service,02160001000-02160001099,,{DOCUMENTS},active,appointment
"""),
    ("campaigns", """id,principal,callers,sector,purpose,lines,consent_basis,from,until,status
cmp_care,org_house,,matchmaking,care,lin_house,consent,2020-01-01,2099-12-31,active
"""),
    ("persons", "id,organisation,number,name,pool\nper_lin,org_house,13800000500,Lin,store\n"),
    ("consents", "number,organisation,purposes,categories,channels,from,until,wording,evidence\n"
                 f"13800000500,org_house,matchmaking.introduce,basic,app,2020-01-01,,yes,sha256:{'1' * 64}\n"),
)
PERSON, OTHER, HOUSE, CALLEE = "+8613800000001", "+8613800000002", "+862160001000", "+8613800000500"
WHY = "calls at night"


@engine.both
class Orders(menshen.Case):
    def setUp(self):
        super().setUp()
        self.gate = self.server(config=self.file("menshen.yaml", "ledger: {deadline_ms: 30000}\n"))
        for kind, text in FILES:
            self.run_ok("import", kind, self.file(kind + ".csv", text), data=self.gate.data, store=self.gate.store)
        self.sip = sip.Client(self.gate.sip_port)
        self.addCleanup(self.sip.close)
        self.tokens = {}

    def ask(self, who, method, path, body=None, headers=None):
        if who not in self.tokens:
            self.tokens[who] = self.gate.token("all", who)
        status, _, text = self.gate.http(method, path, body, token=self.tokens[who], headers=headers)
        return status, json.loads(text)

    def order(self, who, path, act, **more):
        return self.ask(who, "POST", path + "/orders", {"act": act, "reason": WHY, **more})

    def given(self, *args, **more):
        status, told = self.order(*args, **more)
        self.assertEqual(status, 201, told)
        return told

    def refused(self, status, code, *args, **more):
        got, told = self.order(*args, **more)
        self.assertEqual((got, told["code"]), (status, code), told)
        return told

    def rings(self, caller, line, callee=CALLEE, campaign=""):
        answer = self.sip.invite(caller, callee, line, campaign)
        self.assertEqual((answer.code, answer.get("X-Menshen-Verdict")), (404, "allow"), answer.raw)

    def stopped(self, caller, line, callee=CALLEE, campaign=""):
        answer = self.sip.invite(caller, callee, line, campaign)
        self.assertEqual(answer.code, 403, answer.raw)
        self.assertEqual(answer.get("Reason"), 'SIP;cause=403;text="order-in-force"')

    def test_a_suspended_line_is_silent_from_the_next_call_until_restored(self):
        self.rings(HOUSE, "lin_house")
        told = self.given("org_mobile", "/v1/lines/lin_house", "suspend", document="M-2026-1")
        self.assertEqual((told["act"], told["organisation"], told["until"], told["document"], told["in_force"]),
                         ("suspend", "org_mobile", None, "M-2026-1", True))
        self.stopped(HOUSE, "lin_house")
        self.rings(HOUSE, "lin_house", callee="110")  # help is called in any case
        self.rings(PERSON, "lin_people")
        self.given("org_mobile", "/v1/lines/lin_house", "restore")
        self.rings(HOUSE, "lin_house")
        status, told = self.ask("stf_kay", "GET", "/v1/lines/lin_house/orders")
        self.assertEqual([(o["act"], o["in_force"]) for o in told["orders"]], [("restore", False), ("suspend", False)])

    def test_a_number_is_stopped_alone_and_never_repeated(self):
        body = {"number": PERSON, "act": "close", "reason": WHY}
        status, told = self.ask("org_mobile", "POST", "/v1/numbers/orders", body)
        self.assertEqual(status, 201, told)
        self.assertNotIn("13800000001", json.dumps(told))
        self.stopped(PERSON, "lin_people")
        self.rings(OTHER, "lin_people")
        for who, expected in (("org_mobile", 200), ("org_state", 200), ("org_rival", 404), ("stf_kay", 404)):
            status, told = self.ask(who, "POST", "/v1/numbers/orders/lookup", {"number": PERSON})
            self.assertEqual(status, expected, (who, told))
            self.assertNotIn("13800000001", json.dumps(told))
            if status == 200:
                self.assertEqual([(o["act"], o["organisation"], o["in_force"]) for o in told["orders"]],
                                 [("close", "org_mobile", True)])
        self.assertEqual(self.ask("stf_kay", "POST", "/v1/numbers/orders/lookup", {"number": HOUSE}), (200, {"orders": []}))
        self.assertEqual(self.ask("stf_kay", "POST", "/v1/numbers/orders/lookup", {"number": "x"})[0], 400)
        status, told = self.ask("org_rival", "POST", "/v1/numbers/orders", {**body, "act": "restore"})
        self.assertEqual((status, told["code"]), (403, "not-yours"))
        self.assertNotIn("13800000001", json.dumps(told))
        status, told = self.ask("org_mobile", "POST", "/v1/numbers/orders", {**body, "number": "13800000911"})
        self.assertEqual((status, told["code"]), (422, "emergency-number"))
        status, told = self.ask("org_mobile", "POST", "/v1/numbers/orders", {**body, "act": "restore"})
        self.assertEqual(status, 201, told)
        self.rings(PERSON, "lin_people")
        self.assertNotIn("13800000001", self.gate.messages())

    def test_a_suspended_organisation_neither_calls_nor_looks(self):
        def look(purpose):
            return self.ask("stf_ann", "GET", "/v1/persons/per_lin", headers={"Purpose": purpose})[0]

        self.assertEqual(look("matchmaking.introduce"), 200)
        self.given("stf_one", "/v1/organisations/org_house", "restrict")
        self.assertEqual(look("matchmaking.introduce"), 200)
        self.rings(HOUSE, "lin_house")  # no commercial call
        self.given("stf_one", "/v1/organisations/org_house", "suspend")
        self.assertEqual(look("matchmaking.introduce"), 403)
        self.stopped(HOUSE, "lin_house")
        status, told = self.ask("stf_kay", "GET", "/v1/organisations/org_house/orders")  # it is told why
        self.assertEqual([(o["act"], o["reason"], o["organisation"]) for o in told["orders"]],
                         [("suspend", WHY, "org_bureau"), ("restrict", WHY, "org_bureau")])
        self.given("stf_one", "/v1/organisations/org_house", "restore")
        self.assertEqual(look("matchmaking.introduce"), 200)
        self.rings(HOUSE, "lin_house")

    def beginnings(self):
        """(method, path, roles) of what a stopped organisation may not begin."""
        paths = json.loads(self.gate.get("/openapi.json")[2])["paths"]
        found = [(m.upper(), p.replace("{id}", "x"), op["x-roles"]) for p, ops in paths.items() for m, op in ops.items()
                 if "organisation-suspended" in op.get("description", "")]
        self.assertGreaterEqual(len(found), 17)
        return found

    def begins(self, method, path, who):
        """Whatever else is wrong with it."""
        status, told = self.ask(who, method, path, {}, {"Purpose": "matchmaking.introduce"})
        if (status, told["code"]) == (403, "organisation-suspended"):
            return False
        self.assertIn(status // 100, (2, 4), told)
        return True

    def test_a_suspended_organisation_begins_nothing_and_still_answers(self):
        """Nor does its branch; rights, refunds, complaints and its own case go on."""
        staff = {"sales": ["stf_ann"], "manager": ["stf_max", "stf_bob"], "compliance": ["stf_kay", "stf_bea"],
                 "carrier": ["org_mobile"]}
        each = [(m, p, who) for m, p, roles in self.beginnings() for r in roles for who in staff.get(r, ())]
        self.assertEqual([e for e in each if not self.begins(*e)], [])
        self.given("stf_one", "/v1/organisations/org_house", "suspend")
        self.given("org_state", "/v1/organisations/org_mobile", "close")
        self.assertEqual([e for e in each if self.begins(*e)], [])
        self.assertTrue(self.begins("POST", "/v1/lines", "org_rival"))
        for path in ("/v1/cases", "/v1/complaints", "/v1/listings", "/v1/contracts", "/v1/corrections", "/v1/duties",
                     "/v1/restraints", "/v1/appeals", "/v1/documents", "/v1/organisations/org_house/orders"):
            status, told = self.ask("stf_kay", "GET", path, headers={"Purpose": "complaint"})
            self.assertEqual(status, 200, (path, told))
        status, told = self.ask("stf_kay", "POST", "/v1/complaints/cpl_none/reply", {"text": "we look into it"})
        self.assertEqual(status, 404, told)
        status, told = self.ask("stf_ann", "GET", "/v1/contracts/con_none/refund")
        self.assertEqual(status, 404, told)
        for who in "stf_kay", "stf_bea":
            self.assertEqual(self.gate.http("GET", "/v1/session", headers=members.sign_in(self.gate, who))[0], 200)
        order = self.ask("stf_kay", "GET", "/v1/organisations/org_house/orders")[1]["orders"][0]
        status, told = self.ask("stf_kay", "POST", "/v1/appeals", {"against": order["id"], "text": "this is wrong"})
        self.assertEqual(status, 201, told)
        status, told = self.ask("org_state", "POST", f"/v1/appeals/{told['id']}/decide", {"decision": "upheld", "reason": "so it is"})
        self.assertEqual(status, 200, told)
        self.given("org_state", "/v1/organisations/org_mobile", "restore")
        self.assertEqual([e for e in each if not self.begins(*e)], [])

    def test_a_campaign_is_stopped_and_others_are_not(self):
        def reason():
            return self.sip.invite(HOUSE, CALLEE, "lin_house", "cmp_care").get("Reason")

        self.assertNotIn("order-in-force", reason())  # whatever else is wrong with it, or the hour
        self.given("stf_one", "/v1/campaigns/cmp_care", "suspend")
        self.stopped(HOUSE, "lin_house", campaign="cmp_care")
        self.rings(PERSON, "lin_people")
        self.given("stf_one", "/v1/campaigns/cmp_care", "restore")
        self.assertNotIn("order-in-force", reason())

    def test_only_who_is_in_charge_orders(self):
        self.refused(403, "role-missing", "stf_desk", "/v1/organisations/org_house", "suspend")
        self.refused(403, "role-missing", "stf_kay", "/v1/lines/lin_house", "restore")
        self.refused(403, "not-officer", "stf_tri", "/v1/lines/lin_house", "suspend")
        self.refused(403, "not-competent", "org_far", "/v1/organisations/org_house", "suspend")
        self.refused(403, "not-yours", "org_rival", "/v1/lines/lin_house", "suspend")
        self.refused(403, "not-authority", "org_mobile", "/v1/organisations/org_house", "suspend")
        self.refused(404, "not-found", "stf_one", "/v1/organisations/org_none", "suspend")
        self.rings(HOUSE, "lin_house")
        self.given("stf_one", "/v1/lines/lin_house", "suspend")
        self.refused(409, "order-of-another", "org_mobile", "/v1/lines/lin_house", "restore")
        self.stopped(HOUSE, "lin_house")
        self.assertEqual(self.ask("org_rival", "GET", "/v1/lines/lin_house/orders")[0], 404)
        self.given("stf_one", "/v1/lines/lin_house", "restore")
        self.refused(409, "nothing-in-force", "stf_one", "/v1/lines/lin_house", "restore")

    def test_a_body_is_looked_at_after_the_role(self):
        self.refused(422, "until-past", "org_mobile", "/v1/lines/lin_house", "suspend", until="2020-01-01T00:00:00+08:00")
        self.refused(400, "invalid-order", "org_mobile", "/v1/lines/lin_house", "release")
        for body in {}, {"act": "suspend"}, {"act": "suspend", "reason": " "}, {"act": "suspend", "reason": "x" * 401}, \
                {"act": "suspend", "reason": WHY, "number": "110"}, []:
            status, told = self.ask("org_mobile", "POST", "/v1/lines/lin_house/orders", body)
            self.assertEqual((status, told["code"]), (400, "invalid-order"), told)
        self.rings(HOUSE, "lin_house")

    def test_the_same_request_twice_is_one_order(self):
        key = {"Idempotency-Key": uuid.uuid4().hex}
        answers = [self.ask("org_mobile", "POST", "/v1/lines/lin_house/orders", {"act": "suspend", "reason": WHY}, key)
                   for _ in range(2)]
        self.assertEqual(answers[0], answers[1])
        self.assertEqual(len(self.ask("org_mobile", "GET", "/v1/lines/lin_house/orders")[1]["orders"]), 1)


if __name__ == "__main__":
    engine.main()
