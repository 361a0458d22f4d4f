"""Alerts of peeping: patterns in the recorded looks, rule 20's lines, and who may read them."""
import datetime
import json

import engine
import menshen

ORGANISATIONS = """id,name,kind,sector,licence,region,status,parent,legal_entity
org_a,A,agency,matchmaking,,31,active,,E
org_b,B,agency,matchmaking,,31,active,org_a,E
org_x,X,agency,matchmaking,,31,active,,
org_s,S,authority,,,31,active,,
org_u,U,association,,,31,active,,
"""
STAFF = "id,organisation,name,role,login,certificate,status\n" + "".join(
    f"stf_{name},org_{org},{name},sales,,C{name}:2099-12-31,active\n"
    for name, org in (("ann", "b"), ("bea", "b"), ("cai", "b"), ("dan", "b"), ("old", "b"), ("less", "b"), ("far", "x"))
) + "".join(f"stf_{name},org_{org},{name},{role},,,active\n" for name, org, role in (
    ("comp", "a", "compliance"), ("boss", "b", "manager"), ("farcomp", "x", "compliance"), ("state", "s", "officer"), ("audit", "u", "auditor")))
MEMBERS = 18
PURPOSE = {"Purpose": "matchmaking.introduce"}


@engine.both
class Alerts(menshen.Case):
    def setUp(self):
        super().setUp()
        self.office = self.server(sip=False)
        self.tokens = {}
        self.bring("organisations", ORGANISATIONS)
        self.bring("staff", STAFF)
        self.bring("persons", "id,organisation,store,number,name,pool\n" + "".join(
            f"per_{i},org_b,org_b,138{i:08d},Lin,store\n" for i in range(MEMBERS)))
        self.bring("consents", "number,organisation,purposes,categories,channels,from,until,wording,evidence\n" + "".join(
            f"138{i:08d},org_b,matchmaking.introduce,{what},app,2026-01-01,,yes,sha256:{digit * 64}\n"
            for i in range(MEMBERS) for what, digit in (("basic", "1"), ("property", "2"))))

    def bring(self, kind, text):
        status, out, err = self.office.run("import", kind, self.file(f"{kind}.csv", text))
        self.assertEqual(status, 0, out + err)

    def ask(self, method, path, staff, body=None):
        if staff not in self.tokens:
            self.tokens[staff] = self.office.token("all", staff)
        status, headers, text = self.office.http(method, path, body, token=self.tokens[staff], headers=PURPOSE)
        return status, json.loads(text), headers

    def read(self, staff, i):
        status, body, headers = self.ask("GET", f"/v1/persons/per_{i}", staff)
        self.assertEqual(status, 200, body)
        return headers["X-Menshen-Record"]

    def alerts(self, staff="stf_comp"):
        """{(pattern, staff): alert}; off-hours depend on when the test runs."""
        status, body, _ = self.ask("GET", "/v1/alerts", staff)
        self.assertEqual(status, 200, body)
        self.assertFalse(body["partial"])
        self.assertNotIn("per_", json.dumps(body))
        return {(a["pattern"], a["staff"]): a for a in body["alerts"] if a["pattern"] != "off-hours"}

    def looks(self, *rows):
        """Rows of (staff, categories, how many): at members in turn, on different days."""
        text = "at,staff,person,categories,purpose,surface\n"
        for staff, what, n in rows:
            text += "".join(f"2026-0{1 + i % 9}-{2 + i // 9:02d}T10:00:00+08:00,{staff},per_{i % MEMBERS},{what},,detail\n"
                            for i in range(n))
        self.bring("looks", text)

    def leave(self, name):
        self.bring("staff", STAFF.replace(f"C{name}:2099-12-31,active", f"C{name}:2099-12-31,left"))

    def claim_read_and_release(self):
        """The records of three such reads, before which there is no alert."""
        records = []
        for i in range(3):
            self.assertEqual(self.alerts(), {})
            self.assertEqual(self.ask("POST", f"/v1/persons/per_{i}/claim", "stf_ann")[0], 200)
            records.append(self.read("stf_ann", i))
            self.assertEqual(self.ask("POST", f"/v1/persons/per_{i}/release", "stf_ann", {"reason": "not for me"})[0], 200)
        return records

    def test_claimed_read_and_released(self):
        records = self.claim_read_and_release()
        alert = self.alerts()["claim-read-release", "stf_ann"]
        self.assertEqual((alert["count"], alert["evidence"]), (3, records))
        self.office.kill()
        self.office.start()
        self.assertEqual(self.alerts(), {("claim-read-release", "stf_ann"): alert})
        for i in range(2):
            self.read("stf_ann", i)
        self.assertEqual(self.alerts(), {("claim-read-release", "stf_ann"): alert})  # the same reads: ten minutes

    def test_one_after_the_other(self):
        for i in range(14):
            self.read("stf_ann", i)
        for staff in ("stf_bea", "stf_cai"):
            self.read(staff, 0)
        for i in range(19):
            self.assertEqual(self.ask("GET", f"/v1/persons/per_absent{i}", "stf_far")[0], 404)
        self.assertEqual(self.alerts("stf_state"), {})
        self.read("stf_ann", 14)
        self.read("stf_dan", 0)
        self.assertEqual(self.ask("GET", "/v1/persons/per_0", "stf_far")[0], 404)  # there, but not hers
        self.assertEqual({k: a["count"] for k, a in self.alerts().items()}, {
            ("bulk", "stf_ann"): 15, **{("several-readers", f"stf_{n}"): 1 for n in ("ann", "bea", "cai", "dan")}})
        self.assertEqual(list(self.alerts("stf_farcomp")), [("walking-ids", "stf_far")])
        self.assertEqual(self.alerts("stf_state"), {**self.alerts(), **self.alerts("stf_farcomp")})
        self.assertEqual(self.alerts("stf_audit"), self.alerts("stf_state"))
        self.assertEqual(self.ask("GET", "/v1/alerts", "stf_ann")[0], 403)
        self.leave("ann")
        alert = self.alerts()["before-leaving", "stf_ann"]
        self.assertEqual((alert["count"], len(alert["evidence"])), (15, 15))

    def test_who_reads_the_evidence(self):
        """Compliance of the looker's legal entity: who, when, which categories; nobody else's, and never at whom."""
        record = self.claim_read_and_release()[0]
        self.looks(("stf_old", "chat;basic", 25))
        told = self.alerts()["stop", "stf_old"]["evidence"][0]
        absent = self.ask("GET", f"/v1/records/{record.rsplit('_', 1)[0]}_999999", "stf_farcomp")
        for id, staff, categories in ((record, "stf_ann", {"basic", "property"}), (told, "stf_old", {"basic", "chat"})):
            status, body, _ = self.ask("GET", f"/v1/records/{id}", "stf_comp")
            self.assertEqual((status, body["looker"], body["organisation"]), (200, staff, "org_b"), body)
            self.assertLessEqual(categories, set(body["verdicts"]))
            self.assertNotIn("per_", json.dumps(body))
            self.assertNotIn("consent-", json.dumps(body))
            for stranger in ("stf_farcomp", "stf_bea", "stf_boss"):
                status, body, headers = self.ask("GET", f"/v1/records/{id}", stranger)
                self.assertEqual((status, body), (404, {**absent[1], "instance": body["instance"]} if "instance" in body else absent[1]))
                drop = {"Date", "X-Request-Id"}
                self.assertEqual({k: v for k, v in headers.items() if k not in drop},
                                 {k: v for k, v in absent[2].items() if k not in drop})

    def test_what_another_system_told_is_no_pattern(self):
        at = (datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=2)).isoformat(timespec="seconds")
        self.bring("looks", "at,staff,person,categories,purpose,surface\n" + "".join(
            f"{at},stf_old,per_{i},basic,,detail\n" for i in range(MEMBERS)))
        self.assertEqual(self.alerts(), {})

    def test_the_lines_of_rule_20(self):
        self.looks(("stf_old", "chat", 24), ("stf_less", "property;chat", 24))
        self.assertEqual(self.alerts(), {})  # property had a consent then
        self.looks(("stf_old", "chat", 25), ("stf_far", "chat;property", 25))  # of another agency: none
        alert = self.alerts()["stop", "stf_old"]
        self.assertEqual((alert["count"], len(alert["evidence"]), alert["since"][:10]), (25, 20, "2026-01-02"))
        self.assertEqual(list(self.alerts()), [("stop", "stf_old")])
        self.assertEqual(list(self.alerts("stf_farcomp")), [("police-referral-review", "stf_far")])

    def test_all_that_is_read_of_facts(self):
        records = self.claim_read_and_release()
        for i in range(3, 10):
            records.append(self.read("stf_ann", i))
        self.assertEqual(self.ask("POST", "/v1/persons/per_9/claim", "stf_ann")[0], 200)
        body = {"kind": "call", "outcome": "reached"}
        self.assertEqual(self.ask("POST", "/v1/persons/per_9/followups", "stf_ann", body)[0], 201)
        self.leave("ann")
        self.looks(("stf_less", "property;chat", 24), ("stf_old", "chat", 25))
        found = self.alerts()
        self.assertEqual(set(found), {("claim-read-release", "stf_ann"), ("before-leaving", "stf_ann"), ("stop", "stf_old")})
        self.assertEqual(found["before-leaving", "stf_ann"]["evidence"], records)
        self.assertEqual(self.alerts("stf_state"), found)
        self.assertEqual(self.alerts("stf_farcomp"), {})


if __name__ == "__main__":
    engine.main()
