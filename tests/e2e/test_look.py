"""menshen look: verdicts on the host's command line, each with its record, and who may read that."""
import json

import menshen

FILES = {
    "organisations": """\
id,name,kind,sector,licence,region,status
org_red,Red Thread,agency,matchmaking,,310000,active
org_other,Other,agency,matchmaking,,310000,active
org_office,Office,authority,,,310000,active
org_carrier,Carrier,carrier,,,310000,active
""",
    "staff": """\
id,organisation,name,role,login,certificate,status
stf_li,org_red,Li,sales,,SH1:2099-12-31,active
stf_wu,org_red,Wu,sales,,SH2:2020-12-31,active
stf_sun,org_other,Sun,sales,,SH3:2099-12-31,active
stf_officer,org_office,Officer,officer,,,active
""",
    "persons": """\
id,organisation,number,name,pool,gender,birth_year,district,education,chat
per_lin,org_red,+8613800000001,Lin Daiyu,city,female,1996,Xuhui,Fudan,see you at eight
per_xue,org_red,+8613800000002,Xue Baochai,city,female,1995,Jingan,Jiaoda,
""",
    "consents": """\
number,organisation,purposes,categories,channels,from,until,wording,evidence
+8613800000001,org_red,matchmaking.introduce,basic,file,2020-01-01,,You may show my profile.,sha256:%s
+8613800000001,org_red,matchmaking.introduce,photo,file,2020-01-01,,You may show my photos.,sha256:%s
+8613800000002,org_red,matchmaking.introduce,basic,file,2020-01-01,2021-01-01,You may show my profile.,sha256:%s
""" % ("0" * 64, "1" * 64, "0" * 64),
}


class Look(menshen.Case):
    def setUp(self):
        super().setUp()
        self.data = self.path("data")
        for kind, text in FILES.items():
            self.run_ok("import", kind, self.file(kind + ".csv", text), data=self.data)

    def look(self, *more, staff="stf_li", person="per_lin", fields="basic", purpose="matchmaking.introduce", code=0):
        got, out, err = menshen.run("look", "--staff", staff, "--person", person, "--fields", fields,
                                    *(("--purpose", purpose) if purpose else ()), "--json", *more, data=self.data)
        self.assertEqual(got, code, err)
        return json.loads(out)

    def test_each_category_has_its_verdict_and_reason(self):
        answer = self.look(fields="basic,photo,education,chat")
        self.assertEqual(set(answer), {"record", "at", "verdicts"})
        self.assertRegex(answer["record"], r"^rec_[0-9a-f]{8}_\d+$")
        self.assertEqual({c: (v["verdict"], v["reason"]) for c, v in answer["verdicts"].items()},
                         {"basic": ("show", "shown"), "photo": ("show", "shown"),
                          "education": ("deny", "no-consent"), "chat": ("deny", "sealed")})
        basic = answer["verdicts"]["basic"]
        self.assertEqual(basic["legal_basis"], "consent")
        self.assertTrue(basic["rule"].startswith("cn."))
        self.assertTrue(basic["basis"])

    def test_nothing_shown_is_exit_4_with_a_record(self):
        for asked, reason in (({"staff": "stf_wu"}, "certificate-invalid"), ({"staff": "stf_none"}, "session-invalid"),
                              ({"staff": "stf_sun"}, "no-relation"), ({"person": "per_none"}, "no-relation"),
                              ({"staff": "stf_officer"}, "no-relation"), ({"person": "per_xue"}, "consent-expired"),
                              ({"fields": "education"}, "no-consent"), ({"purpose": None}, "purpose-missing"),
                              ({"purpose": "curiosity"}, "purpose-unknown")):
            with self.subTest(reason=reason, asked=asked):
                answer = self.look(**asked, code=4)
                self.assertEqual({v["reason"] for v in answer["verdicts"].values()}, {reason})
                self.assertIsNotNone(answer["record"])

    def test_data_are_never_printed(self):
        for more in ((), ("--json",), ("--lang", "zh")):
            got, out, err = menshen.run("look", "--staff", "stf_li", "--person", "per_lin", "--purpose",
                                        "matchmaking.introduce", "--fields", "basic,photo,contact,chat", *more, data=self.data)
            self.assertEqual(got, 0, err)
            for secret in ("Daiyu", "Xuhui", "1996", "13800000001", "eight"):
                self.assertNotIn(secret, out + err)
        self.assertIn("显示", out)

    def test_wrong_usage(self):
        for args in (("--fields", "basics"), ("--fields", ""), ("--fields", "basic", "--at", "yesterday")):
            got, out, err = menshen.run("look", "--staff", "stf_li", "--person", "per_lin", "--purpose",
                                        "matchmaking.introduce", *args, data=self.data)
            self.assertNotIn(got, (0, 4), args)
            self.assertEqual(out, "")

    def test_at_and_dry_run(self):
        past = ("--at", "2020-06-01T10:00:00+08:00")
        answer = self.look(*past, person="per_xue")
        self.assertEqual(answer["at"], "2020-06-01T10:00:00+08:00")
        dry = self.look("--dry-run")
        self.assertTrue(self.show(dry["record"])["dry_run"])

    def show(self, record, code=0):
        got, out, err = menshen.run("ledger", "show", record, "--json", data=self.data)
        self.assertEqual(got, code, err)
        return json.loads(out)

    def test_a_record_says_who_and_why_and_not_at_whom(self):
        answer = self.look(fields="basic,chat")
        shown = self.show(answer["record"])
        self.assertEqual((shown["kind"], shown["looker"], shown["organisation"], shown["purpose"], shown["surface"]),
                         ("look", "stf_li", "org_red", "matchmaking.introduce", "detail"))
        self.assertTrue(shown["host"])
        self.assertRegex(shown["through"], r"^host:\d+$")
        self.assertEqual(shown["verdicts"]["chat"]["reason"], "sealed")
        self.assertEqual(shown["persons"], 1)
        self.assertNotIn("per_lin", json.dumps(shown))
        got, out, err = menshen.run("ledger", "show", answer["record"], data=self.data)
        self.assertEqual(got, 0, err)
        self.assertIn("stf_li", out)

    def test_the_ledger_verifies_and_proves_a_look(self):
        answer = self.look()
        receipt = self.run_ok("ledger", "prove", answer["record"], data=self.data)
        self.assertIn("c2sp.org/tlog-proof", receipt)
        self.run_ok("ledger", "verify", data=self.data)

    def test_a_server_answers_alike_and_explains_to_parties_only(self):
        server = self.server(sip=False)
        record = self.look(person="per_xue", fields="basic,chat", code=4)["record"]
        path = "/v1/records/" + record

        def asked_by(subject, scopes="explain"):
            status, _, text = server.get(path, token=server.token(scopes, subject))
            return status, json.loads(text)

        status, own = asked_by("stf_li")
        self.assertEqual(status, 200)
        self.assertEqual(own["verdicts"]["basic"]["reason"], "not-shared")
        self.assertEqual(own["verdicts"]["chat"]["reason"], "sealed")
        self.assertNotIn("per_xue", json.dumps(own))
        status, hers = asked_by("per_xue")
        self.assertEqual(status, 200)
        self.assertEqual(hers["verdicts"]["basic"]["reason"], "consent-expired")
        self.assertEqual((hers["person"], hers["number"], hers["looker"]), ("per_xue", 1, "stf_li"))
        status, full = asked_by("stf_officer")
        self.assertEqual((status, full["verdicts"]["basic"]["reason"]), (200, "consent-expired"))
        for stranger in ("stf_wu", "stf_sun", "per_lin", "org_carrier", "org_red"):
            status, body = asked_by(stranger)
            self.assertEqual((status, body["code"]), (404, "not-found"), stranger)
        self.assertEqual(server.get(path + "/proof", token=server.token("explain", "stf_wu"))[0], 404)
        menshen.until(lambda: server.get(path + "/proof", token=server.token("explain", "per_xue"))[0] == 200, 10,
                      "a proof for her")

    def test_running_numbers_go_on_from_server_to_command(self):
        server = self.server(sip=False)
        first = self.look()["record"]
        server.stop()
        second = self.look()["record"]
        server.start()
        third = self.look()["record"]
        token = server.token("explain", "per_lin")
        numbers = [json.loads(server.get("/v1/records/" + r, token=token)[2])["number"] for r in (first, second, third)]
        self.assertEqual(numbers, [1, 2, 3])

    HISTORY = """\
at,staff,person,categories,purpose,surface
2026-01-02T10:00:00+08:00,stf_li,per_lin,basic;photo,matchmaking.introduce,list
2026-01-03T10:00:00+08:00,stf_gone,per_elsewhere,contact,,
2026-01-04T10:00:00+08:00,stf_li,per_lin,chat,curiosity,detail
"""

    def history(self, text, *more, code=0):
        got, out, err = menshen.run("import", "looks", self.file("looks.csv", text), "--json", *more, data=self.data)
        self.assertEqual(got, code, err)
        counts = json.loads(out) if out else {}
        return [counts.get(k) for k in ("read", "written", "unchanged", "skipped")], err

    def newest(self, back):
        entries = json.loads(self.run_ok("ledger", "checkpoint", "--json", data=self.data))["size"]
        log = json.loads(self.run_ok("ledger", "key", "--json", data=self.data))["id"]
        return f"rec_{log}_{entries - back}"

    def test_an_imported_history_is_on_the_record_once(self):
        self.assertEqual(self.history(self.HISTORY)[0], [3, 3, 0, 0])
        self.assertEqual(self.history(self.HISTORY)[0], [3, 0, 3, 0])
        one_more = self.HISTORY + self.HISTORY.splitlines()[1] + "\n2026-01-05T10:00:00+08:00,stf_li,per_lin,basic,,\n"
        self.assertEqual(self.history(one_more)[0], [5, 1, 4, 0])
        shown = self.show(self.newest(1))
        self.assertEqual((shown["imported"], shown["host"], shown["looker"], shown["surface"], shown["asked"]),
                         (True, False, "stf_li", "detail", "2026-01-05T10:00:00+08:00"))
        # An own look after them has the next number.
        record = self.look()["record"]
        server = self.server(sip=False)
        self.assertEqual(self.history(self.HISTORY)[0], [3, 0, 3, 0])
        hers = json.loads(server.get("/v1/records/" + record, token=server.token("explain", "per_lin"))[2])
        self.assertEqual(hers["number"], 4)

    def test_a_bad_row_of_a_history_is_skipped_or_refuses_all(self):
        bad = self.HISTORY + "yesterday,stf_li,per_lin,basic,,\n2026-01-05,stf_li,per_lin,shoes,,\n2026-01-05,stf_li,,basic,,\n"
        counts, err = self.history(bad, "--strict", code=1)
        self.assertIn("nothing", err)
        counts, err = self.history(bad, code=7)
        self.assertEqual(counts, [6, 3, 0, 3])
        for place in ("looks.csv:5:1: at:", "looks.csv:6:", "looks.csv:7:"):
            self.assertIn(place, err)
        self.assertEqual(self.history(self.HISTORY, "--strict")[0], [3, 0, 3, 0])


if __name__ == "__main__":
    menshen.unittest.main()
