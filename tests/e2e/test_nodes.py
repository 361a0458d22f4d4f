"""Two nodes on one PostgreSQL: what one learns stops the next call at the other within a second."""
import json
import shutil
import time

import engine
import facts
import members
import menshen
import sip


class Nodes(menshen.Case):
    def test_a_refusal_crosses_within_a_second(self):
        store = engine.database(type(self))
        config = self.file("config.yaml", facts.config(self))
        one = self.server("one", start=False, store=store, config=config)
        two = self.server("two", start=False, store=store, config=config)
        facts.load(self, one.data, people=20, store=store)
        one.start()
        two.start()
        client = sip.Client(two.sip_port)
        self.addCleanup(client.close)

        for n in range(5):
            person = facts.callee(n)
            refusal = self.file("refusal.csv", f"number,organisation,at\n{person},org_insurer,2026-01-01\n")
            self.assertEqual(self.reason(two, person), "allowed")
            code, out, err = one.run("import", "refusals", refusal)
            self.assertEqual(code, 0, out + err)
            imported = time.monotonic()
            while self.reason(two, person) != "refused":
                self.assertLess(time.monotonic() - imported, 1.0, "the refusal did not reach the other node")
            answer = client.invite(facts.SALES_NUMBER, person, facts.SALES_LINE, facts.CAMPAIGN)
            self.assertEqual(answer.code, 603)
            self.assertIn("declined", answer.get("Reason"))

    def test_a_withdrawal_at_one_acts_on_the_next_look_at_the_other(self):
        config, sent = members.hook(self)
        options = {"sip": False, "store": engine.database(type(self)), "config": self.file("config.yaml", config)}
        one = self.server("one", **options)
        for kind, text in members.FACTS:
            self.run_ok("import", kind, self.file(kind + ".csv", text), data=one.data, store=one.store)
        # What lies in DATA/keys is copied before a node first starts.
        shutil.copytree(one.data + "/keys", self.path("two") + "/keys")
        two = self.server("two", **options)
        staff = {"Authorization": "Bearer " + one.token("look", "stf_sales"), "Purpose": members.INTRODUCE}
        look = lambda node, person: json.loads(node.get("/v1/persons/" + person, headers=staff)[2])
        for person, here, there in ("per_lin", one, two), ("per_xue", two, one):
            her = members.sign_in_person(here, sent, members.NUMBERS[person])
            for node in here, there:
                self.assertIn("basic", look(node, person)["shown"])
            consents = json.loads(here.get("/v1/me/consents", headers=her)[2])["consents"]
            changes = [{"act": "withdraw", "id": c["id"]} for c in consents if c["status"] == "active"]
            status, _, text = here.http("PUT", "/v1/me/consents", {"changes": changes}, headers=her)
            self.assertEqual(status, 200, text)
            answered = time.monotonic()
            self.assertEqual(look(here, person)["reason"], "not-shared")
            menshen.until(lambda: "reason" in look(there, person), 10, "it is withdrawn there")
            self.assertLess(time.monotonic() - answered, 1.0 * menshen.SHADOW)
            self.assertEqual(look(there, person)["reason"], "not-shared")

    def reason(self, node, person):
        """What the node would say now, without counting as a call."""
        return node.call(facts.SALES_NUMBER, person, facts.SALES_LINE, "--campaign", facts.CAMPAIGN,
                         "--dry-run")["reason"]

    def test_each_node_records_its_own_changes(self):
        store = engine.database(type(self))
        config = self.file("config.yaml", facts.config(self))
        one = self.server("one", store=store, config=config)
        two = self.server("two", store=store, config=config)
        keys = {s.run("ledger", "key")[1].strip() for s in (one, two)}
        self.assertEqual(len(keys), 2)
        for s in (one, two):
            self.assertEqual(s.run("ledger", "verify")[0], 0)


if __name__ == "__main__":
    engine.main()
