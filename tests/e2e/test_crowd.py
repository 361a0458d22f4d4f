"""A crowd on one server: looks, lists, claims, withdrawals, exports and erasures at the same time.

Whatever the order, an answered look has its record and she finds it; after a withdrawal is
answered no look begun later shows anything; a member has one owner; nothing fails.
MENSHEN_CROWD sets the seconds.
"""
import json
import os
import random
import threading
import time

import engine
import members
import menshen
from members import INTRODUCE

SECONDS = float(os.environ.get("MENSHEN_CROWD", "4"))
MEMBERS, LOOKERS, CLAIMERS, PERSONS, ERASED = 20, 5, 4, 5, 2
UNTIL = "2027-06-01T00:00:00+08:00"


def number(n):
    return f"+86139222200{n:02d}"


def staff(role, count):
    return [f"stf_{role}{n}" for n in range(count)]


@engine.both
class Crowd(menshen.Case):
    """`said` holds what was answered; the first surprise of any thread ends all of them."""

    def setUp(self):
        super().setUp()
        config, sent = members.hook(self)
        self.gate = self.server(sip=False, config=self.file("menshen.yaml", config + "limits: {sign_ins_per_address: 1000}\n"))
        everybody = staff("look", LOOKERS) + staff("claim", CLAIMERS)
        for kind, text in (
                ("organisations", members.ORGANISATIONS),
                ("staff", "id,organisation,name,role,login,certificate,status\n" + "".join(
                    f"{s},org_a,S,sales,,C{s}:2099-12-31,active\n" for s in everybody) + "stf_boss,org_a,M,manager,boss@a,CM:2099-12-31,active\n"),
                ("persons", "id,organisation,number,name,pool,gender,district\n" + "".join(
                    f"per_{n},org_a,{number(n)},N,city,f,Xuhui\n" for n in range(MEMBERS))),
                ("consents", "number,organisation,purposes,categories,channels,from,until,wording,evidence\n" + "".join(
                    f"{number(n)},org_a,{INTRODUCE},basic,file,2020-01-01,,You may.,{members.EVIDENCE}\n"
                    for n in range(MEMBERS)))):
            code, out, err = self.gate.run("import", kind, self.file(kind + ".csv", text))
            self.assertEqual(code, 0, out + err)
        self.boss = {**members.sign_in(self.gate, "stf_boss", confirm=True), "Purpose": INTRODUCE}
        self.tokens = {s: self.gate.token("all", s) for s in everybody}
        self.pages = [members.sign_in_person(self.gate, sent, number(n), confirm=True) for n in range(PERSONS + ERASED)]
        self.lock, self.wrong = threading.Lock(), []
        self.looks, self.claims = [], []  # (person, record), (person, +1 or -1)

    def ask(self, method, path, who, body=None, expected=(200,), headers=None):
        """(status, headers, JSON); `who` is a member of staff or a page."""
        own = who if isinstance(who, dict) else {"Authorization": "Bearer " + self.tokens[who], "Purpose": INTRODUCE}
        status, answer, text = self.gate.http(method, path, body, headers={**own, **(headers or {})})
        self.assertIn(status, expected, f"{method} {path}: {text}")
        return status, answer, json.loads(text)

    # -- What each does, again and again -------------------------------------------------------

    def look(self, who, person):
        status, headers, text = self.ask("GET", f"/v1/persons/{person}", who, expected=(200, 403, 404))
        if status == 200:
            self.assertEqual((text["id"], text["shown"]["basic"]["district"]), (person, "Xuhui"))
            with self.lock:
                self.looks.append((person, headers["X-Menshen-Record"]))
        return status

    def read(self, who):
        self.look(who, f"per_{random.randrange(MEMBERS)}")
        if random.random() < 0.2:
            self.assertTrue(self.ask("GET", "/v1/persons?limit=10", who)[1]["X-Menshen-Record"])
        if random.random() < 0.1:
            self.ask("GET", "/v1/exports/persons", self.boss)

    def claim(self, who):
        person = f"per_{random.randrange(PERSONS + ERASED, MEMBERS)}"
        key = {"Idempotency-Key": f"{random.getrandbits(128):032x}"}
        path = f"/v1/persons/{person}/claim"
        status, _, first = self.ask("POST", path, who, b"", (200, 403, 409, 429), key)
        if status == 200:
            again = self.ask("POST", path, who, b"", (200, 409), key)
            # Whoever is erased takes what was answered of late along, to everybody (person/leave.c).
            self.assertEqual(again[2] if again[0] == 200 else again[2]["code"], first if again[0] == 200 else "answer-lost")
            with self.lock:
                self.claims.append((person, 1))
            self.ask("POST", f"/v1/persons/{person}/followups", who, {"kind": "call", "outcome": "reached"}, (201,))
            if random.random() < 0.7:
                self.ask("POST", f"/v1/persons/{person}/release", who, {"reason": "not for me"})
                with self.lock:
                    self.claims.append((person, -1))

    def decide(self, n):
        """Withdraw, be sure of it, and give again."""
        page = self.pages[n]
        active = [c for c in self.ask("GET", "/v1/me/consents", page)[2]["consents"] if c["status"] == "active"]
        self.assertEqual(len(active), 1)
        self.ask("PUT", "/v1/me/consents", page, {"changes": [{"act": "withdraw", "id": active[0]["id"]}]})
        self.assertEqual(self.look(f"stf_look{n % LOOKERS}", f"per_{n}"), 403)
        self.ask("GET", "/v1/me/export", page)
        terms = {"organisation": "org_a", "purposes": [INTRODUCE], "categories": ["basic"], "channels": ["file"], "until": UNTIL}
        terms["wording"] = self.ask("POST", "/v1/me/consents/wording", page, terms)[2]["zh"]
        self.ask("PUT", "/v1/me/consents", page, {"changes": [{"act": "give", **terms}]})
        self.assertEqual(self.look(f"stf_look{n % LOOKERS}", f"per_{n}"), 200)
        self.ask("GET", "/v1/me/looks", page)

    def erase(self, n):
        page = self.pages[n]
        time.sleep(SECONDS * random.uniform(0.2, 0.6))
        self.ask("POST", "/v1/me/erasure", page, {}, (202,))
        menshen.until(lambda: self.ask("GET", "/v1/me/erasure", page)[2]["erasures"][0]["status"] == "done", 60, "an erasure")
        self.assertEqual(self.look("stf_look0", f"per_{n}"), 404)

    def crowd(self):
        end = time.monotonic() + SECONDS

        def run(act, *args):
            try:
                while True:
                    act(*args)
                    if act == self.erase or self.wrong or time.monotonic() > end:
                        return
            except BaseException as e:  # of another thread, so that it is told below
                self.wrong.append(e)

        acts = [(self.read, s) for s in staff("look", LOOKERS)] + [(self.claim, s) for s in staff("claim", CLAIMERS)]
        acts += [(self.decide, n) for n in range(PERSONS)] + [(self.erase, PERSONS + n) for n in range(ERASED)]
        threads = [threading.Thread(target=run, args=a) for a in acts]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        if self.wrong:
            raise self.wrong[0]

    def found(self, n):
        """Records of looks at her that she finds."""
        records, path = set(), "/v1/me/looks"
        while path:
            page = self.ask("GET", path, self.pages[n])[2]
            self.assertFalse([x for x in page["looks"] if x.get("gap")])
            records |= {x["record"] for x in page["looks"]}
            path = page.get("next") and "/v1/me/looks?cursor=" + page["next"]
        return records

    def test_a_crowd(self):
        self.crowd()
        self.assertGreater(len(self.looks), 20)
        self.assertGreater(len(self.claims), 2)
        for n in range(PERSONS + ERASED):
            mine = {record for person, record in self.looks if person == f"per_{n}"}
            menshen.until(lambda: mine <= self.found(n), 20, f"the looks at per_{n} are hers to read")
        owners = dict(engine.rows(self.gate, "SELECT id, owner FROM members"))
        for n in range(MEMBERS):
            held = sum(change for person, change in self.claims if person == f"per_{n}")
            self.assertEqual(held, int(bool(owners[f"per_{n}"])), f"per_{n}")
        self.assertEqual(self.gate.stop(), 0, self.gate.messages())
        status, out, err = self.gate.run("ledger", "verify")
        self.assertEqual(status, 0, out + err)
        for _, record in random.sample(self.looks, 10):
            status, out, err = self.gate.run("ledger", "show", record, "--json")
            self.assertEqual(status, 0, err)
            self.assertEqual(json.loads(out)["verdicts"]["basic"]["verdict"], "show")


if __name__ == "__main__":
    engine.main()
