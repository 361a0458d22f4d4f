"""From thirty calls of a rogue line to its silence, and an honest number that was silenced with it rings again.

    called persons ◄─ Kamailio A ◄─ Kamailio B ◄─┬─ Kamailio C ◄─ the rogue line
                          ↕             ↕        │      ↕
                        gate A        gate B     │    gate C ── Kamailio, of honest subscribers

Every call is an INVITE that three carriers carry, each asking its own gate; everything else is HTTP, as its users send it.
"""
import datetime
import json

import carriers
import engine
import kamailio
import members
import menshen
import sipp
import test_reports

ROGUE, OTHER = carriers.AREA + "0001", carriers.AREA + "0002"
HONEST = "+8613911110077"
CALLED = [f"+86138000001{i:02d}" for i in range(30)]
SPARED = "+8613800000190"  # whom nobody has called
STAFF = """id,organisation,name,role,login,certificate,status
stf_ops,org_a,O,operator,ops@a,,active
stf_gov,org_g,G,officer,gov@g,,active
stf_two,org_g,T,approver,two@g,,active
stf_rog,org_rogue,R,manager,rog@r,,active
"""


@engine.both
class Rogue(carriers.Case, kamailio.Case):
    sip = True

    def setUp(self):
        super().setUp()
        codes, self.sent = members.hook(self)
        self.file("test.yaml", test_reports.PACK)  # welcome at any hour: the test runs at night, too
        self.more = f"rules: [{menshen.ROOT}/rules/cn.yaml, {self.path('test.yaml')}]\n{codes}"
        self.a, self.b, self.c = self.three("  deadline_ms: 20000\n")
        self.callee = menshen.free_port()
        at_a = self.proxy(self.a.sip_port, "lin_from_b", self.callee, patience=30000, name="at_a")
        at_b = self.proxy(self.b.sip_port, "lin_from_c", at_a, patience=30000, host=self.b.sip_host, name="at_b")
        self.rogue, self.subscribers = (
            self.proxy(self.c.sip_port, line, at_b, patience=30000, host=self.c.sip_host, name=line)
            for line in ("lin_rogue", "lin_people"))
        self.tokens = {}

    def facts(self, name):
        facts = dict(super().facts(name), staff=STAFF)
        facts["ranges"] = facts.get("ranges", f"first,last,organisation,use,direction,status\n"
                                              f"{carriers.AREA}0000,{carriers.AREA}0099,org_c,person,both,active\n")
        facts["ranges"] += "+8613911110000,+8613911119999,org_c,person,both,active\n" \
                           "+8613800000000,+8613800009999,org_a,person,both,active\n"
        if name == "c":
            facts["lines"] += f"lin_people,org_c,org_c,x,person,+8613911110000-+8613911119999,,{carriers.PAPERS},active\n"
            facts["consents"] = "number,organisation,purposes,categories,channels,from,until,wording,evidence\n" + "".join(
                f"{n},org_rogue,marketing,basic,call,2026-01-01,,yes,sha256:{'1' * 64}\n" for n in CALLED)  # or so it says
        order = "organisations", "staff", "ranges", "lines", "campaigns", "consents"
        return [(kind, facts[kind]) for kind in order if kind in facts]

    def ask(self, s, who, method, path, body=None, status=200):
        """By a token of a member of staff there, or in the session of a person."""
        if isinstance(who, str) and (s, who) not in self.tokens:
            self.tokens[s, who] = s.token("all", who)
        token, page = (self.tokens[s, who], None) if isinstance(who, str) else (None, who)
        got, _, text = s.http(method, path, body, token=token, headers=page)
        self.assertEqual(got, status, f"{who} {method} {path}: {text}")
        return json.loads(text)

    def rings(self, port, caller, callees):
        """Those calls reach the callees, over three carriers."""
        callee = sipp.Callee(self, calls=len(callees), port=self.callee)
        sipp.run(self, "caller.xml", port, keys={"caller": caller}, callees=callees, more=["-r", "15"])
        callee.check()

    def stopped(self, port, caller):
        sipp.run(self, "rejected.xml", port, 403, "Reason:", 'SIP;cause=403;text="order-in-force"',
                 {"caller": caller, "callee": CALLED[0]})

    def report(self):
        """One signs in, twenty tell a centre, nine are in its file; and one was never called."""
        def body(number, **more):
            now = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds")
            return {"caller": ROGUE, "at": now, "kind": "marketing", "note": "flats, again", **more}

        her = members.sign_in_person(self.a, self.sent, CALLED[0])
        first = self.ask(self.a, her, "POST", "/v1/me/reports", body(None), 201)
        told = [first] + [self.ask(self.a, "stf_ops", "POST", "/v1/reports", {**body(None), "number": n}, 201)
                          for n in CALLED[1:21]]
        self.assertEqual([r["status"] for r in told], ["counted"] * 21, told)
        never = self.ask(self.a, "stf_ops", "POST", "/v1/reports", {**body(None), "number": SPARED}, 201)
        self.assertEqual((never["status"], never["ground"]), ("lead", "no-call"))
        self.run_ok("import", "reports", self.file("reports.csv", "person,number,at,caller,kind,note\n" + "".join(
            f",{n},{body(None)['at']},{ROGUE},marketing,\n" for n in CALLED[21:])),
            "--config", self.a.config, data=self.a.data, store=self.a.store)

        def settled():
            listed = self.ask(self.a, "stf_ops", "GET", "/v1/reports")["reports"]
            return listed if len(listed) == 31 and "waiting" not in {r["status"] for r in listed} else None
        listed = menshen.until(settled, 60, "the reports are held against the calls")
        self.assertEqual(sorted(r["status"] for r in listed), ["counted"] * 30 + ["lead"])
        # The trunk did not prove the number: what is counted is about the trunk.
        self.assertEqual({r["sender"] for r in listed if r["status"] == "counted"}, {"lin_from_b"})
        return first

    def trace(self, report):
        opened = self.ask(self.a, "stf_ops", "POST", "/v1/traces", {
            "kind": "call", "caller": ROGUE, "callee": CALLED[0], "at": report["at"], "report": report["id"]}, 201)

        def ended():
            now = self.ask(self.a, "stf_ops", "GET", "/v1/traces/" + opened["id"])
            return now if now["status"] != "open" else None
        trace = menshen.until(ended, 60, "the trace has ended")
        self.assertEqual((trace["status"], trace["report"]), ("found", report["id"]), trace)
        self.assertEqual([(h["carrier"], h["line"], h["proven"]) for h in trace["hops"]],
                         [("org_a", "lin_from_b", False), ("org_b", "lin_from_c", True), ("org_c", "lin_rogue", True)])
        # She whose call it was sees who asked about it; nobody asked about the others'.
        her = members.sign_in_person(self.a, self.sent, CALLED[0])
        call, = self.ask(self.a, her, "GET", "/v1/me/calls")["calls"]
        self.assertEqual([t["organisation"] for t in call["traced_by"]], ["org_a"])
        other = members.sign_in_person(self.a, self.sent, CALLED[1])
        call, = self.ask(self.a, other, "GET", "/v1/me/calls")["calls"]
        self.assertEqual(call["traced_by"], [])
        her = members.sign_in_person(self.c, self.sent, CALLED[0])  # the carrier of who rang was asked by hers
        call, = self.ask(self.c, her, "GET", "/v1/me/calls")["calls"]
        self.assertEqual([t["organisation"] for t in call["traced_by"]], ["org_a"])
        return trace["hops"][-1]

    def test_thirty_calls_end_in_silence_and_who_was_wronged_rings_again(self):
        self.rings(self.rogue, ROGUE, CALLED)
        source = self.trace(self.report())
        self.assertEqual((source["holder"], source["holder_name"], source["principal"], source["campaign"]),
                         ("org_rogue", "流氓信息科技", "org_rogue", "cmp_rogue"))
        self.rings(self.subscribers, HONEST, CALLED[:1])

        # An officer suspends the line where it is, and a number that has nothing to do with it.
        why = {"act": "suspend", "reason": "thirty reports, traced to this line", "document": "2026-17"}
        order = self.ask(self.c, "stf_gov", "POST", f"/v1/lines/{source['line']}/orders", why, 201)
        self.assertEqual((order["organisation"], order["in_force"], order["document"]), ("org_g", True, "2026-17"))
        self.ask(self.c, "stf_gov", "POST", "/v1/numbers/orders", {**why, "number": HONEST}, 201)
        self.stopped(self.rogue, ROGUE)
        self.stopped(self.rogue, OTHER)
        self.stopped(self.subscribers, HONEST)
        self.assertEqual([o["id"] for o in self.ask(self.c, "stf_rog", "GET", "/v1/lines/lin_rogue/orders")["orders"]],
                         [order["id"]])

        # Its holder appeals; not whoever gave the order decides, and upheld it ends at once.
        her = members.sign_in_person(self.c, self.sent, HONEST)
        hers, = self.ask(self.c, her, "GET", "/v1/me/orders")["orders"]
        self.assertEqual((hers["act"], hers["organisation"], hers["in_force"]), ("suspend", "org_g", True))
        appeal = self.ask(self.c, her, "POST", "/v1/appeals", {"text": "I sell nothing to anybody"}, 201)
        waiting, = self.ask(self.c, "stf_two", "GET", "/v1/appeals?status=open")["appeals"]
        self.assertEqual((waiting["id"], waiting["text"]), (appeal["id"], "I sell nothing to anybody"))
        decide, upheld = f"/v1/appeals/{appeal['id']}/decide", {"decision": "upheld", "reason": "a slip of the pen"}
        self.ask(self.c, "stf_gov", "POST", decide, upheld, 403)
        self.stopped(self.subscribers, HONEST)
        self.ask(self.c, "stf_two", "POST", decide, upheld)
        self.rings(self.subscribers, HONEST, CALLED[:1])
        self.stopped(self.rogue, ROGUE)
        self.assertEqual(self.ask(self.c, her, "GET", "/v1/appeals")["appeals"][0]["answer"], "a slip of the pen")

        # No number is in a log, and what each carrier did is on record, witnessed by the others.
        for s in (self.a, self.b, self.c):
            for number in (ROGUE, HONEST, *CALLED):
                self.assertNotIn(number[3:], s.messages())
        self.witnessed()


if __name__ == "__main__":
    engine.main()
