"""Pools over HTTP: two claim the same member a thousand times, what a refusal says, follow-ups, settings, leaving."""
import http.client
import json
import threading
import time

import engine
import menshen

ORGANISATIONS = """id,name,kind,sector,licence,region,status,parent,legal_entity
org_house,House,agency,matchmaking,,310000,active,,
org_north,North,agency,matchmaking,,310000,active,org_house,org_house
org_other,Other,agency,matchmaking,,310000,active,,
"""
STAFF = """id,organisation,name,role,login,certificate,status
stf_ann,org_north,Ann,sales,ann,SH1:2099-01-01,active
stf_bea,org_north,Bea,sales,bea,SH2:2099-01-01,active
stf_leo,org_north,Leo,sales,leo,SH3:2099-01-01,active
stf_mia,org_house,Mia,manager,mia,SH4:2099-01-01,active
stf_max,org_house,Max,manager,max,SH5:2099-01-01,active
stf_kay,org_house,Kay,compliance,kay,,active
stf_old,org_north,Old,sales,old,SH6:2020-01-01,active
stf_far,org_other,Far,sales,far,SH7:2099-01-01,active
"""
PER_STAFF = 20  # claims a day, the most that can be set
AGREED = "per_far"  # the last of those who have consented


def number(n):
    return f"1390000{n:04d}"


class Client:
    """One connection that stays open."""

    def __init__(self, server, token):
        self.server, self.token = server, token
        self.connection = http.client.HTTPConnection("127.0.0.1", server.http_port, timeout=30)

    def ask(self, method, path, body=None, **headers):
        """(status, body, headers)."""
        headers["Authorization"] = "Bearer " + self.token
        data = None
        if body is not None:
            data, headers["Content-Type"] = json.dumps(body), "application/json"
        self.connection.request(method, path, data, headers)
        answer = self.connection.getresponse()
        text = answer.read()
        return answer.status, json.loads(text), answer.headers

    def claim(self, person):
        return self.ask("POST", f"/v1/persons/{person}/claim")

    def close(self):
        self.connection.close()


@engine.both
class Pools(menshen.Case):
    def agency(self, members, more_staff=0, **options):
        """A server with an agency; members per_0000 … in the city's pool, all with consents but per_ask."""
        self.house = self.server(sip=False, **options)
        self.load("organisations", ORGANISATIONS)
        self.load("staff", STAFF + "".join(
            f"stf_{n:03d},org_house,S{n},sales,s{n},SH1{n}:2099-01-01,active\n" for n in range(more_staff)))
        rows = [(f"per_{n:04d}", "org_house", "", number(n), "city") for n in range(members)]
        rows += [("per_ask", "org_house", "", number(9001), "city"), ("per_far", "org_other", "", number(9002), "city"),
                 ("per_shop", "org_house", "org_north", number(9003), "store")]
        self.load("persons", "id,organisation,store,number,name,pool,district\n" + "".join(
            f"{i},{o},{s},{n},Lin,{p},Xuhui\n" for i, o, s, n, p in rows))
        self.load("consents", "number,organisation,purposes,categories,channels,from,until,wording,evidence\n" + "".join(
            f"{n},org_house,matchmaking.followup,basic,app,2020-01-01,,You may ask how I am.,sha256:{'0' * 64}\n"
            for i, _, _, n, _ in rows if i != "per_ask"))

    def load(self, kind, text):
        code, out, err = self.house.run("import", kind, self.file(kind + ".csv", text))
        self.assertEqual(code, 0, out + err)

    def client(self, staff, scopes="members"):
        client = Client(self.house, self.house.token(scopes, staff))
        self.addCleanup(client.close)
        return client

    def refused(self, answer, status, code):
        self.assertEqual((answer[0], answer[1]["code"]), (status, code), answer[1])

    def race(self, rounds):
        """Both of a pair claim the same member at the same instant, each round another."""
        self.agency(rounds, more_staff=2 * -(-rounds // PER_STAFF))
        status, body, _ = self.client("stf_mia").ask("PUT", "/v1/pools/settings",
                                                     {"claims_per_day": PER_STAFF, "capacity": 100})
        self.assertEqual(status, 200, body)
        pairs = [[self.house.token("members", f"stf_{n + side:03d}") for side in (0, 1)]
                 for n in range(0, 2 * -(-rounds // PER_STAFF), 2)]
        clients = [self.client("stf_ann"), self.client("stf_bea")]  # a connection each, for all
        answers, start = [[], []], threading.Barrier(2)

        def run(side):
            for n in range(rounds):
                clients[side].token = pairs[n // PER_STAFF][side]
                start.wait(60)
                answers[side].append(clients[side].claim(f"per_{n:04d}"))

        threads = [threading.Thread(target=run, args=(side,)) for side in (0, 1)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        wins = [0, 0]
        for n, (one, two) in enumerate(zip(*answers)):
            self.assertEqual(sorted((one[0], two[0])), [200, 409], (n, one[1], two[1]))
            won, lost = (one, two) if one[0] == 200 else (two, one)
            self.assertEqual(lost[1]["code"], "already-claimed")
            self.assertEqual(won[1]["version"], 2)
            side = 0 if one[0] == 200 else 1
            self.assertEqual(won[1]["owner"], f"stf_{n // PER_STAFF * 2 + side:03d}")
            wins[side] += 1
        self.assertEqual(len(answers[0]), rounds)
        return wins

    def test_defect_3_and_pain_8_of_two_who_claim_at_the_same_instant_one_wins_a_thousand_times(self):
        wins = self.race(100 if self.on_postgres else 1000)
        self.assertTrue(all(wins), wins)  # a race, not a queue
        self.assertEqual(self.house.stop(), 0)
        self.assertEqual(self.house.run("ledger", "verify")[0], 0)

    def test_a_claim_says_what_it_changed_and_what_is_left(self):
        self.agency(8)
        ann, bea = self.client("stf_ann"), self.client("stf_bea")
        status, body, _ = ann.claim("per_0000")
        self.assertEqual(status, 200, body)
        self.assertEqual(set(body), {"owner", "version", "claimed_at", "returns_at", "claims_left"})
        self.assertEqual((body["owner"], body["version"], body["claims_left"]), ("stf_ann", 2, 4))
        self.assertRegex(body["returns_at"], r"\+08:00$")
        self.refused(bea.claim("per_0000"), 409, "already-claimed")
        self.refused(ann.claim("per_0000"), 409, "already-claimed")
        for n in range(1, 5):
            self.assertEqual(ann.claim(f"per_{n:04d}")[0], 200)
        answer = ann.claim("per_0005")
        self.refused(answer, 429, "claim-limit")
        midnight = (int(time.time()) + 8 * 3600) // 86400 * 86400 + 86400 - 8 * 3600
        self.assertAlmostEqual(int(answer[2]["Retry-After"]), midnight - time.time(), delta=5)

    def test_pain_7_each_refusal_has_its_word(self):
        self.agency(8)
        ann, old, mia = self.client("stf_ann"), self.client("stf_old"), self.client("stf_mia")
        self.refused(old.claim("per_0000"), 403, "certificate-invalid")
        self.assertEqual(mia.ask("PUT", "/v1/pools/settings", {"claim_needs_consent": 2})[0], 200)
        self.refused(ann.claim("per_ask"), 403, "not-shared")
        self.assertEqual(mia.ask("PUT", "/v1/pools/settings", {"claim_needs_consent": 1})[0], 200)
        self.assertEqual(ann.claim("per_ask")[0], 200)
        self.assertEqual(ann.ask("POST", "/v1/persons/per_ask/release", {"reason": "moved away", "pool": "city"})[0], 200)
        self.refused(ann.claim("per_ask"), 403, "cool-down")
        self.refused(ann.ask("POST", "/v1/persons/per_ask/release", {}), 409, "not-claimed")
        self.refused(ann.ask("POST", "/v1/persons/per_0001/transfer", {"staff": "stf_bea"}), 403, "role-missing")
        self.refused(mia.ask("POST", "/v1/persons/per_0001/transfer", {"staff": "stf_bea"}), 409, "not-claimed")
        ann.claim("per_0001")
        self.refused(mia.ask("POST", "/v1/persons/per_0001/transfer", {"staff": "stf_far"}), 422, "no-such-staff")
        status, body, _ = mia.ask("POST", "/v1/persons/per_0001/transfer", {"staff": "stf_bea"})
        self.assertEqual((status, body["owner"]), (200, "stf_bea"))

    def test_absent_foreign_and_erased_are_one_answer(self):
        self.agency(2)
        ann, mia = self.client("stf_ann"), self.client("stf_mia")

        def seen(client, method, path, body=None):
            status, answer, headers = client.ask(method, path, body)
            headers = sorted((k, v) for k, v in headers.items() if k != "Date")
            return status, answer, headers

        for client, action, body in ((ann, "claim", None), (ann, "release", {}),
                                     (mia, "transfer", {"staff": "stf_bea"}),
                                     (ann, "followups", {"kind": "call", "outcome": "reached"}),
                                     (mia, "overrides", {"staff": "stf_ann", "lifts": "cool-down", "reason": "mistake"})):
            absent = seen(client, "POST", f"/v1/persons/per_none/{action}", body)
            foreign = seen(client, "POST", f"/v1/persons/per_far/{action}", body)
            self.assertEqual(absent, foreign)
            self.assertEqual((absent[0], absent[1]["code"]), (404, "not-found"))

    def test_defect_1_a_claim_unlocks_nothing(self):
        self.agency(2)
        ann, bea = self.client("stf_ann", "members,look"), self.client("stf_bea", "members,look")

        def seen(client, person):
            status, body, _ = client.ask("GET", f"/v1/persons/{person}", Purpose="matchmaking.followup")
            return status, body

        for person in ("per_0000", "per_ask"):  # with consent and without
            before = seen(ann, person), seen(bea, person)
            self.assertEqual(ann.claim(person)[0], 200)
            after = seen(ann, person), seen(bea, person)
            for (status, was), (later, now) in zip(before, after):
                self.assertEqual(status, later)
                moved = {k for k in was.keys() | now.keys() if was.get(k) != now.get(k)}
                # Of a look that is refused, the record of that look is named.
                self.assertLessEqual(moved, {"owner", "version", "claimed_at", "returns_at"} if status == 200 else {"record"})
                if status == 200:
                    self.assertEqual((was["owner"], now["owner"]), (None, "stf_ann"))
            if after[0][0] == 200:
                self.assertEqual(after[0], after[1])

    def test_a_new_member_is_protected(self):
        self.agency(1)
        status, body, _ = self.client("stf_mia").ask(
            "POST", "/v1/persons", {"number": "13900009999", "pool": "city", "name": "Wu"})
        self.assertEqual(status, 201, body)
        self.client("stf_mia").ask("PUT", "/v1/pools/settings", {"claim_needs_consent": 0})
        self.refused(self.client("stf_ann").claim(body["id"]), 403, "protected")

    def test_defect_4_a_batch_tells_of_each(self):
        self.agency(8)
        ann = self.client("stf_ann")
        self.client("stf_mia").ask("PUT", "/v1/pools/settings", {"claim_needs_consent": 2})
        self.client("stf_bea").claim("per_0001")
        persons = ["per_0000", "per_0001", "per_none", "per_ask", "per_0002"]
        status, body, _ = ann.ask("POST", "/v1/pools/claims", {"persons": persons})
        self.assertEqual(status, 200, body)
        self.assertEqual([(r["person"], r["status"], r.get("code")) for r in body["results"]],
                         [("per_0000", 200, None), ("per_0001", 409, "already-claimed"), ("per_none", 404, "not-found"),
                          ("per_ask", 403, "not-shared"), ("per_0002", 200, None)])
        self.assertEqual(body["results"][4]["claims_left"], 3)
        for wrong in ({}, {"persons": []}, {"persons": ["per_1"] * 21}, {"persons": [1]}, []):
            self.assertEqual(ann.ask("POST", "/v1/pools/claims", wrong)[0], 400)

    def test_follow_ups_are_recorded_and_read_by_a_look(self):
        self.agency(2)
        ann, bea = self.client("stf_ann", "members,look"), self.client("stf_bea", "members,look")
        path = "/v1/persons/per_0000/followups"
        ann.claim("per_0000")
        tomorrow = time.strftime("%Y-%m-%dT10:00:00+08:00", time.localtime(time.time() + 86400))
        status, body, _ = ann.ask("POST", path, {"kind": "call", "outcome": "reached", "note": "likes hiking in Anji",
                                                 "next_at": tomorrow})
        self.assertEqual(status, 201, body)
        self.assertRegex(body["id"], "^fol_[0-9a-f]{32}$")
        self.refused(bea.ask("POST", path, {"kind": "call", "outcome": "reached"}), 403, "not-owner")
        self.refused(ann.ask("GET", path), 400, "purpose-missing")
        # Who holds her reads no more of it than a colleague does.
        seen = [c.ask("GET", path, Purpose="matchmaking.followup")[:2] for c in (ann, bea)]
        self.assertEqual(seen[0], seen[1])
        self.assertEqual(seen[0][0], 200, seen[0][1])
        entry = seen[0][1]["followups"][0]
        self.assertEqual((entry["kind"], entry["outcome"], entry["staff"], entry["note"]),
                         ("call", "reached", "stf_ann", "likes hiking in Anji"))
        self.refused(ann.ask("GET", "/v1/persons/per_ask/followups", Purpose="matchmaking.followup"), 403, "not-shared")
        self.refused(ann.ask("GET", "/v1/persons/per_far/followups", Purpose="matchmaking.followup"), 404, "not-found")
        self.assertEqual(ann.ask("GET", "/v1/pools")[1]["plans"],
                         [{"person": "per_0000", "next_at": tomorrow}])
        for wrong in ({"kind": "call"}, {"kind": "walk", "outcome": "reached"}, {"kind": "call", "outcome": "won"},
                      {"kind": "call", "outcome": "reached", "next_at": "2020-01-01T00:00:00Z"},
                      {"kind": "call", "outcome": "reached", "note": "x" * 2001},
                      {"kind": "call", "outcome": "reached", "phone": "13800138000"}):
            self.assertEqual(ann.ask("POST", path, wrong)[0], 400)

    def test_the_strip_counts_files_that_may_still_be_opened(self):
        self.agency(2)
        ann = self.client("stf_ann", "members,look")
        strip = lambda: [ann.ask("GET", "/v1/pools")[1][k] for k in ("views_left", "views_per_day", "claims_left", "held")]
        self.assertEqual(strip(), [20, 20, 5, 0])
        for _ in range(2):  # the same file twice is one
            self.assertEqual(ann.ask("GET", "/v1/persons/per_0000", Purpose="matchmaking.followup")[0], 200)
        ann.ask("GET", "/v1/persons/per_ask", Purpose="matchmaking.followup")  # nothing is shown
        ann.claim("per_0001")
        self.assertEqual(strip(), [19, 20, 4, 1])

    def test_days_tell_what_became_of_claims(self):
        self.agency(4)
        ann, bea, mia = self.client("stf_ann"), self.client("stf_bea"), self.client("stf_mia")
        for person in ("per_0000", "per_0001", "per_0002"):
            ann.claim(person)
        bea.claim("per_0003")
        ann.ask("POST", "/v1/persons/per_0000/release", {})
        ann.ask("POST", "/v1/persons/per_0001/followups", {"kind": "call", "outcome": "refuses-contact"})

        def days(client):
            status, body, _ = client.ask("GET", "/v1/pools/days")
            self.assertEqual((status, len(body["days"])), (200, 30), body)
            self.assertFalse(any(sum(v for v in d.values() if isinstance(v, int)) for d in body["days"][:29]))
            return body["whose"], body["days"][29]

        today = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 8 * 3600))
        one = {"day": today, "claims": 3, "releases": 1, "lapses": 1, "contracts": 0}
        self.assertEqual(days(ann), ("own", one))
        self.assertEqual(days(self.client("stf_leo")), ("own", {**one, "claims": 0, "releases": 0, "lapses": 0}))
        self.assertEqual(days(mia), ("entity", {**one, "claims": 4}))
        self.assertEqual(days(self.client("stf_far")), ("own", {**one, "claims": 0, "releases": 0, "lapses": 0}))

    def test_views_show_what_is_to_be_done(self):
        self.agency(5)
        ann = self.client("stf_ann", "members,look")
        for n in range(5):
            ann.claim(f"per_{n:04d}")
        day = 86400 * 10**9
        at = lambda days: time.time_ns() - int(days * day)
        for person, claimed, followed in (("per_0000", 6, None), ("per_0001", 14, 13.5), ("per_0002", 4, None),
                                          ("per_0003", 2, 1), ("per_0004", 1, None)):
            engine.write(self.house, f"UPDATE members SET claimed_at = {at(claimed)}, "
                                     f"followed_at = {at(followed) if followed else 'NULL'} WHERE id = '{person}'")
        ann.ask("POST", "/v1/persons/per_0003/followups",
                {"kind": "note", "outcome": "noted", "next_at": time.strftime("%Y-%m-%dT23:59:00+08:00",
                                                                              time.gmtime(time.time() + 8 * 3600))})

        def seen(query):
            status, body, _ = ann.ask("GET", f"/v1/persons?{query}", Purpose="matchmaking.followup")
            self.assertEqual(status, 200, body)
            return [p["id"] for p in body["persons"]]

        self.assertEqual(seen("view=expiring&sort=returns_at"), ["per_0000", "per_0001", "per_0002"])
        self.assertEqual(seen("view=unfollowed&pool=mine&sort=claimed_at"), ["per_0000", "per_0002", "per_0004"])
        self.assertEqual(sorted(seen("view=due")), ["per_0000", "per_0002", "per_0003"])
        self.assertEqual(seen("view=due&pool=mine&q=per_0003"), ["per_0003"])
        self.assertEqual(seen("view=due&pool=city"), [])
        self.assertEqual(seen("sort=returns_at&limit=3"), ["per_0000", "per_0001", "per_0002"])
        self.assertEqual(ann.ask("GET", "/v1/persons?view=all", Purpose="matchmaking.followup")[0], 400)

    def test_pain_7_who_refuses_contact_is_frozen_for_all(self):
        self.agency(2)
        ann, bea = self.client("stf_ann"), self.client("stf_bea")
        ann.claim("per_0000")
        status, body, _ = ann.ask("POST", "/v1/persons/per_0000/followups", {"kind": "call", "outcome": "refuses-contact"})
        self.assertEqual((status, body["owner"], body["returns_at"]), (201, None, None))
        for client in (bea, self.client("stf_mia")):
            self.refused(client.claim("per_0000"), 403, "frozen")
        self.assertEqual(bea.ask("GET", "/v1/pools")[1]["free"], {"store": 1, "city": 2, "frozen": 1})

    def test_two_persons_override(self):
        self.agency(2)
        ann, mia, kay = self.client("stf_ann"), self.client("stf_mia"), self.client("stf_kay")
        ann.claim("per_0000")
        ann.ask("POST", "/v1/persons/per_0000/release", {})
        say = "/v1/persons/per_0000/overrides", {"staff": "stf_ann", "lifts": "cool-down", "reason": "member-asked"}
        self.assertEqual(mia.ask("POST", *say)[:2], (200, {"agreed": False}))
        self.assertEqual(mia.ask("POST", *say)[:2], (200, {"agreed": False}))
        self.refused(ann.claim("per_0000"), 403, "cool-down")
        self.assertEqual(kay.ask("POST", *say)[:2], (200, {"agreed": True}))
        self.assertEqual(ann.claim("per_0000")[0], 200)
        self.refused(mia.ask("POST", say[0], {**say[1], "lifts": "frozen"}), 400, "invalid-override")

    def test_leaving_staff_hold_nobody(self):
        self.agency(4)
        leo, ann = self.client("stf_leo"), self.client("stf_ann")
        leo.claim("per_0000")
        leo.claim("per_0001")
        self.refused(ann.claim("per_0000"), 409, "already-claimed")
        self.load("staff", STAFF.replace("SH3:2099-01-01,active", "SH3:2099-01-01,left"))
        self.assertEqual(ann.claim("per_0000")[0], 200)  # with the row, not by a later round
        self.assertEqual(leo.claim("per_0002")[0], 401)

    def test_the_round_finds_who_left_otherwise(self):
        self.agency(2)
        leo, ann = self.client("stf_leo"), self.client("stf_ann")
        leo.claim("per_0000")
        leo.claim("per_0001")
        engine.write(self.house, "UPDATE staff SET status = 'left' WHERE id = 'stf_leo'")
        self.refused(ann.claim("per_0000"), 409, "already-claimed")
        self.load("staff", STAFF.splitlines()[0] + "\nstf_new,org_north,New,sales,,,active\n")  # a change of the facts
        menshen.until(lambda: ann.claim("per_0000")[0] == 200, 5, "the claim has ended")
        metrics = self.house.get("/metrics", token=self.house.token("metrics"))[2]
        self.assertIn("\nmenshen_claims_ended_total 2\n", metrics)
        self.assertIn("\nmenshen_claims_failed_total 0\n", metrics)

    def test_pain_10_notes_come_back_as_text_and_without_control_characters(self):
        self.agency(1)
        ann = self.client("stf_ann", "members,look")
        path = "/v1/persons/per_0000/followups"
        ann.claim("per_0000")
        note = '<script>alert(1)</script>"><img src=x onerror=alert(1)>\n=1+1'
        body = {"kind": "call", "outcome": "reached"}
        self.assertEqual(ann.ask("POST", path, {**body, "note": note})[0], 201)
        status, told, headers = ann.ask("GET", path, Purpose="matchmaking.followup")
        self.assertEqual((told["followups"][0]["note"], headers["Content-Type"], headers["X-Content-Type-Options"]),
                         (note, "application/json", "nosniff"))
        self.assertIn("default-src 'none'", headers["Content-Security-Policy"])
        for wrong in ("a\u001b[2Jb", "a\u007fb", "a\u0008b"):
            self.assertEqual(ann.ask("POST", path, {**body, "note": wrong})[0], 400)
        # Settings are numbers, so that they can hold nothing else.
        mia = self.client("stf_mia")
        for wrong in (note, [note], {"x": note}):
            answer = mia.ask("PUT", "/v1/pools/settings", {"claims_per_day": wrong})
            self.refused(answer, 400, "invalid-settings")
            self.assertNotIn("<script>", json.dumps(answer[1]))

    def test_settings_have_bounds_and_a_store_has_its_houses(self):
        self.agency(1)
        mia, ann = self.client("stf_mia"), self.client("stf_ann")
        before = ann.ask("GET", "/v1/pools/settings")[1]["settings"]
        self.assertEqual({k: before["claims_per_day"][k] for k in ("value", "default", "min", "max", "unit")},
                         {"value": 5, "default": 5, "min": 1, "max": 20, "unit": "claims"})
        self.refused(ann.ask("PUT", "/v1/pools/settings", {}), 403, "role-missing")
        self.refused(mia.ask("PUT", "/v1/pools/settings", {"claims_per_day": 21}), 422, "setting-out-of-bounds")
        self.refused(mia.ask("PUT", "/v1/pools/settings", {"claims": 3}), 400, "invalid-settings")
        self.refused(mia.ask("PUT", "/v1/pools/settings", {"capacity": "many"}), 400, "invalid-settings")
        status, body, _ = mia.ask("PUT", "/v1/pools/settings", {"claims_per_day": 8})
        self.assertEqual((status, body["settings"]["claims_per_day"]["value"]), (200, 8))
        self.assertEqual(ann.ask("GET", "/v1/pools/settings")[1]["settings"]["claims_per_day"]["value"], 8)
        pools = ann.ask("GET", "/v1/pools")[1]
        self.assertEqual((pools["claims_left"], pools["capacity"], pools["organisation"]), (8, 60, "org_north"))


if __name__ == "__main__":
    engine.main()
