"""Organisations, lines, ranges and campaigns over HTTP: by the checks of import, by whom they concern."""
import json

import engine
import menshen
import test_orders

DOCUMENTS = test_orders.DOCUMENTS.split(";")
LINE = {"id": "lin_new", "organisation": "org_house", "carrier": "org_mobile", "location": "SH", "purpose": "service",
        "callers": ["02160001050"], "documents": DOCUMENTS, "status": "active", "service": "care"}
CAMPAIGN = {"id": "cmp_new", "principal": "org_house", "sector": "matchmaking", "purpose": "care", "lines": ["lin_house"],
            "consent_basis": "consent", "from": "2026-01-01", "until": "2099-12-31", "status": "active"}
RANGE = {"first": "13800000100", "last": "13800000109", "organisation": "org_house", "use": "service",
         "direction": "both", "status": "active"}
ORGANISATION = {"id": "org_new", "name": "New", "kind": "agency", "sector": "matchmaking", "region": "310105", "status": "active"}
MORE = """id,name,kind,sector,licence,region,status
org_telecom,Telecom,authority,telecom,,310000,active
org_telecom_south,Telecom South,authority,telecom,,440000,active
org_south,South,agency,matchmaking,,440000,active
"""


@engine.both
class Registry(menshen.Case):
    def setUp(self):
        super().setUp()
        self.gate = self.server(sip=False, config=self.file("menshen.yaml", "ledger: {deadline_ms: 30000}\n"))
        for kind, text in test_orders.FILES[:5] + (("organisations", MORE),):
            self.run_ok("import", kind, self.file(kind + ".csv", text), data=self.gate.data, store=self.gate.store)
        self.tokens = {}

    def ask(self, who, method, path, body=None):
        if who not in self.tokens:
            self.tokens[who] = self.gate.token("all", who)
        status, _, text = self.gate.http(method, path, body, token=self.tokens[who])
        return status, json.loads(text)

    def enter(self, status, who, kind, body, code=None):
        got, told = self.ask(who, "POST", "/v1/" + kind, body)
        self.assertEqual((got, told.get("code")), (status, code), told)
        return told

    def seen(self, who, kind, key="id"):
        status, told = self.ask(who, "GET", "/v1/" + kind)
        self.assertEqual(status, 200, told)
        return sorted(row[key] for row in told[kind])

    def test_a_line_is_entered_and_carries_the_next_call(self):
        call = {"caller": "+862160001050", "callee": test_orders.CALLEE, "line": "lin_new"}
        self.assertEqual(self.ask("org_mobile", "POST", "/v1/calls", call)[1]["reason"], "line-unknown")
        told = self.enter(201, "org_mobile", "lines", LINE)
        self.assertEqual((told["documents"], told["peers"], told["service"]), (DOCUMENTS, [], "care"))
        self.assertEqual(self.ask("org_mobile", "POST", "/v1/calls", call)[1]["verdict"], "allow")
        self.enter(200, "org_mobile", "lines", LINE)
        told = self.enter(200, "org_mobile", "lines", {**LINE, "documents": ["licence"]})
        self.assertEqual(told["status"], "inactive")  # incomplete, by the check of import
        self.assertIn("missing", told["warning"])
        self.assertEqual(self.ask("org_mobile", "POST", "/v1/calls", call)[1]["reason"], "line-inactive")
        self.enter(403, "org_rival", "lines", {**LINE, "carrier": "org_rival"}, "not-yours")  # it is another's
        self.enter(403, "org_rival", "lines", {**LINE, "id": "lin_x"}, "not-yours")
        self.enter(403, "stf_one", "lines", LINE, "role-missing")
        self.enter(422, "org_mobile", "lines", {**LINE, "organisation": "org_none"}, "refused")
        for wrong in {"purpose": "fun"}, {"callers": ["abc"]}, {"colour": "red"}, {"status": None}, {"peers": [1]}:
            self.enter(400, "org_mobile", "lines", {**LINE, **wrong}, "invalid-entry")

    def test_ranges_stay_within_the_blocks_of_a_carrier(self):
        self.enter(201, "org_mobile", "ranges", RANGE)
        self.enter(403, "org_rival", "ranges", {**RANGE, "first": "13800000200", "last": "13800000201"}, "not-yours")
        self.enter(403, "org_mobile", "ranges", {**RANGE, "first": "13900000000", "last": "13900000099"}, "not-yours")
        self.enter(403, "stf_one", "ranges", RANGE, "not-yours")
        self.enter(422, "org_telecom", "ranges", {**RANGE, "first": "13800000105", "last": "13800000120"}, "refused")
        self.enter(201, "org_telecom", "ranges", {**RANGE, "first": "13900000000", "last": "13900000099",
                                                  "organisation": "org_rival"})
        self.assertEqual(self.seen("org_rival", "ranges", "first"), ["+8613900000000"])

    def test_an_authority_for_telecom_enters_ranges_of_its_region(self):
        south = {**RANGE, "first": "13900000000", "last": "13900000099", "organisation": "org_south"}
        self.enter(403, "org_telecom", "ranges", south, "not-yours")
        self.enter(201, "org_telecom_south", "ranges", south)
        self.enter(403, "org_telecom", "ranges", {**south, "organisation": "org_house"}, "not-yours")  # nor takes it over
        inner = {**south, "first": "13900000010", "last": "13900000010", "organisation": "org_house"}
        self.enter(403, "org_telecom", "ranges", inner, "not-yours")  # nor a number out of it
        self.enter(403, "org_telecom_south", "ranges", {**RANGE, "organisation": "org_south"}, "not-yours")

    def test_no_carrier_takes_back_what_was_ported_nor_makes_an_emergency_service(self):
        ported = {**RANGE, "first": "13800000300", "last": "13800000309", "organisation": "org_rival"}
        self.enter(201, "org_telecom", "ranges", ported)
        for taken in ported, {**RANGE, "first": "13800000305", "last": "13800000305"}:
            self.enter(403, "org_mobile", "ranges", {**taken, "organisation": "org_mobile"}, "not-yours")
        self.enter(403, "org_mobile", "ranges", {**RANGE, "use": "emergency"}, "not-yours")
        self.enter(403, "org_mobile", "ranges", {**RANGE, "first": "13800000911", "last": "13800000911"}, "not-yours")
        # A line that it enters itself, with another's number, gives it no say about that number.
        self.enter(201, "org_mobile", "lines", {**LINE, "callers": ["13800000305"]})
        stop = {"number": "13800000305", "act": "suspend", "reason": "calls at night"}
        self.enter(403, "org_mobile", "numbers/orders", stop, "not-yours")
        self.enter(201, "org_rival", "numbers/orders", stop)

    def test_organisations_are_entered_by_the_authority_in_charge(self):
        self.enter(201, "stf_one", "organisations", ORGANISATION)
        self.enter(200, "stf_one", "organisations", {**ORGANISATION, "name": "Newer"})
        self.enter(403, "org_far", "organisations", ORGANISATION, "not-yours")
        self.enter(403, "org_far", "organisations", {**ORGANISATION, "region": "330100"}, "not-yours")  # it is another's
        for wrong in {"sector": "hr"}, {"region": "440000"}, {"kind": "authority"}, {"kind": "association"}:
            self.enter(403, "stf_one", "organisations", {**ORGANISATION, **wrong}, "not-yours")
        self.enter(403, "stf_one", "organisations", {**ORGANISATION, "id": "org_bureau"}, "not-yours")  # nor what it is
        self.enter(403, "stf_tri", "organisations", ORGANISATION, "not-yours")  # an auditor
        self.enter(422, "stf_one", "organisations", {**ORGANISATION, "parent": "org_none"}, "refused")

    def test_campaigns_are_entered_by_the_carrier_of_their_lines_or_the_authority(self):
        self.enter(201, "org_mobile", "campaigns", CAMPAIGN)
        self.enter(200, "stf_one", "campaigns", {**CAMPAIGN, "status": "suspended"})
        self.enter(403, "org_rival", "campaigns", CAMPAIGN, "not-yours")
        self.enter(403, "org_mobile", "campaigns", {**CAMPAIGN, "id": "cmp_x", "lines": []}, "not-yours")
        self.enter(403, "org_far", "campaigns", CAMPAIGN, "not-yours")

    def test_a_campaign_is_approved_with_its_proof_of_consent_alone(self):
        bare = {**CAMPAIGN, "consent_basis": None}
        self.enter(422, "org_mobile", "campaigns", bare, "consent-proof-missing")
        self.enter(201, "org_mobile", "campaigns", {**bare, "status": "draft"})
        self.enter(422, "org_mobile", "campaigns", bare, "consent-proof-missing")
        self.enter(200, "org_mobile", "campaigns", CAMPAIGN)
        self.assertEqual(self.seen("org_mobile", "campaigns"), ["cmp_care", "cmp_new"])  # on its lines
        self.assertEqual(self.seen("org_rival", "campaigns"), [])

    def test_each_reads_what_concerns_it(self):
        self.enter(201, "org_mobile", "lines", {**LINE, "id": "lin_a"})
        self.assertEqual(self.seen("org_mobile", "lines"), ["lin_a", "lin_house", "lin_people"])
        self.assertEqual(self.seen("org_rival", "lines"), [])
        self.assertEqual(self.seen("stf_kay", "lines"), ["lin_a", "lin_house"])
        self.assertEqual(self.seen("stf_one", "lines"), ["lin_a", "lin_house"])
        self.assertEqual(self.seen("org_telecom", "lines"), ["lin_a", "lin_house", "lin_people"])
        self.assertEqual(self.seen("org_far", "lines"), [])
        self.assertEqual(self.seen("host", "lines"), ["lin_a", "lin_house", "lin_people"])
        self.assertEqual(self.seen("stf_kay", "campaigns"), ["cmp_care"])
        self.assertEqual(self.seen("org_far", "campaigns"), [])
        self.assertEqual(self.seen("stf_kay", "organisations"), ["org_house"])
        self.assertEqual(self.seen("stf_desk", "organisations"), self.seen("stf_one", "organisations"))
        self.assertEqual(self.seen("stf_one", "organisations"), ["org_branch", "org_bureau", "org_house", "org_union"])
        self.assertIn("org_south", self.seen("host", "organisations"))

    def test_pages_follow_each_other(self):
        rows = "".join(f"1380000{n:04d},1380000{n:04d},org_house,service,both,active\n" for n in range(450))
        self.run_ok("import", "ranges", self.file("many.csv", "first,last,organisation,use,direction,status\n" + rows),
                    data=self.gate.data, store=self.gate.store)
        found, cursor = [], ""
        for _ in range(3):
            status, told = self.ask("stf_kay", "GET", "/v1/ranges" + cursor)
            self.assertEqual(status, 200, told)
            found += [row["first"] for row in told["ranges"]]
            cursor = "?cursor=" + told.get("next", "")
        self.assertNotIn("next", told)
        self.assertEqual(len(found), 451)
        self.assertEqual(len(set(found)), 451)
        self.assertEqual(self.ask("stf_kay", "GET", "/v1/ranges?cursor=x")[1]["code"], "invalid-cursor")


if __name__ == "__main__":
    engine.main()
