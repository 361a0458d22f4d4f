"""kill -9 at random moments of lawful work: what was answered is done, and nothing is done by half.

MENSHEN_KILLS sets the number of rounds (a fifth of them here).
"""
import datetime
import json
import os
import random
import threading
import time

import engine
import members
import test_bindings
import test_contracts
import test_introductions

ROUNDS = max(int(os.environ.get("MENSHEN_KILLS", "50")) // 5, 3)
SEED = int(os.environ.get("MENSHEN_SEED", "20181118"))
NUMBERS = [f"+86139222200{n:02}" for n in range(ROUNDS)]
SIGNERS = "id,organisation,number,name,pool\n" + "".join(f"per_k{n},org_a,{NUMBERS[n]},K{n},city\n" for n in range(ROUNDS))


class Aim:
    """Kills that fall about where the answer does, on any machine: sooner after an answer, later without one."""
    window = 0.04

    def wait(self):
        time.sleep(random.uniform(0, self.window))

    def learn(self, answered):
        self.window *= 0.6 if answered else 1.6


@engine.both
class KillSigning(test_contracts.Office):
    """She signs, and the power goes: contract, member and journal say the same; the code is good once."""

    def offered(self, person):
        doc = test_contracts.document(self.edition_hash, self.now(), person, name=person)
        contract = self.staff("stf_manager", "POST", "/v1/contracts", {"contract": doc}, 201)
        self.staff("stf_manager", "POST", f"/v1/contracts/{contract['id']}/sign", {"hash": contract["hash"]})
        return contract

    def signed(self, contract, person):
        """Whether it is, if contract, member and journal agree on it."""
        rows = engine.rows(self.office, f"SELECT status AS a FROM contracts WHERE id = '{contract['id']}'")
        until = engine.rows(self.office, f"SELECT contract_until AS a FROM members WHERE id = '{person}'")
        told = engine.rows(self.office, "SELECT payload AS a FROM journal WHERE kind = 'contracts' AND "
                                        f"subject = '{contract['id']}'")
        member = engine.rows(self.office, f"SELECT payload AS a FROM journal WHERE kind = 'persons' AND subject = '{person}'")
        signatures = [t for t, in told if '"status":"signed"' in t.replace(" ", "")]
        opened = [t for t, in member if "contract_until" in t]
        is_signed = rows[0][0] == "signed"
        self.assertEqual((until[0][0] is not None, len(signatures), len(opened)), (is_signed, int(is_signed), int(is_signed)))
        return is_signed

    def test_a_signature_is_whole_or_none(self):
        random.seed(SEED)
        status, out, err = self.office.run("import", "persons", self.file("signers.csv", SIGNERS))
        self.assertEqual(status, 0, out + err)
        cut_short, aim = 0, Aim()
        for n, number in enumerate(NUMBERS):
            person = f"per_k{n}"
            contract, page = self.offered(person), self.member(number)
            path = f"/v1/contracts/{contract['id']}/sign"
            body = {"hash": contract["hash"], "code": self.ask_code(self.office, number)}
            headers = {**page, "Idempotency-Key": f"signature-of-round-{n}"}
            answers = []

            def sign():
                try:
                    answers.append(self.office.http("POST", path, body, headers=headers)[0])
                except OSError:
                    pass  # the server is gone

            thread = threading.Thread(target=sign)
            thread.start()
            aim.wait()
            self.office.kill()
            thread.join()
            aim.learn(answers)
            self.office.start()
            with self.subTest(round=n):
                done = self.signed(contract, person)
                self.assertTrue(done or answers == [], answers)
                cut_short += not answers
                # The same request again: one signature in any case.
                status, _, text = self.office.http("POST", path, body, headers=headers)
                self.assertIn(status, (200, 403, 409, 503), text)
                if not self.signed(contract, person):
                    code = self.ask_code(self.office, number)
                    self.hers(page, "POST", path, {**body, "code": code})
                    body["code"] = code
                self.assertTrue(self.signed(contract, person))
                again = self.office.http("POST", "/v1/session", {"number": number, "code": body["code"]})
                self.assertEqual(again[0], 401, again[2])
        self.assertGreater(cut_short, 0, "no kill came before the answer")
        self.assertEqual(self.office.run("ledger", "verify")[0], 0)


@engine.both
class KillBinding(test_bindings.Agency):
    """Staff ask for a relay number, and the power goes: what was answered rings, and nothing is bound by half."""
    sip = True
    ring = test_bindings.Rings.ring

    def test_a_binding_is_whole_or_none(self):
        random.seed(SEED)
        answered, aim = 0, Aim()
        self.her("per_lin")
        for n in range(min(ROUNDS, 8)):  # so many numbers there are, and each rests
            self.ask("per_none")  # the token is there
            answers = []

            def ask():
                try:
                    answers.append(self.ask())
                except OSError:
                    pass  # the server is gone

            thread = threading.Thread(target=ask)
            thread.start()
            aim.wait()
            self.gate.kill()
            thread.join()
            aim.learn(answers)
            self.gate.start()
            with self.subTest(round=n):
                rows = engine.rows(self.gate, "SELECT id AS a, relay AS b FROM bindings WHERE status = 'open'")
                told = engine.rows(self.gate, "SELECT subject AS a FROM journal WHERE kind = 'bindings'")
                known = engine.rows(self.gate, "SELECT id AS a FROM bindings")
                self.assertLessEqual(len(rows), 1)
                self.assertEqual({t[0] for t in told}, {k[0] for k in known})
                for status, body, _ in answers:
                    self.assertEqual(status, 201, body)
                    self.assertEqual([r[0] for r in rows], [body["id"]])
                answered += len(answers)
                for id, relay in rows:
                    whom = self.ring(members.NUMBERS["per_lin"], f"+{relay}", "lin_people")[2]
                    self.assertEqual(whom, "+862160007000")
                    self.assertEqual(self.staff("DELETE", f"/v1/bindings/{id}")[0], 200)
                status, out, err = self.gate.run("ledger", "verify")
                self.assertEqual(status, 0, out + err)
        self.assertGreater(answered, 0)


@engine.both
class KillIntroduction(test_introductions.Agency):
    """She accepts, staff say when they meet, and the power goes: what was answered stands, and no meeting by half."""

    def state(self, id):
        """(accepted by both, a meeting is arranged), if row, days and journal agree on it."""
        status, first, second, at = engine.rows(
            self.gate, f"SELECT status AS a, first_answer AS b, second_answer AS c, meeting_at AS d FROM introductions WHERE id = '{id}'")[0]
        days = engine.rows(self.gate, f"SELECT person AS a, day AS b FROM meetings WHERE introduction = '{id}'")
        told = engine.rows(self.gate, f"SELECT payload AS a FROM journal WHERE kind = 'introductions' AND subject = '{id}' ORDER BY seq")
        newest = json.loads(told[-1][0])
        self.assertEqual((status == "accepted", first, "accepted"), (second is not None, "accepted", second or "accepted"))
        self.assertEqual((len({p for p, _ in days}), len({d for _, d in days})), (2, 1) if at is not None else (0, 0))
        self.assertEqual((newest["status"], newest.get("meeting_at") is not None), (status, at is not None))
        return status == "accepted", at is not None

    def test_an_answer_and_a_meeting_are_whole_or_none(self):
        random.seed(SEED)
        cut_short, aim = 0, Aim()
        today = datetime.datetime.now(datetime.timezone.utc)
        for n in range(min(ROUNDS, test_introductions.CROWD)):
            id = self.propose("per_lin", f"per_c{n}")
            self.mine("per_lin")  # signs in
            self.assertEqual(self.say(f"per_c{n}", id, accept=True)[0], 200)
            steps = [lambda: self.say("per_lin", id, accept=True)[0], lambda: self.meet(id, today + datetime.timedelta(days=1 + n))[0]]
            answers = []

            def work():
                try:
                    for step in steps:
                        answers.append(step())
                except OSError:
                    pass  # the server is gone

            thread = threading.Thread(target=work)
            thread.start()
            aim.wait()
            self.gate.kill()
            thread.join()
            aim.learn(len(answers) == len(steps))
            self.gate.start()
            with self.subTest(round=n):
                self.assertEqual(set(answers) - {200}, set())
                done = self.state(id)
                self.assertGreaterEqual(sum(done), len(answers))
                cut_short += len(answers) < len(steps)
                # The same again.
                self.assertEqual([step() for step in steps], [200, 200])
                self.assertEqual(self.state(id), (True, True))
        self.assertGreater(cut_short, 0, "no kill came before the answers")
        status, out, err = self.gate.run("ledger", "verify")
        self.assertEqual(status, 0, out + err)


if __name__ == "__main__":
    engine.main()
