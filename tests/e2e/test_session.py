"""Signing in: password and code, cookies, pages of others, lockout, ends, roles."""
import json
import os
import pty
import re
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import termios
import time

import menshen
from members import code

ORGANISATIONS = """id,name,kind,sector,licence,region,status
org_a,A,agency,matchmaking,,CN,active
org_c,C,carrier,telecom,,CN,active
org_u,U,association,,,CN,active
org_s,S,authority,,,CN,active
"""
STAFF = """id,organisation,name,role,login,certificate,status
stf_sales,org_a,S,sales,sales@a,,active
stf_manager,org_a,M,manager,manager@a,,active
stf_comp,org_a,C,compliance,comp@a,,active
stf_other,org_a,O,auditor,other@a,,active
stf_carrier,org_c,C,operator,carrier@c,,active
stf_assoc,org_u,O,officer,assoc@u,,active
stf_audit,org_u,A,auditor,audit@u,,active
stf_state,org_s,O,officer,state@s,,active
stf_leaver,org_a,L,sales,leaver@a,,active
"""
PASSWORD = "correct horse battery"
# By hand: what a session of each opens (true: not 401 or 403), as the table in tests/unit/test_http_route.c.
MAY = {
    "stf_sales": (False, True, True, False), "stf_manager": (False, True, True, False),
    "stf_comp": (False, True, True, False), "stf_other": (False, True, True, False),
    "stf_assoc": (False, True, True, False), "stf_audit": (False, True, True, True),
    "stf_state": (False, True, True, True), "stf_carrier": (True, True, True, True),
}
CALL = {"caller": "057982100001", "callee": "13800000001", "line": "lin_none"}


class Session(menshen.Case):
    @classmethod
    def setUpClass(cls):
        cls.shared = tempfile.mkdtemp(prefix="menshen-test-")
        config = cls.shared + "/menshen.yaml"
        with open(config, "w") as f:
            f.write("limits: {sign_ins_per_address: 1000}\n")
        cls.office = menshen.Server(cls.shared + "/data", sip=False, config=config).start()
        for kind, text in ("organisations", ORGANISATIONS), ("staff", STAFF):
            with open(f"{cls.shared}/{kind}.csv", "w") as f:
                f.write(text)
            status, out, err = cls.office.run("import", kind, f"{cls.shared}/{kind}.csv")
            assert status == 0, err

    @classmethod
    def tearDownClass(cls):
        status = cls.office.stop()
        assert status == 0, f"exit {status}\n{cls.office.messages()}"
        shutil.rmtree(cls.shared, ignore_errors=True)

    def problem(self, answer, status, word):
        self.assertEqual(answer[0], status, answer[2])
        self.assertEqual(json.loads(answer[2])["code"], word)

    def passwd(self, staff, password=PASSWORD, server=None):
        status, out, err = (server or self.office).run("user", "passwd", staff, "--json", stdin=password + "\n")
        self.assertEqual(status, 0, err)
        self.assertNotIn(password, out + err)
        return json.loads(out)

    def attempt(self, login, secret, password=PASSWORD, server=None, headers=None, at=None):
        return (server or self.office).http("POST", "/v1/session", {
            "login": login, "password": password, "code": code(secret, at)}, headers=headers)

    def sign_in(self, staff, server=None):
        """(headers of a page that is signed in, the answer)."""
        told = self.passwd(staff, server=server)
        answer = self.attempt(told["login"], told["secret"], server=server)
        self.assertEqual(answer[0], 200, answer[2])
        return {"Cookie": answer[1]["Set-Cookie"].split(";")[0]}, answer

    def sql(self, text, *values, server=None):
        with sqlite3.connect((server or self.office).data + "/menshen.db", timeout=20) as db:
            return db.execute(text, values).fetchall()

    def test_signing_in_and_out(self):
        page, answer = self.sign_in("stf_sales")
        cookie = answer[1]["Set-Cookie"]
        self.assertRegex(cookie, "^__Host-menshen=[A-Za-z0-9_-]{43}; Path=/; Secure; HttpOnly; SameSite=Strict$")
        self.assertEqual(answer[1]["Cache-Control"], "no-store")
        who = json.loads(answer[2])
        self.assertEqual({**who, "csrf": ""}, {
            "id": "stf_sales", "role": "sales", "organisation": "org_a", "kind": "agency", "csrf": "", "name": "S",
            "organisation_name": "A", "certificate": None, "access": "sales", "demo": False,
            "may": ["call", "explain", "look", "members", "registry"]})
        self.assertNotIn(who["csrf"], cookie)
        status, _, text = self.office.get("/v1/session", headers=page)
        self.assertEqual((status, json.loads(text)), (200, who))
        self.problem(self.office.http("DELETE", "/v1/session", headers=page), 403, "csrf-token-required")
        answer = self.office.http("DELETE", "/v1/session", headers={**page, "X-CSRF-Token": who["csrf"]})
        self.assertEqual((answer[0], json.loads(answer[2])), (200, {"ended": True}))
        self.assertIn("__Host-menshen=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0", answer[1]["Set-Cookie"])
        self.problem(self.office.get("/v1/session", headers=page), 401, "session-required")
        self.assertNotIn(page["Cookie"].split("=")[1], self.office.messages())

    def test_a_further_code_of_staff_confirms_and_exports_want_it(self):
        told = self.passwd("stf_comp")
        at = time.time()
        answer = self.attempt(told["login"], told["secret"], at=at)
        page = {"Cookie": answer[1]["Set-Cookie"].split(";")[0], "X-CSRF-Token": json.loads(answer[2])["csrf"]}
        look = {**page, "Purpose": "matchmaking.introduce"}
        confirm = lambda text: self.office.http("POST", "/v1/session/confirm", {"code": text}, headers=page)
        for path in "/v1/exports/persons", "/v1/exports/persons.csv":
            self.problem(self.office.get(path, headers=look), 403, "confirmation-required")
            token = self.office.token("all", subject="stf_comp")
            self.problem(self.office.get(path, token=token, headers=look), 401, "session-required")
        # The code that signed in is used up; another's confirms nothing.
        self.problem(confirm(code(told["secret"], at)), 403, "code-refused")
        other = self.passwd("stf_manager")
        self.problem(confirm(code(other["secret"])), 403, "code-refused")
        self.problem(self.office.get("/v1/exports/persons", headers=look), 403, "confirmation-required")
        answer = confirm(code(told["secret"], time.time() + 30))
        self.assertEqual(answer[0], 200, answer[2])
        self.assertIn("confirmed_until", json.loads(answer[2]))
        status, _, text = self.office.get("/v1/exports/persons", headers=look)
        self.assertEqual(status, 200, text)
        # Ten minutes later it holds no more, and never in another session.
        self.sql("UPDATE sessions SET confirmed = confirmed - ? WHERE subject = 'stf_comp'", 600 * 10**9)
        self.problem(self.office.get("/v1/exports/persons", headers=look), 403, "confirmation-required")

    def test_wrong_further_codes_lock_the_account(self):
        told = self.passwd("stf_comp")
        answer = self.attempt(told["login"], told["secret"])
        page = {"Cookie": answer[1]["Set-Cookie"].split(";")[0], "X-CSRF-Token": json.loads(answer[2])["csrf"]}
        for _ in range(5):
            self.problem(self.office.http("POST", "/v1/session/confirm", {"code": "000000"}, headers=page), 403, "code-refused")
        later = code(told["secret"], time.time() + 30)
        self.problem(self.office.http("POST", "/v1/session/confirm", {"code": later}, headers=page), 403, "code-refused")
        self.passwd("stf_comp")

    def test_a_new_password_by_the_old_one_ends_other_sessions(self):
        told = self.passwd("stf_comp")
        at = time.time()
        here = self.attempt(told["login"], told["secret"], at=at)
        elsewhere = self.attempt(told["login"], told["secret"], at=at + 30)
        page = lambda answer: {"Cookie": answer[1]["Set-Cookie"].split(";")[0], "X-CSRF-Token": json.loads(answer[2])["csrf"]}
        self.assertEqual(self.office.get("/v1/session", headers=page(elsewhere))[0], 200)
        change = lambda old, new, text, headers: self.office.http(
            "PUT", "/v1/session/password", {"old": old, "password": new, "code": text}, headers=headers)
        # Two steps later: what signed in is used up.
        self.sql("UPDATE accounts SET totp_step = totp_step - 2 WHERE staff = 'stf_comp'")
        now = code(told["secret"], at)
        cookie = {"Cookie": page(here)["Cookie"]}
        self.problem(change(PASSWORD, "another fine horse", now, cookie), 403, "csrf-token-required")
        self.problem(change("wrong horse!", "another fine horse", now, page(here)), 403, "password-refused")
        self.problem(change(PASSWORD, "short", now, page(here)), 422, "password-not-good")
        self.problem(change(PASSWORD, "another fine horse", "", page(here)), 403, "password-refused")
        answer = change(PASSWORD, "another fine horse", now, page(here))
        self.assertEqual((answer[0], json.loads(answer[2])), (200, {"changed": True}))
        self.assertEqual(self.office.get("/v1/session", headers=page(here))[0], 200)
        self.problem(self.office.get("/v1/session", headers=page(elsewhere)), 401, "session-required")
        later = at + 30
        self.problem(self.attempt(told["login"], told["secret"], at=later), 401, "sign-in-refused")
        self.assertEqual(self.attempt(told["login"], told["secret"], password="another fine horse", at=later)[0], 200)
        last = self.sql("SELECT actor, payload FROM journal WHERE kind = 'account' ORDER BY seq DESC LIMIT 1")
        self.assertEqual(last, [("stf_comp", '{"reset":"password"}')])
        self.assertNotIn("horse", self.office.messages())

    def test_curl_keeps_the_cookie_on_the_loopback(self):
        told, jar = self.passwd("stf_manager"), self.path("jar")
        url = f"http://localhost:{self.office.http_port}/v1/session"
        body = json.dumps({"login": told["login"], "password": PASSWORD, "code": code(told["secret"])})
        for command in (["-d", body, "-H", "Content-Type: application/json", "-c", jar], ["-b", jar]):
            out = subprocess.run(["curl", "-sS", "-4", url, *command], capture_output=True, text=True, timeout=30)
            self.assertEqual(json.loads(out.stdout).get("id"), "stf_manager", out)

    def test_whatever_is_wrong_is_one_answer_after_the_same_time(self):
        told = self.passwd("stf_comp")
        answers, times = [], []
        for change in ({"login": "nobody"}, {"password": "wrong horse"}, {"code": "000000"}, {"password": "x" * 128}):
            body = {"login": told["login"], "password": PASSWORD, "code": code(told["secret"]), **change}
            start = time.monotonic()
            answer = self.office.http("POST", "/v1/session", body)
            times.append(time.monotonic() - start)
            self.problem(answer, 401, "sign-in-refused")
            self.assertIsNone(answer[1]["Set-Cookie"])
            answers.append(answer[2])
        self.assertEqual(len(set(answers)), 1)
        self.assertGreaterEqual(min(times), 0.99)
        self.attempt(told["login"], told["secret"], password="wrong again")  # the fourth failure of this account
        self.attempt(told["login"], told["secret"], password="wrong again")
        self.assertEqual(self.attempt(told["login"], told["secret"])[2], answers[0])  # right, but locked
        self.sql("UPDATE accounts SET locked_until = 0 WHERE staff = 'stf_comp'")
        self.assertEqual(self.attempt(told["login"], told["secret"])[0], 200)
        self.problem(self.attempt(told["login"], told["secret"]), 401, "sign-in-refused")  # the code is used

    def test_pages_of_others_get_nowhere(self):
        page, answer = self.sign_in("stf_other")
        csrf = {"X-CSRF-Token": json.loads(answer[2])["csrf"]}
        host = f"127.0.0.1:{self.office.http_port}"
        for headers, wanted in (({}, 403), ({"X-CSRF-Token": "A" * 43}, 403), (csrf, 200),
                                ({**csrf, "Origin": f"http://{host}"}, 200),
                                ({**csrf, "Origin": f"http://{host}", "Sec-Fetch-Site": "same-origin"}, 200),
                                ({**csrf, "Origin": "https://evil.example"}, 403), ({**csrf, "Origin": "null"}, 403),
                                ({**csrf, "Sec-Fetch-Site": "cross-site"}, 403),
                                ({**csrf, "Sec-Fetch-Site": "same-site"}, 403)):
            self.assertEqual(self.office.http("POST", "/v1/calls", CALL, headers={**page, **headers})[0], wanted,
                             headers)
        told = self.passwd("stf_other")
        self.problem(self.attempt(told["login"], told["secret"], headers={"Origin": "https://evil.example"}), 403,
                     "foreign-page")
        double = {"Cookie": f"{page['Cookie']}; {page['Cookie']}"}
        self.problem(self.office.get("/v1/session", headers=double), 401, "session-required")

    def test_every_role_opens_its_routes(self):
        for staff, may in MAY.items():
            page, answer = self.sign_in(staff)
            page["X-CSRF-Token"] = json.loads(answer[2])["csrf"]
            token = self.office.token("all", subject=staff)
            for kind, headers in ("session", page), ("token", {"Authorization": "Bearer " + token}):
                got = tuple(answer[0] not in (401, 403) for answer in (
                    self.office.get("/metrics", headers=headers),
                    self.office.http("POST", "/v1/calls", CALL, headers=headers),
                    self.office.get("/v1/records/rec_00000000_1", headers=headers),
                    self.office.get("/tile/entries/000", headers=headers)))
                self.assertEqual(got, may, f"{staff} by {kind}")
            self.problem(self.office.get("/v1/session", token=token), 401, "session-required")
            answer = self.office.http("POST", "/v1/calls", {**CALL, "dry_run": True}, headers=page)
            self.problem(answer, 403, "scope-missing")
        for route in ("/v1/session", "/metrics"):
            self.assertEqual(self.office.get(route)[0], 401)

    def test_sessions_end(self):
        page, _ = self.sign_in("stf_state")
        alive = lambda: self.office.get("/v1/session", headers=page)[0]
        self.assertEqual(alive(), 200)
        for change, back in (("status = 'left'", "status = 'active'"), ("status = 'suspended'", "status = 'active'")):
            self.sql(f"UPDATE staff SET {change} WHERE id = 'stf_state'")
            self.assertEqual(alive(), 401)
            self.sql(f"UPDATE staff SET {back} WHERE id = 'stf_state'")
            self.assertEqual(alive(), 200)
        now = time.time_ns()
        self.sql("UPDATE sessions SET used = ? WHERE subject = 'stf_state'", now - 29 * 60 * 10**9)
        self.assertEqual(alive(), 200)
        menshen.until(lambda: self.sql("SELECT used FROM sessions WHERE subject = 'stf_state'")[0][0] >= now, 20,
                      "the use is noted")
        self.sql("UPDATE sessions SET used = ? WHERE subject = 'stf_state'", now - 31 * 60 * 10**9)
        self.assertEqual(alive(), 401)
        self.sql("UPDATE sessions SET used = ? WHERE subject = 'stf_state'", now)
        self.assertEqual(alive(), 200)
        self.sql("UPDATE sessions SET expires = ? WHERE subject = 'stf_state'", now)
        self.assertEqual(alive(), 401)

    def test_who_leaves_by_import_is_out_at_once(self):
        page, _ = self.sign_in("stf_leaver")
        token = self.office.token("explain", subject="stf_leaver")
        record = "/v1/records/rec_00000000_0"
        self.assertEqual(self.office.get("/v1/session", headers=page)[0], 200)
        self.assertEqual(self.office.get(record, token=token)[0], 404)
        row = next(line for line in STAFF.splitlines() if line.startswith("stf_leaver"))
        path = self.file("left.csv", STAFF.splitlines()[0] + "\n" + row.replace(",active", ",left") + "\n")
        self.assertEqual(self.office.run("import", "staff", path)[0], 0)
        self.assertEqual(self.office.get("/v1/session", headers=page)[0], 401)
        self.assertEqual(self.office.get(record, token=token)[0], 401)
        told = self.passwd("stf_sales")
        self.assertNotEqual(self.attempt("leaver@a", told["secret"])[0], 200)

    def test_a_reset_ends_sessions_and_is_recorded_without_secrets(self):
        page, _ = self.sign_in("stf_assoc")
        told = self.passwd("stf_assoc", "another horse here")
        self.assertEqual(self.office.get("/v1/session", headers=page)[0], 401)
        rows = self.sql("SELECT actor, payload FROM journal WHERE kind = 'account' AND subject = 'stf_assoc'")
        self.assertEqual(set(rows), {(f"host:{os.getuid()}", '{"reset":"password totp"}')})
        with open(self.office.data + "/menshen.db", "rb") as f:
            self.assertNotIn(told["secret"].encode(), f.read())
        self.assertEqual(os.stat(self.office.data + "/keys/accounts").st_mode & 0o777, 0o600)

    def test_a_restart_keeps_sessions(self):
        server = self.server(sip=False)
        for kind in "organisations", "staff":
            self.assertEqual(server.run("import", kind, f"{self.shared}/{kind}.csv")[0], 0)
        page, _ = self.sign_in("stf_sales", server=server)
        self.assertEqual(server.stop(), 0)
        told = self.passwd("stf_manager", server=server)  # the command owns the folder meanwhile
        server.start()
        self.assertEqual(server.get("/v1/session", headers=page)[0], 200)
        self.assertEqual(self.attempt(told["login"], told["secret"], server=server)[0], 200)

    def test_an_address_tries_so_often_and_so_many_at_once(self):
        server = self.server(sip=False)
        body = {"login": "nobody", "password": "x" * 10, "code": "000000"}
        answers = [server.http("POST", "/v1/session", {**body, "more": 1})[0]]  # what is no attempt does not count
        from concurrent.futures import ThreadPoolExecutor
        with ThreadPoolExecutor(22) as pool:
            answers += pool.map(lambda _: server.http("POST", "/v1/session", body)[0], range(22))
        self.assertEqual(sorted(answers), [400] + [401] * 20 + [429] * 2)
        self.assertEqual(server.get("/healthz")[0], 200)

    def test_wrong_bodies_name_every_field(self):
        status, _, text = self.office.http("POST", "/v1/session", {"login": 1, "password": "x" * 129, "pin": "1"})
        self.assertEqual((status, {(e["pointer"], e["code"]) for e in json.loads(text)["errors"]}),
                         (400, {("/login", "wrong-type"), ("/password", "too-long"), ("/code", "missing"),
                                ("/pin", "unknown-field")}))
        self.problem(self.office.http("POST", "/v1/session", []), 400, "invalid-sign-in")

    def test_the_command_reads_files_and_terminals_and_refuses_bad_passwords(self):
        for staff, password, status, word in (("stf_none", PASSWORD, 5, "import staff"), ("stf_sales", "short", 1, "10"),
                                              ("stf_sales", "", 1, "10"), ("org_a", PASSWORD, 5, "import staff")):
            got, out, err = self.office.run("user", "passwd", staff, stdin=password + "\n")
            self.assertEqual((got, out), (status, ""), err)
            self.assertIn(word, err)
        status, out, err = self.office.run("user", "passwd", "stf_sales", "--password-file",
                                           self.file("secret", PASSWORD + "\nmore\n"))
        self.assertEqual(status, 0, err)
        uri, secret = out.split("\n")[:2]
        self.assertRegex(uri, f"^otpauth://totp/menshen:sales%40a\\?secret={secret}&issuer=menshen$")
        self.assertEqual(self.attempt("sales@a", secret)[0], 200)
        self.assertEqual(self.office.run("user", "passwd", "stf_sales", "--password-file", "/nowhere")[0], 5)
        seen = self.on_terminal("stf_sales", [PASSWORD, PASSWORD])
        self.assertIn("otpauth://", seen)
        self.assertNotIn(PASSWORD, seen)
        self.assertIn("differ", self.on_terminal("stf_sales", [PASSWORD, "something else"]))

    def test_an_interrupt_gives_the_terminal_its_echo_back(self):
        pid, fd = self.terminal("stf_sales")
        seen = ""
        while not seen.endswith(": "):
            seen += os.read(fd, 1000).decode()
        self.assertFalse(termios.tcgetattr(fd)[3] & termios.ECHO)
        os.write(fd, b"half\x03")
        menshen.until(lambda: termios.tcgetattr(fd)[3] & termios.ECHO, 10, "the terminal shows what is typed")
        self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), -signal.SIGINT)
        os.close(fd)

    def terminal(self, staff):
        pid, fd = pty.fork()
        if pid == 0:
            os.environ["LANG"] = "C.UTF-8"
            signal.signal(signal.SIGINT, signal.SIG_DFL)  # a suite in the background ignores it
            os.execv(menshen.BINARY, [menshen.BINARY, "user", "passwd", staff, "-d", self.office.data])
        return pid, fd

    def on_terminal(self, staff, lines):
        pid, fd = self.terminal(staff)
        seen = ""
        for line in lines:
            while not re.search(r": $", seen):
                seen += os.read(fd, 1000).decode()
            os.write(fd, (line + "\n").encode())
            seen += " "
        try:
            while more := os.read(fd, 1000):
                seen += more.decode()
        except OSError:
            pass
        os.waitpid(pid, 0)
        os.close(fd)
        return seen


if __name__ == "__main__":
    import unittest
    unittest.main()
