"""Introductions over HTTP: each of two members sees what the other shows her, and learns nothing else."""
import base64
import datetime
import json
import re
from concurrent.futures import ThreadPoolExecutor

import engine
import members
import menshen
import proof

PURPOSE = {"Purpose": members.INTRODUCE}
CROWD = 8
MORE = "id,organisation,number,name,pool,store,gender,birth_year\n" + "".join(
    f"per_c{i},org_a,+86139222200{i:02d},Crowd {i},city,,m,1990\n" for i in range(CROWD))
MORE_CONSENTS = "number,organisation,purposes,categories,channels,from,until,wording,evidence\n" + "".join(
    f"+86139222200{i:02d},org_a,{members.INTRODUCE},basic,call,2020-01-01,,You may.,{members.evidence(str(i))}\n"
    for i in range(CROWD))
NUMBERS = {**members.NUMBERS, "per_lin2": members.NUMBERS["per_lin"], **{f"per_c{i}": f"+86139222200{i:02d}" for i in range(CROWD)}}
HIDDEN = [*members.HIDDEN, "1392222", "per_lin", "per_xue", "per_shi", "Crowd"]
# A JPEG of one pixel.
PICTURE = base64.b64decode(
    "/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////"
    "////////wAALCAABAAEBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAA//EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AN//Z")


class Agency(menshen.Case):
    """Members and staff, and what they do with introductions."""
    def setUp(self):
        super().setUp()
        hook, self.sent = members.hook(self)
        config = self.file("menshen.yaml", hook + "limits: {sign_ins_per_address: 1000}\n")
        self.gate = self.server(sip=False, config=config)
        self.tokens, self.pages = {}, {}
        for i, (kind, text) in enumerate([*members.FACTS, ("persons", MORE), ("consents", MORE_CONSENTS)]):
            status, out, err = self.gate.run("import", kind, self.file(f"{i}.csv", text))
            self.assertEqual(status, 0, out + err)

    # -- Who asks ---------------------------------------------------------------------------

    def staff(self, method, path, body=None, who="stf_manager", headers=None):
        if who not in self.tokens:
            self.tokens[who] = self.gate.token("all", subject=who)
        status, _, text = self.gate.http(method, path, body, token=self.tokens[who], headers={**PURPOSE, **(headers or {})})
        return status, json.loads(text)

    def her(self, person, method="GET", path="", body=None):
        """(status, text) of a route of hers."""
        if person not in self.pages:
            self.pages[person] = members.sign_in_person(self.gate, self.sent, NUMBERS[person])
        status, headers, text = self.gate.http(method, "/v1/me/introductions" + path, body, headers=self.pages[person])
        for word in HIDDEN:
            self.assertNotIn(word, str(headers) + text)
        return status, text

    def mine(self, person):
        status, text = self.her(person)
        self.assertEqual(status, 200, text)
        return json.loads(text)["introductions"]

    def say(self, person, id, **body):
        return self.her(person, "POST", "/" + id, body)

    def propose(self, first="per_lin", second="per_xue", **more):
        status, body = self.staff("POST", "/v1/introductions", {"first": first, "second": second, **more})
        self.assertEqual(status, 201, body)
        return body["id"]

    def accepted(self, first, second):
        id = self.propose(first, second)
        for person in (first, second):
            self.assertEqual(self.say(person, id, accept=True)[0], 200)
        return id

    def meet(self, id, at, who="stf_manager"):
        return self.staff("POST", f"/v1/introductions/{id}/meeting", {"at": at.isoformat(timespec="seconds")}, who)

    def refused(self, answer, status, code):
        self.assertEqual((answer[0], answer[1]["code"]), (status, code), answer[1])

    def consent(self, person, **change):
        status, _, text = self.gate.http("PUT", "/v1/me/consents", {"changes": [change]}, headers=self.pages[person])
        self.assertEqual(status, 200, text)

    def withdraw(self, person, *categories):
        listed = json.loads(self.gate.get("/v1/me/consents", headers=self.pages[person])[2])["consents"]
        for c in listed:
            if c["status"] == "active" and c["purposes"] == [members.INTRODUCE] and set(c["categories"]) & set(categories):
                self.consent(person, act="withdraw", id=c["id"])

    def looks(self, person):
        text = self.gate.get("/v1/me/looks", headers=self.pages[person])[2]
        other = "per_xue" if person == "per_lin" else "per_lin"
        self.assertNotIn(other, text)
        return json.loads(text)["looks"]


@engine.both
class Introductions(Agency):
    # -- What is seen -----------------------------------------------------------------------

    def test_each_sees_only_what_the_other_agreed_to(self):
        status, _, text = self.gate.http("PUT", "/v1/persons/per_xue/photos/1", PICTURE, token=self.gate.token("all", "stf_manager"),
                                         headers={"Content-Type": "image/jpeg"})
        self.assertEqual(status, 200, text)
        id = self.propose(first_shows=["basic", "contact"], second_shows=["basic", "education", "photo"])
        alias = {p: self.mine(o)[0]["alias"] for p, o in (("per_lin", "per_xue"), ("per_xue", "per_lin"))}
        # Education of the one and property of the other are agreed to, but not named.
        wanted = {
            "per_xue": {"id": id, "alias": alias["per_lin"], "masked": {"contact": {"relay": True}}, "shown": {
                "basic": {"gender": "f", "birth_year": "1993", "height_cm": "162", "district": "Xuhui"}}},
            "per_lin": {"id": id, "alias": alias["per_xue"], "masked": {}, "shown": {
                "basic": {"gender": "f", "birth_year": "1991", "height_cm": "168", "district": "Minhang"},
                "education": {"education": "master", "school": "Tongji"}, "photo": {"photos": [1]}}}}
        for person, view in wanted.items():
            status, text = self.her(person, path="/" + id)
            self.assertEqual((status, json.loads(text)), (200, view))
        picture = lambda person, n=1: self.gate.http("GET", f"/v1/me/introductions/{id}/photos/{n}", headers=self.pages[person])
        self.assertEqual(picture("per_lin")[0], 200)
        self.assertEqual(picture("per_lin")[1]["Content-Type"], "image/jpeg")
        self.assertEqual((picture("per_lin", 2)[0], picture("per_xue")[0]), (404, 404))
        # For anybody else there is nothing, and for the two no other way.
        nothing = self.her("per_shi", path="/int_" + "0" * 32)
        self.assertEqual((nothing[0], self.her("per_shi", path="/" + id)), (404, nothing))
        self.assertEqual(self.say("per_shi", id, accept=True)[0], 404)
        self.assertEqual(self.gate.get("/v1/persons/per_xue", headers={**self.pages["per_lin"], **PURPOSE})[0], 403)
        self.assertEqual(self.staff("GET", "/v1/me/introductions")[0], 403)
        # Each look is on the record of who was looked at, by the other's alias, with a proof.
        for person, other in (("per_lin", "per_xue"), ("per_xue", "per_lin")):
            menshen.until(lambda: self.looks(person), 10, "looks are found")
            look = self.looks(person)[0]
            self.assertEqual((look["looker"], look["introduction"], look["purpose"], look["surface"], look["organisation"]),
                             (alias[other], id, members.INTRODUCE, "detail", "org_a"))
            menshen.until(lambda: self.gate.get(look["proof"], headers=self.pages[person])[0] == 200, 10, "a proof")
            proof.check(self.gate.get(look["proof"], headers=self.pages[person])[2])
            status, _, text = self.gate.get(look["proof"] + "?opened=yes", headers=self.pages[person])
            self.assertEqual((status, json.loads(text)["code"]), (403, "opening-withheld"))
            record = self.gate.get(f"/v1/records/{look['record']}", headers=self.pages[person])[2]
            self.assertIn(alias[other], record)
            self.assertNotIn(other, record)
        # What she withdraws is closed at the next look; all of it closes both ways.
        self.withdraw("per_xue", "education", "photo")  # basic and education are one consent
        for person in wanted:
            self.assertEqual(self.her(person, path="/" + id)[0], 404)
        self.assertEqual(picture("per_lin")[0], 404)
        # Of her own copy it is a part, of what the other said nothing.
        self.assertEqual(self.say("per_lin", id, accept=True)[0], 200)
        page = members.sign_in_person(self.gate, self.sent, NUMBERS["per_xue"], confirm=True)
        text = self.gate.get("/v1/me/export", headers=page)[2]
        self.assertEqual([i["id"] for i in json.loads(text)["introductions"]], [id])
        self.assertNotIn("accepted", json.dumps(json.loads(text)["introductions"]))

    def test_nobody_learns_that_somebody_declined(self):
        """Not the other, not who proposed: both read and are answered as with one that nobody answers."""
        until = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=12)
        others = {self.propose("per_xue", other, until=until.isoformat(timespec="milliseconds")): other
                  for other in ("per_c0", "per_c1")}
        quiet, declined = others
        before = self.her("per_xue"), self.staff("GET", "/v1/introductions")
        self.assertEqual(self.her("per_xue", path="/" + declined)[0], 200)
        self.assertEqual(self.say("per_c1", declined, accept=False)[0], 200)
        self.assertEqual((self.her("per_xue"), self.staff("GET", "/v1/introductions")), before)  # byte for byte
        self.assertEqual(self.her("per_xue", path="/" + declined)[0], 404)

        def told(id, do):
            """What is answered, and how both read it then, but for what tells any two apart."""
            status, body = do(id)
            rows = [i for i in self.mine("per_xue") + self.staff("GET", "/v1/introductions")[1]["introductions"] if i["id"] == id]
            for row in rows:
                for name in ("alias", "first", "second", "proposed_at", "answered_at"):
                    row.pop(name, None)
            return status, body if status >= 400 else None, [{**r, "id": None} for r in rows]

        again = lambda id: self.staff("POST", "/v1/introductions", {"first": others[id], "second": "per_xue"})
        end = lambda id: self.staff("POST", f"/v1/introductions/{id}/end")
        for do, status in ((again, 409), (lambda id: self.say("per_xue", id, accept=True), 200), (lambda id: self.meet(id, until), 409)):
            self.assertEqual(told(quiet, do), told(declined, do))
            self.assertEqual(told(declined, do)[0], status)
        self.refused(again(declined), 409, "already-introduced")
        menshen.until(lambda: datetime.datetime.now(datetime.timezone.utc) > until, 20, "the end of its time")
        for do in (again, lambda id: self.say("per_xue", id, accept=False), lambda id: self.meet(id, until), end):
            self.assertEqual(told(quiet, do), told(declined, do))
        self.refused(again(declined), 409, "resting")
        self.assertEqual([r["status"] for r in told(declined, end)[2]], ["ended", "lapsed"])
        # Who leaves is gone from it at once.
        id = self.accepted("per_lin", "per_xue")
        self.pages["per_lin"] = members.sign_in_person(self.gate, self.sent, NUMBERS["per_lin"], confirm=True)
        self.assertEqual(self.gate.http("POST", "/v1/me/erasure", {}, headers=self.pages["per_lin"])[0], 202)
        menshen.until(lambda: self.mine("per_xue")[0]["status"] == "ended", 20, "the end of hers")
        self.assertEqual(self.her("per_xue", path="/" + id), self.her("per_xue", path="/" + declined))

    def test_it_lapses_by_itself(self):
        soon = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=3)
        id = self.propose(until=soon.isoformat(timespec="milliseconds"))
        self.assertEqual(self.say("per_xue", id, accept=True)[0], 200)
        self.assertEqual(self.her("per_xue", path="/" + id)[0], 200)
        menshen.until(lambda: self.mine("per_xue")[0]["status"] == "ended", 10, "the end of its time")
        self.assertEqual(self.her("per_xue", path="/" + id)[0], 404)
        self.assertEqual(self.say("per_lin", id, accept=True)[0], 409)
        listed = lambda: self.staff("GET", "/v1/introductions")[1]["introductions"][0]
        menshen.until(lambda: listed()["status"] == "lapsed", 90, "the sweep")
        self.refused(self.staff("POST", "/v1/introductions", {"first": "per_xue", "second": "per_lin"}), 409, "resting")

    def test_who_may_propose_what(self):
        ask = lambda who="stf_manager", headers=None, **body: self.staff(
            "POST", "/v1/introductions", {"first": "per_lin", "second": "per_xue", **body}, who, headers)
        self.refused(ask("stf_sales"), 404, "not-found")  # she holds neither
        for body in ({"second": "per_far"}, {"second": "per_none"}, {"first": "per_none"}):
            self.refused(ask(**body), 404, "not-found")
        self.refused(ask("stf_foreign"), 404, "not-found")
        self.assertEqual(ask("stf_comp")[0], 403)
        self.assertEqual(self.staff("POST", "/v1/persons/per_lin/claim", who="stf_sales")[0], 200)
        self.refused(ask("stf_sales", {"Purpose": members.FOLLOWUP}), 422, "other-purpose")
        self.refused(ask(first="per_xue"), 422, "same-person")
        self.refused(ask(second="per_you"), 403, "not-shared")
        self.refused(ask(first_shows=["basic", "photo"]), 403, "not-shared")
        self.refused(ask(second_shows=["education"]), 403, "not-shared")
        self.refused(ask(second_shows=["basic", "history"]), 403, "not-shared")
        self.assertEqual(ask(first_shows=[])[0], 400)
        self.assertEqual(ask(first_shows=["all"])[0], 400)
        self.refused(ask(until="2020-01-01T00:00:00+08:00"), 422, "time-out-of-bounds")
        once = {"Idempotency-Key": "0123456789abcdef"}
        first = ask("stf_sales", once)
        self.assertEqual(first[0], 201, first[1])
        self.assertEqual(ask("stf_sales", once), first)
        self.refused(ask(), 409, "already-introduced")
        id = first[1]["id"]
        now = datetime.datetime.now(datetime.timezone.utc)
        self.refused(self.meet(id, now), 409, "not-accepted")
        self.refused(self.meet(id, now, "stf_other"), 404, "not-found")
        self.assertEqual([self.say(p, id, accept=True)[0] for p in ("per_lin", "per_xue")], [200, 200])
        self.assertEqual(self.staff("POST", f"/v1/persons/per_lin/followups",
                                    {"kind": "call", "outcome": "refuses-contact"}, "stf_sales")[0], 201)
        self.refused(self.meet(id, now), 403, "frozen")
        self.assertEqual(self.her("per_xue", path="/" + id)[0], 404)  # who wants no contact is not shown
        self.refused(ask(second="per_shi"), 403, "frozen")

    def test_a_meeting_and_what_came_of_it(self):
        id = self.accepted("per_lin", "per_xue")
        self.assertEqual([self.mine(p)[0]["status"] for p in ("per_lin", "per_xue")], ["accepted", "accepted"])
        told = lambda who, **body: self.staff("POST", f"/v1/introductions/{id}/outcome", body, who)
        self.refused(told("stf_manager", person="per_lin", outcome="again"), 409, "not-met")
        self.assertEqual(self.say("per_lin", id, outcome="again")[0], 409)
        now = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=2)
        status, body = self.meet(id, now)
        self.assertEqual((status, body["status"]), (200, "accepted"))
        menshen.until(lambda: self.mine("per_xue")[0]["status"] == "met", 10, "the time")
        before = self.her("per_xue")
        self.assertEqual(told("stf_manager", person="per_lin", outcome="again")[1]["status"], "met")
        self.assertEqual(json.loads(self.say("per_lin", id, outcome="no")[1])["outcome"], "no")
        self.refused(told("stf_manager", person="per_lin", outcome="again"), 409, "already-told")
        self.assertEqual(self.her("per_xue"), before)
        # After it she may still end what the other sees of her.
        self.assertEqual(self.her("per_xue", path="/" + id)[0], 200)
        self.assertEqual(self.say("per_lin", id, accept=False)[0], 200)
        self.assertEqual(self.her("per_xue", path="/" + id)[0], 404)
        self.assertEqual(self.staff("GET", "/v1/introductions")[1]["introductions"][0]["status"], "ended")

    def test_one_meeting_a_day_and_many_are_an_alert(self):
        ids = [self.accepted("per_lin", f"per_c{i}") for i in range(CROWD)]
        day = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=1)
        with ThreadPoolExecutor(CROWD) as pool:
            answers = list(pool.map(lambda id: self.meet(id, day), ids))
        self.assertEqual(sorted(a[0] for a in answers), [200] + [409] * (CROWD - 1))
        self.assertEqual({a[1]["code"] for a in answers if a[0] == 409}, {"one-meeting-a-day"})
        won = next(i for i, a in enumerate(answers) if a[0] == 200)
        rest = [id for i, id in enumerate(ids) if i != won]

        def alerts(who):
            listed = self.staff("GET", "/v1/alerts", who=who)[1]["alerts"]
            return [a for a in listed if a["pattern"] == "many-first-meetings"]

        for i, id in enumerate(rest[:-1]):
            self.assertEqual(self.meet(id, day + datetime.timedelta(days=1 + i))[0], 200)
        self.assertEqual(alerts("stf_comp"), [])  # seven
        far = self.meet(rest[-1], day + datetime.timedelta(days=30))
        self.assertEqual((far[0], alerts("stf_comp")), (200, []))  # an eighth, in another period
        self.assertEqual(self.meet(rest[-1], day + datetime.timedelta(days=9))[0], 200)
        alert = menshen.until(lambda: [a for a in alerts("stf_comp") if len(a["evidence"]) == CROWD], 10, "the records")[0]
        self.assertEqual((alert["person"], alert["count"], "staff" in alert), ("per_lin", CROWD, False))
        self.assertEqual(alerts("stf_state"), [alert])
        self.assertNotIn("also", alert)
        self.assertEqual(alerts("stf_foreigncomp"), [])
        # Whoever is shown it reads what it rests on.
        for record in alert["evidence"]:
            status, shown = self.staff("GET", f"/v1/records/{record}", who="stf_comp")
            self.assertEqual((status, shown["fact"], shown["introduction"] in ids), (200, "introductions", True))
            self.assertEqual(self.staff("GET", f"/v1/records/{record}", who="stf_state")[0], 200)
            for who in ("stf_manager", "stf_foreigncomp"):
                self.assertEqual(self.staff("GET", f"/v1/records/{record}", who=who)[0], 404)
        self.assertEqual(self.staff("GET", "/v1/alerts", who="stf_manager")[0], 403)
        self.assertEqual([i["status"] for i in self.mine("per_lin")], ["accepted"] * CROWD)  # it decides nothing

    def test_an_alert_counts_humans(self):
        """Four meetings by each of two memberships are eight of one human, and not of two; so with whom they meet."""
        day = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=1)

        def alerts():
            listed = self.staff("GET", "/v1/alerts", who="stf_comp")[1]["alerts"]
            return [a for a in listed if a["pattern"] == "many-first-meetings"]

        def bring(rows):
            status, out, err = self.gate.run("import", "persons", self.file("again.csv", MORE.splitlines()[0] + "\n" + rows))
            self.assertEqual(status, 0, out + err)

        # Two who are one, and one who is another beside them.
        bring(f"per_lin2,org_b,{NUMBERS['per_lin']},Crowd L,city,,f,1993\n")
        for i in range(CROWD):
            for one in ("per_xue" if i < 4 else "per_shi", "per_lin" if i % 2 else "per_lin2"):
                id = self.accepted(one, f"per_c{i}")
                self.assertEqual(alerts(), [])
                at = day + datetime.timedelta(days=i if one.startswith("per_lin") else 10 + i)
                self.assertEqual(self.meet(id, at)[0], 200)
        alert, = alerts()
        self.assertEqual((alert["person"], alert["also"], alert["count"]), ("per_lin", ["per_lin2"], CROWD))
        # The eight are seven, once two of them are one.
        bring("".join(f"per_c{i},org_a,{NUMBERS['per_c0']},Crowd {i},city,,m,1990\n" for i in (0, 2)))
        self.assertEqual(alerts(), [])

    def test_texts_name_nobody(self):
        """What is sent about an introduction is the same for all, whoever proposes and whatever comes of it."""
        def sent():
            with open(self.sent, encoding="utf-8") as f:
                return [json.loads(m) for m in re.findall(r"\{[^{}]*\}", f.read())]

        for person in ("per_lin", "per_xue", "per_shi"):
            self.mine(person)  # signs in
        texts = set()
        self.assertEqual(self.staff("POST", "/v1/persons/per_shi/claim", who="stf_store")[0], 200)
        # Who was told so within the hour is not told again.
        for staff, pair, told in (("stf_manager", ("per_lin", "per_xue"), ("per_lin", "per_xue")),
                                  ("stf_store", ("per_shi", "per_lin"), ("per_shi",))):
            before = len(sent())
            status, body = self.staff("POST", "/v1/introductions", {"first": pair[0], "second": pair[1]}, staff)
            self.assertEqual(status, 201, body)
            menshen.until(lambda: len(sent()) == before + len(told), 20, "a text to each")
            new = sent()[before:]
            self.assertEqual({m["number"] for m in new}, {NUMBERS[p] for p in told})
            texts |= {m["text"] for m in new}
            id = body["id"]
            for person in pair:
                self.assertEqual(self.say(person, id, accept=True)[0], 200)
            tomorrow = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=1)
            self.assertEqual(self.meet(id, tomorrow, staff)[0], 200)
            self.assertEqual(self.say(pair[0], id, accept=False)[0], 200)
            self.assertEqual(len(sent()), before + len(told))
        self.assertEqual(len(texts), 1, texts)
        # No digit, no id, nothing of the trade.
        for word in (*"0123456789_@", "agency", "organisation", "match", "introduc", "婚", "机构", "牵线", "见面"):
            self.assertNotIn(word, texts.copy().pop().lower())


if __name__ == "__main__":
    engine.main()
