"""Idempotency-Key: a claim that is sent again has one effect, at once, later, and after kill -9."""
import json
import threading
import time

import agency
import engine
import menshen

KEY = "8e03978e-40d5-43e8-bc93-%012x"


@engine.both
class Idempotency(menshen.Case):
    def setUp(self):
        super().setUp()
        self.gate = self.server(sip=False, demo=True)
        self.who = agency.sign_in(self.gate, "ruoxi")

    def claim(self, person, key, visitor=None):
        return (visitor or self.who).ask("POST", f"/v1/persons/{person}/claim", b"", {"Idempotency-Key": KEY % key})

    def left(self):
        """How many claims are left, from one that is surely new."""
        status, _, text = self.claim("per_x004", 0xffff)
        self.assertEqual(status, 200, text)
        return json.loads(text)["claims_left"]

    def test_the_same_claim_again_is_the_same_answer(self):
        first = self.claim("per_x001", 1)
        self.assertEqual(first[0], 200, first[2])
        again = self.claim("per_x001", 1)
        self.assertEqual((again[0], again[2]), (first[0], first[2]))
        # Another key is another claim, and she is claimed.
        self.assertEqual(self.claim("per_x001", 2)[0], 409)
        # The key of this claim for another member is a mistake.
        status, _, text = self.claim("per_x003", 1)
        self.assertEqual((status, json.loads(text)["code"]), (422, "idempotency-key-reused"))
        self.assertEqual(self.who.ask("POST", "/v1/persons/per_x003/claim", b"", {"Idempotency-Key": "short"})[0], 400)
        # Another's key is another's.
        status, _, text = self.claim("per_x001", 1, agency.sign_in(self.gate, "xiaolan"))
        self.assertEqual((status, json.loads(text)["code"]), (409, "already-claimed"))
        self.assertEqual(self.left(), json.loads(first[2])["claims_left"] - 1)

    def test_many_at_once_have_one_effect(self):
        answers = []
        threads = [threading.Thread(target=lambda: answers.append(self.claim("per_x001", 1))) for _ in range(8)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        done = {text for status, _, text in answers if status == 200}
        codes = {json.loads(text)["code"] for status, _, text in answers if status != 200}
        self.assertEqual(len(done), 1, answers)
        self.assertLessEqual(codes, {"request-in-progress"})
        self.assertEqual(self.left(), json.loads(done.pop())["claims_left"] - 1)

    def test_a_claim_survives_kill_9_once(self):
        for round_, (person, delay) in enumerate((("per_x001", 0.003), ("per_x004", 0.008), ("per_x005", 0.02))):
            sent = threading.Thread(target=self.quietly, args=(person, round_))
            sent.start()
            time.sleep(delay)
            self.gate.kill()
            sent.join()
            self.gate.start()
            status, _, text = self.claim(person, round_)
            code = json.loads(text).get("code")
            # Carried out now, or answered as then, or known to have been carried out; never a second time.
            self.assertIn((status, code), {(200, None), (409, "request-in-progress"), (409, "answer-lost")}, text)
            self.assertEqual(self.claimed(person), 1)

    def quietly(self, person, key):
        try:
            self.claim(person, key)
        except OSError:
            pass

    def claimed(self, person):
        """How often the journal says that she got an owner."""
        rows = engine.rows(self.gate, "SELECT payload FROM journal WHERE kind = 'persons' "
                                      f"AND subject = '{person}' ORDER BY seq")
        owners = [json.loads(payload).get("owner") for (payload,) in rows]
        return sum(1 for before, after in zip([None] + owners, owners) if after and after != before)


if __name__ == "__main__":
    engine.main()
