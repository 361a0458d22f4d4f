"""No member's number in anything that the sample agency, or anybody but herself, can get hold of.

Everybody asks everything, rightly and wrongly; what came back, the log and the ledger are then
searched for every member's number in every coding (codings.py). Let out on purpose, and left out
here: what she reads of herself, the sample city's outbox, which stands for her telephone, and what
the host's own commands find for who has its files (`ledger find`).
"""
import glob
import json
import os
import unittest

import agency
import codings
import engine
import menshen
import test_openapi

NUMBERS = [f"+86138{i:08}" for i in range(101, 401)]  # src/cli/demo_member.c
HERS = ("/v1/me", "/v1/outbox")
LISTS = ["/v1/persons", "/v1/persons?pool=store", "/v1/persons?pool=city", "/v1/persons?pool=private",
         "/v1/exports/persons", "/v1/exports/persons.csv", "/v1/alerts", "/v1/pools/settings", "/v1/staff",
         "/v1/bindings", "/v1/introductions", "/v1/contracts", "/metrics", "/v1/stops", "/v1/corrections"]
PURPOSES = ["matchmaking.introduce", "matchmaking.followup", "matchmaking.verify", "service", "complaint"]


@engine.both
class Leak(menshen.Case):
    def open(self):
        """The sample agency, and all that it says in `heard`."""
        config = self.file("menshen.yaml", "limits: {sign_ins_per_address: 100000, http_per_address: 200}\n")
        self.demo = self.server(sip=False, demo=True, config=config)
        self.heard = {}
        ask = self.demo.http_once

        def listen(method, path, *more, **options):
            status, headers, text = ask(method, path, *more, **options)
            if not path.startswith(HERS):
                self.heard.setdefault(f"{headers}\n\n{text}", f"{method} {path}: {status}")
            return status, headers, text

        self.demo.http_once = listen

    def everybody_asks_everything(self):
        walk = test_openapi.OpenApi("setUp")
        walk.server, walk.seen = self.demo, {}
        walk.document = json.loads(self.demo.get("/openapi.json")[2])
        walk.visitors = agency.visitors(self.demo)
        self.heard.clear()  # the description has examples
        test_openapi.OpenApi.seen = {}
        for path, method, op in walk.operations():
            for visitor in walk.visitors:
                if (method, path) != ("DELETE", "/v1/session") and path != "/openapi.json":
                    walk.replay(path, method, op, visitor)
        return walk.visitors

    def staff_read_all_they_may(self, visitors):
        for visitor in visitors:
            for purpose in PURPOSES if visitor.cookie else PURPOSES[:1]:
                for path in LISTS + [f"/v1/persons/per_x{i:03}" for i in range(1, 16)]:
                    visitor.ask("GET", path, headers={"Purpose": purpose})

    @engine.once
    def test_the_search_finds_each_form_wherever_it_stands(self):
        number = NUMBERS[7]
        seeker = codings.Seeker([number])
        for name, form in list(codings.of(number)) + list(codings.of_base64(number)):
            for text in (form, b'{"x":"a' + form + b'z"}'):
                self.assertTrue(seeker.in_(text), name)

    def test_no_member_s_number_in_any_form(self):
        self.open()
        visitors = self.everybody_asks_everything()
        self.staff_read_all_they_may(visitors)
        for command in (("doctor",), ("report", "observe"), ("ledger", "checkpoint"), ("rules", "list")):
            out = "".join(map(str, self.demo.run(*command, "--json")[1:]))
            self.heard.setdefault(out, " ".join(command))
        self.demo.stop()
        # The sample city says how to sign in as one of its people.
        self.heard["".join(x for x in self.demo.messages().splitlines(True) if "signs in with her" not in x)] = "the log"
        seeker = codings.Seeker(NUMBERS)
        leaks = {}
        for text, where in self.heard.items():
            for hit in seeker.in_(text.encode()):
                leaks.setdefault(hit, where)
        for path in glob.glob(self.demo.data + "/ledger/**", recursive=True):
            if os.path.isfile(path):
                with open(path, "rb") as f:
                    for hit in seeker.in_(f.read()):
                        leaks.setdefault(hit, os.path.relpath(path, self.demo.data))
        read = [where for where in self.heard.values() if where.endswith(": 200")]
        self.assertGreater(len(read), 100, "hardly anything was read")
        self.assertEqual(leaks, {})


if __name__ == "__main__":
    engine.main()
