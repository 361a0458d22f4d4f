"""GET /v1/events: who is told of what, resuming, bounds, ends."""
import http.client
import json
import time

import agency
import menshen

CONSENTS = "number,organisation,purposes,categories,channels,from,until,wording,evidence\n"
EVIDENCE = "sha256:" + "ab" * 32


class Stream:
    """One that listens. `events` waits for some: (id, event, data)."""

    def __init__(self, server, headers=None, after=None, seconds=20):
        self.connection = http.client.HTTPConnection(server.http_host, server.http_port, timeout=seconds)
        self.connection.request("GET", "/v1/events" + (f"?after={after}" if after is not None else ""),
                                headers={"Accept": "text/event-stream", **(headers or {})})
        self.seconds = seconds
        self.answer = self.connection.getresponse()
        self.status, self.id, self.text = self.answer.status, None, ""

    def block(self):
        """Up to the next empty line; None at the end."""
        lines = []
        while True:
            line = self.answer.readline().decode()
            if line == "":
                return None
            self.text += line
            if line == "\n":
                return lines
            lines.append(line.rstrip("\n"))

    def event(self):
        """The next one that says something; None at the end."""
        begun = time.monotonic()
        while (lines := self.block()) is not None:
            if time.monotonic() - begun > self.seconds:
                raise AssertionError(f"nothing is said for {self.seconds} s\n{self.text}")
            fields = dict(line.split(": ", 1) for line in lines if ": " in line)
            self.id = fields.get("id", self.id)
            if "data" in fields:
                return self.id, fields.get("event"), json.loads(fields["data"])
        return None

    def until(self, kind, **want):
        """The data of the next change of a kind; what comes before it is let by."""
        while (e := self.event()) is not None:
            if e[1] == "change" and e[2]["kind"] == kind and all(e[2].get(k) == v for k, v in want.items()):
                return e[2]
        raise AssertionError(f"the stream ended before a change of {kind}\n{self.text}")

    def close(self):
        self.answer.close()
        self.connection.close()


class Events(menshen.Case):
    @classmethod
    def setUpClass(cls):
        cls.case = cls("setUp")
        menshen.Case.setUp(cls.case)
        cls.city = cls.case.server(sip=False, demo=True)
        cls.all = {"Authorization": "Bearer " + cls.city.token("all")}

    @classmethod
    def tearDownClass(cls):
        for s in cls.case.servers:
            s.stop()
        menshen.shutil.rmtree(cls.case.folder, ignore_errors=True)

    def setUp(self):
        self.folder, self.servers = self.case.folder, []
        self.streams = []

    def tearDown(self):
        for s in self.streams:
            s.close()

    def listen(self, headers=None, **options):
        s = Stream(self.city, self.all if headers is None else headers, **options)
        self.streams.append(s)
        if s.status == 200:
            s.block()  # once it is here, what follows is told
        return s

    def enter(self, kind, text):
        code, out, err = self.city.run("import", kind, "-", stdin=text)
        self.assertEqual(code, 0, out + err)

    def organisation(self, id, name):
        self.enter("organisations", f"id,name,kind,sector,licence,region,status\n{id},{name},enterprise,retail,L-1,31,active\n")

    def consent(self, number, organisation, wording="v1"):
        self.enter("consents", f"{CONSENTS}{number},{organisation},marketing,contact,call,2026-11-01,,{wording},{EVIDENCE}\n")

    def test_a_change_reaches_whoever_it_names_and_nobody_else(self):
        hers = self.listen(agency.sign_in_person(self.city, "13800000102").headers())
        other = self.listen(agency.sign_in_person(self.city, "13800000103").headers())
        staff = agency.logins(self.city)
        self.organisation("org_new_e", "another house")
        store = self.listen(agency.sign_in(self.city, "mingzhu").headers())
        self.consent("13800000102", "org_new_e", wording="first")
        self.assertEqual(set(hers.until("consent")), {"seq", "kind"})
        self.consent("13800000103", staff["mingzhu"]["organisation"], wording="second")
        own = store.until("consent")
        self.assertEqual(set(own), {"seq", "kind"})
        self.assertEqual(own["seq"], other.until("consent")["seq"])
        for s in hers, other, store:
            self.assertNotIn("1380000010", s.text)
        # Neither was told of what named the other.
        self.assertEqual(store.text.count("consent"), 1, store.text)
        self.assertEqual(other.text.count("consent"), 1, other.text)
        self.assertEqual(hers.text.count("consent"), 1, hers.text)

    def test_no_member_is_named_to_staff(self):
        store = self.listen(agency.sign_in(self.city, "mingzhu").headers())
        house = agency.logins(self.city)["mingzhu"]["organisation"]
        self.enter("persons", f"id,organisation,number,name,pool,income\nper_new_t,{house},13800001999,新人,store,200000\n")
        self.assertEqual(set(store.until("member")), {"seq", "kind"})
        self.assertNotIn("per_", store.text)

    def test_a_machine_is_told_which_one(self):
        s = self.listen()
        self.organisation("org_new_a", "one")
        self.assertEqual(s.until("organisation")["subject"], "org_new_a")
        self.assertNotIn("consent", s.text)  # it could not read them

    def test_it_goes_on_where_it_was(self):
        first = self.listen()
        at = self.newest()
        self.organisation("org_new_b", "one")
        self.organisation("org_new_b", "two")
        one, two = (first.until("organisation", subject="org_new_b") for _ in range(2))
        again = self.listen(after=at)
        self.assertEqual([again.until("organisation", subject="org_new_b") for _ in range(2)], [one, two])
        later = self.listen({**self.all, "Last-Event-ID": str(one["seq"])}, after=at)
        self.assertEqual(later.until("organisation", subject="org_new_b"), two)

    def newest(self):
        s = self.listen({**self.all, "Last-Event-ID": str(2 ** 50)})
        return s.event()[2]["seq"]

    def test_who_was_away_too_long_loads_anew(self):
        for place in "1", str(2 ** 50):
            s = self.listen({**self.all, "Last-Event-ID": place})
            _, event, data = s.event()
            self.assertEqual((event, set(data)), ("reset", {"seq"}))
            self.assertEqual(s.id, str(data["seq"]))
        self.organisation("org_new_c", "one")
        self.assertGreater(s.until("organisation")["seq"], data["seq"])

    def test_it_is_asked_for_in_words(self):
        self.assertEqual(self.city.http("GET", "/v1/events", headers=self.all)[0], 406)
        self.assertEqual(Stream(self.city).status, 401)
        self.assertEqual(Stream(self.city, self.all, after="yesterday").status, 400)
        self.assertEqual(Stream(self.city, {"Authorization": "Bearer " + self.city.token("metrics", "meter")}).status, 403)
        status, headers, text = self.city.http("HEAD", "/v1/events", headers={**self.all, "Accept": "text/event-stream"})
        self.assertEqual((status, headers["Content-Type"], text), (200, "text/event-stream", ""))

    def test_one_listens_six_times_at_most(self):
        token = {"Authorization": "Bearer " + self.city.token("all", "greedy")}
        for _ in range(6):
            self.assertEqual(self.listen(token).status, 200)
        refused = self.listen(token)
        self.assertEqual((refused.status, json.loads(refused.answer.read())["code"]), (429, "too-many-streams"))
        self.streams[0].close()

        def again():
            return self.listen(token).status == 200
        self.organisation("org_new_d", "one")  # what is said shows who is gone
        menshen.until(again, 20, "a place is free again")

    def test_it_ends_with_the_session(self):
        visitor = agency.sign_in(self.city, "jingzhi")
        s = self.listen(visitor.headers(), seconds=70)
        self.assertEqual(visitor.ask("DELETE", "/v1/session")[0], 200)
        begun = time.monotonic()
        while s.event() is not None:
            pass
        self.assertLess(time.monotonic() - begun, 60)

    def test_a_beat_shows_that_it_lives(self):
        s = self.listen(seconds=25)
        while (lines := s.block())[0] == "event: stats":
            pass  # of what other tests asked a moment ago
        self.assertEqual(lines[0], ":")

    def test_a_server_that_stops_ends_its_streams(self):
        server = self.server("stopping", sip=False, demo=True)
        s = Stream(server, {"Authorization": "Bearer " + server.token("all")})
        s.block()
        begun = time.monotonic()
        self.assertEqual(server.stop(), 0, server.messages())
        self.assertIsNone(s.event())
        self.assertLess(time.monotonic() - begun, 10)


if __name__ == "__main__":
    menshen.unittest.main()
