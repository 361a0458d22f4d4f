"""Persons sign in: one-time codes by a command, a webhook and the outbox; limits; one answer for every number."""
import base64
import hashlib
import hmac
import http.server
import json
import os
import re
import ssl
import statistics
import subprocess
import threading
import time

import engine
import menshen

SUBSCRIBER, STRANGER, MEMBER = "+8613800000001", "+8613700009999", "+8613900000042"
ORGANISATIONS = "id,name,kind,sector,licence,region,status\norg_a,A,agency,matchmaking,,CN,active\n"
HOOK = """#!/bin/sh
exec cat >>"$1"
"""


CODE = re.compile(r"\b(\d{6})\b")


def code_of(text):
    return CODE.search(text).group(1)


@engine.both
class Codes(menshen.Case):
    def setUp(self):
        super().setUp()
        self.sent = self.path("sent")
        hook = self.file("hook.sh", HOOK)
        os.chmod(hook, 0o700)
        self.config = self.file("menshen.yaml", f"codes: {{command: [hook.sh, {self.sent}]}}\n"
                                                "limits: {sign_ins_per_address: 1000}\n")

    def office(self, **options):
        server = self.server(sip=False, **{"config": self.config, **options})
        for kind, text in (("organisations", ORGANISATIONS),
                           ("persons", f"id,organisation,number,name,pool\nper_a,org_a,{MEMBER},王,city\n"),
                           ("preferences", "number,sectors,classes,hours,block,allow\n"
                                           f"{SUBSCRIBER},real-estate,95,09:00-12:00,org_a,\n")):
            status, out, err = server.run("import", kind, self.file(kind + ".csv", text))
            self.assertEqual(status, 0, err)
        return server

    def problem(self, answer, status, word):
        self.assertEqual(answer[0], status, answer[2])
        self.assertEqual(json.loads(answer[2])["code"], word)

    def messages(self):
        """What the hook got: one JSON object each."""
        try:
            with open(self.sent, encoding="utf-8") as f:
                text = f.read()
        except FileNotFoundError:
            return []
        out, decoder = [], json.JSONDecoder()
        while text:
            try:
                one, end = decoder.raw_decode(text)
            except ValueError:
                break
            out.append(one)
            text = text[end:].lstrip()
        return out

    def ask(self, server, number, **headers):
        def codes():  # not what else is brought meanwhile
            return [m["text"] for m in self.messages() if CODE.search(m["text"])]
        before = len(codes())
        answer = server.http("POST", "/v1/session/codes", {"number": number}, headers=headers)
        self.assertEqual(answer[0], 202, answer[2])
        menshen.until(lambda: len(codes()) > before, 10, "a text is brought")
        return code_of(codes()[-1])

    def sign_in(self, server, number=SUBSCRIBER):
        """Headers of a page that is signed in."""
        answer = server.http("POST", "/v1/session", {"number": number, "code": self.ask(server, number)})
        self.assertEqual(answer[0], 200, answer[2])
        return {"Cookie": answer[1]["Set-Cookie"].split(";")[0], "X-CSRF-Token": json.loads(answer[2])["csrf"]}

    def test_a_person_signs_in_and_out(self):
        server = self.office()
        code = self.ask(server, "138 0000 0001")
        self.assertEqual(self.messages()[-1]["number"], SUBSCRIBER)
        wrong = "000000" if code != "000000" else "000001"
        for body in ({"number": SUBSCRIBER, "code": wrong}, {"number": STRANGER, "code": code}):
            self.problem(server.http("POST", "/v1/session", body), 401, "sign-in-refused")
        answer = server.http("POST", "/v1/session", {"number": SUBSCRIBER, "code": code})
        who = json.loads(answer[2])
        self.assertEqual((answer[0], who["role"], who["organisation"], who["kind"]), (200, "person", "", "person"))
        self.assertRegex(who["id"], "^num_[0-9a-f]{32}$")
        page = {"Cookie": answer[1]["Set-Cookie"].split(";")[0]}
        self.assertEqual(json.loads(server.get("/v1/session", headers=page)[2]), who)
        self.problem(server.http("POST", "/v1/session", {"number": SUBSCRIBER, "code": code}), 401, "sign-in-refused")
        self.problem(server.http("DELETE", "/v1/session", headers=page), 403, "csrf-token-required")
        self.problem(server.get("/metrics", headers=page), 403, "role-missing")
        page["X-CSRF-Token"] = who["csrf"]
        self.assertEqual(server.http("DELETE", "/v1/session", headers=page)[0], 200)
        self.problem(server.get("/v1/session", headers=page), 401, "session-required")

    def test_a_further_code_confirms_for_ten_minutes(self):
        server = self.office()
        page = self.sign_in(server)
        self.problem(server.http("POST", "/v1/session/confirm", {"code": "000000"}, headers=page), 403, "code-refused")
        other = self.ask(server, STRANGER)
        self.problem(server.http("POST", "/v1/session/confirm", {"code": other}, headers=page), 403, "code-refused")
        code = self.ask(server, SUBSCRIBER)
        answer = server.http("POST", "/v1/session/confirm", {"code": code}, headers=page)
        self.assertEqual(answer[0], 200, answer[2])
        self.assertRegex(json.loads(answer[2])["confirmed_until"], r"^\d{4}-")
        self.problem(server.http("POST", "/v1/session/confirm", {"code": code}, headers=page), 403, "code-refused")

    def test_her_preferences_act_on_the_next_call_and_a_former_holders_are_not_shown(self):
        server = self.server(sip=False, config=self.config, demo=True)
        page = self.sign_in(server, "+8613800000001")
        path = "/v1/me/preferences"
        status, _, text = server.get(path, headers=page)
        self.assertEqual((status, json.loads(text)), (200, {k: [] for k in ("sectors", "classes", "hours", "block", "allow")}))
        call = ("057982100001", "13800000001", "lin_estate", "--campaign", "cmp_estate")
        self.assertNotEqual(server.call(*call)["reason"], "callee-blocks-caller")
        wish = {"sectors": ["real-estate"], "classes": ["95", "400"], "hours": ["14:00-18:00"], "block": ["org_anju"], "allow": []}
        self.problem(server.http("PUT", path, {**wish, "sectors": ["nonsense"]}, headers=page), 400, "invalid-preferences")
        for wrong in ({**wish, "number": "1"}, {**wish, "block": ["a;b"]}, {**wish, "hours": "x"}, {"sectors": []}):
            self.problem(server.http("PUT", path, wrong, headers=page), 400, "invalid-preferences")
        status, _, text = server.http("PUT", path, wish, headers=page)
        self.assertEqual((status, json.loads(text)), (200, wish))
        answer = server.call(*call)
        self.assertEqual((answer["verdict"], answer["reason"]), ("block", "callee-blocks-caller"))
        self.assertEqual(json.loads(server.get(path, headers=page)[2]), wish)
        actors = engine.rows(server, "SELECT actor FROM journal WHERE kind = 'preferences' ORDER BY seq DESC LIMIT 1")
        self.assertEqual(actors, [("person",)])  # no name that leads from the number to her members
        calls = json.loads(menshen.until(lambda: (lambda t: len(json.loads(t)["calls"]) >= 2 and t)(
            server.get("/v1/me/calls", headers=page)[2]), 10, "the calls are found"))
        newest = calls["calls"][0]
        self.assertEqual((newest["verdict"], newest["reason"], newest["organisation"], newest["caller"], newest["kind"]),
                         ("block", "callee-blocks-caller", "org_anju", "+8657982100001", "call"))
        self.assertNotIn("next", calls)
        # Its receipt opens to her: who rang whom.
        path_of = f"/v1/records/{newest['record']}/proof?opened=yes"
        text = menshen.until(lambda: (a := server.get(path_of, headers=page))[0] == 200 and a[2], 10, "a proof")
        code, out, err = server.run("ledger", "verify", "--receipt", self.file("call.tlog-proof", text), "--json")
        self.assertEqual(code, 0, err)
        self.assertEqual(json.loads(out)["opened"], {"caller": "+8657982100001", "callee": "+8613800000001",
                                                     "line": "lin_estate", "organisation": "org_anju"})
        other = self.sign_in(server, STRANGER)
        self.assertEqual(json.loads(server.get("/v1/me/calls", headers=other)[2])["calls"], [])
        # The number comes to somebody else: her session ends, and nothing of before is shown.
        day = self.file("assignments.csv", "number,assigned_at,released_at\n13800000001,"
                        + time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(time.time() + 1)) + ",\n")
        self.assertEqual(server.run("import", "assignments", day)[0], 0)
        time.sleep(2)
        self.problem(server.get("/v1/me/calls", headers=page), 401, "session-required")
        page = self.sign_in(server, "+8613800000001")
        self.assertEqual(json.loads(server.get("/v1/me/calls", headers=page)[2])["calls"], [])
        self.assertEqual(json.loads(server.get(path, headers=page)[2]), {k: [] for k in wish})

    def test_who_rang_her_is_read_page_by_page(self):
        """Of calls at one instant none is left out and none is told twice."""
        server = self.server(sip=False, config=self.config, demo=True)
        token = server.token("all")
        rang = set()
        for i in range(205):
            if i == 0 or i % 50 == 25 or time.time() > began + 2:  # pages end among equal times, which are the present
                began, at = time.time(), time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime())
            answer = server.http("POST", "/v1/calls", {"caller": "057982100001", "callee": "13800000001", "line": "lin_estate",
                                                       "campaign": "cmp_estate", "at": at}, token=token)
            self.assertEqual(answer[0], 200, answer[2])
            rang.add(json.loads(answer[2])["record"])
        page = self.sign_in(server, "+8613800000001")
        def read(path):
            answer = server.get(path, headers=page)
            self.assertEqual(answer[0], 200, answer[2])
            return json.loads(answer[2])
        last = json.loads(answer[2])["record"]
        menshen.until(lambda: last in [c["record"] for c in read("/v1/me/calls")["calls"]], 10, "they are found")
        told, sizes, path = [], [], "/v1/me/calls"
        while path:
            calls = read(path)
            told += [c["record"] for c in calls["calls"]]
            sizes.append(len(calls["calls"]))
            path = "/v1/me/calls?cursor=" + calls["next"] if "next" in calls else None
        self.assertEqual(sizes[:2], [100, 100])
        self.assertEqual(len(told), len(set(told)))
        self.assertLessEqual(rang, set(told))
        order = [int(record.rsplit("_", 1)[1]) for record in told]
        self.assertEqual(order, sorted(order, reverse=True))
        other = self.sign_in(server, STRANGER)
        cursor = read("/v1/me/calls")["next"]
        self.problem(server.get("/v1/me/calls?cursor=" + cursor, headers=other), 400, "invalid-cursor")
        self.problem(server.get("/v1/me/looks?cursor=" + cursor, headers=page), 400, "invalid-cursor")

    def test_a_token_of_a_person_only_reads(self):
        server = self.office()
        status, token, err = server.run("user", "token", "per_a", "--scopes", "me")
        self.assertEqual(status, 0, err)
        token = token.strip()
        for path in "/v1/me/preferences", "/v1/me/calls":
            self.assertEqual(server.get(path, token=token)[0], 200)
        self.problem(server.http("PUT", "/v1/me/preferences", {}, token=token), 401, "session-required")
        self.problem(server.http("POST", "/v1/session/confirm", {"code": "000000"}, token=token), 401, "session-required")
        self.problem(server.get("/metrics", token=token), 403, "scope-missing")
        for subject in "per_none", "num_" + "0" * 32:
            self.assertNotEqual(server.run("user", "token", subject, "--scopes", "me")[0], 0)
        self.assertEqual(engine.rows(server, "SELECT subject FROM journal WHERE kind = 'token'"), [("per_a",)])

    def test_over_the_limit_the_same_answer_and_nothing_sent(self):
        server = self.office()
        for _ in range(3):
            self.ask(server, SUBSCRIBER)
        answer = server.http("POST", "/v1/session/codes", {"number": SUBSCRIBER})
        self.assertEqual(answer[0], 202)
        self.ask(server, STRANGER)  # behind it in the queue
        self.assertEqual([m["number"] for m in self.messages()], [SUBSCRIBER] * 3 + [STRANGER])
        self.assertIn('menshen_codes_total{outcome="limited"} 1', server.get("/metrics", token=server.token("metrics"))[2])

    def test_members_subscribers_and_strangers_get_one_answer_in_one_time(self):
        server = self.office()
        times, answers = {}, set()
        for i in range(40):
            for number in (MEMBER, SUBSCRIBER, STRANGER):
                start = time.monotonic()
                status, headers, body = server.http("POST", "/v1/session/codes", {"number": number})
                times.setdefault(number, []).append(time.monotonic() - start)
                answers.add((status, body, tuple(sorted((k, v) for k, v in headers.items() if k != "Date"))))
        self.assertEqual(len(answers), 1, answers)
        medians = [statistics.median(t) for t in times.values()]
        self.assertLess(max(medians) / min(medians), 2, medians)
        times = {}
        for i in range(3):
            for number in (MEMBER, SUBSCRIBER, STRANGER, "+8613700009998"):
                start = time.monotonic()
                answer = server.http("POST", "/v1/session", {"number": number, "code": "12345x"})
                times.setdefault(number, []).append(time.monotonic() - start)
                answers.add((answer[0], answer[2]))
        self.assertEqual(len(answers), 2, answers)
        soonest = [min(t) for t in times.values()]
        self.assertLess(max(soonest) / min(soonest), 1.3, soonest)

    def test_nothing_keeps_a_code_or_a_number(self):
        server = self.office()
        page = self.sign_in(server, MEMBER)
        code = self.ask(server, MEMBER)
        self.assertEqual(server.http("POST", "/v1/session/confirm", {"code": code}, headers=page)[0], 200)
        code = self.ask(server, MEMBER)
        metrics = server.get("/metrics", token=server.token("metrics"))[2]
        self.assertEqual(server.stop(), 0)
        found = server.messages() + metrics + engine.content(server).decode("latin-1")
        for table in "codes", "sessions", "member_links", "journal", "members":
            found += repr(engine.rows(server, f"SELECT * FROM {table}"))
        for secret in (MEMBER, MEMBER[1:], MEMBER[3:], page["Cookie"].split("=")[1]):
            self.assertNotIn(secret, found)
        self.assertIsNone(re.search(rf"(?<!\d){code}(?!\d)", found))

    @engine.once
    def test_a_hook_that_fails_is_counted_and_told_without_the_number(self):
        hook = self.file("bad.sh", "#!/bin/sh\nexit 3\n")
        os.chmod(hook, 0o700)
        server = self.office(config=self.file("bad.yaml", "codes: {command: [bad.sh]}\n"))
        self.assertEqual(server.http("POST", "/v1/session/codes", {"number": MEMBER})[0], 202)
        token = server.token("metrics")
        menshen.until(lambda: 'menshen_codes_total{outcome="failed"} 1' in server.get("/metrics", token=token)[2], 10,
                      "the failure is counted")
        self.assertIn("bad.sh failed", server.messages())
        self.assertNotIn(MEMBER[3:], server.messages())

    @engine.once
    def test_the_text_is_in_the_pages_language_and_neutral(self):
        server = self.office()
        self.ask(server, SUBSCRIBER)
        self.ask(server, SUBSCRIBER, **{"Accept-Language": "en-GB,en;q=0.9"})
        zh, en = (m["text"] for m in self.messages())
        self.assertTrue(zh.startswith("验证码 "), zh)
        self.assertTrue(en.startswith("Your code is "), en)
        for word in "org_a", "婚", "match", "menshen", "门神":
            self.assertNotIn(word, zh + en)

    @engine.once
    def test_only_numbers_of_persons_get_codes(self):
        server = self.office()
        for number in ("110", "95588", "4008210000", "12345", "x", "", 5, None):
            answer = server.http("POST", "/v1/session/codes", {"number": number})
            self.problem(answer, 400, "invalid-number")
        self.problem(server.http("POST", "/v1/session/codes", {"number": SUBSCRIBER, "login": "x"}), 400, "invalid-number")
        answer = server.http("POST", "/v1/session", {"number": SUBSCRIBER, "code": "123456", "password": "x"})
        self.problem(answer, 400, "invalid-sign-in")
        answer = server.http("POST", "/v1/session/codes", {"number": SUBSCRIBER}, headers={"Origin": "https://evil.example"})
        self.problem(answer, 403, "foreign-page")

    @engine.once
    def test_without_a_hook_nothing_is_promised(self):
        server = self.server(sip=False)
        self.problem(server.http("POST", "/v1/session/codes", {"number": SUBSCRIBER}), 503, "codes-unavailable")
        self.problem(server.get("/v1/outbox"), 404, "not-found")
        _, out, _ = server.run("doctor", "--json")
        found = [f for f in json.loads(out)["findings"] if f["about"] == "codes"]
        self.assertEqual([f["state"] for f in found], ["warning"])

    @engine.once
    def test_the_sample_city_shows_them_in_its_outbox(self):
        server = self.server(sip=False, demo=True)
        found = [f for f in json.loads(server.run("doctor", "--json")[1])["findings"] if f["about"] == "codes"]
        self.assertEqual([f["state"] for f in found], ["ok"])
        self.assertEqual(json.loads(server.get("/v1/outbox")[2]), {"messages": []})
        self.assertEqual(server.http("POST", "/v1/session/codes", {"number": SUBSCRIBER})[0], 202)
        messages = menshen.until(lambda: json.loads(server.get("/v1/outbox")[2])["messages"], 10, "the text is there")
        self.assertEqual(messages[0]["number"], SUBSCRIBER)
        body = {"number": SUBSCRIBER, "code": code_of(messages[0]["text"])}
        self.assertEqual(server.http("POST", "/v1/session", body)[0], 200)
        self.assertNotIn(body["code"], server.messages())
        for headers in ({"Host": "gate.example.com"}, {"X-Forwarded-For": "10.0.0.9"}, {"Host": "localhost.evil.example:1"}):
            self.problem(server.get("/v1/outbox", headers=headers), 404, "not-found")
        server.stop()
        server.demo = False
        self.problem(server.start().get("/v1/outbox"), 404, "not-found")

    def webhook(self, tls=None):
        """(its port, what it got)."""
        got = []

        class Hook(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                got.append((self.path, dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *args):
                pass

        listener = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hook)
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*tls)
            listener.socket = context.wrap_socket(listener.socket, server_side=True)
        threading.Thread(target=listener.serve_forever, daemon=True).start()
        self.addCleanup(lambda: (listener.shutdown(), listener.server_close()))
        return listener.server_port, got

    def hooked(self, url, env=None):
        secret = base64.b64encode(b"s" * 32).decode()
        self.file("secret", f"whsec_{secret}\n")
        config = self.file("web.yaml", f"codes: {{webhook: '{url}', webhook_secret: secret}}\n")
        return self.office(config=config, env=env)

    @engine.once
    def test_a_webhook_is_signed(self):
        port, got = self.webhook()
        server = self.hooked(f"http://127.0.0.1:{port}/sms?a=b")
        self.assertEqual(server.http("POST", "/v1/session/codes", {"number": STRANGER})[0], 202)
        menshen.until(lambda: got, 10, "it is posted")
        path, headers, body = got[0]
        headers = {k.lower(): v for k, v in headers.items()}
        self.assertEqual((path, headers["content-type"]), ("/sms?a=b", "application/json"))
        self.assertEqual(json.loads(body)["number"], STRANGER)
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        mac = base64.b64encode(hmac.new(b"s" * 32, signed, hashlib.sha256).digest()).decode()
        self.assertEqual(headers["webhook-signature"], "v1," + mac)
        self.assertLess(abs(int(headers["webhook-timestamp"]) - time.time()), 60)

    @engine.once
    def test_a_webhook_over_tls_shows_a_good_certificate(self):
        key, certificate = self.path("k.pem"), self.path("c.pem")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-keyout", key, "-out", certificate, "-days", "2", "-subj", "/CN=hook",
                        "-addext", "subjectAltName=DNS:localhost"], check=True, capture_output=True)
        port, got = self.webhook((certificate, key))
        for url, env, good in ((f"https://localhost:{port}/", {"SSL_CERT_FILE": certificate}, True),
                               (f"https://localhost:{port}/", {}, False),
                               (f"https://127.0.0.1:{port}/", {"SSL_CERT_FILE": certificate}, False)):
            del got[:]
            server = self.hooked(url, env)
            self.assertEqual(server.http("POST", "/v1/session/codes", {"number": STRANGER})[0], 202)
            token = server.token("metrics")
            word = f'menshen_codes_total{{outcome="{"sent" if good else "failed"}"}} 1'
            menshen.until(lambda: word in server.get("/metrics", token=token)[2], 15, url)
            self.assertEqual(len(got), good)
            server.stop()
            import shutil
            shutil.rmtree(server.data)

    @engine.once
    def test_a_hook_as_configured_must_be_usable(self):
        for text, word in (("command: [nothing.sh]", "codes.command"), ("webhook: 'http://x/', webhook_secret: none", "codes.webhook_secret"),
                           ("webhook: 'http://x/'", "webhook_secret"), ("command: [a], webhook: 'http://x/', webhook_secret: s", "not both")):
            config = self.file("wrong.yaml", f"codes: {{{text}}}\n")
            status, out, err = menshen.run("doctor", "--config", config, data=self.path("none"))
            self.assertNotEqual(status, 0)
            self.assertIn(word, out + err)


if __name__ == "__main__":
    engine.main()
