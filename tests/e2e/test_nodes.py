"""Two nodes on one PostgreSQL: what one learns stops the next call at the other within a second."""
import time

import engine
import facts
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
