"""HTTP: routes, tokens, questions, problems, bounds, the ledger's files."""
import base64
import http.client
import json
import os
import re
import resource
import select
import socket
import signal
import time

import menshen
import passport

MORNING = "2026-11-23T10:30:00+08:00"
GOOD = {"caller": "057982100001", "callee": "13800000001", "line": "lin_estate", "campaign": "cmp_estate"}


class Http(menshen.Case):
    @classmethod
    def setUpClass(cls):
        import tempfile
        cls.shared = tempfile.mkdtemp(prefix="menshen-test-")
        cls.city = menshen.Server(cls.shared + "/data", sip=False, demo=True).start()
        cls.all = cls.city.token("all")

    @classmethod
    def tearDownClass(cls):
        import shutil
        code = cls.city.stop()
        assert code == 0, f"exit {code}\n{cls.city.messages()}"
        shutil.rmtree(cls.shared, ignore_errors=True)

    def problem(self, answer, status, code):
        self.assertEqual(answer[0], status, answer[2])
        self.assertEqual(answer[1]["Content-Type"], "application/problem+json")
        body = json.loads(answer[2])
        self.assertEqual((body["status"], body["code"]), (status, code))
        return body

    def ask(self, body, token=None, **more):
        return self.city.http("POST", "/v1/calls", body, token=token or self.all, **more)

    def test_the_description_has_a_code_for_every_answer(self):
        paths = json.loads(self.city.get("/openapi.json")[2])["paths"]
        for path, operations in paths.items():
            for method, operation in operations.items():
                if isinstance(operation, dict):
                    for code in operation["responses"]:
                        self.assertRegex(code, "^[1-5][0-9][0-9]$", f"{method} {path}")

    def test_an_emergency_call_is_answered_ahead_of_its_record(self):
        status, _, text = self.ask(dict(GOOD, callee="110"))
        body = json.loads(text)
        self.assertEqual((status, body["verdict"], body["reason"]), (200, "allow", "callee-emergency"))
        self.assertNotIn("record_error", body)

    def test_an_empty_callee_is_no_number(self):
        self.assertEqual(self.ask(dict(GOOD, callee=""))[0], 400)

    def test_health_and_readiness(self):
        status, headers, text = self.city.get("/healthz")
        self.assertEqual((status, json.loads(text)["status"]), (200, "ok"))
        status, _, text = self.city.get("/readyz")
        self.assertEqual((status, json.loads(text)), (200, {"ready": True, "checks": {"ledger": True, "store": True,
                                                                                      "gate": True, "fronts": True}}))

    def test_every_answer_carries_the_security_headers(self):
        for path in "/healthz", "/nothing", "/v1/calls", "/checkpoint":
            _, headers, _ = self.city.get(path)
            self.assertEqual(headers["X-Content-Type-Options"], "nosniff", path)
            self.assertIn("default-src 'none'", headers["Content-Security-Policy"])
            self.assertTrue(headers["Cache-Control"])
            self.assertIsNone(headers["Server"])

    def test_questions_are_answered_200_whatever_the_verdict(self):
        for change, verdict, reason in [
            ({"at": MORNING, "dry_run": True}, "allow", "allowed"),
            ({"callee": "13800000002", "at": MORNING}, "block", "refused"),
            ({"line": "lin_none"}, "block", "line-unknown"),
            ({"caller": "nobody"}, "block", "caller-malformed"),
            ({"callee": "110"}, "allow", "callee-emergency"),
        ]:
            status, headers, text = self.ask({**GOOD, **change})
            answer = json.loads(text)
            self.assertEqual((status, answer["verdict"], answer["reason"]), (200, verdict, reason), change)
            self.assertEqual(headers["Content-Type"], "application/json")
            self.assertLessEqual({"verdict", "reason", "rule", "basis", "record", "at"}, set(answer))

    def test_wrong_questions_name_every_field(self):
        body = self.problem(self.ask({"caller": 1, "callee": "x", "lin": "y"}), 400, "invalid-question")
        self.assertEqual({(e["pointer"], e["code"]) for e in body["errors"]},
                         {("/caller", "wrong-type"), ("/callee", "not-a-number"), ("/lin", "unknown-field"),
                          ("/line", "missing")})

    def test_bodies_that_are_no_json(self):
        json_type = {"Content-Type": "application/json"}
        for body in b"", b"{", b'{"a":1,"a":2}', b"\xff\xfe", b"null x", b"[" * 5000:
            self.problem(self.ask(body, headers=json_type), 400, "malformed-json")
        self.problem(self.ask(b"[]", headers=json_type), 400, "invalid-question")
        self.problem(self.ask(b"{}", headers={"Content-Type": "text/plain"}), 415, "not-json")
        self.problem(self.ask(b'"' + b"x" * 70000 + b'"', headers=json_type), 413, "body-too-large")

    def test_paths_and_methods(self):
        self.problem(self.city.get("/nothing"), 404, "not-found")
        self.problem(self.city.get("/healthz/"), 404, "not-found")
        self.problem(self.city.get("/%2e%2e/etc/passwd"), 404, "not-found")
        answer = self.city.get("/v1/calls")
        self.problem(answer, 405, "method-not-allowed")
        self.assertEqual(answer[1]["Allow"], "POST")
        for method in "DELETE", "PUT", "PATCH", "OPTIONS", "POST":
            answer = self.city.http(method, "/healthz", b"" if method in ("PUT", "PATCH", "POST") else None)
            self.problem(answer, 405, "method-not-allowed")
            self.assertEqual(answer[1]["Allow"], "GET, HEAD")

    def test_head_has_the_headers_and_no_body(self):
        c = http.client.HTTPConnection("127.0.0.1", self.city.http_port, timeout=10)
        self.addCleanup(c.close)
        c.request("HEAD", "/healthz")
        a = c.getresponse()
        self.assertEqual((a.status, a.read()), (200, b""))
        self.assertGreater(int(a.headers["Content-Length"]), 0)
        c.request("GET", "/healthz")  # the connection is still in step
        a = c.getresponse()
        self.assertEqual((a.status, json.loads(a.read())["status"]), (200, "ok"))

    def test_tokens_open_only_what_their_scopes_say(self):
        call = self.city.token("call")
        self.problem(self.city.http("POST", "/v1/calls", GOOD), 401, "token-required")
        self.problem(self.ask(GOOD, token="mst_" + "A" * 43), 401, "token-required")
        self.problem(self.ask(GOOD, token="x"), 401, "token-required")
        self.assertEqual(self.ask(GOOD, token=call)[0], 200)
        self.problem(self.ask({**GOOD, "at": MORNING}, token=call), 403, "scope-missing")
        self.problem(self.ask({**GOOD, "dry_run": True}, token=call), 403, "scope-missing")
        self.assertEqual(self.ask({**GOOD, "dry_run": False}, token=call)[0], 200)
        self.problem(self.city.get("/metrics", token=call), 403, "scope-missing")
        answer = self.city.get("/metrics")
        self.problem(answer, 401, "token-required")
        self.assertIn("Bearer", answer[1]["WWW-Authenticate"])
        self.assertEqual(self.city.get("/metrics", token=self.city.token("metrics"))[0], 200)
        self.problem(self.city.get("/tile/entries/000", token=call), 403, "scope-missing")

    def test_a_token_with_a_time_to_live_ends(self):
        code, out, err = self.city.run("user", "token", "shortlived", "--scopes", "metrics", "--ttl", "2s")
        self.assertEqual(code, 0, err)
        token = out.strip()
        self.assertEqual(self.city.get("/metrics", token=token)[0], 200)
        menshen.until(lambda: self.city.get("/metrics", token=token)[0] == 401, 10, "the token ends")

    def test_an_organisation_reads_only_do_not_call(self):
        token = self.city.token("call,replay,explain", subject="org_anju")
        for callee in "13800000000", "13800000002", "13800000004", "13800000005":
            answer = json.loads(self.ask({**GOOD, "callee": callee, "at": MORNING}, token=token)[2])
            self.assertEqual((answer["verdict"], answer["reason"], answer["rule"], answer["basis"]),
                             ("block", "do-not-call", None, None))
        status, _, text = self.city.get("/v1/records/" + answer["record"], token=token)
        record = json.loads(text)
        self.assertEqual((status, record["reason"]), (200, "do-not-call"))
        self.assertNotIn("138000000", text)
        self.assertNotIn("rule", record)
        answer = json.loads(self.ask({**GOOD, "caller": "951888"}, token=token)[2])
        self.assertEqual(answer["reason"], "caller-not-authorised")

    def test_nobody_asks_as_another_company(self):
        token = self.city.token("call", subject="org_anju")
        self.assertEqual(self.ask(GOOD, token=token)[0], 200)
        other = {"caller": "951888", "callee": "13800000001", "line": "lin_insurance", "campaign": "cmp_insurance"}
        self.problem(self.ask(other, token=token), 403, "not-your-line")
        self.assertEqual(self.ask(other, token=self.city.token("call", subject="org_haichao"))[0], 200)
        self.problem(self.ask(GOOD, token=self.city.token("call", subject="org_haichao")), 403, "not-your-line")
        self.assertEqual(self.ask(other, token=self.city.token("call"))[0], 200)
        answer = json.loads(self.ask({**other, "line": "lin_none"}, token=token)[2])
        self.assertEqual(answer["reason"], "line-unknown")

    def test_a_token_ends_with_its_holder(self):
        path = os.path.join(self.shared, "organisations.csv")
        def status(word):
            with open(path, "w") as f:
                f.write("id,name,kind,sector,licence,region,status\n"
                        f"org_guest,Guest,carrier,telecom,R-1,330700,{word}\n")
            code, out, err = self.city.run("import", "organisations", path)
            self.assertEqual(code, 0, out + err)
        code, _, err = self.city.run("user", "token", "org_guest", "--scopes", "metrics")
        self.assertNotEqual(code, 0)
        self.assertIn("org_guest", err)
        status("active")
        token = self.city.token("metrics", subject="org_guest")
        self.assertEqual(self.city.get("/metrics", token=token)[0], 200)
        status("suspended")
        self.problem(self.city.get("/metrics", token=token), 401, "token-required")

    def test_records_explain_themselves_to_those_they_concern(self):
        answer = json.loads(self.ask({**GOOD, "callee": "13800000002", "at": MORNING})[2])
        status, _, text = self.city.get("/v1/records/" + answer["record"], token=self.all)
        record = json.loads(text)
        self.assertEqual(status, 200)
        self.assertEqual((record["kind"], record["verdict"], record["reason"], record["line"], record["principal"]),
                         ("call", "block", "refused", "lin_estate", "org_anju"))
        self.assertEqual(record["asked"], MORNING)
        self.assertNotIn("callee", record)
        other = self.city.token("explain", subject="org_taihe")
        self.problem(self.city.get("/v1/records/" + answer["record"], token=other), 404, "not-found")
        self.problem(self.city.get("/v1/records/" + answer["record"] + "/proof", token=other), 404, "not-found")
        for wrong in "rec_00000000_1", "rec_x", answer["record"] + "0000000", "x" * 300:
            self.problem(self.city.get("/v1/records/" + wrong, token=self.all), 404, "not-found")

    def test_a_row_of_a_scrub_explains_itself_to_who_asked(self):
        path, out = os.path.join(self.shared, "list.csv"), os.path.join(self.shared, "out.csv")
        with open(path, "w") as f:
            f.write("number\n13800000001\n13800000002\n")
        code, _, err = self.city.run("scrub", path, "-o", out, "--from", "057982100001", "--line", "lin_estate",
                                     "--campaign", "cmp_estate", "--at", MORNING)
        self.assertEqual(code, 0, err)
        found = self.city.run("ledger", "find", "--to", "13800000002", "--json")[1].splitlines()
        row = [c["record"] for c in map(json.loads, found) if c["kind"] == "scrub-part"][-1]
        part = row.split(":")[0]
        mine, carrier = (self.city.token("explain", subject=s) for s in ("org_anju", "org_jiangnan"))
        for token, reason in (mine, "do-not-call"), (carrier, "refused"), (self.all, "refused"):
            status, _, text = self.city.get("/v1/records/" + row, token=token)
            record = json.loads(text)
            self.assertEqual((status, record["kind"], record["row"], record["verdict"], record["reason"]),
                             (200, "scrub-part", 2, "block", reason))
            self.assertNotIn("138000000", text)
            status, _, text = self.city.get("/v1/records/" + part, token=token)
            self.assertEqual((status, json.loads(text)["rows"]), (200, 2))
            self.assertNotIn("138000000", text)
            self.assertNotIn("reason", text)
            self.problem(self.city.get("/v1/records/" + part + ":3", token=token), 404, "not-found")
            self.assertEqual(self.proof(part, token)[0], 200)
        other = self.city.token("explain", subject="org_taihe")
        for record in row, part, part + ":1":
            self.problem(self.city.get("/v1/records/" + record, token=other), 404, "not-found")

    def test_a_record_gets_a_proof(self):
        record = json.loads(self.ask(GOOD)[2])["record"]
        answer = menshen.until(lambda: (lambda a: a if a[0] == 200 else None)(
            self.city.get(f"/v1/records/{record}/proof", token=self.all)), 10, "a checkpoint covers the record")
        self.assertTrue(answer[2].startswith("c2sp.org/tlog-proof@v1\n"), answer[2][:200])
        self.assertIn(f"index {record.split('_')[-1]}\n", answer[2])

    def proof(self, record, token):
        return menshen.until(lambda: (lambda a: None if a[0] == 409 else a)(
            self.city.get(f"/v1/records/{record}/proof", token=token)), 10, "a checkpoint covers the record")

    def test_no_proof_tells_an_organisation_what_the_person_wishes(self):
        token = self.city.token("call,replay,explain,audit", subject="org_anju")
        answer = json.loads(self.ask({**GOOD, "callee": "13800000002"}, token=token)[2])
        self.assertEqual(answer["reason"], "do-not-call")
        self.problem(self.proof(answer["record"], token), 403, "proof-withheld")
        for who in "org_jiangnan", "test":
            self.assertEqual(self.proof(answer["record"], self.city.token("explain", subject=who))[0], 200, who)
        answer = json.loads(self.ask({**GOOD, "caller": "951888"}, token=token)[2])
        self.assertEqual(self.proof(answer["record"], token)[0], 200)
        self.problem(self.city.get("/tile/entries/000", token=token), 403, "role-missing")

    def test_another_time_does_not_count(self):
        near = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime())
        for at, dry in ((MORNING, True), (MORNING, True), (near, False)):
            answer = json.loads(self.ask({**GOOD, "callee": "13800000006", "at": at})[2])
            self.assertNotEqual(answer["reason"], "frequency-cap", at)
            record = json.loads(self.city.get("/v1/records/" + answer["record"], token=self.all)[2])
            self.assertEqual(record["dry_run"], dry, at)

    def test_the_ledgers_files(self):
        self.ask(GOOD)
        menshen.until(lambda: int(self.city.get("/checkpoint")[2].splitlines()[1]) > 256, 10, "256 entries published")
        status, headers, text = self.city.get("/checkpoint")
        origin, size, root = text.splitlines()[:3]
        self.assertEqual((status, len(base64.b64decode(root))), (200, 32))
        url = f"http://127.0.0.1:{self.city.http_port}/tile/0/000"
        import urllib.request
        with urllib.request.urlopen(url) as tile:
            self.assertEqual(len(tile.read()), 256 * 32)
            self.assertIn("immutable", tile.headers["Cache-Control"])
        self.assertEqual(self.city.get("/tile/entries/000")[0], 401)
        self.assertEqual(self.city.get("/tile/entries/000", token=self.city.token("audit"))[0], 200)
        for wrong in "/tile/0/0", "/tile/0/00", "/tile/0/000.p/256", "/tile/0/../../../keys/ledger.seed", \
                     "/tile/9/000", "/tile/0/999", "/tile/", "/tile/0/%2e%2e/x", "/tile/entries/../0/000":
            self.assertIn(self.city.get(wrong)[0], (401, 404), wrong)

    def test_metrics_count_questions(self):
        def asked():
            text = self.city.get("/metrics", token=self.all)[2]
            return {l.split()[0]: int(l.split()[1]) for l in text.splitlines() if not l.startswith("#")}
        before = asked()
        self.ask({**GOOD, "line": "lin_none"})
        after = asked()
        self.assertEqual(after["menshen_questions_total"], before["menshen_questions_total"] + 1)
        key = 'menshen_checks_total{check="line-unknown"}'
        self.assertEqual(after[key], before[key] + 1)
        self.assertEqual(after["menshen_healthy"], 1)
        self.assertNotIn("org_", self.city.get("/metrics", token=self.all)[2])

    def test_the_description_is_what_is_served(self):
        d = json.loads(self.city.get("/openapi.json")[2])
        for path, methods in d["paths"].items():
            for method, op in methods.items():
                concrete = path.replace("{id}", "rec_00000000_0").replace("{path}", "0/000")
                status = self.city.http(method.upper(), concrete, b"" if method == "post" else None)[0]
                self.assertNotIn(status, (405,), path)
                self.assertEqual(status == 401, "security" in op, f"{path}: {status}")

    def test_many_questions_at_once(self):
        import concurrent.futures
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            answers = list(pool.map(lambda n: self.ask({**GOOD, "callee": f"1390000{n:04d}"}), range(200)))
        records = {json.loads(a[2])["record"] for a in answers}
        self.assertEqual({a[0] for a in answers}, {200})
        self.assertEqual(len(records), 200)

    def raw(self, data):
        with socket.create_connection(("127.0.0.1", self.city.http_port), timeout=10) as s:
            s.sendall(data)
            s.shutdown(socket.SHUT_WR)
            got = b""
            while True:
                part = s.recv(65536)
                if not part:
                    return got
                got += part

    def connect(self, data=b"", source="127.0.0.1"):
        s = socket.create_connection(("127.0.0.1", self.city.http_port), timeout=30, source_address=(source, 0))
        self.addCleanup(s.close)
        s.sendall(data)
        return s

    def memory(self):
        with open(f"/proc/{self.city.process.pid}/status") as f:
            return int(re.search(r"VmRSS:\s+(\d+)", f.read())[1]) // 1024

    def test_connections_are_bounded_in_number_memory_and_time(self):
        before = self.memory()
        head = b"POST /v1/calls HTTP/1.1\r\nHost: x\r\nContent-Length: 70000\r\n\r\n"
        slow = []
        for n in range(400):
            try:
                slow.append(self.connect(head + b"x" * 60000, f"127.0.0.{1 + n % 8}"))
            except OSError:
                break
        fds = len(os.listdir(f"/proc/{self.city.process.pid}/fd"))
        self.assertLess(fds, 256 + 100)
        self.assertLess(self.memory() - before, 60 * menshen.SHADOW)
        begun = time.monotonic()
        self.assertEqual(self.city.get("/healthz")[0], 200)  # waits for the slow ones to be hung up on
        self.assertLess(time.monotonic() - begun, 25)

    def test_one_address_leaves_room_for_others(self):
        # Two loops accept and keep no order: which ones of a crowd are hung up on is chance, how many is not.
        crowd = [self.connect(source="127.0.0.9") for _ in range(64 + 20)]

        def hung_up():
            return select.select(crowd, [], [], 0)[0]
        menshen.until(lambda: len(hung_up()) >= 20, 20, "the rest of them are hung up on")
        refused = hung_up()
        self.assertEqual([s.recv(10) for s in refused], [b""] * 20)
        self.assertEqual(self.city.get("/healthz")[0], 200)
        one = next(s for s in crowd if s not in refused)
        one.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        self.assertTrue(one.recv(100).startswith(b"HTTP/1.1 200"))
        for s in crowd:
            s.close()

        def comes_in():
            s = self.connect(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", "127.0.0.9")
            try:
                return s.recv(100).startswith(b"HTTP/1.1 200")
            except OSError:
                return False
        menshen.until(comes_in, 20, "their places are free again")
        self.assertIn("limits.http_per_address", self.city.messages())

    def test_where_a_request_ends_is_not_open_to_doubt(self):
        post = b"POST /v1/calls HTTP/1.1\r\nHost: x\r\n"
        hidden = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
        for headers, body in (
                (b"Content-Length: 3\r\nContent-Length: 4", b"abcd"),
                (b"Content-Length: 3\r\nContent-Length: 3", b"abc"),
                (b"Content-Length: 3, 3", b"abc"),
                (b"Content-Length: +3", b"abc"),
                (b"Content-Length: -1", b""),
                (b"Content-Length: 0x3", b"abc"),
                (b"Content-Length: 3\r\nTransfer-Encoding: chunked", b"3\r\nabc\r\n0\r\n\r\n"),
                (b"Transfer-Encoding: chunked\r\nContent-Length: 3", b"3\r\nabc\r\n0\r\n\r\n"),
                (b"Transfer-Encoding: gzip, chunked", b"3\r\nabc\r\n0\r\n\r\n"),
                (b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", b"3\r\nabc\r\n0\r\n\r\n"),
                (b"Transfer-Encoding: xchunked", b""),
                (b"Content-Length : 3", b"abc")):
            with self.subTest(headers):
                self.one_problem(post + headers + b"\r\n\r\n" + body + hidden, 400)
        old = b"POST /v1/calls HTTP/1.0\r\nHost: x\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n"
        got = self.raw(old + b"3\r\nabc\r\n0\r\n\r\n" + hidden)
        self.assertTrue(got.startswith(b"HTTP/1.0 400 "), got)
        self.assertEqual((got.count(b" 200 "), got.count(b"keep-alive")), (0, 0), got)
        for method in b"GET", b"HEAD", b"DELETE":
            with self.subTest(method):
                got = self.raw(method + b" /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(hidden) + hidden)
                self.assertEqual((got.count(b"HTTP/1.1 "), got[:12]), (1, b"HTTP/1.1 400"))
        both, got = self.connect(hidden + hidden), b""
        while got.count(b"HTTP/1.1 200") < 2:
            part = both.recv(65536)
            self.assertTrue(part, got)
            got += part

    def one_problem(self, data, status):
        """One answer, a problem, and then the connection is closed."""
        got = self.raw(data)
        head, _, body = got.partition(b"\r\n\r\n")
        self.assertEqual(got.count(b"HTTP/1.1 "), 1, got)
        self.assertTrue(got.startswith(b"HTTP/1.1 %d " % status), got)
        self.assertIn(b"Content-Type: application/problem+json", head)
        self.assertIn(b"Connection: close", head)
        self.assertEqual(json.loads(body)["status"], status)
        return json.loads(body)["code"]

    def test_what_is_no_http_is_answered_with_a_problem(self):
        for data, status, code in (
                (b"\r\n\r\n", 400, "not-http"), (b"GET\r\n\r\n", 400, "not-http"),
                (b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 5000 + b"\r\n", 400, "not-http"),
                (b"GET / HTTP/1.1\r\nno colon\r\n\r\n", 400, "not-http"),
                (b"GET http://x/healthz HTTP/9.9\r\n\r\n", 400, "not-http"),
                (b"POST /v1/calls HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n", 413, "body-too-large"),
                (b"FLY /healthz HTTP/1.1\r\nHost: x\r\n\r\n", 501, "method-unknown")):
            with self.subTest(data[:40]):
                self.assertEqual(self.one_problem(data, status), code)

    def test_times_are_rfc_3339(self):
        for at in "", "today", "2026-11-23", "2026-11-23T10:30:00", "2026-11-23 10:30:00+08:00", "2026-11-23T10:30+08:00", \
                "2300-01-01T00:00:00Z", "1969-12-31T00:00:00Z", "2026-02-30T00:00:00Z", 1795256940:
            with self.subTest(at=at):
                body = self.problem(self.ask({**GOOD, "at": at}), 400, "invalid-question")
                self.assertEqual([e["pointer"] for e in body["errors"]], ["/at"])
        self.assertEqual(self.ask({**GOOD, "at": None})[0], 200)
        self.assertEqual(self.ask({**GOOD, "at": "2026-11-23T02:30:00.25Z"})[0], 200)

    def test_a_request_is_sent_within_ten_seconds(self):
        s = self.connect(b"GET /healthz HTTP/1.1\r\nHost: x\r\n")
        begun = time.monotonic()
        s.settimeout(1)
        while time.monotonic() - begun < 20:
            try:
                s.sendall(b"X: y\r\n")
                if s.recv(1000) == b"":
                    break
            except socket.timeout:
                continue
            except OSError:
                break
        self.assertLess(time.monotonic() - begun, 13)

    def test_what_is_no_http_does_not_hurt(self):
        for data in b"\r\n\r\n", b"GET\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"A" * 20000, \
                b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 5000 + b"\r\n", \
                b"POST /v1/calls HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", \
                b"POST /v1/calls HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n", \
                b"FLY /healthz HTTP/1.1\r\nHost: x\r\n\r\n", b"GET http://x/healthz HTTP/9.9\r\n\r\n":
            try:
                got = self.raw(data)
            except OSError:
                got = b""
            self.assertFalse(got.startswith(b"HTTP/1.1 200"), data[:60])
        self.assertEqual(self.city.get("/healthz")[0], 200)

    def test_a_client_that_leaves_before_its_answer_does_not_hurt(self):
        body = json.dumps(GOOD).encode()
        head = (f"POST /v1/calls HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {self.all}\r\n"
                f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n").encode()
        for _ in range(50):
            s = socket.create_connection(("127.0.0.1", self.city.http_port))
            s.sendall(head + body)
            s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            s.close()
        self.assertEqual(self.ask(GOOD)[0], 200)


class Descriptors(menshen.Case):
    def test_running_out_of_descriptors_neither_spins_nor_floods_the_log(self):
        server = self.server(sip=False)
        pid = server.process.pid
        used = len(os.listdir(f"/proc/{pid}/fd"))
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (used + 5, used + 5))
        idle = [socket.create_connection(("127.0.0.1", server.http_port)) for _ in range(30)]
        def spent():
            with open(f"/proc/{pid}/stat") as f:
                return sum(map(int, f.read().rsplit(")", 1)[1].split()[11:13])) / os.sysconf("SC_CLK_TCK")
        before = spent()
        time.sleep(2)
        self.assertLess(spent() - before, 0.5)
        self.assertLess(os.path.getsize(server.log_path), 10000)
        for s in idle:
            s.close()
        menshen.until(server.ready, 10, "it serves again")


class Card(menshen.Case):
    """RFC 8688: the signed jCard that 608 points at."""

    def pair(self):
        passport.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                         "-keyout", self.path("r.key"), "-out", self.path("r.crt"), "-days", "2", "-subj", "/CN=Redress")

    def config(self, public_url="https://gate.example/"):
        return self.file("config.yaml", f"""\
http: {{public_url: '{public_url}'}}
redress: {{name: Example 运营商, url: 'https://carrier.example/blocked', tel: +86-21-62345678, email: b@carrier.example,
          certificate: r.crt, key: r.key}}
""")

    def fetch(self, server):
        """The payload, once the signature holds by the certificate that is served."""
        status, headers, token = server.get("/jwscard")
        self.assertEqual((status, headers["Content-Type"]), (200, "application/jose"), token)
        status, headers, pem = server.get("/jwscard.pem")
        self.assertEqual((status, headers["Content-Type"]), (200, "application/pem-certificate-chain"))
        self.assertNotIn("PRIVATE", pem)
        header, payload, signature = token.split(".")
        self.assertEqual(json.loads(passport.decode(header)),
                         {"alg": "ES256", "typ": "vcard+json", "x5u": "https://gate.example/jwscard.pem"})
        with open(self.path("key.pem"), "wb") as f:
            f.write(passport.openssl("x509", "-pubkey", "-noout", stdin=pem.encode()))
        with open(self.path("signature"), "wb") as f:
            f.write(passport.der(passport.decode(signature)))
        said = passport.openssl("dgst", "-sha256", "-verify", self.path("key.pem"), "-signature",
                                self.path("signature"), stdin=f"{header}.{payload}".encode())
        self.assertEqual(said.strip(), b"Verified OK")
        return json.loads(passport.decode(payload)), pem

    def test_the_card_is_signed_and_names_the_desk(self):
        self.pair()
        server = self.server(sip=False, config=self.config())
        payload, pem = self.fetch(server)
        self.assertLess(abs(payload["iat"] - time.time()), 30)
        self.assertEqual(payload["jcard"], ["vcard", [
            ["version", {}, "text", "4.0"], ["fn", {}, "text", "Example 运营商"],
            ["url", {}, "uri", "https://carrier.example/blocked"], ["tel", {}, "uri", "tel:+86-21-62345678"],
            ["email", {}, "text", "b@carrier.example"]]])

    def test_a_new_certificate_signs_after_sighup(self):
        self.pair()
        server = self.server(config=self.config())
        before = self.fetch(server)[1]
        self.pair()
        server.process.send_signal(signal.SIGHUP)
        menshen.until(lambda: server.get("/jwscard.pem")[2] != before, 10, "the new certificate is served")
        self.fetch(server)

    def test_a_key_of_another_certificate_is_refused(self):
        self.pair()
        passport.openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", self.path("r.key"))
        code, _, err = menshen.run("serve", "--sip", "", "--http", "127.0.0.1:0", "--config", self.config(),
                                   data=self.path("d"))
        self.assertNotEqual(code, 0)
        self.assertIn("is not the key of the certificate", err)

    def test_a_password_is_not_asked_for(self):
        self.pair()
        passport.openssl("ec", "-in", self.path("r.key"), "-aes128", "-passout", "pass:secret", "-out", self.path("r.key"))
        code, _, err = menshen.run("serve", "--sip", "", "--http", "127.0.0.1:0", "--config", self.config(),
                                   data=self.path("d"), stdin="secret\n", timeout=30)
        self.assertNotEqual(code, 0)
        self.assertIn("redress.key", err)
        self.assertNotIn("pass phrase", err)

    def test_without_one_there_is_none_and_the_doctor_says_so(self):
        server = self.server(sip=False)
        for path in "/jwscard", "/jwscard.pem":
            self.assertEqual(server.get(path)[0], 404)
        report = json.loads(server.run("doctor", "--json")[1])
        self.assertEqual([f["state"] for f in report["findings"] if f["about"] == "redress"], ["warning"])


if __name__ == "__main__":
    import unittest
    unittest.main()
