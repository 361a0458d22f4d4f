"""A campaign that too many whom it calls refuse, or report, is paused by itself, until an officer resumes it."""
import time

import engine
import menshen
import test_reports
from test_reports import person

SWEPT = 30  # seconds, in which the sweep has come round: every ten


@engine.both
class Pauses(test_reports.Office):
    def setUp(self):
        super().setUp()
        self.gate.stop()
        self.gate.clock()
        self.gate.start()

    def ring(self, people, times=1):
        """Calls of the campaign to these; from the twentieth on nobody has consented."""
        for i in people:
            for _ in range(times):
                self.assertEqual(self.call("95500", person(i), "lin_insurer"),
                                 ("allow", "allowed") if i < 20 else ("block", "no-consent"))

    def campaign(self, who="stf_ops"):
        status, told = self.ask("GET", "/v1/campaigns", who)
        self.assertEqual(status, 200, told)
        return next(c for c in told["campaigns"] if c["id"] == "cmp_policy")

    def pauses(self, who="stf_ops", status=200):
        got, told = self.ask("GET", "/v1/campaigns/cmp_policy/pauses", who)
        self.assertEqual(got, status, told)
        return told

    def is_paused(self):
        menshen.until(lambda: self.campaign()["status"] == "paused", SWEPT, "the campaign is paused")

    def resume(self):
        status, told = self.ask("POST", "/v1/campaigns", "stf_ops", {**self.campaign(), "status": "active"})
        self.assertEqual((status, told["status"]), (200, "active"), told)

    def test_too_many_refusals_pause_a_campaign_and_a_resumed_one_is_counted_anew(self):
        self.ring(range(20), 2)
        self.ring(range(20, 36))  # 16 of 56: fewer than thirty in a hundred
        self.gate.later(60)
        self.assertEqual(self.call("95500", person(0), "lin_insurer")[0], "allow")
        self.ring(range(40, 42))  # the last makes them thirty: one earlier, and the sweep might come in between
        self.is_paused()
        named = {"caller": "95500", "callee": person(0), "line": "lin_insurer", "campaign": "cmp_policy"}
        menshen.until(lambda: self.ask("POST", "/v1/calls", "machine", named)[1]["reason"] == "campaign-inactive", 5,
                      "the gate follows")

        told = self.pauses()
        self.assertEqual(told["limits"], {"calls": 50, "days": 7, "refusals": 30, "reports": 5, "reporters": 3, "rules": {
            "refusals": "cn.limit.campaign-refusals", "reports": "cn.limit.campaign-reports"},
            "acts": {"refusals": True, "reports": True}})
        (pause,) = told["pauses"]
        self.assertEqual((pause["ground"], pause["rule"], pause["threshold"], pause["reports"], pause["ended_at"]),
                         ("refusals", "cn.limit.campaign-refusals", 30, None, None))
        self.assertGreaterEqual(pause["declined"] * 100, 30 * pause["calls"])
        self.assertEqual(self.pauses("stf_ida")["pauses"][0].keys() & {"weight", "ended_by"}, set())
        for stranger in "stf_sam", "stf_far", "stf_sea":
            self.pauses(stranger, 404)
        for who in "stf_ida", "stf_ops":
            (item,) = self.ask("GET", "/v1/inbox", who)[1]["inbox"]
            self.assertEqual((item["kind"], item["path"]), ("pause", "/v1/campaigns/cmp_policy/pauses"))
        journal = engine.rows(self.gate, "SELECT kind, actor FROM journal WHERE actor = 'menshen' ORDER BY seq")
        self.assertEqual([kind for kind, _ in journal],
                         ["campaigns", "campaign-pauses", "inbox", "inbox"])

        # Resuming is an officer's, and what had paused it counts no more.
        self.resume()
        self.assertEqual(self.call("95500", person(1), "lin_insurer")[0], "allow")
        told = self.pauses()
        self.assertEqual((told["pauses"][0]["ended_by"], bool(told["pauses"][0]["ended_at"])), ("stf_ops", True))
        self.assertGreaterEqual(told["now"]["since"], told["pauses"][0]["ended_at"])
        self.assertEqual((told["now"]["declined"], told["now"]["weight"]), (0, 0))
        self.gate.later(86400)
        self.ring(range(20, 35))  # with those from before they would be more than thirty in a hundred
        self.ring(range(1, 16), 3)
        time.sleep(12)
        self.assertEqual(self.campaign()["status"], "active")
        self.ring(range(40, 45))
        self.is_paused()
        self.assertEqual([p["ended_at"] is None for p in self.pauses()["pauses"]], [True, False])

    def test_reports_by_enough_people_pause_a_campaign(self):
        self.ring(range(17), 3)
        self.report("95500", person(0))
        self.report("95500", person(1))
        time.sleep(12)
        self.assertEqual(self.campaign()["status"], "active")  # 2 of 51 are a large share, of two people
        self.report("95500", person(2))
        self.is_paused()
        (pause,) = self.pauses()["pauses"]
        self.assertEqual((pause["ground"], pause["calls"], pause["weight"], pause["reports"], pause["threshold"]),
                         ("reports", 51, 300, "1-4", 5))
        # What an import makes active again has been resumed, too.
        status, out, err = self.gate.run("import", "campaigns", self.file("again.csv", test_reports.FACTS["campaigns"]))
        self.assertEqual(status, 0, out + err)
        menshen.until(lambda: self.pauses()["pauses"][0]["ended_at"], SWEPT, "the pause has ended")
        self.assertEqual((self.campaign()["status"], len(self.pauses()["pauses"])), ("active", 1))


if __name__ == "__main__":
    engine.main()
