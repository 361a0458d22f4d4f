"""GET /v1/audit and /v1/health/report: what they tell, to whom, and what they keep to themselves."""
import json

import agency
import menshen

CONSENTS = "number,organisation,purposes,categories,channels,from,until,wording,evidence\n"


class Audit(menshen.Case):
    @classmethod
    def setUpClass(cls):
        cls.case = cls("setUp")
        menshen.Case.setUp(cls.case)
        cls.city = cls.case.server(sip=False, demo=True)
        cls.all = cls.city.token("all")

    @classmethod
    def tearDownClass(cls):
        for s in cls.case.servers:
            s.stop()
        menshen.shutil.rmtree(cls.case.folder, ignore_errors=True)

    def setUp(self):
        self.folder, self.servers = self.case.folder, []

    def enter(self, kind, text):
        code, out, err = self.city.run("import", kind, "-", stdin=text)
        self.assertEqual(code, 0, out + err)

    def get(self, path, **options):
        status, _, text = self.city.http("GET", path, token=self.all, **options)
        self.assertEqual(status, 200, text)
        return json.loads(text)

    def test_the_newest_change_comes_first_with_its_record(self):
        self.enter("organisations", "id,name,kind,sector,licence,region,status\norg_new,一家,enterprise,retail,L,31,active\n")
        first = self.get("/v1/audit")["changes"][0]
        self.assertEqual((first["kind"], first["subject"]), ("organisations", "org_new"))
        self.assertTrue(first["actor"].startswith("host:"), first)
        self.assertNotIn("一家", json.dumps(self.get("/v1/audit"), ensure_ascii=False))
        found = menshen.until(lambda: self.get("/v1/audit?kind=organisations")["changes"][0]["record"], 15, "a record")
        record = self.get("/v1/records/" + found)
        self.assertEqual((record["kind"], record["journal"]), ("fact", first["seq"]))

    def test_a_number_stands_nowhere(self):
        self.enter("refusals", "number,organisation,at\n13800000109,org_xique,2026-11-20T10:00:00+08:00\n")
        first = self.get("/v1/audit?kind=refusals")["changes"][0]
        self.assertIsNone(first["subject"])
        # All kinds that are kept by a number, and the first pages of everything.
        cursor = ""
        pages = ["?kind=" + kind for kind in ("refusals", "preferences", "ranges", "orders", "assignments", "reports")]
        for path in pages + [None] * 3:
            page = self.get("/v1/audit" + (path or cursor))
            self.assertNotRegex(json.dumps(page["changes"]), r"(?<![0-9a-f])(\+?86)?1[3-9]\d{9}(?![0-9a-f])")
            if path is None:
                cursor = "?cursor=" + page["next"]

    def test_who_watches_reads_it_without_members(self):
        officer = agency.sign_in(self.city, "zhangping")
        status, _, text = officer.ask("GET", "/v1/audit?kind=persons")
        self.assertEqual(status, 200, text)
        self.assertEqual({c["subject"] for c in json.loads(text)["changes"]}, {None})
        self.assertTrue(any((c["subject"] or "").startswith("per_") for c in self.get("/v1/audit?kind=persons")["changes"]))
        self.assertEqual(officer.ask("GET", "/v1/health/report")[0], 200)
        manager = agency.sign_in(self.city, "mingzhu")
        for path in "/v1/audit", "/v1/health/report":
            self.assertEqual(manager.ask("GET", path)[0], 403)
        self.assertEqual(self.city.http("GET", "/v1/audit?cursor=x", token=self.all)[0], 400)

    def test_the_report_measures_what_runs(self):
        report = self.get("/v1/health/report")
        found = {f["about"]: f for f in report["findings"]}
        self.assertEqual(found["ledger"]["state"], "ok")
        self.assertGreater(found["ledger"]["measured"]["entries"], 0)
        # The store is asked first: the view may have heard of one more by then.
        self.assertLessEqual(abs(found["store"]["measured"]["journal"] - found["journal"]["measured"]["seq"]), 2)
        self.assertGreater(found["disk"]["measured"]["free_mib"], 0)
        self.assertEqual(found["codes"]["state"], "ok")
        self.assertIn(report["state"], ("ok", "warning", "wrong"))
        self.assertEqual(report["state"], max((f["state"] for f in report["findings"]), key=["ok", "warning", "wrong"].index))


if __name__ == "__main__":
    menshen.unittest.main()
