"""Rule 20: at 25 items without a valid grant an account is stopped at once, at 50 a review comes first; two lift it."""
import json
import sqlite3
import unittest

import menshen
import test_codes
import test_sealed

ORGANISATIONS = """id,name,kind,sector,licence,region,status,parent,legal_entity
org_house,House,agency,matchmaking,,31,active,,E
org_store,Store,agency,matchmaking,,31,active,org_house,E
org_other,Other,agency,matchmaking,,31,active,,
org_bureau,Bureau,authority,,,31,active,,
org_union,Union,association,,,31,active,,
"""
STAFF = """id,organisation,name,role,login,certificate,status
stf_ann,org_store,A,sales,ann@s,SH1:2036-12-31,active
stf_bea,org_store,B,sales,bea@s,SH2:2036-12-31,active
stf_mia,org_store,M,manager,mia@s,SH3:2036-12-31,active
stf_kay,org_house,K,compliance,kay@h,,active
stf_far,org_other,F,compliance,far@o,,active
stf_one,org_bureau,O,officer,one@b,,active
stf_two,org_bureau,T,approver,two@b,,active
stf_tri,org_bureau,I,auditor,tri@b,,active
stf_desk,org_union,D,officer,desk@u,,active
"""
MEMBERS = 10
LIN = "+8613800138000"
INTRODUCE = {"Purpose": "matchmaking.introduce"}


class Stops(menshen.Case):
    def setUp(self):
        super().setUp()
        self.sent = self.path("sent")
        hook = self.file("hook.sh", test_codes.HOOK)
        menshen.os.chmod(hook, 0o700)
        self.office = self.server(sip=False, config=self.file("menshen.yaml", f"codes: {{command: [hook.sh, {self.sent}]}}\n"
                                                                              "limits: {sign_ins_per_address: 1000}\n"))
        self.pages, self.tokens, self.told = {}, {}, 0
        self.fill("organisations", ORGANISATIONS)
        self.fill("staff", STAFF)
        self.key = self.path("desk.key")
        self.office_run("user", "officer-key", "stf_desk", "--key-file", self.key)
        self.fill("persons", "id,organisation,number,name,pool,chat\n" + "".join(
            f"per_{i},org_store,138001380{i:02d},Lin,store,\"{self.chat(i)}\"\n" for i in range(MEMBERS)))
        self.fill("consents", "number,organisation,purposes,categories,channels,from,until,wording,evidence\n" + "".join(
            f"138001380{i:02d},org_store,matchmaking.introduce,{what},app,2026-01-01,,yes,sha256:{digit * 64}\n"
            for i in range(MEMBERS) for what, digit in (("basic", "1"), ("property", "2"))))

    def chat(self, i):
        return "\n".join(f"line {k}" for k in range(25 if i == 0 else 1))

    fill, office_run, page, ask = (test_sealed.Sealed.fill, test_sealed.Sealed.office_run, test_sealed.Sealed.page,
                                   test_sealed.Sealed.ask)
    content, reseal, member = test_sealed.Sealed.content, test_sealed.Sealed.reseal, test_sealed.Sealed.member
    messages, ask_code = test_codes.Codes.messages, test_codes.Codes.ask

    def looks(self, staff, n, what="chat"):
        """So many more that another system told."""
        self.fill("looks", "at,staff,person,categories,purpose,surface\n" + "".join(
            f"2026-02-{1 + (self.told + i) // 60 % 28:02d}T10:{(self.told + i) % 60:02d}:00+08:00,{staff},per_{i % MEMBERS},{what},,detail\n"
            for i in range(n)))
        self.told += n

    def rows(self, sql):
        with sqlite3.connect(f"file:{self.office.data}/menshen.db?mode=ro", uri=True) as db:
            return db.execute(sql).fetchall()

    def points(self, staff):
        return sum(p for p, in self.rows(f"SELECT points FROM tallies WHERE staff = '{staff}'"))

    def counted(self, staff, points):
        menshen.until(lambda: self.points(staff) == points, 20, f"{points} points of {staff}, not {self.points(staff)}")

    def by_token(self, staff):
        if staff not in self.tokens:
            self.tokens[staff] = self.office.token("all", staff)
        return self.office.http("GET", "/v1/persons/per_1", token=self.tokens[staff], headers=INTRODUCE)[0]

    def by_session(self, staff):
        return self.office.http("GET", "/v1/persons/per_1", headers={**self.page(staff), **INTRODUCE})[0]

    def judged(self, staff):
        """What the gate itself says, whoever asks."""
        _, out, _ = self.office.run("look", "--staff", staff, "--person", "per_1", "--purpose", "matchmaking.introduce",
                                    "--fields", "basic", "--json")
        return json.loads(out)["verdicts"]["basic"]

    def stops(self, staff):
        return self.ask(staff, "GET", "/v1/stops")["stops"]

    def stopped(self, staff):
        """Its newest stop, once there is one in force."""
        found = menshen.until(lambda: [s for s in self.stops("stf_one") if s["staff"] == staff and s["status"] == "stopped"],
                              20, "a stop of " + staff)
        return found[0]

    def lift(self, staff, stop, status=200):
        return self.ask(staff, "POST", f"/v1/stops/{stop['id']}/lift", {"reason": "explained"}, status)

    def test_at_25_the_account_is_shut_on_the_next_request(self):
        self.assertEqual((self.by_token("stf_ann"), self.by_session("stf_ann")), (200, 200))
        self.looks("stf_ann", 24)
        self.counted("stf_ann", 2400)
        self.assertEqual((self.by_token("stf_ann"), self.stops("stf_kay")), (200, []))
        self.looks("stf_ann", 1)
        stop = self.stopped("stf_ann")
        self.assertEqual((stop["points"], stop["organisation"], stop["review"]), (2500, "org_store", None))
        self.assertEqual((self.by_token("stf_ann"), self.by_session("stf_ann")), (401, 401))
        menshen.until(lambda: self.judged("stf_ann")["verdict"] == "deny", 10, "the gate to deny")
        self.assertEqual(self.judged("stf_ann")["reason"], "session-invalid")
        self.assertEqual(self.by_token("stf_bea"), 200)
        for staff, sees in (("stf_kay", [stop]), ("stf_mia", [stop]), ("stf_far", [])):
            self.assertEqual(self.stops(staff), sees, staff)
        self.office.kill()
        self.office.start()
        self.assertEqual((self.by_token("stf_ann"), self.by_session("stf_ann")), (401, 401))
        alert, = [a for a in self.ask("stf_kay", "GET", "/v1/alerts")["alerts"] if a["pattern"] == "stop"]
        self.assertEqual((alert["staff"], alert["count"]), ("stf_ann", 25))

    def test_two_lift_it_and_the_next_comes_25_further(self):
        self.looks("stf_ann", 25)
        stop = self.stopped("stf_ann")
        self.lift("stf_far", stop, 404)
        self.lift("stf_bea", stop, 403)  # her role may not
        self.ask("stf_kay", "POST", f"/v1/stops/{stop['id']}/lift", {"reason": " "}, 400)
        self.ask("stf_kay", "POST", f"/v1/stops/{stop['id']}/review", {"review": "referred", "reason": "x"}, 409)
        self.assertEqual(self.lift("stf_kay", stop)["status"], "stopped")
        self.assertEqual(self.by_token("stf_ann"), 401)
        lifted = self.lift("stf_mia", stop)
        self.assertEqual((lifted["status"], lifted["compliance"]["by"], lifted["manager"]["by"]), ("lifted", "stf_kay", "stf_mia"))
        self.assertEqual((self.by_token("stf_ann"), self.judged("stf_ann")["verdict"]), (200, "show"))
        self.lift("stf_kay", stop, 409)
        self.looks("stf_ann", 24)
        self.counted("stf_ann", 4900)
        self.assertEqual(self.by_token("stf_ann"), 200)
        self.looks("stf_ann", 1)
        again = self.stopped("stf_ann")
        self.assertNotEqual(again["id"], stop["id"])
        self.assertIsNotNone(again["review"])  # 50 in all
        self.assertEqual(self.by_token("stf_ann"), 401)

    def test_at_50_a_review_comes_first(self):
        self.looks("stf_ann", 25)
        stop = self.stopped("stf_ann")
        self.lift("stf_kay", stop)
        self.looks("stf_ann", 25)
        menshen.until(lambda: self.stops("stf_kay")[0]["review"], 20, "a review")
        patterns = [a["pattern"] for a in self.ask("stf_kay", "GET", "/v1/alerts")["alerts"]]
        self.assertIn("police-referral-review", patterns)
        self.assertEqual(self.lift("stf_mia", stop, 409)["code"], "review-due")
        path = f"/v1/stops/{stop['id']}/review"
        self.ask("stf_mia", "POST", path, {"review": "not-referred", "reason": "mine"}, 403)
        self.ask("stf_kay", "POST", path, {"review": "perhaps", "reason": "x"}, 400)
        self.assertEqual(self.ask("stf_kay", "POST", path, {"review": "referred", "reason": "case 7"})["review"]["review"], "referred")
        self.assertEqual(self.by_token("stf_ann"), 401)
        self.assertEqual(self.lift("stf_mia", stop)["status"], "lifted")
        self.assertEqual(self.by_token("stf_ann"), 200)

    def test_a_consent_that_she_never_gave_is_no_grant(self):
        for _ in range(2):
            self.assertEqual(self.by_session("stf_ann"), 200)
        _, _, text = self.office.http("GET", "/v1/persons/per_2", headers={**self.page("stf_ann"), **INTRODUCE})
        shown = json.loads(text)
        self.assertTrue({"basic", "property"} <= {*shown["shown"], *shown["masked"]}, shown)
        her = self.member("+8613800138001")
        consents = json.loads(self.office.http("GET", "/v1/me/consents", headers=her)[2])["consents"]
        self.assertEqual(self.rows("SELECT * FROM tallies"), [])
        answer = self.office.http("PUT", "/v1/me/consents", {
            "changes": [{"act": "disown", "id": c["id"]} for c in consents]}, headers=her)
        self.assertEqual(answer[0], 200, answer[2])
        self.counted("stf_ann", 202)  # two looks at her, of two categories each; not the one at per_2

    def order(self):
        body = {"categories": ["chat"], "until": test_sealed.soon(24), "document": "No. 7"}
        path = "/v1/openings/" + self.ask("stf_one", "POST", "/v1/persons/per_0/openings", body, 201)["id"]
        self.ask("stf_two", "POST", path + "/confirm")
        keys, err = self.reseal(self.ask("stf_two", "GET", path))
        self.assertIsNotNone(keys, err)
        self.assertEqual(self.ask("stf_two", "POST", path + "/keys", keys)["status"], "open")
        return path

    def test_an_opening_that_was_unlawful_is_no_grant(self):
        path = self.order()
        self.content("stf_one", path.rsplit("/", 1)[1], purpose="supervision")
        self.ask("stf_one", "POST", path + "/void", {"reason": ""}, 400)
        self.ask("stf_desk", "POST", path + "/void", {"reason": "x"}, 403)
        self.assertEqual(self.rows("SELECT * FROM tallies"), [])
        void = self.ask("stf_two", "POST", path + "/void", {"reason": "the document was another's"})
        self.assertEqual((void["status"], void["why"]), ("void", "the document was another's"))
        self.content("stf_one", path.rsplit("/", 1)[1], purpose="supervision", status=404)
        stop = self.stopped_of_bureau()  # a chat of 25 lines is 25 items
        self.assertEqual((stop["points"], stop["organisation"]), (2500, "org_bureau"))
        self.assertEqual(self.by_session("stf_one"), 401)
        self.lift("stf_kay", stop, 404)
        self.lift("stf_tri", stop)
        self.assertEqual(self.lift("stf_two", stop)["status"], "lifted")

    def stopped_of_bureau(self):
        return menshen.until(lambda: self.stops("stf_two"), 20, "a stop")[0]

    def test_a_row_that_tells_how_many_counts_so_many(self):
        head = "at,staff,person,categories,purpose,surface,items\n"
        row = "2026-02-01T10:00:00+08:00,stf_ann,per_3,chat,,detail,"
        self.fill("looks", head + row + "24\n")
        self.counted("stf_ann", 2400)
        self.fill("looks", head + row + "24\n")  # the same again
        self.fill("looks", head + row.replace("per_3", "per_4") + "\n")
        self.counted("stf_ann", 2500)
        self.stopped("stf_ann")

    def test_an_opening_that_merely_ends_takes_nothing_back(self):
        path = self.order()
        self.content("stf_one", path.rsplit("/", 1)[1], purpose="supervision")
        self.ask("stf_two", "POST", path + "/end")
        self.looks("stf_bea", 1)  # something to wait for
        self.counted("stf_bea", 100)
        self.assertEqual(self.points("stf_one"), 0)


if __name__ == "__main__":
    unittest.main()
