"""What is addressed to an organisation lies in its inbox until somebody there says that it has been read."""
import datetime

import engine
import test_reports
from test_reports import person


@engine.both
class Inbox(test_reports.Office):
    def inbox(self, who, state=""):
        status, told = self.ask("GET", f"/v1/inbox{state and '?state=' + state}", who)
        self.assertEqual(status, 200, told)
        return told["inbox"]

    def read(self, who, item):
        return self.ask("POST", f"/v1/inbox/{item['id']}/read", who)

    def test_a_restraint_is_told_to_its_holder_and_read_once(self):
        self.annoy("95500", "lin_insurer", range(5))
        told = self.inbox("stf_ida")
        self.assertEqual([(i["kind"], i["path"], i["read_at"]) for i in told], [("restraint", "/v1/restraints", None)] * 2)
        self.assertEqual({i["subject"] for i in told}, {r["id"] for r in self.restraints("stf_ida")})
        self.assertEqual(self.inbox("stf_sam"), [])
        self.assertEqual(self.read("stf_sam", told[0])[0], 404)
        self.assertEqual(self.ask("GET", "/v1/inbox", "machine")[0], 403)
        status, first = self.read("stf_ida", told[0])
        self.assertEqual((status, first["read_by"]), (200, "stf_ida"), first)
        self.assertEqual(self.read("org_insurer", told[0])[1], first)
        self.assertEqual([i["id"] for i in self.inbox("stf_ida", "unread")], [told[1]["id"]])
        self.assertEqual([i["id"] for i in self.inbox("stf_ida", "read")], [told[0]["id"]])
        # What becomes of it is told, too.
        cap = self.one("stf_gov", "cap")
        self.assertEqual(self.decide(cap["id"], "stf_gov", "refuse")[0], 200)
        self.assertEqual(len(self.inbox("stf_ida", "unread")), 3)

    def test_an_order_on_a_number_is_read_here_and_appealed_against(self):
        status, order = self.ask("POST", "/v1/numbers/orders", "stf_gov", {
            "number": "95500", "act": "suspend", "reason": "fraud is suspected", "document": "2026-1"})
        self.assertEqual(status, 201, order)
        self.assertEqual(self.call("95500", person(1), "lin_insurer"), ("block", "order-in-force"))
        told = self.inbox("stf_ida")
        self.assertEqual([i["kind"] for i in told], ["order"])
        said = told[0]["order"]
        self.assertEqual((said["act"], said["reason"], said["document"], said["organisation"], said["until"]),
                         ("suspend", "fraud is suspected", "2026-1", "org_bureau", None))
        self.assertNotIn("95500", str(told))
        status, appeal = self.ask("POST", "/v1/appeals", "stf_ida", {"against": told[0]["subject"], "text": "it is us"})
        self.assertEqual(status, 201, appeal)
        path = f"/v1/appeals/{appeal['id']}/decide"
        self.assertEqual(self.ask("POST", path, "stf_gus", {"decision": "upheld", "reason": "it is they"})[0], 200)
        self.assertEqual(self.call("95500", person(1), "lin_insurer")[0], "allow")
        self.assertEqual(self.inbox("stf_ida")[0]["kind"], "appeal")
        self.assertEqual(self.inbox("stf_ida")[0]["subject"], appeal["id"])

    def test_an_order_on_a_person_s_number_is_not_her_carrier_s(self):
        status, order = self.ask("POST", "/v1/numbers/orders", "stf_gov", {"number": person(3), "act": "restrict", "reason": "x"})
        self.assertEqual(status, 201, order)
        self.assertEqual(self.inbox("stf_ops"), [])

    def test_who_served_a_notice_sees_when_it_was_read(self):
        status, notice = self.ask("POST", "/v1/notices", "stf_gov", {"to": "org_carrier", "line": "lin_trunk", "ground": "fraud"})
        self.assertEqual((status, notice.get("read_at", "absent")), (201, None), notice)
        told = self.inbox("stf_ops", "unread")
        self.assertEqual([(i["kind"], i["path"]) for i in told], [("notice", f"/v1/notices/{notice['id']}")])
        self.assertEqual(self.read("stf_tri", told[0])[1]["code"], "not-officer")
        self.assertEqual(self.read("stf_far", told[0])[0], 404)
        read = self.read("stf_ops", told[0])[1]["read_at"]
        self.assertTrue(read)
        self.assertEqual(self.ask("GET", f"/v1/notices/{notice['id']}", "stf_gov")[1]["read_at"], read)
        self.assertEqual([n["read_at"] for n in self.ask("GET", "/v1/notices", "stf_gov")[1]["notices"]], [read])

    def test_a_paper_and_a_takedown_are_told(self):
        status, case = self.ask("POST", "/v1/cases", "stf_gov", {"respondent": "org_shop"})
        self.assertEqual(status, 201, case)
        ahead = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=9)).isoformat(timespec="seconds")
        status, told = self.ask("POST", f"/v1/cases/{case['id']}/acts", "stf_gov", {
            "kind": "summons", "at": ahead, "place": "here", "text": "calls", "officers": ["stf_gov", "stf_gus"]})
        self.assertEqual(status, 201, told)
        (paper,) = self.inbox("stf_sam")
        self.assertEqual(paper["kind"], "paper")
        documents = lambda: self.ask("GET", f"/v1/documents?case={case['id']}", "stf_gov")[1]["documents"]
        self.assertEqual([(d["id"], d["read_at"]) for d in documents()], [(paper["subject"], None)])
        read = self.read("stf_sam", paper)[1]["read_at"]
        self.assertEqual([d["read_at"] for d in documents()], [read])
        status, told = self.ask("POST", "/v1/takedowns", "stf_gov", {
            "kind": "listing", "url": "https://shop.example/1", "platform": "org_shop", "ground": "sim-bank"})
        self.assertEqual(status, 201, told)
        self.assertEqual(self.inbox("stf_sam")[0]["path"], f"/v1/takedowns/{told['id']}")


if __name__ == "__main__":
    engine.main()
