"""Cases: an association asks, an authority orders and fines, the respondent answers; each step when it is lawful."""
import concurrent.futures
import datetime
import hashlib
import json
import os
import tempfile

import engine
import menshen

DAY = 86400
ORGANISATIONS = """id,name,kind,sector,licence,region,status
org_q,Q,agency,matchmaking,,310104,active
org_p,P,agency,matchmaking,,310105,active
org_o,O,agency,matchmaking,,310106,active
org_r,R,agency,matchmaking,,320000,active
org_u,U,association,matchmaking,,310000,active
org_s,S,authority,matchmaking,,310000,active
org_e,E,authority,real-estate,,310000,active
"""
STAFF = """id,organisation,name,role,login,certificate,status
stf_q,org_q,Q,manager,q@q,,active
stf_sales,org_q,V,sales,v@q,,active
stf_r,org_r,R,manager,r@r,,active
stf_u1,org_u,U1,officer,u1@u,,active
stf_u2,org_u,U2,approver,u2@u,,active
stf_s1,org_s,S1,officer,s1@s,,active
stf_s2,org_s,S2,officer,s2@s,,active
stf_s3,org_s,S3,approver,s3@s,,active
stf_s4,org_s,S4,approver,s4@s,,active
stf_e,org_e,E,officer,e@e,,active
"""
WHY = "it was done within the last month"
SECRET = "the member of the agency who lives in the third house"
FINE = {"violation": "data_misuse", "count": 2, "amount_fen": 1000000}
STEPS = ("summons", "self_inspection", "rectification", "inspection")


@engine.both
class Cases(menshen.Case):
    def setUp(self):
        super().setUp()
        self.desk = self.server(sip=False, start=False).clock().start()
        self.tokens = {}
        for kind, text in (("organisations", ORGANISATIONS), ("staff", STAFF)):
            code, out, err = self.desk.run("import", kind, self.file(kind + ".csv", text))
            self.assertEqual(code, 0, out + err)

    # -- What the tests do ----------------------------------------------------------------

    def ask(self, staff, method, path, body=None, **headers):
        if staff not in self.tokens:
            self.tokens[staff] = self.desk.token("desk", staff)
        status, heads, text = self.desk.http(method, path, body, self.tokens[staff], headers)
        return status, heads, json.loads(text)

    def later(self, days):
        self.desk.later(days * DAY)
        self.tokens = {}

    def at(self, days):
        """So many days from now, on that clock, at ten in the morning."""
        code, out, err = self.desk.run("call", "--from", "02160001000", "--to", "13800138000", "--line", "none", "--json")
        now = datetime.datetime.fromisoformat(json.loads(out)["at"])
        return (now + datetime.timedelta(days=days)).replace(hour=10, minute=0, second=0, microsecond=0).isoformat()

    def open(self, staff="stf_s1", respondent="org_q", **more):
        status, _, case = self.ask(staff, "POST", "/v1/cases", {"respondent": respondent, **more})
        self.assertEqual(status, 201, case)
        return case["id"]

    def act(self, case, staff, kind, **body):
        return self.ask(staff, "POST", f"/v1/cases/{case}/acts", {"kind": kind, **body})

    def do(self, case, staff, kind, **body):
        status, _, answer = self.act(case, staff, kind, **body)
        self.assertEqual(status, 201, answer)
        return answer

    def refused(self, status, code, case, staff, kind, **body):
        got, _, answer = self.act(case, staff, kind, **body)
        self.assertEqual((got, answer["code"]), (status, code), answer)
        return answer

    def unlawful(self, reason, case, staff, kind, **body):
        answer = self.refused(409, "unlawful-act", case, staff, kind, **body)
        self.assertEqual(answer["reason"], reason)
        self.assertEqual(answer["next"], self.next(case, staff)["next"])
        return answer["next"]

    def next(self, case, staff):
        status, _, answer = self.ask(staff, "GET", f"/v1/cases/{case}/next")
        self.assertEqual(status, 200, answer)
        return answer

    def read(self, case, staff):
        status, _, answer = self.ask(staff, "GET", f"/v1/cases/{case}")
        self.assertEqual(status, 200, answer)
        return answer

    def public(self, what="penalties"):
        status, _, text = self.desk.get("/v1/public/" + what)
        self.assertEqual(status, 200, text)
        return json.loads(text)[what]

    def skipped(self, staff="stf_s1", *steps):
        case = self.open(staff)
        for step in steps or STEPS:
            self.do(case, staff, "skip", step=step, reason=WHY)
        return case

    # -- The tests ------------------------------------------------------------------------

    def test_an_association_has_no_public_powers(self):
        case = self.open("stf_u1", text="three members complained")
        for kind in ("rectification", "inspection", "warning", "criticism", "notice_of_penalty", "hearing", "penalty",
                     "decision", "service", "payment", "publish"):
            for staff in ("stf_u1", "stf_u2"):
                self.refused(403, "not-authority", case, staff, kind)
        summons = {"at": self.at(3), "officers": ["stf_u1", "stf_u2"], "place": "Room 3", "text": "three complaints"}
        self.refused(422, "two-officers", case, "stf_u1", "summons", **{**summons, "officers": ["stf_u1", "stf_u1"]})
        self.refused(422, "unknown-officer", case, "stf_u1", "summons", **{**summons, "officers": ["stf_u1", "stf_s1"]})
        self.refused(422, "date-past", case, "stf_u1", "summons", **{**summons, "at": self.at(-3)})
        self.refused(422, "place-missing", case, "stf_u1", "summons", **{**summons, "place": ""})
        self.assertIn("self_inspection", self.unlawful("self-inspection-first", case, "stf_u1", "recommend", items=[
            {"text": "lock the files", "until": self.at(5)}]) + ["self_inspection"])
        self.do(case, "stf_u1", "summons", **summons)
        self.do(case, "stf_u1", "self_inspection", until=self.at(4))
        case_now = self.do(case, "stf_u1", "recommend", items=[{"text": "lock the files", "until": self.at(5)}])
        titles = {a["kind"]: a["title"]["zh"] for a in case_now["acts"]}
        self.assertEqual((titles["summons"], titles["recommend"]), ("行业约谈", "整改建议"))
        offered = {a["kind"]: a["title"]["zh"] for a in self.next(case, "stf_u1")["acts"]}
        self.assertFalse({"责令改正", "现场检查", "警告", "通报批评", "行政约谈"} & set(offered.values()))
        # The authority of its sector and region sees it, files it and leads it; no other does.
        self.assertEqual(self.ask("stf_e", "GET", f"/v1/cases/{case}")[0], 404)
        self.assertEqual([c["id"] for c in self.ask("stf_s1", "GET", "/v1/cases")[2]["cases"]], [case])
        self.assertEqual(self.unlawful("accept-first", case, "stf_s1", "warning", text="do not"), ["accept"])
        self.do(case, "stf_s1", "accept")
        self.unlawful("authority-leads", case, "stf_u1", "close")
        self.unlawful("order-running", case, "stf_s1", "inspection", officers=["stf_s1", "stf_s2"], text="seen")
        self.later(6)
        self.assertEqual(self.read(case, "stf_s1")["items"][0]["state"], "late")
        self.do(case, "stf_s1", "inspection", officers=["stf_s1", "stf_s2"], text="open cupboards", failed=[1])

    def test_a_fine_from_its_notice_to_its_payment(self):
        case = self.skipped()
        self.refused(422, "fine-out-of-range", case, "stf_s1", "penalty", **{**FINE, "amount_fen": 50000})
        self.refused(422, "fine-out-of-range", case, "stf_s1", "penalty", **{**FINE, "amount_fen": 4500000})
        self.assertIn("notice_of_penalty", self.unlawful("notice-first", case, "stf_s1", "penalty", **FINE))
        self.do(case, "stf_s1", "notice_of_penalty", **FINE)
        self.unlawful("window-open", case, "stf_s1", "penalty", **FINE)
        self.do(case, "stf_q", "defence", text="it was one case")
        self.later(10)
        self.unlawful("window-over", case, "stf_q", "hearing_request")
        self.unlawful("heavier-than-noticed", case, "stf_s3", "penalty", **{**FINE, "count": 3, "amount_fen": 1500000})
        self.unlawful("defence-unanswered", case, "stf_s3", "penalty", **FINE)
        before = self.ask("stf_q", "GET", f"/v1/cases/{case}")[1]["ETag"]
        self.do(case, "stf_s3", "penalty", **FINE, defence_answer="the record shows two")
        self.assertEqual(self.ask("stf_q", "GET", f"/v1/cases/{case}")[1]["ETag"], before)  # a draft is not its business
        self.refused(403, "not-approver", case, "stf_s1", "decision", outcome="approved")
        self.unlawful("second-person", case, "stf_s3", "decision", outcome="approved")
        self.do(case, "stf_s4", "decision", outcome="approved")
        self.unlawful("decided-already", case, "stf_s1", "penalty", **FINE)
        self.unlawful("service-first", case, "stf_s1", "close")
        self.do(case, "stf_s1", "service", method="in-person")
        self.assertEqual(self.public(), [])
        self.do(case, "stf_s1", "publish")
        entry, = self.public()
        self.assertEqual((entry["organisation"]["id"], entry["amount_fen"]), ("org_q", 1000000))
        self.later(18)
        answer = self.do(case, "stf_s1", "payment", amount_fen=1000000)
        self.assertFalse(answer["fine"]["settled"])
        late = answer["acts"][-1]["body"]["late_fen"]
        self.assertEqual(late % 30000, 0)  # 3 % a day
        self.unlawful("still-open", case, "stf_s1", "close")
        self.assertTrue(self.do(case, "stf_s1", "payment", amount_fen=late)["fine"]["settled"])
        self.do(case, "stf_s1", "withdraw", of="publish")
        self.assertEqual(self.public(), [])
        self.do(case, "stf_s1", "close")
        self.unlawful("case-closed", case, "stf_s1", "warning", text="do not")

    def test_a_listing_of_a_case_is_in_the_register(self):
        case = self.skipped("stf_u1", "summons", "self_inspection", "recommend")
        self.do(case, "stf_u1", "visit", agreed=True, text="nobody was there as agreed")
        listing = {"ground": "summons-refused", "exit": "cooperated", "text": "two talks were missed without a word"}
        self.refused(422, "unknown-ground", case, "stf_u1", "listing", **{**listing, "ground": "it did not come"})
        self.refused(422, "unknown-exit", case, "stf_u1", "listing", **{**listing, "exit": "address-reachable"})
        about = self.do(case, "stf_u1", "listing", **listing)["acts"][-1]["body"]["about"]
        self.assertEqual(self.public("listings"), [])  # its window has just begun
        self.later(20)
        shown, = menshen.until(lambda: self.public("listings"), 20, "the entry")
        self.assertEqual((shown["id"], shown["register"], shown["ground"]["code"]), (about, "abnormal", "summons-refused"))
        self.do(case, "stf_u1", "withdraw", of="listing")
        self.assertEqual(self.public("listings"), [])
        self.assertEqual(self.ask("stf_u1", "GET", "/v1/listings/" + about)[2]["end"], "mistaken")
        # An entry that its register ends is no more the case's, which may list anew.
        about = self.do(case, "stf_u1", "listing", **listing)["acts"][-1]["body"]["about"]
        self.unlawful("listed-already", case, "stf_u1", "listing", **listing)
        for staff, what, body in (("stf_q", "repair", {}), ("stf_u1", "review", {"outcome": "accepted"})):
            status, _, answer = self.ask(staff, "POST", f"/v1/listings/{about}/{what}", {"text": "we came and told them all of it", **body})
            self.assertEqual(status, 200, answer)
        ended = self.read(case, "stf_q")["acts"][-1]
        self.assertEqual((ended["kind"], ended["body"]["about"], ended["body"]["end"]), ("withdraw", about, "cooperated"))
        self.assertIn("listing", self.next(case, "stf_u1")["next"])
        self.unlawful("nothing-public", case, "stf_u1", "withdraw")

    def test_criticism_is_published_and_withdrawn(self):
        case = self.skipped()
        words = "the chats were open to everybody"
        self.refused(403, "not-approver", case, "stf_s1", "criticism", text=words)
        self.unlawful("notice-first", case, "stf_s3", "criticism", text=words)
        self.refused(400, "invalid-act", case, "stf_s1", "notice_of_penalty", measure="criticism", text=words, amount_fen=1000)
        self.refused(400, "invalid-act", case, "stf_s1", "notice_of_penalty", measure="fine", text=words)
        self.do(case, "stf_s3", "notice_of_penalty", measure="criticism", text=words, violation="data_misuse")
        self.unlawful("window-open", case, "stf_s4", "criticism", text=words)
        self.do(case, "stf_q", "defence", text="to two of them")
        self.later(10)
        self.unlawful("second-person", case, "stf_s3", "criticism", text=words)
        self.unlawful("defence-unanswered", case, "stf_s4", "criticism", text=words)
        self.do(case, "stf_s4", "criticism", text=words, defence_answer="two are enough")
        # There is a finding now; the register of abnormal operations is another authority's.
        offered = self.next(case, "stf_s1")
        self.assertNotIn("listing", offered["next"] + [a["kind"] for a in offered["not_yet"]])
        self.refused(403, "not-market-regulator", case, "stf_s1", "listing", ground="address-unreachable", exit="address-reachable",
                     text="nobody was ever there at that address")
        papers = [d["paper"] for d in self.ask("stf_q", "GET", "/v1/documents?case=" + case)[2]["documents"]]
        self.assertEqual(sorted(papers), ["criticism", "criticism-notice"])
        about = self.do(case, "stf_s1", "publish")["acts"][-1]["body"]["about"]
        entry, = self.public()
        self.assertEqual((entry["id"], entry["organisation"]["id"], entry["register"]), (about, "org_q", "criticism"))
        self.do(case, "stf_s1", "withdraw", of="publish")
        self.assertEqual(self.public(), [])

    def test_the_respondent_acts_and_sees_its_part(self):
        case = self.open("stf_u1", text=SECRET)
        self.do(case, "stf_s1", "accept", text=SECRET)
        self.do(case, "stf_s1", "skip", step="summons", reason=SECRET)
        answer = self.do(case, "stf_s1", "dispatch", matters=["crime"], text=SECRET)
        self.do(case, "stf_s1", "self_inspection", until=self.at(3), text="count the files")
        seen = self.read(case, "stf_q")
        self.assertEqual([a["kind"] for a in seen["acts"]], ["self_inspection"])
        self.assertEqual((seen["side"], seen["acts"][0]["body"]["text"]), ("respondent", "count the files"))
        self.assertNotIn("by", seen["acts"][0])
        self.assertEqual(answer["acts"][-1]["body"]["department"], "police")
        sent, = self.ask("stf_s1", "GET", "/v1/dispatches?case=" + case)[2]["dispatches"]
        self.assertEqual(sent["id"], answer["acts"][-1]["body"]["about"])
        for surface in (seen, self.next(case, "stf_q"), self.ask("stf_q", "GET", "/v1/cases")[2]):
            text = json.dumps(surface)
            self.assertNotIn(SECRET, text)
            self.assertNotIn("stf_s1", text)
            self.assertNotIn("dispatch", text)
        for staff in ("stf_r", "stf_e"):
            self.assertEqual(self.ask(staff, "GET", f"/v1/cases/{case}")[0], 404)
            self.assertEqual(self.act(case, staff, "reply", text="me too")[0], 404)
        self.assertEqual(self.ask("stf_sales", "GET", f"/v1/cases/{case}")[0], 403)
        self.do(case, "stf_q", "acknowledge", of=seen["acts"][0]["id"])
        self.refused(409, "acknowledged", case, "stf_q", "acknowledge", of=seen["acts"][0]["id"])
        self.refused(422, "unknown-act", case, "stf_q", "acknowledge", of=answer["acts"][-1]["id"])
        self.refused(403, "not-respondent", case, "stf_s1", "reply", text="they said so")
        self.refused(403, "not-supervisor", case, "stf_q", "close")
        self.do(case, "stf_q", "reply", text="nine files")
        self.assertEqual(self.read(case, "stf_s1")["acts"][-1]["body"]["text"], "nine files")
        # What was written lies nowhere in the clear.
        self.assertNotIn(SECRET.encode(), engine.content(self.desk))

    def test_items_are_proven_or_late(self):
        case = self.skipped("stf_s1", "summons", "self_inspection")
        self.refused(400, "invalid-act", case, "stf_s1", "rectification", items=[])
        self.refused(422, "items", case, "stf_s1", "rectification", items=[{"text": "lock", "until": self.at(-1)}])
        self.do(case, "stf_s1", "rectification", items=[{"text": "lock", "until": self.at(2)}, {"text": "shred", "until": self.at(9)}])
        self.do(case, "stf_q", "proof", item=1, text="a photo")
        self.unlawful("no-such-item", case, "stf_q", "proof", item=1, text="again")
        self.unlawful("order-running", case, "stf_s1", "inspection", officers=["stf_s1", "stf_s2"], text="seen")
        self.later(10)
        self.assertEqual([i["state"] for i in self.read(case, "stf_q")["items"]], ["proven", "late"])
        self.do(case, "stf_s1", "inspection", officers=["stf_s1", "stf_s2"], text="seen", accepted=[1], failed=[2])
        self.assertEqual([i["state"] for i in self.read(case, "stf_q")["items"]], ["accepted", "late"])

    def test_a_hearing_is_held_by_somebody_else(self):
        case = self.skipped()
        self.do(case, "stf_s1", "notice_of_penalty", **FINE)
        self.do(case, "stf_q", "hearing_request")
        self.later(10)
        self.unlawful("hearing-first", case, "stf_s1", "penalty", **FINE)
        hearing = {"place": "Room 1", "host": "stf_s2", "at": self.at(20)}
        self.unlawful("host-investigated", case, "stf_s1", "hearing", **{**hearing, "host": "stf_s1"})
        self.unlawful("hearing-too-soon", case, "stf_s1", "hearing", **{**hearing, "at": self.at(5)})
        self.do(case, "stf_s1", "hearing", **hearing)
        self.unlawful("hearing-ahead", case, "stf_s2", "hearing", record="all was said")
        self.later(21)
        self.do(case, "stf_s2", "hearing", record="all was said")
        self.do(case, "stf_s1", "penalty", **FINE)
        self.later(90)
        self.unlawful("too-late", case, "stf_s3", "decision", outcome="approved")

    def test_of_two_officers_one_wins(self):
        case = self.open()
        self.assertEqual(self.ask("stf_s2", "GET", f"/v1/cases/{case}")[0], 200)
        tag = self.ask("stf_s1", "GET", f"/v1/cases/{case}")[1]["ETag"]
        body = {"kind": "skip", "step": "summons", "reason": WHY}
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            got = sorted(pool.map(lambda s: self.ask(s, "POST", f"/v1/cases/{case}/acts", body, **{"If-Match": tag})[0],
                                  ("stf_s1", "stf_s2")))
        self.assertEqual(got[0], 201)
        self.assertIn(got[1], (409, 412))
        status, _, answer = self.ask("stf_s1", "POST", f"/v1/cases/{case}/acts", {"kind": "close"}, **{"If-Match": tag})
        self.assertEqual((status, answer["code"]), (412, "changed-meanwhile"))
        self.assertEqual([a["kind"] for a in self.read(case, "stf_s1")["acts"]], ["accept", "skip"])

    def test_a_draw_is_announced_before_it_is_known(self):
        case = self.open()
        self.unlawful("order-first", case, "stf_s1", "inspection", officers=["stf_s1", "stf_s3"], text="seen")
        lists = {"organisations": ["org_q", "org_p"], "inspectors": ["stf_s3", "stf_s1", "stf_s2", "stf_s4"],
                 "recusals": ["stf_s2:org_q"], "wanted": 1}
        for staff, wrong, status, code in (("stf_u1", {}, 403, "role-missing"),
                                           ("stf_s1", {"organisations": ["org_q", "org_r"]}, 422, "unknown-organisation"),
                                           ("stf_s1", {"inspectors": ["stf_s1", "stf_u1"], "recusals": []}, 422, "unknown-officer"),
                                           ("stf_s1", {"inspectors": ["stf_s1", "stf_s1"]}, 422, "list-wrong"),
                                           ("stf_s1", {"inspectors": ["stf_s1", "stf_s2"]}, 422, "draw-impossible"),
                                           ("stf_s1", {"wanted": 3}, 422, "draw-impossible"),
                                           # A draw of all names whom it likes.
                                           ("stf_s1", {"wanted": 2}, 422, "draw-of-all"),
                                           ("stf_s1", {"organisations": ["org_q"]}, 422, "draw-of-all"),
                                           ("stf_s1", {"wanted": 0}, 400, "invalid-draw"),
                                           ("stf_s1", {"weights": ["org_q:6"]}, 422, "list-wrong"),
                                           ("stf_s1", {"weights": ["org_q:2", "org_q:3"]}, 422, "list-wrong"),
                                           ("stf_s1", {"weights": ["org_n:2"]}, 422, "list-wrong"),
                                           # Left out is who is not in the list, for a reason that there is.
                                           ("stf_s1", {"exclusions": ["org_q:closed"]}, 422, "list-wrong"),
                                           ("stf_s1", {"exclusions": ["org_n:disliked"]}, 422, "list-wrong"),
                                           ("stf_s1", {"exclusions": ["org_r:closed"]}, 422, "unknown-organisation")):
            got, _, answer = self.ask(staff, "POST", "/v1/draws", {**lists, **wrong})
            self.assertEqual((got, answer["code"]), (status, code), wrong)
        told = {"drawn": []}
        while told["drawn"] != ["org_q"]:
            status, _, draw = self.ask("stf_s1", "POST", "/v1/draws", lists)
            self.assertEqual((status, draw["seed"], draw["drawn"]), (201, None, []), draw)
            path = f"/v1/draws/{draw['id']}"
            self.assertEqual(self.ask("stf_e", "GET", path)[0], 404)
            self.assertEqual(self.ask("stf_e", "POST", path + "/reveal")[0], 404)
            status, _, told = self.ask("stf_s1", "POST", path + "/reveal")
            self.assertEqual((status, len(told["drawn"]), told["commit"]), (200, 1, draw["commit"]), told)
        self.assertEqual(self.ask("stf_s1", "POST", path + "/reveal")[2]["code"], "draw-revealed")
        self.assertNotIn("stf_s2", told["team_drawn"])
        # Anybody computes the commitment from the seed.
        text = b"".join(b"".join(i.encode() + b"\0" for i in sorted(lists[k])) + b"\0" for k in ("organisations", "inspectors"))
        text += b"stf_s2:org_q\0" + b"\0" + b"1\0" + b"2\0"
        self.assertEqual(hashlib.sha256(bytes.fromhex(told["seed"]) + b"menshen draw\0" + text).hexdigest(), draw["commit"])
        again = self.ask("stf_s1", "POST", "/v1/draws", lists)[2]
        status, _, page = self.ask("stf_s1", "GET", "/v1/draws")
        self.assertEqual((status, [d["id"] for d in page["draws"][:2]]), (200, [again["id"], draw["id"]]), page)
        self.assertEqual(page["draws"][1], told)
        page = self.ask("stf_s1", "GET", f"/v1/draws?cursor={again['id']}")[2]
        self.assertEqual(page["draws"][0]["id"], draw["id"], page)
        self.assertEqual(self.ask("stf_e", "GET", f"/v1/draws?cursor={again['id']}")[2], {"draws": []})
        inspection = {"text": "seen", "draw": draw["id"]}
        self.refused(422, "other-draw", case, "stf_s1", "inspection", officers=["stf_s2", told["team_drawn"][0]], **inspection)
        self.do(case, "stf_s1", "inspection", officers=told["team_drawn"], **inspection)
        self.unlawful("order-first", case, "stf_s1", "inspection", officers=["stf_s1", "stf_s3"], text="again")

    def test_a_draw_weighs_risks_and_says_who_is_left_out(self):
        lists = {"organisations": ["org_q", "org_p"], "inspectors": ["stf_s3", "stf_s1"], "wanted": 1,
                 "weights": ["org_q:3"], "exclusions": ["org_o:inspected"]}
        status, _, draw = self.ask("stf_s1", "POST", "/v1/draws", lists)
        self.assertEqual((status, draw["weights"], draw["exclusions"]), (201, ["org_q:3"], ["org_o:inspected"]), draw)
        status, _, told = self.ask("stf_s1", "POST", f"/v1/draws/{draw['id']}/reveal")
        self.assertEqual(status, 200, told)
        text = b"org_p\0org_q\0\0stf_s1\0stf_s3\0\0\0" + b"1\0" + b"2\0" + b"org_q:3\0\0" + b"org_o:inspected\0\0"
        self.assertEqual(hashlib.sha256(bytes.fromhex(told["seed"]) + b"menshen draw\0" + text).hexdigest(), draw["commit"])
        for staff, papers in ("stf_s1", ["draw"]), ("stf_e", []):
            answer = self.ask(staff, "GET", f"/v1/documents?subject={draw['id']}")[2]
            self.assertEqual([d["paper"] for d in answer["documents"]], papers, staff)
        with tempfile.TemporaryDirectory() as folder:
            for change, code in (({}, 0), ({"weights": []}, 1), ({"exclusions": ["org_o:closed"]}, 1)):
                path = os.path.join(folder, "draw.json")
                with open(path, "w") as f:
                    json.dump({**told, **change}, f)
                self.assertEqual(menshen.run("case", "draw", "verify", path, data=folder)[0], code, change)

    def test_officers_have_names(self):
        ids = "org_s,stf_none,stf_s1,stf_u1,stf_q"
        for staff in "stf_u1", "stf_q", "stf_s1":
            status, _, answer = self.ask(staff, "GET", f"/v1/officers/names?ids={ids}")
            self.assertEqual((status, answer), (200, {"names": {"stf_s1": "S1", "stf_u1": "U1"}}))
        self.assertEqual(self.ask("stf_sales", "GET", "/v1/officers/names?ids=stf_s1")[0], 403)
        self.assertEqual(self.ask("stf_q", "GET", "/v1/officers/names")[2], {"names": {}})

    # -- What a form is made of -----------------------------------------------------------

    def wanted(self, case, staff):
        """The fields of each lawful act that it is refused without; each is left out in turn."""
        offered = {a["kind"]: a["fields"] for a in self.next(case, staff)["acts"]}
        sample = {"text": WHY, "place": "Room 3", "reason": WHY, "at": self.at(3), "until": self.at(4), "agreed": True,
                  "officers": ["stf_s1", "stf_s3"] if staff.startswith("stf_s") else ["stf_u1", "stf_u2"],
                  "items": [{"text": "close the chats", "until": self.at(5)}], "matters": ["crime"], "step": "summons",
                  "ground": "rectification-overdue", "exit": "rectified", "violation": "data_misuse", "count": 2,
                  "amount_fen": 1000000, "outcome": "approved", "defence_answer": WHY}
        for kind, fields in offered.items():
            required = [f["name"] for f in fields if f["required"]]
            for name in required:
                body = {n: sample[n] for n in required if n != name}
                status, _, answer = self.act(case, staff, kind, **body)
                self.assertTrue(status in (400, 422) or answer.get("reason") == "defence-unanswered", (kind, name, answer))
        return {kind: [f["name"] for f in fields if f["required"]] for kind, fields in offered.items()}

    def test_what_is_next_says_which_fields_it_takes(self):
        case = self.open("stf_u1")
        wanted = self.wanted(case, "stf_u1")
        self.assertEqual(wanted["summons"], ["text", "place", "at", "officers"])
        self.assertEqual(wanted["skip"], ["reason", "step"])
        self.assertEqual(self.next(case, "stf_u1")["fines"], [])
        case = self.skipped()
        wanted = self.wanted(case, "stf_s1")
        self.assertEqual(wanted["notice_of_penalty"], ["violation", "count", "amount_fen"])
        self.assertEqual(wanted["warning"], ["text"])
        answer = self.next(case, "stf_s1")
        fine = next(f for f in answer["fines"] if (f["violation"], f["party"]) == ("data_misuse", "commercial"))
        self.assertEqual((fine["bands"][0]["min_fen"], fine["bands"][0]["max_fen"], fine["cap_fen"]), (100000, 500000, 3000000))
        method = next(a for a in answer["acts"] if a["kind"] == "notice_of_penalty")["fields"]
        self.assertEqual(next(f["words"] for f in method if f["name"] == "measure"), ["fine", "criticism"])
        # A draft says what became of a defence once there is one.
        self.do(case, "stf_s1", "notice_of_penalty", **FINE, text=WHY)
        self.do(case, "stf_q", "defence", text=WHY)
        self.later(12)
        self.assertIn("defence_answer", self.wanted(case, "stf_s1")["penalty"])

    def test_the_way_of_a_case(self):
        case = self.open()
        self.do(case, "stf_s1", "skip", step="summons", reason=WHY)
        self.do(case, "stf_s1", "self_inspection", until=self.at(4))
        states = lambda staff: {s["stage"]: s["state"] for s in self.read(case, staff)["stages"]}
        self.assertEqual(states("stf_s1"), {"intake": "done", "summons": "skipped", "self_inspection": "done",
                                            "rectification": "open", "inspection": "open", "outcome": "open",
                                            "closed": "open"})
        self.assertEqual(states("stf_q")["summons"], "open", "a skipped step is not the respondent's to see")

    def test_who_may_open_one(self):
        for staff, respondent, status, code in (("stf_u1", "org_nobody", 422, "unknown-respondent"),
                                                ("stf_u1", "org_r", 403, "not-competent"),
                                                ("stf_e", "org_q", 403, "not-competent"),
                                                ("stf_s1", "org_s", 422, "own-organisation"),
                                                ("stf_q", "org_q", 403, "role-missing")):
            got, _, answer = self.ask(staff, "POST", "/v1/cases", {"respondent": respondent})
            self.assertEqual((got, answer["code"]), (status, code), (staff, respondent))
        self.assertEqual(self.ask("stf_s1", "POST", "/v1/cases", {"responden": "org_q"})[2]["code"], "invalid-case")
        case = self.open()
        self.assertEqual(self.act(case, "stf_s1", "fine")[2]["code"], "invalid-act")
        self.assertEqual(self.act(case, "stf_s1", "warning", place="here")[2]["code"], "invalid-act")


if __name__ == "__main__":
    engine.main()
