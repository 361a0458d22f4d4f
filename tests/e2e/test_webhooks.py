"""Webhooks: signed and thin, again until they are taken, across a restart, to nobody else's address."""
import base64
import hashlib
import hmac
import http.server
import json
import shutil
import sqlite3
import threading
import time

import engine
import menshen
from members import code

ORGANISATIONS = """id,name,kind,sector,licence,region,status
org_a,A,agency,matchmaking,,CN,active
org_b,B,agency,matchmaking,,CN,active
org_s,S,authority,,,CN,active
"""
STAFF = """id,organisation,name,role,login,certificate,status
stf_a,org_a,M,manager,a,,active
stf_sales,org_a,S,sales,sales,,active
stf_b,org_b,M,manager,b,,active
stf_s,org_s,O,officer,s,,active
"""
PASSWORD = "correct horse battery"
NUMBER, NAME = "13912345678", "欧阳若兰"
CONSENT = ("number,organisation,purposes,categories,channels,from,until,wording,evidence\n"
           f"{NUMBER},org_a,marketing,contact,call,2026-11-01,,v1,sha256:{'ab' * 32}\n")


class Receiver:
    """An address of somebody's CRM. `answers` are statuses, or functions of the handler; then 204."""

    def __init__(self):
        receiver, self.got, self.answers, self.secret = self, [], [], None

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.got.append((self.path, dict(self.headers), body))
                answer = receiver.answers.pop(0) if receiver.answers else 204
                if callable(answer):
                    answer(self)
                    return
                self.send_response(answer)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def do_GET(self):
                receiver.got.append((self.path, dict(self.headers), b"GET"))
                self.send_error(405)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def events(self):
        return [json.loads(body) for _, _, body in self.got]

    def ids(self):
        return [headers["webhook-id"] for _, headers, _ in self.got]


def verify(secret, headers, body, now):
    """As www.standardwebhooks.com says, by itself."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return hmac.compare_digest(headers["webhook-signature"], expected) and abs(int(headers["webhook-timestamp"]) - now) < 60


class Office(menshen.Case):
    def setUp(self):
        super().setUp()
        config = self.file("menshen.yaml", "limits: {sign_ins_per_address: 1000, confirmed_minutes: 60}\n"
                                           "webhooks: {networks: [127.0.0.0/8]}\n")
        self.gate = self.server(start=False, sip=False, config=config).clock().start()
        self.enter("organisations", ORGANISATIONS)
        self.enter("staff", STAFF)
        self.pages = {}
        self.receiver, self.other = Receiver(), Receiver()
        self.addCleanup(self.receiver.close)
        self.addCleanup(self.other.close)

    def enter(self, kind, text):
        status, out, err = self.gate.run("import", kind, "-", stdin=text)
        self.assertEqual(status, 0, out + err)

    def rename(self, name, id="org_a"):
        """An event of org_a: its organisation has changed."""
        self.enter("organisations", f"id,name,kind,sector,licence,region,status\n{id},{name},agency,matchmaking,,CN,active\n")

    def now(self):
        return time.time() + self.gate.moved()

    def page(self, staff, confirm=True):
        """Headers of a session, with a further code."""
        if (staff, confirm) in self.pages:
            return self.pages[staff, confirm]
        status, out, err = self.gate.run("user", "passwd", staff, "--json", stdin=PASSWORD + "\n")
        self.assertEqual(status, 0, err)
        told, at = json.loads(out), self.now()
        status, headers, text = self.gate.http("POST", "/v1/session", {
            "login": told["login"], "password": PASSWORD, "code": code(told["secret"], at)})
        self.assertEqual(status, 200, text)
        page = {"Cookie": headers["Set-Cookie"].split(";")[0], "X-CSRF-Token": json.loads(text)["csrf"]}
        if confirm:
            answer = self.gate.http("POST", "/v1/session/confirm", {"code": code(told["secret"], at + 30)}, headers=page)
            self.assertEqual(answer[0], 200, answer[2])
        self.pages[staff, confirm] = page
        return page

    def ask(self, method, path, body=None, staff="stf_a", status=200):
        answer = self.gate.http(method, path, body, headers=self.page(staff))
        self.assertEqual(answer[0], status, answer[2])
        return json.loads(answer[2])

    def problem(self, answer, status, word):
        self.assertEqual(answer[0], status, answer[2])
        self.assertEqual(json.loads(answer[2])["code"], word)

    def make(self, receiver, topics=("organisation",), staff="stf_a"):
        made = self.ask("POST", "/v1/webhooks", {"url": receiver.url, "topics": list(topics)}, staff, 201)
        self.assertRegex(made["secret"], r"^whsec_[A-Za-z0-9+/]{43}=$")
        receiver.secret = made["secret"]
        return made["webhook"]["id"]

    def one(self, id, staff="stf_a"):
        return self.ask("GET", "/v1/webhooks/" + id, staff=staff)

    def came(self, count, receiver=None):
        receiver = receiver or self.receiver
        menshen.until(lambda: len(receiver.got) >= count, 15, f"{count} messages")
        self.assertEqual(len(receiver.got), count, receiver.got)

    def noted(self, id, count):
        """Its attempts, once there are so many; the newest first."""
        found = []

        def enough():
            found[:] = self.one(id)["deliveries"]
            return len(found) >= count
        menshen.until(enough, 15, f"{count} attempts")
        self.assertEqual(len(found), count, found)
        return found


@engine.both
class Webhooks(Office):
    def test_what_is_posted_is_signed_thin_and_nobody_elses(self):
        topics = ["organisation", "staff", "consent", "member"]
        mine, theirs = self.make(self.receiver, topics), self.make(self.other, topics, "stf_b")
        self.assertNotEqual(self.receiver.secret, self.other.secret)
        self.enter("persons", f"id,organisation,number,name,pool\nper_lan,org_a,{NUMBER},{NAME},store\n")
        self.enter("consents", CONSENT)
        self.rename("Z")
        self.enter("staff", STAFF.splitlines()[0] + f"\nstf_new,org_a,{NAME},sales,new,,active\n")
        self.came(4)
        events = self.receiver.events()
        self.assertEqual([e["type"] for e in events], ["member", "consent", "organisation", "staff"])
        for (path, headers, body), event in zip(self.receiver.got, events):
            self.assertEqual(path, "/hook")
            self.assertEqual(headers["Content-Type"], "application/json")
            self.assertTrue(verify(self.receiver.secret, headers, body, self.now()), headers)
            self.assertFalse(verify(self.receiver.secret, headers, body + b" ", self.now()))
            self.assertFalse(verify(self.other.secret, headers, body, self.now()))
            self.assertEqual(set(event), {"type", "timestamp", "data"})
            self.assertLessEqual(set(event["data"]), {"webhook", "seq", "id"})
            self.assertRegex(event["timestamp"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00$")
            for secret in NUMBER, "1391234", NAME, "per_", "num_":
                self.assertNotIn(secret, str(headers) + body.decode())
        # A member, and whose consent it is, are not told; what is the organisation's own is.
        self.assertEqual([e["data"].get("id") for e in events], [None, None, "org_a", "stf_new"])
        self.assertEqual(len(set(self.receiver.ids())), 4)
        seqs = [e["data"]["seq"] for e in events]
        self.assertEqual(seqs, sorted(set(seqs)))
        self.assertEqual({d["outcome"] for d in self.noted(mine, 4)}, {"delivered"})
        # The other one hears of what is its own only.
        self.rename("Y", "org_b")
        self.came(1, self.other)
        self.assertEqual(self.other.events()[0]["data"]["id"], "org_b")
        self.assertEqual(len(self.receiver.got), 4)
        for ask in (("GET", ""), ("PATCH", "", {"state": "paused"}), ("DELETE", ""), ("POST", "/ping")):
            answer = self.gate.http(ask[0], f"/v1/webhooks/{theirs}{ask[1]}", *ask[2:], headers=self.page("stf_a"))
            self.problem(answer, 404, "not-found")
        self.assertEqual([w["id"] for w in self.ask("GET", "/v1/webhooks")["webhooks"]], [mine])

    def test_it_is_posted_again_until_it_is_taken_also_after_a_restart(self):
        hook = self.make(self.receiver)
        self.receiver.answers = [500, 503]
        self.rename("first")
        self.rename("second")
        first, = self.noted(hook, 1)
        self.assertEqual((first["outcome"], first["status"], first["attempt"]), ("refused", 500, 1))
        waiting = self.one(hook)
        self.assertEqual((waiting["state"], waiting["failures"]), ("waiting", 1))
        self.assertIsNotNone(waiting["failing_since"])
        self.gate.later(6)
        self.noted(hook, 2)
        # Five minutes, over which the server is away.
        self.assertEqual(self.gate.stop(), 0)
        self.gate.start()
        time.sleep(2)
        self.assertEqual(len(self.receiver.got), 2)
        self.gate.later(331)
        self.came(4)
        ids = self.receiver.ids()
        self.assertEqual((len(set(ids[:3])), len(set(ids))), (1, 2))
        seqs = [e["data"]["seq"] for e in self.receiver.events()]
        self.assertEqual(seqs, [seqs[0]] * 3 + [seqs[3]])
        self.assertGreater(seqs[3], seqs[0])
        attempts = self.noted(hook, 4)
        self.assertEqual([(d["attempt"], d["outcome"]) for d in attempts],
                         [(1, "delivered"), (3, "delivered"), (2, "refused"), (1, "refused")])
        done = self.one(hook)
        self.assertEqual((done["state"], done["failures"], done["failing_since"], done["next_at"]), ("active", 0, None, None))
        # And once more: nothing is lost, nothing said twice.
        self.gate.stop()
        self.rename("third")
        self.gate.start()
        self.came(5)
        self.assertEqual(len(set(self.receiver.ids())), 3)

    def test_after_three_days_it_is_given_up_and_said_so(self):
        hook = self.make(self.receiver)
        self.receiver.answers = [500] * 10
        self.rename("first")
        for attempt in range(1, 10):
            self.noted(hook, attempt)
            self.gate.later(100000)
            self.pages.clear()
        self.noted(hook, 10)
        given = self.one(hook)
        self.assertEqual((given["state"], given["failures"], given["next_at"]), ("given-up", 10, None))
        self.gate.later(10 * 86400)
        self.rename("second")
        time.sleep(2)
        self.assertEqual(len(self.receiver.got), 10)
        self.assertNotIn(self.receiver.url, self.gate.messages())
        self.pages.clear()
        self.assertEqual(self.ask("PATCH", "/v1/webhooks/" + hook, {"state": "active"})["state"], "active")
        self.came(12)
        self.assertEqual(len(set(self.receiver.ids())), 2)

    @engine.once
    def test_410_ends_it_and_what_is_skipped_is_not_posted(self):
        hook = self.make(self.receiver)
        self.receiver.answers = [410]
        self.rename("first")
        self.noted(hook, 1)
        self.assertEqual(self.one(hook)["state"], "gone")
        self.rename("second")
        self.ask("PATCH", "/v1/webhooks/" + hook, {"state": "active", "skip": True})
        self.rename("third")
        self.came(2)
        self.assertNotEqual(*self.receiver.ids())
        # Paused, it waits; what happened meanwhile comes afterwards.
        self.ask("PATCH", "/v1/webhooks/" + hook, {"state": "paused"})
        self.rename("fourth")
        time.sleep(2)
        self.assertEqual(len(self.receiver.got), 2)
        self.ask("PATCH", "/v1/webhooks/" + hook, {"state": "active", "topics": ["organisation", "case"]})
        self.came(3)
        self.ask("DELETE", "/v1/webhooks/" + hook)
        self.rename("fifth")
        time.sleep(1)
        self.assertEqual(len(self.receiver.got), 3)
        self.problem(self.gate.get("/v1/webhooks/" + hook, headers=self.page("stf_a")), 404, "not-found")

    def test_a_ping_is_posted_also_while_it_is_paused(self):
        hook = self.make(self.receiver)
        self.ask("PATCH", "/v1/webhooks/" + hook, {"state": "paused"})
        self.receiver.answers = [404]
        for status, outcome in (404, "refused"), (204, "delivered"):
            message = self.ask("POST", f"/v1/webhooks/{hook}/ping", status=202)["message"]
            newest = menshen.until(lambda: [d for d in self.one(hook)["deliveries"] if d["message"] == message], 15, "a ping")[0]
            self.assertEqual((newest["topic"], newest["outcome"], newest["status"]), ("ping", outcome, status))
        for _, headers, body in self.receiver.got:
            self.assertTrue(verify(self.receiver.secret, headers, body, self.now()))
            self.assertEqual(json.loads(body)["type"], "ping")
            self.assertEqual(json.loads(body)["data"], {"webhook": hook})
        one = self.one(hook)
        self.assertEqual((one["state"], one["failures"], one["pinging"]), ("paused", 0, False))

    @engine.once
    def test_no_redirection_is_followed_and_no_long_answer_read(self):
        def elsewhere(handler):
            handler.send_response(302)
            handler.send_header("Location", self.other.url)
            handler.send_header("Content-Length", "0")
            handler.end_headers()

        def long(handler):
            handler.send_response(200)
            handler.send_header("Content-Length", str(10 ** 6))
            handler.end_headers()
            handler.wfile.write(b"x" * 10 ** 6)

        hook = self.make(self.receiver)
        self.receiver.answers = [elsewhere, long]
        self.rename("first")
        self.assertEqual((self.noted(hook, 1)[0]["outcome"], self.noted(hook, 1)[0]["status"]), ("refused", 302))
        self.gate.later(6)
        self.assertEqual(self.noted(hook, 2)[0]["outcome"], "too-long")
        self.assertEqual(self.other.got, [])

    @engine.once
    def test_whoever_does_not_answer_holds_up_nobody(self):
        release = threading.Event()
        self.addCleanup(release.set)
        silent = self.make(self.receiver)
        self.make(self.other, staff="stf_b")
        self.receiver.answers = [lambda handler: release.wait(60)]
        self.rename("first")
        menshen.until(lambda: self.receiver.got, 15, "a message")
        begun = time.monotonic()
        self.rename("first", "org_b")
        self.came(1, self.other)
        self.one(silent)
        self.assertLess(time.monotonic() - begun, 8)
        begun = time.monotonic()
        self.assertEqual(self.gate.stop(), 0)
        self.assertLess(time.monotonic() - begun, 8)
        release.set()
        self.gate.start()
        self.came(2)
        self.assertEqual(len(set(self.receiver.ids())), 1)
        self.assertEqual(self.noted(silent, 1)[0]["attempt"], 1)

    @engine.once
    def test_whoever_keeps_the_tokens_keeps_the_webhooks(self):
        terms = {"url": self.receiver.url, "topics": ["organisation"]}
        self.problem(self.gate.http("POST", "/v1/webhooks", terms, headers=self.page("stf_sales")), 403, "role-missing")
        self.problem(self.gate.http("POST", "/v1/webhooks", terms, headers=self.page("stf_a", confirm=False)), 403,
                     "confirmation-required")
        for staff in "stf_a", "org_a":
            self.problem(self.gate.get("/v1/webhooks", token=self.gate.token("all", staff)), 401, "session-required")
        self.pages.clear()
        hook = self.make(self.receiver)
        listed = self.ask("GET", "/v1/webhooks")
        self.assertNotIn("secret", json.dumps(listed))
        self.assertIn("contract", listed["topics"])
        self.assertNotIn("preference", listed["topics"])
        self.assertIn("complaint", self.ask("GET", "/v1/webhooks", staff="stf_s")["topics"])
        # Neither the address nor the secret is in the journal or the log, and the secret lies sealed.
        with sqlite3.connect(self.gate.data + "/menshen.db", timeout=20) as db:
            rows = db.execute("SELECT subject, payload FROM journal WHERE kind = 'webhook'").fetchall()
            self.assertEqual(rows, [(hook, '{"act":"made"}')])
            sealed, = db.execute("SELECT secret FROM webhooks").fetchone()
        self.assertNotIn(base64.b64decode(self.receiver.secret[6:]), sealed)
        self.assertNotIn(self.receiver.secret, self.gate.messages())
        for _ in range(19):
            self.make(self.receiver)
        self.problem(self.gate.http("POST", "/v1/webhooks", terms, headers=self.page("stf_a")), 409, "too-many-webhooks")

    @engine.once
    def test_addresses_that_nobody_may_have_called(self):
        def refuse(field, word, **change):
            body = {"url": self.receiver.url, "topics": ["organisation"], **change}
            answer = self.gate.http("POST", "/v1/webhooks", body, headers=self.page("stf_a"))
            self.problem(answer, 422, "invalid-webhook")
            self.assertIn((f"/{field}", word), [(e["pointer"], e["code"]) for e in json.loads(answer[2])["errors"]])
        for url in ("http://crm.example.com/", "https://user:x@crm.example.com/", "https://crm.example.com/#x",
                    "https://10.0.0.1/", "https://169.254.169.254/", "https://[fd00::1]/", "crm.example.com", "https://a b/"):
            refuse("url", "not-allowed", url=url)
        refuse("url", "too-long", url="https://crm.example.com/" + "a" * 500)
        refuse("topics", "unknown-topic", topics=["preference"])
        refuse("topics", "missing", topics=[])
        # Without a word in the configuration not this machine either.
        closed = self.server("closed", sip=False, store=None, config=self.file("closed.yaml", "limits: {confirmed_minutes: 60}\n"))
        self.gate.stop()
        self.gate, gate = closed, self.gate
        self.gate.moved = gate.moved
        self.enter("organisations", ORGANISATIONS)
        self.enter("staff", STAFF)
        self.pages.clear()
        refuse("url", "not-allowed")


class Nodes(Office):
    """Two nodes on one PostgreSQL: each message is posted by one of them."""
    on_postgres = True

    def test_each_message_is_posted_once_also_when_a_node_dies(self):
        other = self.server("two", start=False, sip=False, store=self.gate.store, config=self.gate.config)
        shutil.copytree(self.gate.data + "/keys", other.data + "/keys")
        other.start()
        id = self.make(self.receiver)
        for i in range(20):
            self.rename(f"name {i}")
        self.came(20)
        self.noted(id, 20)
        self.gate.kill()
        for i in range(3):
            self.rename(f"later {i}")
        # What the dead one had taken is free again after two minutes; here all was noted.
        self.came(23)
        time.sleep(2)
        self.assertEqual(len(set(self.receiver.ids())), 23)
        seqs = [e["data"]["seq"] for e in self.receiver.events()]
        self.assertEqual(seqs, sorted(set(seqs)))


if __name__ == "__main__":
    engine.main()
