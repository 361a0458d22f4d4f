"""Pages of 100,000 members over HTTP, in every order and pool: judged, recorded and shown, as the console asks.

Against nothing: what is asked is that nobody waits, p95 below 50 ms in the server, one
page after another, from the first to one in the middle. The plain request beside it
(GET /healthz) shows what of that is connection and scheduling.
"""
import http.client
import json
import os
import random
import sys
import time

import menshen
from harness.base import Part
from harness.samples import OURS, Goal, Measure

MEMBERS, STORES, STAFF = 100_000, 20, 400
ROWS = 30  # of a page
HELD = 40  # by each member of staff, the last of them the asker
DISTRICTS = ("徐汇区", "静安区", "浦东新区", "闵行区", "长宁区")


def lines(*rows):
    return "".join(",".join(map(str, r)) + "\n" for r in rows)


class Agency:
    def start(self, folder):
        self.data = os.path.join(folder, "data")
        stores = [f"org_s{n:02}" for n in range(STORES)]
        columns = ("id", "organisation", "store", "number", "name", "pool", "gender", "birth_year", "district", "education")
        files = {
            "organisations": lines(("id", "name", "kind", "sector", "licence", "region", "status", "parent", "legal_entity"),
                                   ("org_house", "House", "agency", "matchmaking", "M", "31", "active", "", "org_house"),
                                   *((s, s, "agency", "matchmaking", "M", "31", "active", "org_house", "org_house")
                                     for s in stores)),
            "staff": lines(("id", "organisation", "name", "role", "login", "certificate", "status"),
                           *((f"stf_{n}", stores[n % STORES], f"S{n}", "sales", f"s{n}@bench", f"SH{n}:2099-12-31", "active")
                             for n in range(STAFF))),
            "persons": lines(columns, *((f"per_{n}", stores[n % STORES], stores[n % STORES], f"+86138{n:08}", f"P{n}",
                                         "store" if n % 3 else "city", "F", 1970 + n % 35, DISTRICTS[n % 5], "本科")
                                        for n in range(MEMBERS))),
            "consents": lines(("number", "organisation", "purposes", "categories", "channels", "from", "until", "wording",
                               "evidence"),
                              *((f"+86138{n:08}", "org_house", "matchmaking.introduce", "basic;education", "call",
                                 "2020-01-01", "", "w", "sha256:" + "0" * 64) for n in range(MEMBERS))),
        }
        began = time.monotonic()
        for kind, text in files.items():
            code, out, err = menshen.run("import", kind, "-", data=self.data, stdin=text, timeout=3600)
            if code != 0:
                sys.exit(f"import {kind}: exit {code}: {err}")
        print(f"imported {MEMBERS:,} members and their consents in {time.monotonic() - began:.0f} s", flush=True)
        self.hold()
        config = os.path.join(folder, "config.yaml")
        with open(config, "w") as f:
            f.write("limits: {http_per_address: 256}\n")
        self.server = menshen.Server(self.data, config=config)
        self.server.start()
        self.token = self.server.token("look", "stf_0")

    def hold(self):
        """Claims of all staff, written as they would stand: five a day each would take a week."""
        import sqlite3
        db = sqlite3.connect(self.data + "/menshen.db")
        db.create_collation("C", lambda a, b: (a > b) - (a < b))
        now = time.time_ns()
        db.executemany("UPDATE members SET owner = ?, claimed_at = ?, followed_at = ?, version = 2 WHERE id = ?",
                       ((f"stf_{s}", now - random.randrange(6 * 86400) * 10**9, now if n % 2 else None,
                         f"per_{s + n * STAFF}") for s in range(STAFF) for n in range(HELD)))
        db.commit()
        db.close()

    def ask(self, connection, path):
        """(seconds, answer)."""
        began = time.monotonic()
        connection.request("GET", path, headers={"Authorization": "Bearer " + self.token,
                                                 "Purpose": "matchmaking.introduce"})
        answer = connection.getresponse()
        text = answer.read()
        took = time.monotonic() - began
        if answer.status != 200:
            sys.exit(f"{path}: {answer.status} {text}")
        return took, text

    def walk(self, query, pages):
        """Seconds of page after page."""
        connection, cursor, took = http.client.HTTPConnection("127.0.0.1", self.server.http_port), "", []
        for _ in range(pages):
            t, text = self.ask(connection, f"/v1/persons?limit={ROWS}&{query}{cursor}")
            took.append(t)
            following = json.loads(text)["next"]
            cursor = f"&cursor={following}" if following else ""
        connection.close()
        return took


QUERIES = [("everybody", "sort=alias"), ("everybody, backwards", "sort=-alias"), ("by end of claim", "sort=returns_at"),
           ("by owner", "sort=owner"), ("by pool", "sort=pool"), ("by claim", "sort=claimed_at"),
           ("my own, by end", "pool=mine&sort=returns_at"), ("my own, due", "pool=mine&view=due"),
           ("everybody's that end soon", "view=expiring&sort=returns_at"), ("the store's pool", "pool=store"),
           ("the city's pool", "pool=city"), ("the city's, backwards", "pool=city&sort=-alias"),
           ("search: many", "q=1"), ("search: nobody", "q=nobody-has-this"), ("search: an owner", "q=stf_7")]


def p95(times):
    return sorted(times)[int(len(times) * 0.95)] * 1000


class Lists(Part):
    name = "lists"
    title = f"Lists: a page of {ROWS} of {MEMBERS:,} members in {STORES} stores, {STAFF * HELD:,} of them held"
    measures = [Measure("lists." + name, name, "ms (p95 of ten pages)", {"plain": ("GET /healthz", None)}, Goal(most=50))
                for name, _ in QUERIES]

    agency = None

    def start(self, folder, full):
        super().start(folder, full)
        random.seed(1)
        self.agency = Agency()
        self.agency.start(folder)

    def round(self, samples, seconds):
        connection = http.client.HTTPConnection("127.0.0.1", self.agency.server.http_port)
        plain = p95([self.agency.ask(connection, "/healthz")[0] for _ in range(50)])
        connection.close()
        for name, query in QUERIES:
            samples.add("lists." + name, OURS, p95(self.agency.walk(query, 10)))
            samples.add("lists." + name, "plain", plain)

    def stop(self):
        if getattr(self.agency, "server", None):
            self.agency.server.stop()
