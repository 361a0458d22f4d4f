"""kill -9 at random moments under SIP load: nothing that was answered is lost.

After each restart the ledger verifies, every answered call has its record with the
same caller and callee, and a person who had been called is still protected by the
frequency cap. MENSHEN_KILLS sets the number of rounds.
"""
import json
import os
import random
import socket
import threading
import time
import unittest

import facts
import menshen
import sip

ROUNDS = int(os.environ.get("MENSHEN_KILLS", "50"))
SEED = int(os.environ.get("MENSHEN_SEED", "20181118"))


class Load(threading.Thread):
    """Sends calls until the server is gone; remembers those that were answered."""

    def __init__(self, port, number, people):
        super().__init__(daemon=True)
        self.client = sip.Client(port, timeout=0.3)
        self.number, self.people = number, people
        self.answered = []  # (caller, callee, record)
        self.allowed = []   # people whom the insurer's call was allowed to reach
        self.stop = False

    def run(self):
        n = 0
        while not self.stop:
            n += 1
            if n % 10 == 0 and self.people:
                person = self.people.pop()
                a = self.client.invite(facts.SALES_NUMBER, person, facts.SALES_LINE, facts.CAMPAIGN)
                caller = "95500"
                if a and a.get("X-Menshen-Verdict").startswith("allow"):
                    self.allowed.append(person)
            else:
                caller = f"+861380{self.number:02d}{n % 100000:05d}"
                person = f"+861370{self.number:02d}{n % 100000:05d}"
                a = self.client.invite(caller, person, facts.PERSON_LINE)
            if a and a.record:
                self.answered.append((caller, person, a.record))
        self.client.close()


class Kill(menshen.Case):
    def test_nothing_answered_is_lost(self):
        random.seed(SEED)
        server = self.server(start=False, config=self.file("config.yaml", facts.config(self)))
        facts.load(self, server.data, people=1000)
        unused = [facts.callee(n) for n in range(1000)]
        total = 0
        for round_number in range(ROUNDS):
            since = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
            server.start()
            people = [[unused.pop() for _ in range(2)] for _ in range(3)]
            loads = [Load(server.sip_port, i, p) for i, p in enumerate(people)]
            for load in loads:
                load.start()
            time.sleep(random.uniform(0.05, 0.5))
            server.kill()
            for load in loads:
                load.stop = True
            for load in loads:
                load.join()

            server.start()
            with self.subTest(round=round_number):
                code, out, err = server.run("ledger", "verify")
                self.assertEqual(code, 0, out + err)
                found = {}
                out = server.run("ledger", "find", "--since", since, "--json")[1]
                for line in out.splitlines():
                    call = json.loads(line)
                    found[call["record"]] = (call["caller"], call["callee"])
                for load in loads:
                    for caller, callee, record in load.answered:
                        total += 1
                        self.assertEqual(found.get(record), (caller, callee), record)
                    for person in load.allowed:
                        again = server.call(facts.SALES_NUMBER, person, facts.SALES_LINE,
                                            "--campaign", facts.CAMPAIGN, "--dry-run")
                        self.assertEqual(again["reason"], "frequency-cap")
            self.assertEqual(server.stop(), 0)
        self.assertGreater(total, ROUNDS, "calls were answered before the kills")


class Looker(threading.Thread):
    """Asks looks at the control socket until the server is gone; remembers those that were answered."""

    def __init__(self, data, person):
        super().__init__(daemon=True)
        self.data, self.person, self.answered = data, person, []

    def run(self):
        ask = {"do": "look", "staff": "stf_li", "person": self.person, "purpose": "matchmaking.introduce",
               "fields": "basic,photo"}
        try:
            with socket.socket(socket.AF_UNIX) as s:
                s.connect(os.path.join(self.data, "menshen.sock"))
                lines = s.makefile("rw")
                while True:
                    lines.write(json.dumps(ask) + "\n")
                    lines.flush()
                    answer = json.loads(lines.readline())
                    if answer.get("shown"):
                        self.answered.append(answer["record"])
        except (OSError, ValueError):
            pass


class KillLooks(menshen.Case):
    """Nothing is shown without its record: also not when the power goes in between."""

    PERSONS = ("per_lin", "per_xue", "per_shi")
    FILES = {
        "organisations": "id,name,kind,sector,licence,region,status\norg_red,Red,agency,matchmaking,,310000,active\n",
        "staff": "id,organisation,name,role,login,certificate,status\nstf_li,org_red,Li,sales,,SH1:2099-12-31,active\n",
        "persons": "id,organisation,number,name,pool\n" + "".join(
            f"{p},org_red,+861380000000{i},{p},city\n" for i, p in enumerate(PERSONS)),
        "consents": "number,organisation,purposes,categories,channels,from,until,wording,evidence\n" + "".join(
            f"+861380000000{i},org_red,matchmaking.introduce,{what},file,2020-01-01,,yes,sha256:{digit * 64}\n"
            for i in range(len(PERSONS)) for what, digit in (("basic", "0"), ("photo", "1"))),
    }

    def test_every_look_that_was_answered_is_hers_to_read(self):
        random.seed(SEED)
        server = self.server(start=False)
        for kind, text in self.FILES.items():
            self.run_ok("import", kind, self.file(kind + ".csv", text), data=server.data)
        tokens, seen, total = {}, {p: {} for p in self.PERSONS}, 0
        for round_number in range(max(ROUNDS // 5, 3)):
            server.start()
            tokens = tokens or {p: server.token("explain", p) for p in self.PERSONS}
            looks = [Looker(server.data, p) for p in self.PERSONS]
            for look in looks:
                look.start()
            time.sleep(random.uniform(0.1, 0.6))
            server.kill()
            for look in looks:
                look.join()
            server.start()
            with self.subTest(round=round_number):
                self.assertEqual(server.run("ledger", "verify")[0], 0)
                for look in looks:
                    for record in look.answered:
                        total += 1
                        status, _, text = server.get("/v1/records/" + record, token=tokens[look.person])
                        self.assertEqual(status, 200, record)
                        hers = json.loads(text)
                        self.assertEqual((hers["person"], hers["looker"], hers["verdicts"]["basic"]["verdict"]),
                                         (look.person, "stf_li", "show"))
                        # A running number is given once, whatever the crash undid.
                        self.assertNotIn(hers["number"], seen[look.person])
                        seen[look.person][hers["number"]] = record
            self.assertEqual(server.stop(), 0)
        self.assertGreater(total, 0, "looks were answered before the kills")


if __name__ == "__main__":
    unittest.main()
