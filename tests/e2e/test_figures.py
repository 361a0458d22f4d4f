"""What an officer reads before she decides: how lines, campaigns and numbers behave, and reports by number."""
import datetime
import json

import engine
import menshen
import test_reports
from test_reports import person

SHOP, INSURER = "+862160001000", "95500"


@engine.both
class Figures(test_reports.Office):
    def read(self, path, who="stf_ops", status=200):
        got, told = self.ask("GET", path, who)
        self.assertEqual(got, status, told)
        return told

    def look_up(self, number, who="stf_ops", status=200):
        got, told = self.ask("POST", "/v1/numbers/lookup", who, {"number": number})
        self.assertEqual(got, status, told)
        return told

    def test_lines_and_campaigns_show_how_they_behave(self):
        for i in range(3):
            self.assertEqual(self.call(INSURER, person(i), "lin_insurer")[0], "allow")
        self.assertEqual(self.call(INSURER, "+8613800000999", "lin_insurer")[1], "no-consent")
        self.assertEqual(self.call("02160001000", person(5), "lin_insurer")[1], "caller-not-authorised")
        self.report(INSURER, person(1))
        told = self.read("/v1/lines/figures")
        self.assertEqual((told["complete"], [x["id"] for x in told["lines"]]),
                         (True, ["lin_insurer", "lin_people", "lin_post", "lin_shop", "lin_trunk"]))
        line = told["lines"][0]
        self.assertEqual((line["name"], line["order"], line["papers_until"]), ("Insurer", None, None))
        self.assertEqual(line["figures"], {"calls": 5, "allowed": 3, "reminded": 0, "warned": 0, "blocked": 2,
                                           "declined": 1, "unproven": 1, "reports": 1})
        self.assertEqual([x["id"] for x in self.read("/v1/lines/figures", "stf_far")["lines"]], ["lin_trunk"])  # its own
        told = self.read("/v1/lines/lin_insurer")
        self.assertEqual(told["line"]["callers"], ["86" + INSURER])
        self.assertEqual(told["campaigns"], [{"id": "cmp_policy", "name": "Insurer", "sector": "finance.insurance",
                                              "status": "active", "other_lines": 0}])
        self.read("/v1/lines/lin_insurer", "stf_far", 404)
        self.read("/v1/lines/lin_none", status=404)
        self.ask("POST", "/v1/lines/lin_insurer/orders", "stf_ops", {"act": "suspend", "reason": "calls at night"})
        self.assertEqual(self.read("/v1/lines/lin_insurer")["order"], "suspend")
        self.ask("POST", "/v1/lines/lin_insurer/orders", "stf_ops", {"act": "restore", "reason": "put right"})
        self.assertEqual(self.read("/v1/lines/lin_insurer")["order"], None)

        told = self.read("/v1/campaigns/cmp_policy?days=7")
        self.assertEqual((told["figures"]["calls"], told["figures"]["reports"], told["rule"]), (5, 1, "cn.profile.default"))
        self.assertEqual(told["permitted"], ["00:00-24:00"])
        self.assertEqual((sum(map(sum, told["calls"])), sum(map(sum, told["blocked"]))), (5, 2))
        now = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=8)))
        hours = [(now - datetime.timedelta(minutes=m)) for m in (0, 10)]
        self.assertTrue(any(told["calls"][t.weekday()][t.hour] for t in hours), told["calls"])
        self.read("/v1/campaigns/cmp_policy", "stf_far", 404)
        self.assertEqual([x["id"] for x in self.read("/v1/campaigns/figures")["campaigns"]], ["cmp_policy"])

    def test_a_number_has_a_page_whose_address_does_not_name_it(self):
        self.call("02160001000", person(0), "lin_shop")
        self.report("02160001000", person(0), "spoof")
        told = self.look_up("02160001000", "stf_gov")
        text = json.dumps(told)
        self.assertNotIn("2160001000", text)
        self.assertNotIn(person(0)[1:], text)
        self.assertEqual((told["class"], told["range"]["name"], told["range"]["size"]), ("fixed", "Shop", 100))
        self.assertEqual([x["id"] for x in told["lines"]], ["lin_shop"])
        self.assertEqual(told["reports"], {"counted": 1, "waiting": 0, "lead": 0, "untrue": 0})
        self.assertEqual((told["calls"]["figures"]["calls"], told["calls"]["newest"][0]["line"]), (1, "lin_shop"))
        self.assertEqual(told["holder"], {"ranges": 1, "numbers": 100, "lines": 1, "campaigns": 0, "restraints": 0})
        again = self.read("/v1/numbers/" + told["id"], "stf_gov")
        self.assertGreaterEqual(again["calls"].pop("since"), told["calls"].pop("since"))  # a week before it was asked
        self.assertEqual(again, told)
        self.assertEqual(self.look_up("02160001001", "stf_gov")["id"] == told["id"], False)
        self.look_up("02160001000", "stf_far", 404)  # another carrier's line shows it
        self.read("/v1/numbers/" + told["id"], "stf_far", 404)
        self.read("/v1/numbers/" + told["id"], "stf_ida", 403)
        changed = told["id"][:-1] + ("0" if told["id"][-1] != "0" else "1")
        for wrong in changed, "num_1", "num_" + "0" * 48, "02160001000":
            self.read("/v1/numbers/" + wrong, "stf_gov", 404)
        self.assertEqual(self.ask("POST", "/v1/numbers/lookup", "stf_gov", {"number": "x"})[0], 400)

    def test_whom_a_person_rang_is_on_no_page(self):
        self.call(person(0), person(1), "lin_people")
        told = self.look_up(person(0))
        self.assertEqual((told["range"]["use"], told["calls"], told["holder"]), ("person", None, None))

    def test_a_number_names_the_cases_that_its_reader_reads(self):
        opened = []
        for respondent in "org_shop", "org_post":
            status, case = self.ask("POST", "/v1/cases", "stf_gov", {"respondent": respondent})
            self.assertEqual(status, 201, case)
            opened.append(case["id"])
        cases = lambda number, who: [(c["id"], c["respondent"], c["traced"]) for c in self.look_up(number, who)["cases"]]
        self.assertEqual(cases("02160001000", "stf_gov"), [(opened[0], "org_shop", False)])
        self.assertEqual(cases("02160001000", "stf_ops"), [])  # its carrier reads none of them
        # A call of the insurer's number that was traced for the shop's case is about it, too.
        self.call(INSURER, person(0), "lin_insurer")
        report = self.report(INSURER, person(0))["id"]
        self.assertEqual(cases(INSURER, "stf_gov"), [])
        status, told = self.ask("POST", "/v1/traces", "stf_gov", {"kind": "call", "report": report, "case": opened[0]})
        self.assertEqual(status, 201, told)
        self.assertEqual(cases(INSURER, "stf_gov"), [(opened[0], "org_shop", True)])

    def test_a_missing_right_of_a_number_is_lifted_for_a_while(self):
        line = {"id": "lin_more", "organisation": "org_shop", "carrier": "org_carrier", "location": "SH", "purpose": "service",
                "callers": ["02160003000"], "documents": test_reports.PAPERS.split(";"), "status": "active", "service": "care"}
        self.assertEqual(self.ask("POST", "/v1/lines", "stf_ops", line)[0], 201)
        self.assertEqual(self.call("02160003000", person(0), "lin_more")[1], "caller-not-authorised")  # of no range yet
        body = {"number": "02160003000", "hours": 24, "reason": "the import lacked the new range"}
        self.assertEqual(self.ask("POST", "/v1/numbers/releases", "stf_far", body)[1]["code"], "not-yours")
        self.assertEqual(self.ask("POST", "/v1/numbers/releases", "stf_sea", {**body, "hours": 0})[0], 422)
        self.assertEqual(self.ask("POST", "/v1/numbers/releases", "stf_tri", body)[0], 403)
        status, told = self.ask("POST", "/v1/numbers/releases", "stf_gov", body)
        self.assertEqual(status, 201, told)
        self.assertEqual(self.call("02160003000", person(0), "lin_more"), ("allow", "allowed"))
        page = self.look_up("02160003000", "stf_gov")
        self.assertEqual(page["released_until"], told["until"])
        status, told = self.ask("POST", "/v1/numbers/releases", "stf_gov", {"id": page["id"], "hours": 1, "reason": "again"})
        self.assertEqual(status, 201, told)

    def test_reports_of_one_number_are_one_row_from_which_a_trace_begins(self):
        self.call(INSURER, person(0), "lin_insurer")
        self.call(INSURER, person(1), "lin_insurer")
        self.report(INSURER, person(0), "marketing")
        counted = self.report(INSURER, person(1), "fraud")["id"]
        self.report(INSURER, person(9), "fraud")  # a lead: there was no such call
        told = self.read("/v1/reports/clusters", "stf_gov")["clusters"]
        self.assertEqual(len(told), 1)
        row = told[0]
        self.assertEqual((row["reports"], row["reporters"], row["line"], row["organisation"], row["latest"]),
                         (3, 3, "lin_insurer", "org_insurer", counted))
        self.assertEqual((row["states"]["counted"], row["states"]["lead"], row["kinds"]["fraud"]), (2, 1, 2))
        self.assertEqual(self.read("/v1/numbers/" + row["number"], "stf_gov")["cluster"], row["cluster"])
        self.assertEqual(self.read("/v1/reports/clusters", "stf_far")["clusters"], [])
        self.assertEqual(self.read("/v1/reports/clusters?days=1", "stf_gov")["clusters"], told)
        trace = {"kind": "call", "report": row["latest"]}
        self.assertEqual(self.ask("POST", "/v1/traces", "stf_far", trace)[1]["code"], "not-found")
        status, told = self.ask("POST", "/v1/traces", "stf_ops", trace)
        self.assertEqual((status, told["status"], told["report"]), (201, "found", counted), told)
        self.assertEqual((told["hops"][0]["line"], told["hops"][0]["campaign"]), ("lin_insurer", "cmp_policy"))


if __name__ == "__main__":
    engine.main()
