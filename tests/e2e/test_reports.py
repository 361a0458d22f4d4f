"""Reports of calls: what counts, what follows by itself and what does not, how an appeal lifts it at once."""
import datetime
import json
import re
import shutil
import time

import engine
import members
import menshen
import test_codes

PAPERS = "licence;permit;number-certificate;filing;plan"
FACTS = {
    "organisations": """\
id,name,kind,sector,licence,region,status
org_carrier,Carrier,carrier,telecom,T-1,31,active
org_other,Other,carrier,telecom,T-2,31,active
org_insurer,Insurer,enterprise,finance.insurance,I-1,31,active
org_shop,Shop,enterprise,retail,,31,active
org_post,Post,enterprise,other,,31,active
org_bureau,Bureau,authority,,,31,active
org_south,South,authority,,,44,active
""",
    "staff": """\
id,organisation,name,role,login,certificate,status
stf_ops,org_carrier,O,operator,ops@c,,active
stf_far,org_other,F,operator,far@o,,active
stf_gus,org_bureau,U,officer,gus@b,,active
stf_gov,org_bureau,G,officer,gov@b,,active
stf_tri,org_bureau,T,auditor,tri@b,,active
stf_sea,org_south,S,officer,sea@s,,active
stf_ida,org_insurer,I,compliance,ida@i,,active
stf_sam,org_shop,S,manager,sam@s,,active
stf_pat,org_post,P,manager,pat@p,,active
""",
    "ranges": """\
first,last,organisation,use,direction,status
+8613800000000,+8613899999999,org_carrier,person,both,active
95500,95500,org_insurer,marketing,both,active
02160001000,02160001099,org_shop,service,both,active
02160002000,02160002000,org_post,service,both,active
""",
    "lines": f"""\
id,organisation,carrier,location,purpose,callers,peers,documents,status,service
lin_people,org_carrier,org_carrier,SH,person,+8613800000000-+8613899999999,,{PAPERS},active,
lin_insurer,org_insurer,org_carrier,SH,marketing,95500,,{PAPERS},active,
lin_shop,org_shop,org_carrier,SH,service,02160001000-02160001099,,{PAPERS},active,contract
lin_post,org_post,org_carrier,SH,service,02160002000,,{PAPERS},active,delivery
lin_trunk,org_other,org_carrier,SH,interconnect,*,,{PAPERS},active,
""",
    "campaigns": """\
id,principal,callers,sector,purpose,lines,consent_basis,from,until,status
cmp_policy,org_insurer,,finance.insurance,marketing,lin_insurer,consent,2020-01-01,2099-12-31,active
""",
    "consents": "number,organisation,purposes,categories,channels,from,until,wording,evidence\n" + "".join(
        f"138000001{i:02d},org_insurer,marketing,basic,call,2026-01-01,,yes,sha256:{'1' * 64}\n" for i in range(20)),
}
PACK = """\
profiles:
  - id: cn.profile.default
    name: default
    hours: ["00:00-24:00"]
    caps:
      - {limit: 5, window: 24h, scope: principal}
    ceiling: {limit: 5, window: 24h, scope: principal}
    citation: {zh: 测试, en: test}
    label: design
    evidence: U
    title: {zh: 测试, en: Test}
    text: {zh: 测试, en: Test}
"""
UNGROUNDED = """\
grounds:
  - id: cn.ground.restraint.share
    of: restraint
    code: share
    from: 2099-01-01
    citation: {zh: 测试, en: test}
    label: design
    evidence: U
    title: {zh: 测试, en: Test}
    text: {zh: 测试, en: Test}
"""
SHARE = """\
limits:
  - id: cn.limit.restraint-share
    sets: restraint-share
    count: 100000
    citation: {zh: 测试, en: test}
    label: design
    evidence: U
    title: {zh: 测试, en: Test}
    text: {zh: 测试, en: Test}
"""


def person(i):
    return f"+86138000001{i:02d}"


class Office(menshen.Case):
    def setUp(self):
        super().setUp()
        self.begin(PACK)

    def begin(self, pack, name="data"):
        menshen.os.chmod(self.file("hook.sh", test_codes.HOOK), 0o700)
        self.sent = self.path("sent")
        self.file("test.yaml", pack)
        config = (f"rules: [{menshen.ROOT}/rules/cn.yaml, {self.path('test.yaml')}]\n"
                  f"codes: {{command: [hook.sh, {self.sent}]}}\n"
                  "ledger: {deadline_ms: 20000}\nlimits: {sign_ins_per_address: 1000}\n")
        self.gate = self.server(name, sip=False, config=self.file("menshen.yaml", config))
        for kind, text in FACTS.items():
            status, out, err = self.gate.run("import", kind, self.file(kind + ".csv", text))
            self.assertEqual(status, 0, out + err)
        self.tokens = {}

    def ask(self, method, path, who, body=None):
        if who not in self.tokens:
            self.tokens[who] = self.gate.token("all", subject=who)
        status, _, text = self.gate.http(method, path, body, token=self.tokens[who])
        return status, json.loads(text)

    def call(self, caller, callee, line):
        status, told = self.ask("POST", "/v1/calls", "machine", {"caller": caller, "callee": callee, "line": line})
        self.assertEqual(status, 200, told)
        return told["verdict"], told["reason"]

    def report(self, caller, reporter, kind="malicious", ago=0, who="stf_ops"):
        at = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(seconds=ago)
        status, told = self.ask("POST", "/v1/reports", who, {
            "number": reporter, "caller": caller, "at": at.isoformat(timespec="seconds"), "kind": kind, "note": "no"})
        self.assertEqual(status, 201, told)
        return told

    def untrue(self, report, who="stf_gov"):
        return self.ask("POST", f"/v1/reports/{report}/acts", who, {"kind": "untrue", "note": "she had asked for it"})

    def decide(self, restraint, who, decision):
        return self.ask("POST", f"/v1/restraints/{restraint}/decide", who, {"decision": decision, "reason": "looked into"})

    def one(self, who, kind):
        return next((r for r in self.restraints(who) if r["kind"] == kind), None)

    def restraints(self, who):
        status, told = self.ask("GET", "/v1/restraints", who)
        self.assertEqual(status, 200, told)
        return told["restraints"]

    def annoy(self, caller, line, people, kind="malicious"):
        for i in people:
            self.assertIn(self.call(caller, person(i), line)[0], ("allow", "remind"))
            last = self.report(caller, person(i), kind)
            self.assertEqual(last["status"], "counted")
        return last["id"]


@engine.both
class Reports(Office):
    def test_the_fifth_report_caps_and_an_upheld_appeal_lifts_at_once(self):
        self.annoy("95500", "lin_insurer", range(4))
        self.assertEqual(self.restraints("stf_ops"), [])
        self.assertEqual(self.call("95500", person(5), "lin_insurer")[0], "allow")
        self.annoy("95500", "lin_insurer", [4])
        self.assertEqual(self.call("95500", person(5), "lin_insurer"), ("block", "order-in-force"))

        # Officers see numbers; the holder a band, the reason, the remedy, the way to appeal.
        cap, review = sorted(self.restraints("stf_gov"), key=lambda r: r["kind"])
        self.assertEqual((cap["kind"], cap["weight"], cap["holder"], review["kind"]), ("cap", 500, "org_insurer", "review"))
        self.assertGreaterEqual(cap["calls"], 6)
        mine = {r["kind"]: r for r in self.restraints("stf_ida")}
        self.assertEqual(mine["cap"]["reports"], "5-9")
        self.assertTrue(mine["cap"]["reason"] and mine["cap"]["remedy"] and mine["cap"]["appeal"])
        self.assertFalse({"weight", "calls", "sender"} & set(mine["cap"]))
        self.assertEqual(self.restraints("stf_sam"), [])

        # It is the holder's to appeal, and not a stranger's.
        said = {"against": cap["id"], "text": "we have consents"}
        self.assertEqual(self.ask("POST", "/v1/appeals", "stf_sam", said)[0], 404)
        status, appeal = self.ask("POST", "/v1/appeals", "stf_ida", said)
        self.assertEqual(status, 201, appeal)
        self.assertEqual(appeal["status"], "open")
        due = datetime.datetime.fromisoformat(appeal["due"]) - datetime.datetime.fromisoformat(appeal["at"])
        self.assertEqual(due, datetime.timedelta(hours=24))
        self.assertEqual(self.ask("POST", "/v1/appeals", "stf_ida", said)[1]["code"], "already-appealed")
        self.assertEqual(self.ask("GET", "/v1/appeals", "stf_sam")[1]["appeals"], [])
        self.assertEqual(self.ask("GET", "/v1/appeals?status=open", "stf_gov")[1]["appeals"][0]["text"], "we have consents")

        path = f"/v1/appeals/{appeal['id']}/decide"
        self.assertEqual(self.ask("POST", path, "stf_ida", {"decision": "upheld", "reason": "x"})[0], 403)
        for stranger, code in ("stf_far", "not-yours"), ("stf_sea", "not-competent"), ("stf_tri", "not-officer"):
            self.assertEqual(self.ask("POST", path, stranger, {"decision": "upheld", "reason": "x"})[1]["code"], code)
        self.assertEqual(self.ask("POST", path, "stf_gov", {"decision": "maybe", "reason": "x"})[0], 422)
        status, told = self.ask("POST", path, "stf_gov", {"decision": "upheld", "reason": "they have"})
        self.assertEqual((status, told["status"], told["answer"]), (200, "upheld", "they have"), told)
        self.assertEqual(self.call("95500", person(5), "lin_insurer")[0], "allow")
        self.assertEqual(self.ask("POST", path, "stf_gov", {"decision": "rejected", "reason": "x"})[1]["code"], "already-decided")

        # What was lifted is not found again by the next voice.
        self.annoy("95500", "lin_insurer", [6])
        self.assertEqual(self.call("95500", person(7), "lin_insurer")[0], "allow")

    def triage(self, report, who="stf_gov", **more):
        return self.ask("POST", f"/v1/reports/{report}/acts", who, {"kind": "triage", "as": "fraud", "note": "he asked for a code", **more})

    def test_an_officer_says_what_a_report_is_and_both_are_shown(self):
        self.call("95500", person(0), "lin_insurer")
        report = self.report("95500", person(0), "marketing")
        self.assertEqual((report["kind"], report["triaged"]), ("marketing", None))
        self.assertEqual(self.triage(report["id"], "stf_ida")[0], 403)
        for stranger, code in ("stf_far", "not-found"), ("stf_sea", "not-competent"):
            self.assertEqual(self.triage(report["id"], stranger)[1]["code"], code)
        self.assertEqual(self.triage(report["id"], note="")[0], 422)
        self.assertEqual(self.triage(report["id"], **{"as": "noise"})[0], 422)
        self.assertEqual(self.triage(report["id"], **{"as": "marketing"})[1]["code"], "not-in-turn")  # it is that
        status, told = self.triage(report["id"], "stf_ops")
        self.assertEqual((status, told["kind"], told["triaged"], told["triage_reason"]),
                         (200, "marketing", "fraud", "he asked for a code"), told)
        reports = lambda kind: [r["id"] for r in self.ask("GET", f"/v1/reports?kind={kind}", "stf_ops")[1]["reports"]]
        self.assertEqual((reports("marketing"), reports("fraud")), ([], [report["id"]]))
        (cluster,) = self.ask("GET", "/v1/reports/clusters", "stf_ops")[1]["clusters"]
        self.assertEqual((cluster["kinds"]["marketing"], cluster["kinds"]["fraud"]), (0, 1))
        ((payload, actor),) = engine.rows(self.gate, "SELECT payload, actor FROM journal WHERE kind = 'reports' ORDER BY seq DESC LIMIT 1")
        self.assertEqual((json.loads(payload)["triaged"], actor), ("fraud", "stf_ops"))
        self.assertNotIn("code", payload)  # the reason is sealed
        self.assertEqual(self.untrue(report["id"])[0], 200)
        self.assertEqual(self.triage(report["id"], **{"as": "spoof"})[1]["code"], "not-in-turn")

    def test_what_rested_on_the_wrong_kind_ends(self):
        reports = []
        for i in range(2):
            self.call("02160001000", person(i), "lin_shop")
            reports.append(self.report("02160001000", person(i), "marketing")["id"])
        self.assertEqual(self.one("stf_gov", "commercial")["status"], "open")
        self.assertEqual(self.triage(reports[0])[0], 200)
        told = self.one("stf_gov", "commercial")
        self.assertEqual((told["status"], told["why"]), ("lifted", "untrue"))
        # … and two that are of that kind by what an officer says lead to it with the next report.
        self.assertEqual(self.triage(reports[0], **{"as": "marketing"})[0], 200)
        self.call("02160001000", person(5), "lin_shop")
        self.report("02160001000", person(5), "spoof")
        self.assertEqual([r["status"] for r in self.restraints("stf_gov") if r["kind"] == "commercial"], ["open", "lifted"])

    def test_a_small_share_of_many_calls_is_looked_into_only(self):
        self.gate.stop()
        self.begin(PACK + SHARE, "share")
        for i in range(52):  # of 57 calls five are less than a tenth
            self.assertEqual(self.call("95500", person(7 + i // 4), "lin_insurer")[0], "allow")
        self.annoy("95500", "lin_insurer", range(5))
        self.assertEqual([r["kind"] for r in self.restraints("stf_ops")], ["review"])
        self.assertEqual(self.call("95500", person(6), "lin_insurer")[0], "allow")

    def test_a_sender_that_must_be_heard_is_never_capped(self):
        self.annoy("02160002000", "lin_post", range(7))
        self.assertEqual([r["kind"] for r in self.restraints("stf_ops")], ["review"])
        self.assertEqual(self.call("02160002000", person(8), "lin_post")[0], "allow")
        # "That was marketing", twice: it is not cut off either, its calls carry a remark.
        self.annoy("02160002000", "lin_post", [8, 9], "marketing")
        self.assertEqual(self.call("02160002000", person(10), "lin_post"), ("remind", "behaviour-remind"))
        self.assertIn("commercial", [r["kind"] for r in self.restraints("stf_pat")])

    def test_a_service_line_said_twice_to_be_marketing_counts_as_commercial(self):
        self.annoy("02160001000", "lin_shop", [0], "marketing")
        self.assertEqual(self.call("02160001001", person(2), "lin_shop")[0], "allow")
        self.annoy("02160001001", "lin_shop", [1], "marketing")
        self.assertEqual(self.call("02160001000", person(2), "lin_shop"), ("block", "campaign-unknown"))
        order = self.restraints("stf_sam")[0]
        self.assertEqual((order["kind"], order["line"]), ("commercial", "lin_shop"))
        status, appeal = self.ask("POST", "/v1/appeals", "stf_sam", {"against": order["id"], "text": "no"})
        self.assertEqual(status, 201, appeal)
        status, told = self.ask("POST", f"/v1/appeals/{appeal['id']}/decide", "stf_ops", {"decision": "rejected", "reason": "yes"})
        self.assertEqual(status, 200, told)
        self.assertEqual(self.call("02160001000", person(2), "lin_shop")[0], "block")
        status, appeal = self.ask("POST", "/v1/appeals", "stf_sam", {"against": order["id"], "text": "look again"})
        self.assertEqual(status, 201, appeal)
        self.ask("POST", f"/v1/appeals/{appeal['id']}/decide", "stf_gov", {"decision": "upheld", "reason": "right"})
        self.assertEqual(self.call("02160001000", person(2), "lin_shop")[0], "allow")

    def test_what_counts(self):
        self.call("95500", person(0), "lin_insurer")
        told = self.report("95500", person(1))
        self.assertEqual(told["ground"], "no-call")
        self.assertIn("No node", told["unmatched"]["reason"])
        self.assertEqual(datetime.datetime.fromisoformat(told["unmatched"]["until"]) -
                         datetime.datetime.fromisoformat(told["received_at"]), datetime.timedelta(days=7))
        self.assertEqual(self.report("95500", person(0), ago=7 * 86400)["ground"], "too-late")
        told = self.report("95500", person(0))
        self.assertEqual((told["status"], told["unmatched"]), ("counted", None))
        self.assertEqual(self.report("95500", person(0))["ground"], "repeated")
        # Two machines of a centre, one organisation's staff: nobody else enters reports of others.
        body = {"number": person(0), "caller": "95500", "at": "2026-11-22T10:00:00Z", "kind": "fraud"}
        self.assertEqual(self.ask("POST", "/v1/reports", "stf_ida", body)[0], 403)
        self.assertEqual(self.ask("GET", "/v1/reports", "stf_ida")[0], 403)
        self.assertEqual(self.ask("POST", "/v1/reports", "stf_ops", {**body, "caller": "x"})[0], 422)
        self.assertEqual(self.ask("POST", "/v1/reports", "stf_ops", {**body, "at": "2099-11-22T10:00:00Z"})[1]["code"], "not-yet")

    def test_twenty_count_a_day(self):
        for i in range(21):
            caller = f"021600010{i:02d}"
            self.assertEqual(self.call(caller, person(0), "lin_shop")[0], "allow")
            told = self.report(caller, person(0))
            self.assertEqual(told["ground"], None if i < 20 else "daily-number")

    def test_an_untrue_report_weighs_less_from_then_on(self):
        self.call("95500", person(0), "lin_insurer")
        first = self.report("95500", person(0))
        self.assertEqual(first["weight"], 100)
        act = f"/v1/reports/{first['id']}/acts"
        self.assertEqual(self.ask("POST", act, "stf_gov", {"kind": "untrue"})[0], 422)
        status, told = self.ask("POST", act, "stf_gov", {"kind": "untrue", "note": "she had asked to be called"})
        self.assertEqual((status, told["status"], told["weight"]), (200, "untrue", 0), told)
        self.call("02160001000", person(0), "lin_shop")
        self.assertEqual(self.report("02160001000", person(0))["weight"], 50)

    def test_a_finding_that_takes_a_report_away_lifts_what_rested_on_it(self):
        last = self.annoy("95500", "lin_insurer", range(5))
        self.assertEqual(self.call("95500", person(6), "lin_insurer")[0], "block")
        # Whose the line is, who has nothing to do with it, and a machine find nothing.
        self.assertEqual(self.untrue(last, "stf_sea")[1]["code"], "not-competent")
        self.assertEqual(self.untrue(last, "stf_far")[1]["code"], "not-found")
        self.assertEqual(self.untrue(last, "machine")[1]["code"], "not-officer")
        self.assertEqual(self.call("95500", person(6), "lin_insurer")[0], "block")
        status, told = self.untrue(last)
        self.assertEqual((status, told["status"]), (200, "untrue"), told)
        self.assertEqual(self.call("95500", person(6), "lin_insurer")[0], "allow")
        self.assertEqual([(r["status"], r["why"]) for r in self.restraints("stf_ida")], [("lifted", "untrue")] * 2)
        clocks = engine.rows(self.gate, "SELECT status FROM clocks WHERE rule = 'cn.clock.restraint.review'")
        self.assertEqual([tuple(c) for c in clocks], [("dropped",)])
        # The four others are as true as they were: a fifth voice caps anew.
        self.annoy("95500", "lin_insurer", [7])
        self.assertEqual(self.call("95500", person(6), "lin_insurer")[0], "block")

    def test_of_carriers_on_one_node_each_reads_its_own(self):
        last = self.annoy("95500", "lin_insurer", range(5))
        entered = self.report("02160001000", person(7), who="stf_far")["id"]  # a lead: there was no such call
        seen = {who: {r["id"] for r in self.ask("GET", "/v1/reports", who)[1]["reports"]} for who in ("stf_ops", "stf_far", "stf_gov")}
        self.assertEqual((len(seen["stf_ops"]), seen["stf_far"], len(seen["stf_gov"])), (5, {entered}, 6))
        self.assertEqual([len(self.restraints(who)) for who in ("stf_ops", "stf_far", "stf_gov")], [2, 0, 2])
        act = {"kind": "forward"}
        self.assertEqual(self.ask("POST", f"/v1/reports/{last}/acts", "stf_far", act)[1]["code"], "not-found")
        self.assertEqual(self.ask("POST", f"/v1/reports/{entered}/acts", "stf_ops", act)[1]["code"], "not-found")
        self.assertEqual(self.ask("POST", f"/v1/reports/{entered}/acts", "stf_far", act)[0], 200)

    def test_a_finding_leaves_what_rests_on_enough_others(self):
        last = self.annoy("95500", "lin_insurer", range(5))
        self.annoy("02160001000", "lin_shop", [1], "marketing")
        other = self.annoy("02160001001", "lin_shop", [2], "marketing")
        self.assertEqual(self.call("02160001002", person(3), "lin_shop")[0], "block")
        self.assertEqual(self.untrue(other)[0], 200)
        self.assertEqual(self.call("02160001002", person(3), "lin_shop")[0], "allow")
        self.assertEqual(self.call("95500", person(6), "lin_insurer")[0], "block")
        self.assertEqual(self.untrue(last)[0], 200)
        self.assertEqual(self.call("95500", person(6), "lin_insurer")[0], "allow")

    def test_an_officer_confirms_what_the_node_did_or_refuses_it(self):
        self.annoy("95500", "lin_insurer", range(5))
        cap = self.one("stf_gov", "cap")
        self.assertEqual((cap["status"], cap["ground"], cap["decision"]), ("open", "share", None))
        self.assertIn("0.01 %", cap["reason"])
        self.assertTrue(cap["basis"])
        clocks = engine.rows(self.gate, "SELECT organisation, subject FROM clocks WHERE rule = 'cn.clock.restraint.review'")
        self.assertEqual([tuple(c) for c in clocks], [("org_carrier", cap["id"])])
        self.assertEqual(self.decide(cap["id"], "stf_ida", "refuse")[0], 403)
        self.assertEqual(self.decide(cap["id"], "stf_sea", "refuse")[1]["code"], "not-competent")
        self.assertEqual(self.decide(cap["id"], "stf_far", "refuse")[1]["code"], "not-yours")
        self.assertEqual(self.decide(cap["id"], "stf_gov", "perhaps")[0], 422)
        self.assertEqual(self.decide("ord_" + "0" * 32, "stf_gov", "refuse")[0], 404)
        status, told = self.decide(cap["id"], "stf_ops", "refuse")
        self.assertEqual((status, told["status"], told["why"], told["decision"]), (200, "lifted", "refused", "looked into"), told)
        self.assertEqual(self.call("95500", person(6), "lin_insurer")[0], "allow")
        self.assertEqual({(r["kind"], r["status"], r["decision"]) for r in self.restraints("stf_ida")},
                         {("cap", "lifted", "looked into"), ("review", "lifted", "looked into")})
        self.assertEqual(self.decide(cap["id"], "stf_gov", "confirm")[1]["code"], "already-lifted")
        self.annoy("95500", "lin_insurer", [6, 7, 8, 9])
        self.assertEqual(self.call("95500", person(15), "lin_insurer")[0], "allow")
        last = self.annoy("95500", "lin_insurer", [10])
        cap = next(r for r in self.restraints("stf_gov") if r["kind"] == "cap" and r["status"] == "open")
        status, told = self.decide(cap["id"], "stf_gov", "confirm")
        self.assertEqual((status, told["status"], told["decided_by"]), (200, "confirmed", "stf_gov"), told)
        self.assertEqual(self.decide(cap["id"], "stf_ops", "refuse")[1]["code"], "already-decided")
        # An officer's order: a finding does not lift it, its giver does not decide the appeal.
        self.assertEqual(self.untrue(last)[0], 200)
        self.assertEqual(self.call("95500", person(15), "lin_insurer"), ("block", "order-in-force"))
        appeal = self.ask("POST", "/v1/appeals", "stf_ida", {"against": cap["id"], "text": "no"})[1]
        path, said = f"/v1/appeals/{appeal['id']}/decide", {"decision": "upheld", "reason": "yes"}
        self.assertEqual(self.ask("POST", path, "stf_gov", said)[1]["code"], "own-order")
        self.assertEqual(self.ask("POST", path, "stf_ops", said)[1]["code"], "not-your-order")
        self.assertEqual(self.ask("POST", path, "stf_sea", said)[1]["code"], "not-competent")
        self.assertEqual(self.ask("POST", path, "stf_gus", said)[0], 200)
        self.assertEqual(self.call("95500", person(15), "lin_insurer")[0], "allow")
        self.assertEqual(next(r for r in self.restraints("stf_ida") if r["id"] == cap["id"])["why"], "appeal")

    def test_an_officer_s_restore_ends_what_the_node_did(self):
        self.annoy("95500", "lin_insurer", range(5))
        status, told = self.ask("POST", "/v1/numbers/orders", "stf_gov", {"number": "95500", "act": "restore", "reason": "seen"})
        self.assertEqual(status, 201, told)
        self.assertEqual({(r["status"], r["why"]) for r in self.restraints("stf_ida")}, {("lifted", "restored")})
        self.annoy("95500", "lin_insurer", [6])
        self.assertEqual(self.call("95500", person(7), "lin_insurer")[0], "allow")

    def test_one_officer_alone_holds_whom_people_must_hear_for_a_day(self):
        self.annoy("02160002000", "lin_post", [8, 9], "marketing")
        self.assertEqual(self.call("02160002000", person(10), "lin_post")[0], "remind")
        order = self.one("stf_gov", "commercial")
        self.assertEqual((order["protected"], order["ground"]), (True, "marketing"))
        self.assertEqual(self.decide(order["id"], "stf_gov", "confirm")[0], 200)
        self.assertEqual(self.call("02160002000", person(10), "lin_post"), ("block", "campaign-unknown"))
        until = lambda: engine.rows(self.gate, "SELECT \"until\" - \"from\" FROM orders WHERE act = 'commercial'")[0][0] / 1e9
        self.assertLess(until(), 86400 + 60)
        self.assertEqual(self.decide(order["id"], "stf_gov", "confirm")[1]["code"], "own-order")
        self.assertEqual(self.decide(order["id"], "stf_gus", "confirm")[0], 200)
        self.assertEqual(until(), 30 * 86400)

    def test_a_carrier_appeals_and_does_not_decide_its_own_appeal(self):
        status, order = self.ask("POST", "/v1/lines/lin_people/orders", "stf_gov", {"act": "suspend", "reason": "x"})
        self.assertEqual(status, 201, order)
        status, appeal = self.ask("POST", "/v1/appeals", "stf_ops", {"against": order["id"], "text": "ours"})
        self.assertEqual(status, 201, appeal)
        said = {"decision": "upheld", "reason": "x"}
        self.assertEqual(self.ask("POST", f"/v1/appeals/{appeal['id']}/decide", "stf_ops", said)[1]["code"], "own-matter")

    def test_what_the_pack_has_no_ground_for_is_not_done(self):
        self.gate.stop()
        self.begin(PACK + UNGROUNDED, "ungrounded")
        self.annoy("95500", "lin_insurer", range(6))
        self.assertEqual([r["kind"] for r in self.restraints("stf_gov")], ["review"])
        self.assertEqual(self.call("95500", person(7), "lin_insurer")[0], "allow")

    def test_who_changes_numbers_is_one_sender(self):
        for i in range(5):
            self.annoy(f"021600010{i:02d}", "lin_shop", [i])
        cap = self.one("stf_gov", "cap")
        self.assertEqual((cap["sender"], cap["line"], cap["ground"]), ("lin_shop", "lin_shop", "share"))
        self.assertEqual(self.one("stf_sam", "cap")["reports"], "5-9")
        # Its commercial calls stop, whatever number they show; what serves people still rings.
        self.assertEqual(self.call("02160001077", person(7), "lin_shop")[0], "allow")
        self.annoy("02160001070", "lin_shop", [8, 9], "marketing")
        self.assertEqual(self.call("02160001077", person(10), "lin_shop"), ("block", "order-in-force"))
        appeal = self.ask("POST", "/v1/appeals", "stf_sam", {"against": cap["id"], "text": "no"})[1]
        self.ask("POST", f"/v1/appeals/{appeal['id']}/decide", "stf_gov", {"decision": "upheld", "reason": "yes"})
        self.assertEqual(self.call("02160001077", person(10), "lin_shop"), ("block", "campaign-unknown"))

    def test_one_voice_is_one_of_a_line(self):
        for i in range(3):
            self.annoy(f"021600010{i:02d}", "lin_shop", [0], "marketing")
        self.annoy("02160001004", "lin_shop", [0])
        self.annoy("02160001005", "lin_shop", [0])
        self.assertEqual(self.restraints("stf_gov"), [])
        self.assertEqual(self.call("02160001000", person(2), "lin_shop")[0], "allow")

    def test_a_line_that_several_share_is_looked_into_only(self):
        for i in range(5):
            self.annoy(person(10 + i), "lin_people", [i])
        self.assertEqual([(r["kind"], r["sender"]) for r in self.restraints("stf_gov")], [("review", "lin_people")])
        self.assertEqual(self.call(person(10), person(7), "lin_people")[0], "allow")

    def test_another_number_on_a_trunk_is_not_its_owners_doing(self):
        for i in range(6):
            self.call("02160002000", person(i), "lin_trunk")
            told = self.report("02160002000", person(i))
            self.assertIn(told["sender"], ("lin_trunk", None), told)
        self.assertNotIn("cap", [r["kind"] for r in self.restraints("stf_ops")])
        self.assertEqual(self.call("02160002000", person(7), "lin_post")[0], "allow")

    def test_the_centres_deadlines_follow_one_another(self):
        told = self.report("95500", person(0))
        act = f"/v1/reports/{told['id']}/acts"
        self.assertEqual(self.ask("POST", act, "stf_ops", {"kind": "answer", "note": "x"})[1]["code"], "not-in-turn")
        self.assertEqual(self.ask("POST", "/v1/reports/rpt_0/acts", "stf_ops", {"kind": "forward"})[0], 404)
        for kind, stage in (("forward", "forwarded"), ("answer", "answered"), ("tell", "told")):
            status, told = self.ask("POST", act, "stf_ops", {"kind": kind, "note": "done"})
            self.assertEqual((status, told["stage"]), (200, stage), told)
        clocks = engine.rows(self.gate, "SELECT rule, status FROM clocks WHERE subject LIKE 'rpt_%' ORDER BY rule")
        self.assertEqual([tuple(c) for c in clocks], [(f"cn.clock.nuisance.{w}", "met") for w in ("firm", "forward", "tell")])

    def test_a_centres_file(self):
        for i in range(5):
            self.assertEqual(self.call("95500", person(i), "lin_insurer")[0], "allow")
        now = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds")
        rows = self.file("reports.csv", "person,number,at,caller,kind,note\n" + "".join(
            f"per_{i},{person(i)},{now},95500,malicious,\"again, and again\"\n" for i in range(5)) +
            f",{person(6)},{now},95500,fraud,\n,{person(7)},{now},95500,mood,\n")
        status, out, err = self.gate.run("import", "reports", rows)
        self.assertEqual(status, 7, out + err)
        self.assertIn("6 written", out)
        self.assertIn("mood", err)
        settled = lambda: sorted(r["status"] for r in self.ask("GET", "/v1/reports", "stf_gov")[1]["reports"])
        menshen.until(lambda: settled() == ["counted"] * 5 + ["lead"], 60, "the reports are settled")
        capped = lambda: "cap" in [r["kind"] for r in self.restraints("stf_ops")]
        menshen.until(capped, 60, "the sweep has capped the number")
        status, out, err = self.gate.run("import", "reports", rows)
        self.assertIn("0 written", out)
        self.assertNotIn("13800000", err)

    def test_who_reported_is_nowhere(self):
        self.annoy("95500", "lin_insurer", range(5))
        shown = json.dumps([self.ask("GET", p, w)[1] for w in ("stf_ops", "stf_gov") for p in ("/v1/reports", "/v1/restraints")])
        shown += json.dumps(self.restraints("stf_ida"))
        self.assertIsNone(re.search(r"13800000\d", shown), shown)
        kept = engine.rows(self.gate, "SELECT payload FROM journal WHERE kind IN ('reports', 'restraints')")
        self.assertGreaterEqual(len(kept), 12)
        self.assertNotIn("13800000", str(kept))
        self.assertNotIn("95500", str(kept))


class Nodes(Office):
    """The record of the call lies on another node of the store."""
    def one_of(self, gate):
        self.gate, self.tokens = gate, {}
        return gate

    def test_a_record_that_appears_later_counts(self):
        store = engine.database(type(self))
        options = {"sip": False, "config": self.path("menshen.yaml"), "store": store}
        self.one_of(self.server("one", start=False, **options).clock().start())
        for kind, text in FACTS.items():
            status, out, err = self.gate.run("import", kind, self.file(kind + ".csv", text))
            self.assertEqual(status, 0, out + err)
        away = self.server("two", start=False, **options)
        shutil.copytree(self.gate.data + "/keys", away.data + "/keys")
        self.one_of(away.start())
        self.assertEqual(self.call("95500", person(0), "lin_insurer")[0], "allow")
        menshen.until(lambda: len(engine.rows(away, "SELECT name FROM nodes")) == 2, 60, "the nodes know of each other")
        away.stop()
        here = self.one_of(self.servers[-2])
        told = self.report("95500", person(0))
        self.assertEqual(told["status"], "waiting")
        self.assertIn("Another node", told["unmatched"]["reason"])
        state = lambda: [(r["status"], r["ground"]) for r in self.ask("GET", "/v1/reports", "stf_ops")[1]["reports"]]
        here.later(25 * 3600)
        menshen.until(lambda: state() == [("lead", "no-call")], 60, "nobody knows of the call")
        away.start()
        menshen.until(lambda: state() == [("counted", None)], 60, "the record has appeared")


@engine.both
class Persons(Office):
    """Of her own number, in her session."""
    def sign_in(self, number):
        return members.sign_in_person(self.gate, self.sent, number)

    def mine(self, method, path, page, body=None):
        status, _, text = self.gate.http(method, path, body, headers=page)
        return status, json.loads(text)

    def test_she_reports_and_reads_what_became_of_it(self):
        page = self.sign_in(person(0))
        self.call("95500", person(0), "lin_insurer")
        now = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds")
        status, told = self.mine("POST", "/v1/me/reports", page, {"caller": "95500", "at": now, "kind": "marketing", "note": "again"})
        self.assertEqual((status, told.get("status")), (201, "counted"), told)
        status, told = self.mine("GET", "/v1/me/reports", page)
        self.assertEqual([r["status"] for r in told["reports"]], ["counted"], told)
        self.assertEqual(self.mine("GET", "/v1/me/reports", self.sign_in(person(1)))[1]["reports"], [])

    def test_her_own_number_is_capped_and_she_appeals(self):
        bad = person(19)
        for i in range(5):
            self.assertEqual(self.call(bad, person(i), "lin_people")[0], "allow")
            self.assertEqual(self.report(bad, person(i))["status"], "counted")
        # Not a firm's: no share is needed. Her calls still ring, with a remark.
        self.assertEqual(self.call(bad, person(7), "lin_people"), ("remind", "behaviour-remind"))
        page = self.sign_in(bad)
        status, told = self.mine("GET", "/v1/me/restraints", page)
        self.assertEqual({r["kind"] for r in told["restraints"]}, {"cap", "review"} & {r["kind"] for r in told["restraints"]})
        self.assertIn("cap", [r["kind"] for r in told["restraints"]])
        status, appeal = self.mine("POST", "/v1/appeals", page, {"text": "it was not me"})
        self.assertEqual(status, 201, appeal)
        status, told = self.ask("POST", f"/v1/appeals/{appeal['id']}/decide", "stf_ops", {"decision": "upheld", "reason": "so it is"})
        self.assertEqual(status, 200, told)
        self.assertEqual(self.call(bad, person(7), "lin_people")[0], "allow")
        self.assertEqual(self.mine("GET", "/v1/appeals", page)[1]["appeals"][0]["status"], "upheld")
        # The number comes to somebody else, who reads nothing of it.
        since = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=1)
        day = self.file("assignments.csv", f"number,assigned_at,released_at\n{bad},{since.isoformat(timespec='seconds')},\n")
        self.run_ok("import", "assignments", day, data=self.gate.data, store=self.gate.store)
        time.sleep(2)
        page = self.sign_in(bad)
        self.assertEqual(self.mine("GET", "/v1/appeals", page)[1]["appeals"], [])
        self.assertEqual(self.mine("GET", "/v1/me/restraints", page)[1]["restraints"], [])

    def test_who_is_nobody_s_member_appeals_for_her_number(self):
        """Proof is the code that her number gets; an appeal is decided once, and not after it was lifted."""
        bad = person(18)
        self.assertEqual(self.call(bad, person(1), "lin_people")[0], "allow")
        status, order = self.ask("POST", "/v1/numbers/orders", "stf_gov", {"number": bad, "act": "suspend", "reason": "x"})
        self.assertEqual(status, 201, order)
        self.assertEqual(self.call(bad, person(1), "lin_people"), ("block", "order-in-force"))
        self.assertEqual(self.mine("POST", "/v1/appeals", self.sign_in(person(2)), {"text": "hers"})[0], 404)
        page = self.sign_in(bad)
        status, appeal = self.mine("POST", "/v1/appeals", page, {"text": "it is mine"})
        self.assertEqual(status, 201, appeal)
        self.assertEqual(self.mine("POST", "/v1/appeals", page, {"text": "again"})[1]["code"], "already-appealed")
        read = {who: self.ask("GET", "/v1/appeals", who)[1]["appeals"][0].get("text") for who in ("stf_gus", "stf_sea", "stf_far")}
        self.assertEqual(read, {"stf_gus": "it is mine", "stf_sea": None, "stf_far": None})
        path, said = f"/v1/appeals/{appeal['id']}/decide", {"decision": "upheld", "reason": "so it is"}
        for who, code in ("stf_ops", "not-your-order"), ("stf_sea", "not-competent"), ("stf_gov", "own-order"), ("stf_tri", "not-officer"):
            self.assertEqual(self.ask("POST", path, who, said)[1]["code"], code)
        self.assertEqual(self.call(bad, person(1), "lin_people")[0], "block")
        self.assertEqual(self.ask("POST", path, "stf_gus", said)[0], 200)
        self.assertEqual(self.call(bad, person(1), "lin_people")[0], "allow")
        self.assertEqual(self.ask("POST", path, "stf_gus", said)[1]["code"], "already-decided")
        self.assertEqual(self.mine("GET", "/v1/appeals", page)[1]["appeals"][0]["answer"], "so it is")
        self.assertEqual(self.mine("POST", "/v1/appeals", page, {"text": "once more"})[0], 404)


if __name__ == "__main__":
    engine.main()
