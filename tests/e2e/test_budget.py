"""Budgets of views: twenty files a day and looker, counted across a restart; a member counts once."""
import json
import unittest

import members
import menshen

ORGANISATIONS = "id,name,kind,sector,licence,region,status\norg_agency,Red Thread,agency,matchmaking,,31,active\n"
STAFF = ("id,organisation,name,role,login,certificate,status\n"
         "stf_one,org_agency,One,sales,,SH1:2036-12-31,active\nstf_two,org_agency,Two,sales,,SH2:2036-12-31,active\n"
         "stf_boss,org_agency,Boss,manager,boss,SH3:2036-12-31,active\n")
MEMBERS = 22


class Budget(menshen.Case):
    def setUp(self):
        super().setUp()
        self.office = self.server(sip=False)
        persons = "id,organisation,number,name,pool,gender\n" + "".join(
            f"per_{i},org_agency,138{i:08d},Lin,store,f\n" for i in range(MEMBERS))
        consents = "number,organisation,purposes,categories,channels,from,until,wording,evidence\n" + "".join(
            f"138{i:08d},org_agency,matchmaking.introduce,basic,app,2026-01-01,,yes,sha256:{'1' * 64}\n"
            for i in range(MEMBERS - 1))
        for kind, text in (("organisations", ORGANISATIONS), ("staff", STAFF), ("persons", persons), ("consents", consents)):
            status, _, err = self.office.run("import", kind, self.file(f"{kind}.csv", text))
            self.assertEqual(status, 0, err)

    def exported(self, staff):
        """Members whose data an export shows."""
        page = members.sign_in(self.office, staff, confirm=True)
        status, _, text = self.office.get("/v1/exports/persons", headers={**page, "Purpose": "matchmaking.introduce"})
        self.assertEqual(status, 200, text)
        persons = json.loads(text)["persons"]
        self.assertEqual({p["withheld"].get("basic") for p in persons} - {None, "not-shared"}, {"budget-exceeded"})
        return {p["id"] for p in persons if p["shown"] or p["masked"]}

    def test_pain_3_an_export_spends_what_files_do(self):
        self.assertEqual(self.look("stf_boss", 3), "shown")
        shown = self.exported("stf_boss")
        self.assertEqual((len(shown | {"per_3"}), self.exported("stf_boss")), (20, shown))
        left = next(i for i in range(MEMBERS - 1) if f"per_{i}" not in shown and i != 3)
        self.assertEqual(self.look("stf_boss", left), "budget-exceeded")
        self.office.kill()
        self.office.start()
        self.assertEqual(self.look("stf_boss", left), "budget-exceeded")

    def look(self, staff, i, *more):
        _, out, err = self.office.run("look", "--staff", staff, "--person", f"per_{i}", "--purpose", "matchmaking.introduce",
                                      "--fields", "basic", "--json", *more)
        self.assertEqual(err, "")
        return json.loads(out)["verdicts"]["basic"]["reason"]

    def test_pain_7_twenty_a_day_and_looker(self):
        self.look("stf_one", MEMBERS - 1)  # refused for want of consent: spends nothing
        for i in range(20):
            self.assertEqual(self.look("stf_one", i, "--dry-run"), "shown")  # counts nothing
            self.assertEqual(self.look("stf_one", i), "shown", i)
        self.assertEqual(self.look("stf_one", 20), "budget-exceeded")
        self.assertEqual(self.look("stf_one", 20, "--dry-run"), "budget-exceeded")
        self.assertEqual(self.look("stf_one", 3), "shown")
        self.assertEqual(self.look("stf_two", 20), "shown")
        token = self.office.token("look", "stf_one")
        status, headers, text = self.office.http("GET", "/v1/persons/per_20", token=token,
                                                 headers={"Purpose": "matchmaking.introduce"})
        self.assertEqual((status, json.loads(text)["reason"]), (403, "budget-exceeded"))
        self.assertIn(int(headers["Retry-After"]), range(1, 86401))
        status, _, _ = self.office.get("/v1/persons/per_3", token=token, headers={"Purpose": "matchmaking.introduce"})
        self.assertEqual(status, 200)
        status, _, _ = self.office.get("/v1/persons", token=token, headers={"Purpose": "matchmaking.introduce"})
        self.assertEqual(status, 200)  # lists are free
        self.office.kill()
        self.office.start()
        self.assertEqual(self.look("stf_one", 20), "budget-exceeded")
        self.assertEqual(self.look("stf_one", 3), "shown")
        self.assertEqual(self.look("stf_two", 19), "shown")


if __name__ == "__main__":
    unittest.main()
