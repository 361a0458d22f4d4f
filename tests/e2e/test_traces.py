"""A reported call traced over three carriers, each a menshen of its own, that witness each other's logs."""
import datetime
import http.server
import json
import os
import subprocess
import threading

import carriers
import engine
import menshen

ROGUE, CALLEE = "+8657982100001", "+8613800000001"


class Liar(http.server.BaseHTTPRequestHandler):
    """In place of a carrier: answers what the test says."""
    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append((self.path, self.headers["Authorization"], asked))
        status, answer = self.server.say(self.path.split("/")[3], asked)
        body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


class Quiet(http.server.HTTPServer):
    def handle_error(self, request, client_address):  # who asked has hung up
        pass


@engine.both
class Traces(carriers.Case):
    def setUp(self):
        super().setUp()
        self.at = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)

    def ring(self, name, line, at=None):
        """The call, as each carrier that it passes judges and records it."""
        code, out, err = self.nodes[name].run("call", "--from", ROGUE, "--to", CALLEE, "--line", line, "--json",
                                              "--config", self.nodes[name].config)
        self.assertIn(code, (0, 4), err)
        self.assertEqual(json.loads(out)["reason"] in ("line-unknown", "line-inactive"), False, out)
        return json.loads(out)["record"]

    def ring_through(self):
        return {n: self.ring(n, line) for n, line in (("c", "lin_rogue"), ("b", "lin_from_c"), ("a", "lin_from_b"))}

    def trace(self, s, *more):
        """`menshen trace call`; (exit code, the trace)."""
        code, out, err = s.run("trace", "call", "--from", ROGUE, "--to", CALLEE, "--at", self.at.isoformat(), "--json",
                               "--config", s.config, *more)
        self.assertTrue(out, err)
        return code, json.loads(out)

    def no_number(self, *texts):
        for text in texts:
            for number in (ROGUE, CALLEE):
                self.assertNotIn(number[3:], text)

    def test_three_carriers_lead_to_the_line_and_witness_each_other(self):
        a, b, c = self.three()
        records = self.ring_through()
        officer = a.token("desk", "org_a")
        status, _, text = a.http("POST", "/v1/traces", {"kind": "call", "caller": ROGUE, "callee": CALLEE,
                                                        "at": self.at.isoformat(), "report": "rpt_1"}, token=officer)
        self.assertEqual(status, 201, text)
        trace = json.loads(text)

        def found():
            now = json.loads(a.get("/v1/traces/" + trace["id"], token=officer)[2])
            return now if now["status"] != "open" else None
        trace = menshen.until(found, 60, "the trace has ended")
        self.assertEqual((trace["status"], trace["why"], trace["report"]), ("found", None, "rpt_1"), trace)
        hops = trace["hops"]
        self.assertEqual([(h["carrier"], h["status"], h["line"], h["previous"], h["proven"], h["late"]) for h in hops],
                         [("org_a", "answered", "lin_from_b", "org_b", False, False),
                          ("org_b", "answered", "lin_from_c", "org_c", True, False),
                          ("org_c", "answered", "lin_rogue", None, True, False)])
        self.assertEqual([h["record"] for h in hops], [records["a"], records["b"], records["c"]])
        self.assertEqual((hops[2]["holder"], hops[2]["holder_name"], hops[2]["principal"], hops[2]["campaign"],
                          hops[2]["purpose"]), ("org_rogue", "流氓信息科技", "org_rogue", "cmp_rogue", "marketing"))
        self.assertIsNone(hops[0]["due"])
        self.assertIsNotNone(hops[1]["due"])
        # The command finds the same one, and prints a ladder.
        code, again = self.trace(a)
        self.assertEqual(code, 0)
        self.assertEqual(again["status"], "found")
        code, ladder, err = a.run("trace", "call", "--from", ROGUE, "--to", CALLEE, "--at", self.at.isoformat(),
                                  "--config", a.config)
        self.assertEqual(code, 0, err)
        for word in ("org_b", "lin_rogue", "流氓信息科技", "cmp_rogue"):
            self.assertIn(word, ladder)
        # No number anywhere; what B and C were asked is on their own record.
        listed = a.get("/v1/traces", token=officer)[2]
        self.assertEqual({t["id"] for t in json.loads(listed)["traces"]}, {trace["id"]})
        self.no_number(text, listed, json.dumps(again), ladder, *(s.messages() for s in (a, b, c)))
        for s in (b, c) if not self.on_postgres else ():
            with open(os.path.join(s.data, "menshen.db"), "rb") as f, \
                    open(os.path.join(s.data, "menshen.db-wal"), "rb") as w:
                bytes = f.read() + w.read()
            self.assertIn(b"trace_answers", bytes)
            self.assertNotIn(ROGUE[1:].encode(), bytes.replace((carriers.AREA[1:] + "0000").encode(), b""))
        # An authority sees it, another carrier does not, nor does an enterprise.
        self.assertEqual(a.get("/v1/traces/" + trace["id"], token=a.token("desk", "org_g"))[0], 200)
        self.assertEqual(a.get("/v1/traces/" + trace["id"], token=a.token("desk", "org_b"))[0], 404)
        self.assertEqual(a.get("/v1/traces", token=a.token("desk", "org_rogue"))[0], 403)
        # They witness each other: each log's newest checkpoint bears two foreign cosignatures.
        self.witnessed()

    def test_the_question_of_another_carrier(self):
        self.carrier("c")
        c = self.nodes["c"].start()
        record = self.ring("c", "lin_rogue")
        body = {"hop": 1, "caller": ROGUE, "callee": CALLEE, "at": self.at.isoformat()}
        asker = c.token("desk", "org_b")
        first = c.http("POST", "/v1/traces/trc_1/hop", body, token=asker)
        self.assertEqual(first[0], 200, first[2])
        answer = json.loads(first[2])
        self.assertEqual((answer["trace"], answer["hop"], answer["status"], answer["record"], answer["line"]),
                         ("trc_1", 1, "answered", record, "lin_rogue"))
        again = json.loads(c.http("POST", "/v1/traces/trc_1/hop", body, token=asker)[2])
        self.assertEqual({k: v for k, v in again.items() if k != "proof"}, {k: v for k, v in answer.items() if k != "proof"})
        # The same hop is not asked of another call, and another call has no record.
        status, _, text = c.http("POST", "/v1/traces/trc_1/hop", {**body, "caller": CALLEE}, token=asker)
        self.assertEqual((status, json.loads(text)["code"]), (409, "another-question"))
        other = {**body, "callee": "+8613800000002"}
        text = c.http("POST", "/v1/traces/trc_2/hop", other, token=asker)[2]
        self.assertEqual({k: json.loads(text)[k] for k in ("status", "why")}, {"status": "unknown", "why": "no-record"})
        late = (self.at - datetime.timedelta(minutes=30)).isoformat()
        text = c.http("POST", "/v1/traces/trc_3/hop", {**body, "at": late}, token=asker)[2]
        self.assertEqual(json.loads(text)["status"], "unknown")
        # Who may ask: a carrier or an authority with the scope; nobody else, and no machine of the host.
        for subject, scopes, expected in (("org_rogue", "desk", 403), ("test", "desk", 403), ("org_b", "call", 403)):
            self.assertEqual(c.http("POST", "/v1/traces/trc_9/hop", body, token=c.token(scopes, subject))[0], expected)
        for wrong in ({**body, "hop": 8}, {**body, "caller": "nobody"}, {**body, "at": "today"}, {**body, "more": 1}):
            self.assertEqual(c.http("POST", "/v1/traces/trc_9/hop", wrong, token=asker)[0], 400, wrong)

    def test_a_line_is_whose_it_was_when_it_rang(self):
        self.carrier("c")
        c = self.nodes["c"].start()
        self.ring("c", "lin_rogue")
        for kind, text in (("organisations", carriers.ORGANISATIONS.replace("流氓信息科技", "诚信信息科技")),
                           ("lines", carriers.LINES_HEAD + carriers.LINES["c"].replace("org_rogue", "org_b") + "\n")):
            self.run_ok("import", kind, self.file("later.csv", text), "--config", c.config, data=c.data, store=c.store)

        def asked(trace, at):
            status, _, text = c.http("POST", f"/v1/traces/{trace}/hop", token=c.token("desk", "org_a"), body={
                "hop": 1, "caller": ROGUE, "callee": CALLEE, "at": at.isoformat()})
            self.assertEqual(status, 200, text)
            return json.loads(text)["holder"], json.loads(text)["holder_name"]
        self.assertEqual(asked("trc_1", self.at), ("org_rogue", "流氓信息科技"))
        menshen.time.sleep(2.1)
        self.ring("c", "lin_rogue")
        now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
        self.assertEqual(asked("trc_2", now + datetime.timedelta(seconds=2)), ("org_b", "Carrier B"))
        self.assertEqual(asked("trc_3", self.at), ("org_rogue", "流氓信息科技"))

    def liar(self, say):
        """A's node, with something in place of B."""
        server = Quiet(("127.0.0.2", 0), Liar)
        server.say, server.asked = say, []
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return server

    def against(self, say, vkey=None):
        a = self.nodes.get("a") or self.carrier("a")
        server = self.liar(say)
        self.configure(a, "a", {"org_b": (f"http://127.0.0.2:{server.server_port}", "secret-b", vkey)})
        return a, server

    def answer(self, trace, asked, **change):
        return {"trace": trace, "hop": asked["hop"], "status": "answered", "at": asked["at"], "line": "lin_x",
                "purpose": "marketing", "holder": "org_x", "record": "rec_00000000_1", **change}

    @engine.once
    def test_a_lie_is_refused(self):
        self.carrier("a")
        self.ring("a", "lin_from_b")
        lies = {
            "loop": lambda t, q: (200, self.answer(t, q, purpose="interconnect", previous="org_a")),
            "another-call": lambda t, q: (200, self.answer("trc_other", q)),
            "another-time": lambda t, q: (200, self.answer(t, q, at="2026-01-01T00:00:00Z")),
            "malformed": lambda t, q: (200, self.answer(t, q, previous="org_z")),
            "no-record": lambda t, q: (200, {"trace": t, "hop": q["hop"], "status": "unknown", "why": "no-record"}),
            "denied": lambda t, q: (403, {}),
            "no-address": lambda t, q: (200, self.answer(t, q, purpose="interconnect", previous="org_z")),
        }
        for why, say in lies.items():
            a, server = self.against(say)
            code, trace = self.trace(a)
            self.assertEqual((code, trace["status"], trace["why"]), (5, "lost", why), trace)
            self.assertEqual(len(server.asked), 1)
            path, token, asked = server.asked[0]
            self.assertEqual((path, token), (f"/v1/traces/{trace['id']}/hop", "Bearer secret-b"))
            self.assertEqual((asked["hop"], asked["caller"], asked["callee"]), (1, ROGUE, CALLEE))
        for rubbish in (b"", b"[]", b"{", b'{"trace": 1}', b"\xff" * 200):
            a, _ = self.against(lambda t, q, rubbish=rubbish: (200, rubbish))
            code, trace = self.trace(a)
            self.assertEqual((code, trace["status"], trace["hops"][1]["status"]), (5, "lost", "refused"), (rubbish[:9], trace))
            self.assertEqual(trace["why"], "another-call")
        a, _ = self.against(lambda t, q: (200, b"x" * (1 << 20)))  # is not read to its end, and is none
        self.assertEqual(self.trace(a)[0], 7)

    @engine.once
    def test_what_a_log_does_not_prove_is_no_answer(self):
        self.carrier("a")
        self.carrier("b")
        self.ring("a", "lin_from_b")
        record = self.ring("b", "lin_from_c")
        b = self.nodes["b"].start()
        token, vkey = b.token("desk", "org_a"), self.key(b, "ledger", "key")

        def ask(trace, asked, **change):  # B's own answer, with something else in it
            status, _, text = b.http("POST", f"/v1/traces/{trace}/hop", asked, token=token)
            return status, {**json.loads(text), **change}
        for change in ({"line": "lin_other"}, {"principal": "org_other"}, {"proof": "none"},
                       {"campaign": "cmp_other"}):
            a, _ = self.against(lambda t, q, change=change: ask(t, q, **change), vkey)
            code, trace = self.trace(a)
            self.assertEqual((code, trace["why"]), (5, "unproven"), change)
        other = self.key(self.nodes["a"], "ledger", "key")  # another log's key
        a, _ = self.against(lambda t, q: ask(t, q), other)
        self.assertEqual(self.trace(a)[1]["why"], "unproven")
        a, _ = self.against(lambda t, q: ask(t, q), vkey)
        code, trace = self.trace(a)  # true, but C is nobody whom A knows
        self.assertEqual((code, trace["why"]), (5, "no-address"))
        self.assertEqual((trace["hops"][1]["proven"], trace["hops"][1]["record"]), (True, record))

    def test_who_does_not_answer_is_overdue_and_may_still(self):
        quiet = [True]
        a, server = self.against(lambda t, q: (503, {}) if quiet[0] else (200, self.answer(t, q)))
        self.ring("a", "lin_from_b")
        a.clock()
        a.start()
        code, trace = self.trace(a)
        self.assertEqual((code, trace["status"], trace["hops"][1]["status"]), (7, "open", "asked"), trace)
        self.assertFalse(trace["hops"][1]["late"])
        a.later(24 * 3600 - 120)
        self.assertEqual(self.trace(a)[1]["hops"][1]["status"], "asked")
        a.later(240)
        officer = a.token("desk", "org_g")

        def overdue():
            now = json.loads(a.get("/v1/traces/" + trace["id"], token=officer)[2])
            return now["hops"][1]["status"] == "overdue" and now
        self.assertTrue(menshen.until(overdue, 60, "the hop is overdue")["hops"][1]["late"])
        stats = lambda who: json.loads(a.get("/v1/traces/stats", token=a.token("desk", who))[2])
        told = stats("org_g")
        self.assertEqual((told["open"], told["hops"], told["late_hops"], told["median_s"]), (1, 1, 1, None))
        asked = len(server.asked)
        a.later(3600)  # and is asked further, by itself
        menshen.until(lambda: len(server.asked) > asked, 60, "it is asked again")
        quiet[0] = False
        a.later(3600)

        def found():
            now = json.loads(a.get("/v1/traces/" + trace["id"], token=officer)[2])
            return now["status"] == "found" and now
        hop = menshen.until(found, 60, "it has answered")["hops"][1]
        self.assertEqual((hop["status"], hop["late"], hop["line"]), ("answered", True, "lin_x"))
        # How long it took is counted for whoever sees the trace: between one day and three.
        told = stats("org_g")
        self.assertEqual([(s["hours"], s["found"]) for s in told["spans"]], [(1, 0), (6, 0), (24, 0), (72, 1), (None, 0)])
        self.assertEqual((told["open"], told["lost"], told["hops"], told["late_hops"]), (0, 0, 1, 1))
        self.assertTrue(26 * 3600 <= told["median_s"] < 27 * 3600, told)
        self.assertEqual((stats("org_b")["spans"][3]["found"], stats("org_b")["hops"]), (0, 0))

    def test_a_call_after_a_notice_is_known(self):
        a = self.carrier("a").start()
        token = {o: a.token("desk", o) for o in ("org_a", "org_b", "org_c", "org_g", "org_rogue")}
        body = {"to": "org_b", "line": "lin_from_b", "ground": "cn.call.caller-authentication", "text": "请整改"}
        self.ring("a", "lin_from_b")
        self.assertIsNone(self.trace(a)[1]["hops"][0]["known"])
        self.assertEqual(a.http("POST", "/v1/notices", body, token=token["org_rogue"])[0], 403)
        self.assertEqual(a.http("POST", "/v1/notices", {**body, "to": "org_rogue"}, token=token["org_g"])[0], 422)
        self.assertEqual(a.http("POST", "/v1/notices", {**body, "line": "a b"}, token=token["org_g"])[0], 400)
        status, _, text = a.http("POST", "/v1/notices", body, token=token["org_g"])
        self.assertEqual(status, 201, text)
        notice = json.loads(text)
        self.assertEqual((notice["text"], notice["known_at"], notice["organisation"]), ("请整改", None, "org_g"))
        self.at = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
        self.ring("a", "lin_from_b")
        self.at += datetime.timedelta(seconds=2)  # nearer to the second call
        menshen.time.sleep(2.1)
        trace = self.trace(a)[1]
        self.assertEqual(trace["hops"][0]["known"], notice["id"], trace)
        for reader, expected in (("org_g", 200), ("org_b", 200), ("org_c", 404), ("org_rogue", 404)):
            status, _, text = a.get("/v1/notices/" + notice["id"], token=token[reader])
            self.assertEqual(status, expected, reader)
            if status == 200:
                self.assertEqual(json.loads(text)["known_trace"], trace["id"])
            listed = json.loads(a.get("/v1/notices?line=lin_from_b", token=token[reader])[2])["notices"]
            self.assertEqual(len(listed), 1 if expected == 200 else 0)
        # Whoever was served says that it has it, once; it was known from the service on.
        for reader, expected in (("org_g", 403), ("org_a", 404), ("org_rogue", 404), ("org_b", 200), ("org_b", 409)):
            status, _, text = a.http("POST", f"/v1/notices/{notice['id']}/acknowledgement", {}, token=token[reader])
            self.assertEqual(status, expected, (reader, text))
        told = json.loads(a.get("/v1/notices/" + notice["id"], token=token["org_g"])[2])
        self.assertEqual((told["acknowledged_by"], told["served_at"], told["known_trace"]),
                         ("org_b", notice["served_at"], trace["id"]))
        self.assertGreater(told["acknowledged_at"], told["known_at"])

    @engine.once
    def test_a_carrier_is_believed_by_its_certificate(self):
        self.carrier("a")
        b = self.carrier("b")
        for name in ("good", "other"):
            subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                            "-days", "2", "-subj", "/CN=b", "-addext", "subjectAltName=IP:127.0.0.2",
                            "-keyout", self.path(name + ".key"), "-out", self.path(name + ".pem")],
                           check=True, capture_output=True)
        port = menshen.free_port()
        b.config = self.file("b.yaml", f"http:\n  tls: {{listen: '127.0.0.2:{port}', certificate: good.pem, key: good.key}}\n"
                                       "ledger: {origin: b.example/log}\n")
        self.ring("a", "lin_from_b")
        self.ring("b", "lin_from_c")
        b.start()
        a, token = self.nodes["a"], b.token("desk", "org_a")
        url = f"https://127.0.0.2:{port}"
        for ca, why in (("", None), ("other.pem", None), ("good.pem", "no-address")):
            self.configure(a, "a", {"org_b": (url, token, None)})
            if ca:
                with open(a.config, "a") as f:
                    f.write(f"    ca_file: {self.path(ca)}\n")
            code, trace = self.trace(a)
            self.assertEqual((code, trace["why"]), (5 if why else 7, why), ca)

    @engine.once
    def test_what_cannot_be_traced(self):
        a = self.carrier("a").start()
        token = a.token("desk", "org_a")
        body = {"kind": "call", "caller": ROGUE, "at": self.at.isoformat()}

        def ask(**change):
            status, _, text = a.http("POST", "/v1/traces", {**body, **change}, token=token)
            return status, json.loads(text).get("code")
        self.assertEqual(ask(kind="leak"), (400, "invalid-trace"))
        self.assertEqual(ask(caller="x"), (400, "invalid-trace"))
        self.assertEqual(ask(more=1), (400, "invalid-trace"))
        self.assertEqual(ask(carrier="org_b"), (422, "carrier-unknown"))
        self.assertEqual(ask(at="2020-01-01T00:00:00Z"), (422, "time-out-of-range"))
        self.assertEqual(ask(at="2100-01-01T00:00:00Z"), (422, "time-out-of-range"))
        code, _, err = a.run("trace", "call", "--from", ROGUE, "--at", "2020-01-01T00:00:00Z", "--config", a.config)
        self.assertEqual(code, 4, err)
        self.assertIn("time-out-of-range", err)
        code, trace = self.trace(a)
        self.assertEqual((code, trace["status"], trace["why"]), (5, "lost", "no-record"))
        self.assertEqual(a.get("/v1/traces/trc_none", token=token)[0], 404)


if __name__ == "__main__":
    engine.main()
