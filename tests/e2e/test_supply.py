"""Papers of lines over HTTP, a document that lapses at its instant, and what a platform takes down."""
import datetime
import json

import engine
import menshen
import test_orders

HASH = "sha256:" + "a" * 64
PROOF = "sha256:" + "b" * 64
MORE = (("organisations", """id,name,kind,sector,licence,region,status
org_shop,Shop,platform,,,310000,active
org_forum,Forum,platform,,,310000,active
"""),)


@engine.both
class Supply(menshen.Case):
    def setUp(self):
        super().setUp()
        self.gate = self.server(sip=False, start=False, config=self.file("menshen.yaml", "ledger: {deadline_ms: 30000}\n"))
        self.gate.clock().start()
        for kind, text in test_orders.FILES[:4] + MORE:
            self.run_ok("import", kind, self.file(kind + ".csv", text), data=self.gate.data, store=self.gate.store)
        self.tokens = {}

    def ask(self, who, method, path, body=None):
        if who not in self.tokens:
            self.tokens[who] = self.gate.token("all", who)
        status, _, text = self.gate.http(method, path, body, token=self.tokens[who])
        return status, json.loads(text)

    def ok(self, *args, status=201):
        got, told = self.ask(*args)
        self.assertEqual(got, status, told)
        return told

    def refused(self, status, code, *args):
        got, told = self.ask(*args)
        self.assertEqual((got, told["code"]), (status, code), told)

    def called(self):
        """What the gate says of a call on the line now."""
        told = self.ok("org_mobile", "POST", "/v1/calls", {"caller": test_orders.HOUSE, "callee": test_orders.CALLEE,
                                                           "line": "lin_house"}, status=200)
        return told["verdict"], told["reason"]

    def patrol(self, who="org_mobile"):
        return [(x["line"], x["kind"], x["state"], x["clauses"])
                for x in self.ok(who, "GET", "/v1/lines/patrol", status=200)["lines"]]

    def test_a_line_is_incomplete_from_the_instant_its_document_lapses(self):
        clauses = ["frequency-limit", "reporting", "handling"]
        self.assertEqual(self.patrol(), [("lin_house", None, "missing", clauses)])
        until = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=2)).isoformat(timespec="seconds")
        document = {"kind": "licence", "number": "B2-1", "until": until, "evidence": HASH}
        self.ok("org_mobile", "POST", "/v1/lines/lin_house/documents", document)
        told = self.ok("org_mobile", "POST", "/v1/lines/lin_house/contracts",
                       {"clauses": clauses[:2], "calls_a_day": 3, "signed_at": "2026-01-01T00:00:00+08:00", "evidence": HASH})
        self.assertEqual([(c["version"], c["clauses"], c["calls_a_day"]) for c in told["contracts"]], [(1, clauses[:2], 3)])
        self.assertEqual(self.patrol(), [("lin_house", "licence", "lapsing", None), ("lin_house", None, "missing", ["handling"])])
        self.assertEqual(self.patrol("stf_one"), self.patrol())
        self.assertEqual(self.called(), ("allow", "allowed"))
        self.gate.later(2 * 3600 + 10)
        self.assertEqual(self.called(), ("block", "line-inactive"))
        self.assertEqual(self.patrol()[0][2], "lapsed")
        self.ok("org_mobile", "POST", "/v1/lines/lin_house/documents", {**document, "number": "B2-2", "until": None})
        self.assertEqual(self.called(), ("allow", "allowed"))
        told = self.ok("stf_kay", "GET", "/v1/lines/lin_house/documents", status=200)
        self.assertEqual([(d["kind"], d["number"], d["until"]) for d in told["documents"]], [("licence", "B2-2", None)])

    def test_papers_are_entered_by_the_carrier_alone(self):
        document = {"kind": "licence", "number": "B2-1", "evidence": HASH}
        path = "/v1/lines/lin_house/documents"
        self.refused(403, "not-yours", "org_rival", "POST", path, document)
        self.refused(403, "role-missing", "stf_one", "POST", path, document)
        self.refused(404, "not-found", "org_rival", "GET", path)
        for wrong in {"kind": "other"}, {"evidence": "sha256:1"}, {"number": ""}, {"until": "soon"}:
            self.refused(400, "invalid-paper", "org_mobile", "POST", path, {**document, **wrong})
        contract = {"clauses": ["handling"], "signed_at": "2026-01-01T00:00:00+08:00", "evidence": HASH}
        for wrong in {"clauses": ["other"]}, {"clauses": "handling"}, {"calls_a_day": 0}, {"signed_at": ""}:
            self.refused(400, "invalid-paper", "org_mobile", "POST", "/v1/lines/lin_house/contracts", {**contract, **wrong})
        self.refused(422, "signed-ahead", "org_mobile", "POST", "/v1/lines/lin_house/contracts",
                     {**contract, "signed_at": "2090-01-01T00:00:00+08:00"})

    def test_a_platform_takes_down_and_what_comes_back_is_ordered_anew(self):
        order = {"kind": "software", "artefact": HASH, "url": "https://shop.example/1", "platform": "org_shop",
                 "ground": "call-bomber"}
        told = self.ok("stf_one", "POST", "/v1/takedowns", order)
        self.assertEqual((told["status"], told["ordered_by"], told["overdue"]), ("ordered", "org_bureau", False))
        path = f"/v1/takedowns/{told['id']}/answer"
        self.refused(404, "not-found", "org_forum", "POST", path, {"act": "removed", "proof": PROOF})
        status, told = self.ask("org_shop", "POST", path, {"act": "received", "text": "R-1"})
        self.assertEqual((status, told["status"], told["receipt"]), (200, "received", "R-1"))
        self.gate.later(20 * 86400)
        self.assertTrue(self.ask("stf_one", "GET", "/v1/takedowns")[1]["takedowns"][0]["overdue"])
        status, told = self.ask("org_shop", "POST", path, {"act": "removed", "proof": PROOF})
        self.assertEqual((status, told["status"], told["proof"], told["overdue"]), (200, "removed", PROOF, False))
        self.refused(409, "answered-already", "org_shop", "POST", path, {"act": "refused", "text": "no"})
        seen = self.ok("stf_desk", "POST", "/v1/takedowns/sightings", {"artefact": HASH, "url": "https://forum.example/9"})
        self.assertEqual(seen, {"matches": 1, "reappeared": 1})
        told = self.ask("org_shop", "GET", "/v1/takedowns")[1]["takedowns"][0]
        self.assertEqual((told["status"], told["sightings"], told["seen_url"]), ("reappeared", 1, "https://forum.example/9"))
        self.assertEqual(self.ask("org_forum", "GET", "/v1/takedowns")[1]["takedowns"], [])
        seen = self.ok("stf_desk", "POST", "/v1/takedowns/sightings", {"artefact": PROOF, "url": "https://forum.example/9"})
        self.assertEqual(seen["matches"], 0)

    def test_only_an_authority_orders_and_on_a_ground(self):
        order = {"kind": "listing", "url": "https://shop.example/1", "platform": "org_shop", "ground": "dislike"}
        self.refused(422, "unknown-ground", "stf_one", "POST", "/v1/takedowns", order)
        self.refused(403, "role-missing", "stf_desk", "POST", "/v1/takedowns", order)
        self.refused(403, "role-missing", "org_mobile", "POST", "/v1/takedowns", order)
        self.refused(400, "invalid-takedown", "stf_one", "POST", "/v1/takedowns", {**order, "artefact": "md5:1"})


if __name__ == "__main__":
    engine.main()
