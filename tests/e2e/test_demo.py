"""The sample city: whose folder it takes, where it listens, and what its visitors may do in it."""
import datetime
import email.utils
import json
import os
import unittest

import agency
import facts
import menshen


class Folder(menshen.Case):
    def refused(self, server, code, *words):
        server.start(wait=False)
        self.assertEqual(server.process.wait(menshen.START_SECONDS), code, server.messages())
        for word in words:
            self.assertIn(word, server.messages())

    def test_it_listens_on_the_loopback_only(self):
        for key, host in (("http.listen", {"http_host": "0.0.0.0"}), ("sip.listen", {"sip_host": "0.0.0.0"})):
            with self.subTest(key):
                server = self.server(key, start=False, demo=True, **host)
                self.refused(server, 3, key, "0.0.0.0", "loopback")
                self.assertFalse(os.path.exists(server.data), "nothing was made")
        server = self.server("six", start=False, sip=False, demo=True, http_host="[::1]") if menshen.has_ipv6() else None
        if server:
            server.start()

    def test_somebody_s_facts_are_left_alone(self):
        server = self.server(start=False, sip=False, demo=True)
        facts.load(self, server.data, people=5)
        before = server.run("ledger", "verify")[1]
        self.refused(server, 6, "holds facts", "-d FOLDER")
        self.assertEqual(server.run("ledger", "verify")[1], before, "nothing was recorded")
        server.demo = False
        server.start()

    def test_half_a_city_is_none(self):
        server = self.server(sip=False, demo=True)
        server.stop()
        os.remove(server.data + "/demo/city")
        self.refused(server, 6, "no complete sample city")

    def test_it_ends_with_the_address_to_open(self):
        server = self.server(sip=False, demo=True)
        base = f"http://127.0.0.1:{server.http_port}"
        said = server.messages()
        for role in "agency", "carrier", "regulator", "person":
            self.assertIn(f"{base}/try/{role}\n", said)
        self.assertTrue(said.rstrip().endswith(base + "/"), said)
        self.assertLess(len(said.splitlines()), 20, said)


class Visitors(menshen.Case):
    def setUp(self):
        super().setUp()
        self.city = self.server(sip=False, demo=True)

    def do(self, path, body, status=200, headers=None):
        got, _, text = self.city.http("POST", "/v1/demo/" + path, body, headers=headers)
        self.assertEqual(got, status, text)
        return json.loads(text)

    def state(self):
        status, _, text = self.city.get("/v1/demo")
        self.assertEqual(status, 200, text)
        return json.loads(text)

    def sit(self, role, seat=None):
        status, headers, text = self.city.http("POST", "/v1/demo/session", {"role": role, **({"as": seat} if seat else {})})
        self.assertEqual(status, 200, text)
        session = json.loads(text)
        return agency.Visitor(self.city, role, cookie=headers["Set-Cookie"].split(";")[0], csrf=session["csrf"]), session

    def test_every_seat_can_be_taken_with_one_click(self):
        seats = self.state()["seats"]
        self.assertEqual({s["role"] for s in seats}, {"agency", "regulator", "carrier", "person"})
        for s in seats:
            with self.subTest(s):
                who, session = self.sit(s["role"], s["as"])
                status, _, text = who.ask("GET", "/v1/session")
                self.assertEqual((status, json.loads(text)["id"]), (200, session["id"]))
        self.assertEqual(self.sit("agency")[1]["role"], "sales")
        self.assertEqual(self.do("session", {"role": "agency", "as": "king"}, 400)["code"], "invalid-wish")
        self.assertEqual(self.do("session", {"role": "agency"}, 403, {"Origin": "http://evil.example"})["code"], "foreign-page")

    def test_its_authenticator_shows_what_confirms(self):
        who, _ = self.sit("agency", "manager")
        code = json.loads(who.ask("GET", "/v1/demo/code")[2])["code"]
        self.assertEqual(who.ask("POST", "/v1/session/confirm", {"code": code})[0], 200)
        self.assertEqual(self.sit("person")[0].ask("GET", "/v1/demo/code")[0], 404)

    def test_elsewhere_nothing_of_it_is_there(self):
        for headers in ({"Host": "gate.example.com"}, {"X-Forwarded-For": "10.0.0.9"}):
            self.assertEqual(self.city.get("/v1/demo", headers=headers)[0], 404)
            self.do("session", {"role": "agency"}, 404, headers)
        self.city.stop()
        self.city.demo = False
        self.city.start()
        self.assertEqual(self.city.get("/v1/demo")[0], 404)
        for path, body in (("session", {"role": "agency"}), ("clock", {"by": "day"}), ("faults", {"disk": "full"}),
                           ("traffic", {"kind": "day"}), ("flip", None)):
            self.do(path, body, 404)

    def test_its_papers_say_that_they_are_samples(self):
        def page():
            return self.city.get("/v1/public/documents/" + "0" * 64, headers={"Accept": "text/html"})[2]
        self.assertIn('<p class="sample">样例 SAMPLE</p>', page())
        self.city.stop()
        self.city.demo = False
        self.city.start()
        self.assertNotIn("SAMPLE", page())
        self.assertNotIn("sample", page())

    def test_the_clock_goes_on_and_never_back(self):
        who, _ = self.sit("agency")
        before = at(self.state()["now"])
        for by, seconds in (("hour", 3600), ("day", 86400)):
            ahead = self.state()["ahead_s"]
            self.assertEqual(self.do("clock", {"by": by})["ahead_s"], ahead + seconds)
        later = at(self.do("clock", {"by": "working_day"})["now"])
        self.assertLess(later.weekday(), 6)
        self.assertGreater(later - before, datetime.timedelta(days=2))
        told = email.utils.parsedate_to_datetime(self.city.get("/healthz")[1]["Date"])  # what pages go by
        self.assertLess(abs(told - later), datetime.timedelta(minutes=5))
        self.assertEqual(who.ask("GET", "/v1/session")[0], 200, "nobody is signed out by it")
        verdict = self.city.call("13800000005", "13900000005", "lin_jiangnan")
        self.assertGreaterEqual(at(verdict["at"]), later)
        ahead = self.state()["ahead_s"]
        self.city.kill()
        self.city.start()
        self.assertEqual(self.state()["ahead_s"], ahead)
        self.city.stop()
        self.assertGreaterEqual(at(self.city.call("13800000006", "13900000006", "lin_jiangnan")["at"]), later)  # a command
        self.assertEqual(self.city.run("ledger", "verify")[0], 0)
        self.assertNotIn("behind the last record", self.city.messages())

    def test_the_clock_has_an_end(self):
        for _ in range(400):
            state = self.do("clock", {"by": "day"})
        self.assertEqual(state["ahead_s"], 400 * 86400)
        self.assertEqual(self.do("clock", {"by": "hour"}, 409)["code"], "far-enough")

    def test_on_a_full_disk_nothing_opens(self):
        who, _ = self.sit("agency")
        look = lambda: who.ask("GET", "/v1/persons", headers={"Purpose": "matchmaking.followup"})
        self.assertEqual(look()[0], 200)
        self.assertEqual(self.do("faults", {"disk": "full"})["disk"], "full")
        status, _, text = who.server.http_once("GET", "/v1/persons", headers={
            **who.headers(), "Purpose": "matchmaking.followup"})
        self.assertEqual((status, json.loads(text)["code"]), (503, "not-recorded"), text)
        self.assertNotIn("per_", text)
        self.do("faults", {"disk": "ok"})
        menshen.until(lambda: look()[0] == 200, 20, "it opens again once there is room")
        self.city.stop()
        self.assertEqual(self.city.run("ledger", "verify")[0], 0)

    def sent(self, body):
        self.do("traffic", body, 202)
        return menshen.until(lambda: (lambda t: t if t["state"] == "done" else None)(self.state()["traffic"]), 120, "all are answered")

    def test_a_day_of_traffic_is_observed(self):
        self.assertIsNone(self.state()["traffic"])
        day = self.sent({"kind": "day"})
        self.assertEqual((day["calls"], day["done"], day["unrecorded"]), (10000, 10000, 0))
        self.assertEqual(day["answered"]["block"], 0, day["answered"])
        would = {c["reason"]: c["calls"] for c in day["would"] if c["verdict"] == "block"}
        self.assertLessEqual({"caller-not-authorised", "no-consent", "foreign-trunk-domestic-caller"}, set(would))
        self.assertEqual(sum(c["calls"] for c in day["would"]), 10000)

    def test_a_hospital_s_number_is_not_spoilt_by_who_shows_it(self):
        t = self.sent({"kind": "hospital"})
        self.assertEqual((t["answered"]["block"], t["answered"]["allow"]), (200, 20), t)
        t = self.sent({"kind": "rogue"})
        self.assertEqual(t["done"], 30)

    def test_a_flipped_bit_is_found(self):
        found = self.do("flip", None)
        self.assertTrue(found["original"]["ok"])
        self.assertFalse(found["copy"]["ok"])
        self.assertTrue(found["copy"]["found"])
        self.assertEqual(found["before"] ^ found["after"], 1)
        self.city.stop()
        self.assertEqual(self.city.run("ledger", "verify")[0], 0, "the log itself is whole")


def at(text):
    return datetime.datetime.fromisoformat(text)


if __name__ == "__main__":
    unittest.main()
