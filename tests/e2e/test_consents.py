"""Consents: asked for, given, narrowed, withdrawn; each acts on the next question and leaves a receipt."""
import base64
import hashlib
import json
import time

import agency
import engine
import menshen
import proof

INTRODUCE = "matchmaking.introduce"
UNTIL = "2027-06-01T00:00:00+08:00"


@engine.both
class Consents(menshen.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.case = cls("setUp")
        menshen.Case.setUp(cls.case)
        config = cls.case.file("menshen.yaml", "limits: {sign_ins_per_address: 100000}\n")
        cls.gate = s = cls.case.server(sip=False, demo=True, config=config)
        cls.staff = agency.sign_in(s, "ruoxi")
        cls.organisation = agency.logins(s)["ruoxi"]["organisation"]
        cls.next = 0

    @classmethod
    def tearDownClass(cls):
        for s in cls.case.servers:
            s.stop()
        menshen.shutil.rmtree(cls.case.folder, ignore_errors=True)

    def setUp(self):
        self.folder, self.servers = self.case.folder, []
        type(self).next += 1
        self.number = f"1390000{7000 + self.next}"
        self.id = f"per_test{self.next}"
        self.put("persons", f"id,organisation,number,name,pool,gender,education\n"
                            f"{self.id},{self.organisation},{self.number},Probe,store,f,master\n")
        self.her = agency.sign_in_person(self.gate, self.number)

    def tearDown(self):
        pass

    # -- Words for what the tests do --------------------------------------------------------

    def put(self, kind, text):
        code, out, err = self.gate.run("import", kind, self.case.file(kind + ".csv", text))
        self.assertEqual(code, 0, err)

    def asserted(self, categories, number=None, mark=1):
        self.put("consents", "number,organisation,purposes,categories,channels,from,until,wording,evidence\n"
                             f"{number or self.number},{self.organisation},{INTRODUCE},{categories},call,2026-01-01,,paper,"
                             f"sha256:{mark:064d}\n")

    def json(self, answer, status=200):
        self.assertEqual(answer[0], status, answer[2])
        return json.loads(answer[2])

    def look(self, who=None):
        """{category: "show" or a reason} of her file, as staff sees it."""
        status, _, text = self.staff.ask("GET", f"/v1/persons/{who or self.id}", headers={"Purpose": INTRODUCE})
        file = json.loads(text)
        if status == 403:
            return file["reason"]
        return {**{c: "show" for c in file["shown"]}, **file["withheld"]}

    def ask(self, categories, purpose=INTRODUCE, who=None, **more):
        body = {"purpose": purpose, "categories": categories, "channels": ["file", "call"], "until": UNTIL, **more}
        return self.staff.ask("POST", f"/v1/persons/{who or self.id}/consent-requests", body)

    def answer(self, request, answer, **more):
        return self.her.ask("POST", f"/v1/me/consent-requests/{request}", {"answer": answer, **more})

    def change(self, *changes):
        return self.her.ask("PUT", "/v1/me/consents", {"changes": changes})

    def hers(self):
        return self.json(self.her.ask("GET", "/v1/me/consents"))["consents"]

    def give(self, **more):
        terms = {"organisation": self.organisation, "purposes": [INTRODUCE], "categories": ["basic"],
                 "channels": ["file"], "until": UNTIL, **more}
        if "wording" not in terms:
            status, _, text = self.her.ask("POST", "/v1/me/consents/wording", terms)
            if status != 200:
                return status, _, text
            terms["wording"] = json.loads(text)["zh"]
        return self.change({"act": "give", **terms})

    def code(self, answer, status):
        return self.json(answer, status)["code"]

    # -- The story ------------------------------------------------------------------------------

    def test_from_a_request_to_its_end(self):
        self.assertEqual(self.look(), "not-shared")
        asked = self.json(self.ask(["basic", "education", "photo"]), 201)["requests"]
        self.assertEqual([r["categories"] for r in asked], [["basic", "education"], ["photo"]])
        seen = self.json(self.her.ask("GET", "/v1/me/consent-requests"))["requests"]
        self.assertEqual({r["id"] for r in seen}, {r["id"] for r in asked})
        self.assertEqual({r["status"] for r in seen}, {"open"})
        wording = [r["wording"] for r in seen if r["categories"] == ["photo"]][0]
        self.assertIn("单独同意", wording["zh"])
        # Silence is no consent, and staff learns nothing but that it is pending.
        self.assertEqual(self.look(), "not-shared")
        # She agrees to both parts of the one, and refuses the other.
        granted = self.json(self.answer(asked[0]["id"], "grant"))
        self.assertEqual(self.json(self.answer(asked[1]["id"], "refuse"))["status"], "refused")
        self.assertEqual(self.look()["education"], "show")
        self.assertEqual(self.look()["photo"], "not-shared")
        told = self.json(self.staff.ask("GET", f"/v1/persons/{self.id}/consent-requests", headers={"Purpose": "matchmaking.introduce"}))["requests"]
        self.assertEqual([r["status"] for r in told], ["answered", "answered"])
        self.assertEqual(self.code(self.ask(["photo"]), 409), "already-answered")
        # Narrowed: at once.
        self.json(self.change({"act": "narrow", "id": granted["consent"], "categories": ["basic"]}))
        self.assertEqual((self.look()["basic"], self.look()["education"]), ("show", "not-shared"))
        # Withdrawn: at once.
        newest = self.hers()[0]
        self.assertEqual((newest["status"], newest["version"], newest["by"]), ("active", 2, "confirmed"))
        self.json(self.change({"act": "withdraw", "id": newest["id"]}))
        self.assertEqual(self.look(), "not-shared")
        self.assertEqual([c["status"] for c in self.hers()], ["withdrawn", "replaced"])
        # The same again changes nothing.
        before = self.hers()
        self.json(self.change({"act": "withdraw", "id": newest["id"]}))
        self.assertEqual(self.hers(), before)

    def test_a_withdrawal_stops_the_next_call(self):
        caller = "--from", "075533330001"
        self.put("organisations", "id,name,kind,sector,licence,region,status,parent,legal_entity,filing\n"
                                  "org_caller,Caller,agency,matchmaking,,310000,active,,,SH-1\n")
        self.put("ranges", "first,last,organisation,use,direction,status\n"
                           "075533330000,075533330099,org_caller,marketing,both,active\n")
        self.put("lines", "id,organisation,carrier,location,purpose,callers,peers,documents,status\n"
                          "lin_caller,org_caller,org_jiangnan,SH,marketing,075533330000-075533330099,10.9.9.9,"
                          "licence;permit;number-certificate;filing;plan,active\n")
        self.put("campaigns", "id,principal,callers,sector,purpose,lines,consent_basis,from,until,status\n"
                              f"cmp_caller,org_caller,,matchmaking,{INTRODUCE},lin_caller,consent,2026-01-01,2027-12-31,active\n")
        rings = lambda: json.loads(self.gate.run(
            "call", *caller, "--to", self.number, "--line", "lin_caller", "--campaign", "cmp_caller", "--at",
            self.at, "--json")[1])["reason"]
        self.at = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(time.time() + 60))
        self.json(self.give(organisation="org_caller", channels=["call"]))
        consented = rings()
        self.assertNotIn(consented, ("no-consent", "do-not-call"))
        self.json(self.change({"act": "withdraw", "id": self.hers()[0]["id"]}))
        self.assertEqual(rings(), "no-consent")

    # -- What is no consent -----------------------------------------------------------------------

    def test_incomplete_and_bundled_grants_are_refused(self):
        for more, code in (({"categories": ["basic", "photo"]}, "consent-bundled"),
                           ({"purposes": [INTRODUCE, "marketing"]}, "consent-bundled"),
                           ({"categories": ["chat"]}, "category-sealed"), ({"categories": []}, "consent-incomplete"),
                           ({"channels": []}, "consent-incomplete"), ({"purposes": ["fun"]}, "purpose-unknown"),
                           ({"purposes": ["marketing"], "categories": ["property"]}, "category-unserved"),
                           ({"until": "2020-01-01T00:00:00Z"}, "until-past"),
                           ({"until": "2039-01-01T00:00:00Z"}, "until-too-far"),
                           ({"organisation": "org_none"}, "organisation-unknown"),
                           ({"wording": ""}, "consent-incomplete"), ({"wording": "yes to all"}, "wording-differs")):
            self.assertEqual(self.code(self.give(**more), 422), code, more)
        self.assertEqual(self.code(self.give(categories=["everything"]), 400), "invalid-consent")
        self.assertEqual(self.code(self.ask(["chat"]), 422), "category-sealed")
        self.assertEqual(self.hers(), [])

    def test_all_changes_or_none(self):
        self.json(self.give())
        one = self.hers()[0]
        answer = self.change({"act": "withdraw", "id": one["id"]}, {"act": "withdraw", "id": "con_none"})
        self.assertEqual(self.code(answer, 404), "consent-unknown")
        self.assertEqual(self.hers()[0]["status"], "active")

    def test_a_changed_purpose_or_category_needs_a_new_consent(self):
        self.json(self.give())
        one = self.hers()[0]
        wider = self.change({"act": "narrow", "id": one["id"], "categories": ["basic", "education"]})
        self.assertEqual(self.code(wider, 422), "not-narrower")
        self.json(self.give(categories=["basic", "education"]))
        self.assertEqual([(c["version"], c["status"]) for c in self.hers()], [(2, "active"), (1, "replaced")])

    def test_only_she_herself_decides(self):
        token = agency.Visitor(self.gate, "person", self.gate.token("me", self.id))
        self.assertEqual(token.ask("GET", "/v1/me/consents")[0], 200)
        for method, path, body in (("PUT", "/v1/me/consents", {"changes": []}),
                                   ("POST", "/v1/me/consent-requests/crq_1", {"answer": "grant"})):
            self.assertEqual(self.code(token.ask(method, path, body), 401), "session-required")
            self.assertEqual(self.staff.ask(method, path, body)[0], 403)
        asked = self.json(self.ask(["basic"]), 201)["requests"][0]["id"]
        other, self.her = self.her, agency.sign_in_person(self.gate, "13800000101")
        self.assertEqual(self.code(self.answer(asked, "grant"), 404), "not-found")
        self.her = other

    def test_i_never_gave_this(self):
        self.asserted("basic")
        self.assertEqual(self.look()["basic"], "show")
        one = self.hers()[0]
        self.assertEqual((one["by"], one["status"], one["wording"]), ("asserted", "active", "paper"))
        self.json(self.change({"act": "disown", "id": one["id"]}))
        self.assertEqual(self.look(), "not-shared")
        self.asserted("basic", mark=2)  # and no other paper helps
        self.assertEqual(self.look(), "not-shared")

    # -- Side channels ----------------------------------------------------------------------------

    def test_missing_withdrawn_and_expired_are_one_answer_to_staff(self):
        bodies = []
        for i, state in enumerate(("missing", "withdrawn", "expired")):
            number, who = f"1390001{8000 + i}", f"per_state{i}"
            self.put("persons", f"id,organisation,number,name,pool,gender\n{who},{self.organisation},{number},Probe,store,f\n")
            if state != "missing":
                until = "2026-02-01" if state == "expired" else ""
                self.put("consents", "number,organisation,purposes,categories,channels,from,until,wording,evidence\n"
                                     f"{number},{self.organisation},{INTRODUCE},basic,call,2026-01-01,{until},p,sha256:{'0' * 64}\n")
            if state == "withdrawn":
                her, self.her = self.her, agency.sign_in_person(self.gate, number)
                self.json(self.change({"act": "withdraw", "id": self.hers()[0]["id"]}))
                self.her = her
            status, headers, text = self.staff.ask("GET", f"/v1/persons/{who}", headers={"Purpose": INTRODUCE})
            file = json.loads(text)
            for own in ("record", "detail", "instance"):
                file.pop(own, None)
            asked = self.ask(["basic"], who=who)
            request = json.loads(asked[2])
            request["requests"][0].pop("id")
            bodies.append((status, file, asked[0], request))
        self.assertEqual(bodies[0], bodies[1])
        self.assertEqual(bodies[0], bodies[2])

    # -- Receipts ---------------------------------------------------------------------------------

    def receipt(self, consent):
        def fetch():
            answer = self.her.ask("GET", consent["receipt"])
            if answer[0] == 409:
                self.assertEqual(answer[1]["Retry-After"], "1")
            return answer if answer[0] == 200 else None
        return menshen.until(fetch, 15, "a receipt")

    def test_a_receipt_is_checked_with_nothing_but_the_log(self):
        self.json(self.give())
        consent = self.hers()[0]
        status, headers, text = self.receipt(consent)
        self.assertIn("unwitnessed", headers["Content-Disposition"])
        proven = proof.check(text)
        entry, opening, content, extra, index = (proven[k] for k in ("entry", "opening", "content", "extra", "index"))
        # The entry commits to the opening, the opening to what she agreed to.
        self.assertEqual(entry[-32:], proof.sha(opening))
        self.assertEqual(opening[-32:], proof.sha(content))
        row = json.loads(content)
        self.assertEqual((row["organisation"], row["categories"], row["wording"], row["status"]),
                         (self.organisation, "basic", consent["wording"], "confirmed"))
        # And the evidence is the hash of what was shown.
        shown = (f"menshen-consent 1\norganisation {row['organisation']}\npurposes {row['purposes']}\n"
                 f"categories {row['categories']}\nchannels {row['channels']}\nfrom {row['from']}\n"
                 f"until {row['until']}\nversion {row['version']}\n\n{row['wording']}")
        self.assertEqual(row["evidence"], "sha256:" + hashlib.sha256(shown.encode()).hexdigest())
        # The program says the same, and refuses one that was tampered with.
        kept = self.case.file("kept.tlog-proof", text)
        code, out, err = self.gate.run("ledger", "verify", "--receipt", kept, "--json")
        self.assertEqual(code, 0, err)
        self.assertEqual(json.loads(out)["opened"]["organisation"], self.organisation)
        forged = extra.replace(b'"categories":"basic"', b'"categories":"photo"')
        self.assertNotEqual(forged, extra)
        wrong = text.replace(base64.b64encode(extra).decode(), base64.b64encode(forged).decode())
        code, out, err = self.gate.run("ledger", "verify", "--receipt", self.case.file("wrong.tlog-proof", wrong))
        self.assertEqual(code, 1, out)
        # Its record is found by the id that the list gives.
        self.assertEqual(self.hers()[0]["record"].rsplit("_", 1)[1], str(index))
        self.assertEqual(self.her.ask("GET", "/v1/me/consents/con_none/receipt")[0], 404)


if __name__ == "__main__":
    engine.main()
