"""A person's rights: who looked at her, and her erasure, from sign-in to what is left on the disk."""
import base64
import csv
import datetime
import glob
import io
import json
import os
import re
import sqlite3
import time

import engine
import members
import menshen
import proof

NUMBER, OTHER = "+8613911110001", "+8613911110002"
VALUES = ["Lin Daiyu", "Xuhui", "Fudan", "flat-in-Pudong", "wx-lin", "secret chat", "saw per_xue", "310101199301010001"]
FORMS = ["13911110001", "8613911110001", "139-1111-0001", "139 1111 0001", "+86 139 1111 0001"]
HOOK = '#!/bin/sh\nexec cat >>"$1"\n'
LINES = """id,organisation,carrier,location,purpose,callers,peers,documents,status
lin_x,org_x,org_c,SH,marketing,02160001000-02160001099,,licence;permit;number-certificate;filing;plan,active
"""
RANGES = """first,last,organisation,use,direction,status
02160001000,02160001099,org_x,marketing,both,active
"""
CARRIER = "id,name,kind,sector,licence,region,status\norg_c,C,carrier,telecom,,31,active\n"
CAMPAIGNS = """id,principal,callers,sector,purpose,lines,consent_basis,from,until,status
cmp_x,org_x,org_x,matchmaking,marketing,lin_x,,2020-01-01,,active
"""
SHIFT = "2026-11-21T10:00:00+08:00"


@engine.both
class Rights(menshen.Case):
    def setUp(self):
        super().setUp()
        self.sent = self.path("sent")
        hook = self.file("hook.sh", HOOK)
        os.chmod(hook, 0o700)
        config = self.file("menshen.yaml", f"codes: {{command: [hook.sh, {self.sent}]}}\n"
                                           "limits: {sign_ins_per_address: 1000}\n")
        self.gate = self.server(sip=False, config=config)
        facts = [*members.FACTS, ("organisations", CARRIER), ("ranges", RANGES), ("lines", LINES),
                 ("campaigns", CAMPAIGNS),
                 ("refusals", f"number,organisation,at\n{NUMBER},org_x,2026-01-01\n"),
                 ("preferences", f"number,sectors,classes,hours,block,allow\n{NUMBER},real-estate,,,,\n")]
        for i, (kind, text) in enumerate(facts):
            text = text.replace("secret chat,saw per_xue", ",").replace("secret talk,saw per_lin", ",")
            status, out, err = self.gate.run("import", kind, self.file(f"{i}.csv", text))
            self.assertEqual(status, 0, out + err)
        self.staff = {"Authorization": "Bearer " + self.gate.token("all", "stf_sales"), "Purpose": members.INTRODUCE}

    def code(self, number):
        before = self.texts()
        self.assertEqual(self.gate.http("POST", "/v1/session/codes", {"number": number})[0], 202)
        codes = lambda: re.findall(r"\b\d{6}\b", self.texts()[len(before):])
        return menshen.until(codes, 10, "a code")[-1]

    def sql(self, text):
        engine.write(self.gate, text)

    def texts(self):
        try:
            with open(self.sent, encoding="utf-8") as f:
                return f.read()
        except FileNotFoundError:
            return ""

    def sign_in(self, number=NUMBER, confirm=False):
        answer = self.gate.http("POST", "/v1/session", {"number": number, "code": self.code(number)})
        self.assertEqual(answer[0], 200, answer[2])
        page = {"Cookie": answer[1]["Set-Cookie"].split(";")[0], "X-CSRF-Token": json.loads(answer[2])["csrf"]}
        if confirm:
            answer = self.gate.http("POST", "/v1/session/confirm", {"code": self.code(number)}, headers=page)
            self.assertEqual(answer[0], 200, answer[2])
        return page

    def mine(self, page, path, status=200):
        answer = self.gate.get(path, headers=page)
        self.assertEqual(answer[0], status, answer[2])
        return json.loads(answer[2])

    def looks(self, page):
        return self.mine(page, "/v1/me/looks")["looks"]

    def look(self, person="per_lin"):
        answer = self.gate.get(f"/v1/persons/{person}", headers=self.staff)
        self.assertEqual(answer[0], 200, answer[2])
        return answer[1]["X-Menshen-Record"]

    def test_she_reads_who_looked_with_a_proof_of_each(self):
        first, second = self.look(), self.look()
        page = self.sign_in()
        menshen.until(lambda: len(self.looks(page)) == 2, 10, "looks are found")
        looks = self.looks(page)
        self.assertEqual([x["record"] for x in looks], [second, first])
        self.assertEqual([x["number"] for x in looks], [2, 1])
        newest = looks[0]
        self.assertEqual((newest["looker"], newest["organisation"], newest["role"], newest["certificate"]),
                         ("stf_sales", "org_a", "sales", "C1:2099-12-31"))
        self.assertEqual((newest["purpose"], newest["surface"], newest["person"], newest["proven"]),
                         (members.INTRODUCE, "detail", "per_lin", True))
        self.assertEqual(newest["categories"]["basic"]["verdict"], "show")
        self.assertEqual(newest["categories"]["photo"]["verdict"], "deny")
        self.assertFalse(any(x.get("gap") for x in looks))
        menshen.until(lambda: self.gate.get(newest["proof"], headers=page)[0] == 200, 10, "a proof")
        # Its entry is under the root of the log's checkpoint, whoever computes it.
        text = self.gate.get(newest["proof"], headers=page)[2]
        proven = proof.check(text)
        self.assertEqual(proven["index"], int(second.rsplit("_", 1)[1]))
        published = self.gate.get("/checkpoint")[2].split("\n")
        told = proven["note"].split("\n")
        self.assertEqual(told[0], published[0])
        if told[1] == published[1]:
            self.assertEqual(told[2], published[2])
        entry = base64.b64encode(proven["extra"]).decode()
        other = base64.b64encode(proven["extra"][:-1] + bytes([proven["extra"][-1] ^ 1])).decode()
        with self.assertRaises(ValueError):
            proof.check(text.replace(entry, other))
        # Opened it shows what the entry hides, to her alone; the program checks it, and that nothing was changed.
        opened = newest["proof"] + "?opened=yes"
        proven = proof.check(self.gate.get(opened, headers=page)[2])
        self.assertIn(proof.sha(proven["opening"]), proven["entry"])
        self.assertEqual(proven["content"], b"")
        text = self.gate.get(opened, headers=page)[2]
        kept = self.file("look.tlog-proof", text)
        code, out, err = self.gate.run("ledger", "verify", "--receipt", kept, "--json")
        self.assertEqual(code, 0, err)
        shown = json.loads(out)["opened"]
        self.assertEqual((shown["person"], shown["looker"], shown["organisation"], shown["number"]),
                         ("per_lin", "stf_sales", "org_a", 2))
        self.assertEqual((shown["categories"]["basic"], shown["categories"]["photo"]), ("show", "deny"))
        proven = proof.check(text)
        forged = proven["extra"].replace(b"stf_sales", b"stf_store")
        wrong = text.replace(base64.b64encode(proven["extra"]).decode(), base64.b64encode(forged).decode())
        code, out, err = self.gate.run("ledger", "verify", "--receipt", self.file("wrong.tlog-proof", wrong))
        self.assertEqual(code, 1, out)
        refused = self.gate.get(opened, headers=self.staff)
        self.assertEqual((refused[0], json.loads(refused[2])["code"]), (403, "opening-withheld"))
        self.assertEqual(self.gate.get(opened, headers=self.sign_in(OTHER))[0], 404)
        # Not hers, not anybody's.
        self.assertEqual(self.looks(self.sign_in(OTHER)), [])
        self.assertEqual(self.gate.get(newest["proof"], headers=self.sign_in(OTHER))[0], 404)
        self.assertEqual(self.gate.get("/v1/me/looks", headers=self.staff)[0], 403)

    def test_what_is_missing_from_the_index_shows_as_a_gap(self):
        for _ in range(3):
            self.look()
        page = self.sign_in()
        menshen.until(lambda: len(self.looks(page)) == 3, 10, "looks are found")
        record = self.looks(page)[1]["record"]
        with sqlite3.connect(self.gate.data + "/index/looks.db", timeout=10) as db:
            table = [t for t, in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
            column = {t: [c[1] for c in db.execute(f"PRAGMA table_info({t})")] for t in table}
            part = next(t for t in table if "handle" in column[t])
            db.execute(f"DELETE FROM {part} WHERE record = ?", (int(record.rsplit('_', 1)[1]),))
        looks = self.looks(page)
        self.assertEqual([x["number"] for x in looks], [3, 1])
        self.assertEqual([x.get("gap", False) for x in looks], [True, False])

    def test_she_sees_whose_member_she_is_and_which_tokens_were_made_for_her(self):
        self.gate.token("me", "per_lin")
        me = self.mine(self.sign_in(), "/v1/me")
        self.assertEqual([(x["id"], x["organisation"], x["name"]) for x in me["members"]], [("per_lin", "org_a", "A")])
        self.assertEqual([x["member"] for x in me["tokens"]], ["per_lin"])

    def test_an_unconfirmed_erasure_waits_with_notice_and_can_be_cancelled(self):
        page = self.sign_in()
        before = self.texts()
        answer = self.gate.http("POST", "/v1/me/erasure", {}, headers=page)
        self.assertEqual((answer[0], json.loads(answer[2])["status"]), (202, "waiting"))
        menshen.until(lambda: "erased" in self.texts()[len(before):], 10, "a notice")
        self.assertEqual(self.gate.http("POST", "/v1/me/erasure", {}, headers=page)[0], 409)
        self.look()
        self.assertEqual(self.gate.http("DELETE", "/v1/me/erasure", headers=page)[0], 200)
        self.assertEqual(self.mine(page, "/v1/me/erasure")["erasures"][0]["status"], "cancelled")
        self.assertEqual(self.gate.http("DELETE", "/v1/me/erasure", headers=page)[0], 404)
        token = {"Authorization": "Bearer " + self.gate.token("me", "per_lin")}
        self.assertEqual(self.gate.http("POST", "/v1/me/erasure", {}, headers=token)[0], 401)

    def test_a_number_that_an_import_brings_opens_nothing_and_her_rights_wait(self):
        """Whoever has the number now has a further code too, and may have agreed to everything before."""
        bring = lambda kind, text: self.assertEqual(
            self.gate.run("import", kind, self.file("more.csv", text))[0], 0)
        head = "number,organisation,purposes,categories,channels,from,until,wording,evidence\n"
        agreed = lambda since, n: bring("consents", head + f"{NEW},org_a,{members.INTRODUCE},basic,call,{since},,You may.,"
                                        f"sha256:{n}" + "0" * 63 + "\n")
        NEW = "+8613911118888"
        self.look()
        agreed("2020-01-01", 1)
        bring("persons", f"id,organisation,number,name,pool\nper_lin,org_a,{NEW},Lin Daiyu,store\n")
        seen = lambda: self.gate.get("/v1/persons/per_lin", headers=self.staff)
        self.assertEqual((seen()[0], json.loads(seen()[2])["code"]), (403, "not-shared"))
        page = self.sign_in(NEW, confirm=True)
        self.assertEqual([m["id"] for m in self.mine(page, "/v1/me")["members"]], ["per_lin"])
        self.assertEqual(self.mine(page, "/v1/me/export", 403)["code"], "number-changed")
        checked = {"organisation": "org_a", "category": "identity", "field": "id_number", "value": "310101199301010002"}
        told = {"organisation": "org_a", "category": "basic", "field": "district", "value": "Jing'an"}
        for body, status in (checked, 403), (told, 201):
            self.assertEqual(self.gate.http("POST", "/v1/me/corrections", body, headers=page)[0], status)
        answer = self.gate.http("POST", "/v1/me/erasure", {}, headers=page)
        self.assertEqual((answer[0], json.loads(answer[2])["status"]), (202, "waiting"))
        self.assertEqual(self.gate.http("DELETE", "/v1/me/erasure", headers=page)[0], 200)
        # What is agreed to from now on is about her.
        time.sleep(1)
        agreed(time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime()), 2)
        self.look()
        # A day later the further code is enough.
        self.sql("UPDATE members SET number_since = number_since - 86400000000000 WHERE id = 'per_lin'")
        self.mine(page, "/v1/me/export")

    def test_an_export_is_on_the_record_like_every_read(self):
        page = self.sign_in(confirm=True)
        self.look()
        before = self.looks(page)[0]["number"]
        self.mine(page, "/v1/me/export")
        self.look()
        after = self.looks(page)
        self.assertEqual((after[0]["number"], "gap" in after[0]), (before + 2, False))

    def test_erasures_asked_for_and_cancelled_again_are_no_way_to_flood_her_with_texts(self):
        page = self.sign_in()
        ask = lambda: self.gate.http("POST", "/v1/me/erasure", {}, headers=page)
        for _ in range(3):
            self.assertEqual(ask()[0], 202)
            self.assertEqual(self.gate.http("DELETE", "/v1/me/erasure", headers=page)[0], 200)
        answer = ask()
        self.assertEqual((answer[0], json.loads(answer[2])["code"]), (429, "too-many-erasures"), answer[2])
        # Confirmed, it needs no text, and is done.
        self.assertEqual(self.gate.http("POST", "/v1/me/erasure", {}, headers=self.sign_in(confirm=True))[0], 202)

    def correct(self, page, field, value, category="basic", status=201):
        body = {"organisation": "org_a", "category": category, "field": field, "value": value}
        answer = self.gate.http("POST", "/v1/me/corrections", body, headers=page)
        self.assertEqual(answer[0], status, answer[2])
        return json.loads(answer[2])

    def shown(self):
        answer = self.gate.get("/v1/persons/per_lin", headers=self.staff)
        self.assertEqual(answer[0], 200, answer[2])
        return json.loads(answer[2]), answer[1]["ETag"]

    def test_she_corrects_what_she_told_at_once(self):
        page = self.sign_in()
        before, tag = self.shown()
        self.assertEqual(self.correct(page, "district", "Minhang")["status"], "applied")
        after, new = self.shown()
        self.assertEqual(after["shown"]["basic"]["district"], "Minhang")
        self.assertEqual((after["version"], new == tag), (before["version"], False))
        # Who may not see the field sees nothing of it.
        self.assertEqual(self.correct(page, "income", "900001", "property")["status"], "applied")
        again, same = self.shown()
        self.assertEqual(again["withheld"]["property"], "not-shared")
        self.assertNotIn("900001", json.dumps(again))
        self.assertEqual(same, new)
        self.assertEqual([x["field"] for x in self.mine(page, "/v1/me/corrections")["corrections"]],
                         ["income", "district"])
        for field, value, category, status in (("no_such", "x", "basic", 400), ("district", "", "basic", 400),
                                               ("chat", "x", "chat", 400), ("school", "x", "basic", 400)):
            self.correct(page, field, value, category, status)
        body = {"organisation": "org_x", "category": "basic", "field": "district", "value": "x"}
        self.assertEqual(self.gate.http("POST", "/v1/me/corrections", body, headers=page)[0], 404)
        token = {"Authorization": "Bearer " + self.gate.token("me", "per_lin")}
        self.assertEqual(self.gate.http("POST", "/v1/me/corrections", body, headers=token)[0], 401)

    def test_what_was_checked_is_corrected_by_compliance(self):
        page = self.sign_in()
        asked = self.correct(page, "id_number", "310101199301019999", "identity")
        self.assertEqual(asked["status"], "open")
        self.assertEqual(self.correct(page, "id_number", "x", "identity", 409)["code"], "correction-under-way")
        comp = {"Authorization": "Bearer " + self.gate.token("all", "stf_comp"), "Purpose": "matchmaking.verify"}
        foreign = {"Authorization": "Bearer " + self.gate.token("all", "stf_foreigncomp"), "Purpose": "matchmaking.verify"}
        path = "/v1/corrections/" + asked["id"]
        listed = self.gate.get("/v1/corrections", headers=comp)
        self.assertEqual([(x["id"], x["person"], x["field"], x["overdue"]) for x in json.loads(listed[2])["corrections"]],
                         [(asked["id"], "per_lin", "id_number", False)])
        self.assertNotIn("9999", listed[2])
        self.assertEqual(json.loads(self.gate.get("/v1/corrections", headers=foreign)[2]), {"corrections": []})
        # An identity is masked to staff, and what it shall be is no less so.
        answer = self.gate.get(path, headers=comp)
        self.assertEqual((answer[0], json.loads(answer[2])["code"]), (403, "masked-by-default"))
        yes = {"answer": "accept"}
        self.assertEqual(self.gate.get(path, headers=foreign)[0], 404)
        self.assertEqual(self.gate.http("POST", path, yes, headers=foreign)[0], 404)
        self.assertEqual(self.gate.http("POST", path, {"answer": "refuse"}, headers=comp)[0], 400)
        self.assertEqual(self.gate.http("POST", path, yes, headers=self.staff)[0], 403)
        self.assertEqual(self.gate.http("POST", path, yes, headers=comp)[0], 200)
        self.assertEqual(self.gate.http("POST", path, yes, headers=comp)[0], 409)
        asked = self.correct(page, "marital_status", "widowed")
        # What it shall be is a look, which she finds.
        comp["Purpose"] = members.INTRODUCE
        answer = self.gate.get("/v1/corrections/" + asked["id"], headers=comp)
        self.assertEqual((answer[0], json.loads(answer[2])["value"]), (200, "widowed"))
        self.assertNotIn("widowed", json.dumps(self.shown()))
        menshen.until(lambda: len(self.looks(page)) == 3, 10, "looks are found")
        self.assertEqual((self.looks(page)[1]["looker"], self.looks(page)[1]["task"]), ("stf_comp", asked["id"]))
        no = {"answer": "refuse", "reason": "the certificate says otherwise"}
        self.assertEqual(self.gate.http("POST", "/v1/corrections/" + asked["id"], no, headers=comp)[0], 200)
        mine = self.mine(page, "/v1/me/corrections")["corrections"]
        self.assertEqual([(x["status"], x.get("reason")) for x in mine],
                         [("refused", no["reason"]), ("accepted", None)])
        profile = self.mine(self.sign_in(confirm=True), "/v1/me/export")["members"][0]["profile"]
        self.assertEqual(profile["identity"]["id_number"], "310101199301019999")
        self.assertNotIn("marital_status", profile["basic"])

    def as_duty(self, staff, task, purpose="rights"):
        """(status, which categories are shown or masked) of a look at her file for a request of hers."""
        headers = {"Authorization": "Bearer " + self.gate.token("all", staff), "Purpose": purpose}
        status, _, text = self.gate.get(f"/v1/persons/per_lin?task={task}", headers=headers)
        told = json.loads(text)
        return status, sorted({**told.get("shown", {}), **told.get("masked", {})})

    def duties(self, staff="stf_comp", status=200):
        answer = self.gate.get("/v1/duties", token=self.gate.token("all", staff))
        self.assertEqual(answer[0], status, answer[2])
        return json.loads(answer[2]).get("duties")

    def test_her_request_is_a_legal_duty_of_compliance_while_it_is_open(self):
        page = self.sign_in()
        self.assertEqual(self.duties(), [])
        self.assertEqual(self.as_duty("stf_comp", "cor_0"), (403, []))
        asked = self.correct(page, "marital_status", "widowed")["id"]
        self.assertEqual([(d["id"], d["person"], d["kind"], d["categories"]) for d in self.duties()],
                         [(asked, "per_lin", "correction", ["basic"])])
        self.assertEqual(self.duties("stf_foreigncomp"), [])
        self.duties("stf_sales", 403)
        self.assertEqual(self.as_duty("stf_comp", asked), (200, ["basic"]))
        for staff, task, purpose, status in (("stf_comp", "", "rights", 403), ("stf_comp", "cor_0", "rights", 403),
                                             ("stf_comp", asked, "complaint", 403), ("stf_sales", asked, "rights", 403),
                                             ("stf_manager", asked, "rights", 403), ("stf_store", asked, "rights", 403),
                                             ("stf_foreigncomp", asked, "rights", 404),
                                             ("stf_state", asked, "rights", 404)):
            self.assertEqual(self.as_duty(staff, task, purpose), (status, []), (staff, task, purpose))
        # Neither a list nor a search opens by it.
        comp = {"Authorization": "Bearer " + self.gate.token("all", "stf_comp"), "Purpose": "rights"}
        for query in ("", "&q=widowed"):
            text = self.gate.get(f"/v1/persons?task={asked}{query}", headers=comp)[2]
            self.assertNotIn("age", text)
            self.assertNotIn("widowed", text)
        self.assertEqual(self.gate.http("POST", "/v1/corrections/" + asked, {"answer": "accept"}, headers=comp)[0], 200)
        self.assertEqual(self.as_duty("stf_comp", asked), (403, []))
        self.assertEqual(self.duties(), [])
        menshen.until(lambda: any(x["organisation"] == "org_a" and x["categories"]["basic"]["verdict"] == "show"
                                  for x in self.looks(page)), 10, "looks are found")
        look = next(x for x in self.looks(page) if x["categories"]["basic"]["verdict"] == "show")
        self.assertEqual((look["looker"], look["task"], look["purpose"], look["categories"]["basic"]["legal_basis"]),
                         ("stf_comp", asked, "rights", "legal-duty"))

    def test_who_waits_for_a_copy_or_an_erasure_is_known_to_compliance_and_no_more(self):
        page = self.sign_in()
        self.mine(page, "/v1/me/export", 403)
        export, = self.duties()
        self.assertEqual((export["kind"], export["categories"]), ("export", ["basic", "contact"]))
        self.assertEqual(self.as_duty("stf_comp", export["id"]), (200, ["basic", "contact"]))
        self.mine(self.sign_in(confirm=True), "/v1/me/export")
        self.assertEqual(self.as_duty("stf_comp", export["id"]), (403, []))
        erasure = json.loads(self.gate.http("POST", "/v1/me/erasure", {}, headers=page)[2])["id"]
        self.assertEqual([(d["id"], d["kind"]) for d in self.duties()], [(erasure, "erasure")])
        self.assertEqual(self.as_duty("stf_comp", erasure), (200, ["basic", "contact"]))
        self.assertEqual(self.gate.http("DELETE", "/v1/me/erasure", headers=page)[0], 200)
        self.assertEqual(self.as_duty("stf_comp", erasure), (403, []))
        self.assertEqual(self.duties(), [])

    def test_who_looked_is_a_table_too(self):
        self.look()
        self.look("per_lin")
        page = self.sign_in()
        menshen.until(lambda: len(self.looks(page)) == 2, 10, "looks are found")
        status, headers, text = self.gate.get("/v1/me/looks?format=csv", headers=page)
        self.assertEqual((status, headers["Content-Type"]), (200, "text/csv; charset=utf-8"), text)
        rows = list(csv.DictReader(io.StringIO(text, newline="")))
        word = lambda v: str(v).lower() if isinstance(v, bool) else "" if v is None else str(v)
        expected = []
        for look in self.looks(page):
            for category, answer in look.pop("categories").items():
                expected.append({k: word(v) for k, v in {**look, "category": category, **answer}.items()})
        self.assertEqual([{k: v for k, v in row.items() if v} for row in rows],
                         [{k: v for k, v in row.items() if v} for row in expected])
        self.assertEqual(self.gate.get("/v1/me/looks?format=xml", headers=page)[0], 400)

    def test_an_export_has_all_of_hers_and_nothing_of_others(self):
        self.look()
        self.assertEqual(self.call()["reason"], "refused")
        page = self.sign_in()
        told = self.mine(page, "/v1/me/export", 403)
        self.assertEqual(told["code"], "confirmation-required")
        self.assertEqual(self.mine(page, "/v1/me/export", 403), told)  # the wait has begun
        menshen.until(lambda: "A copy of your data" in self.texts(), 10, "a notice")
        page = self.sign_in(confirm=True)
        answer = self.gate.get("/v1/me/export", headers=page)
        self.assertEqual(answer[0], 200, answer[2])
        self.assertIn("attachment", answer[1]["Content-Disposition"])
        export = json.loads(answer[2])
        her, = export["members"]
        self.assertEqual(her["profile"]["basic"]["district"], "Xuhui")
        self.assertEqual(her["profile"]["identity"], {"id_number": "310101199301010001"})
        self.assertEqual({c["purposes"] for c in export["consents"]},
                         {"matchmaking.followup", "matchmaking.introduce", "matchmaking.verify"})
        self.assertEqual([x["organisation"] for x in export["refusals"]], ["org_x"])
        self.assertEqual(len(export["looks"]), 1)
        # Who rang her and what she set right stand in it as they do by themselves.
        self.assertEqual([(c["kind"], c["reason"], c["organisation"]) for c in export["calls"]], [("call", "refused", "org_x")])
        self.assertEqual(export["calls"], self.mine(page, "/v1/me/calls")["calls"])
        self.correct(page, "district", "Jingan")
        self.correct(page, "id_number", "310101199301019999", "identity")
        again = self.mine(page, "/v1/me/export")
        self.assertEqual({c["field"]: c["status"] for c in again["corrections"]}, {"district": "applied", "id_number": "open"})
        self.assertEqual(again["corrections"], self.mine(page, "/v1/me/corrections")["corrections"])
        for other in ("Baochai", "per_xue", "wx-xue"):
            self.assertNotIn(other, answer[2])

    def call(self):
        return self.gate.call("02160001001", NUMBER, "lin_x", "--campaign", "cmp_x", "--at", SHIFT)

    def on_disk(self):
        """Which of her values stand anywhere in the data folder and the facts, but the log's sealed frames."""
        facts = engine.content(self.gate)
        contents = [facts]
        for path in glob.glob(self.gate.data + "/**", recursive=True):
            if os.path.isfile(path):
                with open(path, "rb") as f:
                    contents.append(f.read())
        found = {v for v in VALUES + FORMS for content in contents if v.encode() in content}
        if int(NUMBER[1:]).to_bytes(6, "big") in facts:
            found.add("her number as an integer")
        return found

    def test_what_stays_of_one_membership_is_told_apart(self):
        persons = f"id,organisation,number,name,pool\nper_lin2,org_x,{NUMBER},Lin D.,city\n"
        self.assertEqual(self.gate.run("import", "persons", self.file("more.csv", persons))[0], 0)
        page = self.sign_in(confirm=True)
        self.assertEqual(self.mine(page, "/v1/me/erasure"), {"erasures": [], "kept": []})
        answer = self.gate.http("POST", "/v1/me/erasure", {"organisation": "org_a"}, headers=page)
        self.assertEqual(answer[0], 202, answer[2])
        done = lambda: [x["status"] for x in self.mine(page, "/v1/me/erasure")["erasures"]] == ["done"]
        menshen.until(done, 20, "an erasure")
        # Her refusal of another organisation is no remainder: the number is still hers.
        kept = self.mine(page, "/v1/me/erasure")["kept"]
        self.assertEqual([(x["what"], x["organisation"], "until" in x) for x in kept],
                         [("refusal", "org_a", False), ("looks", "org_a", True)])

    def test_an_erasure_leaves_nothing_but_her_refusals(self):
        self.look()
        page = self.sign_in(confirm=True)
        self.correct(page, "id_number", "310101199301019999", "identity")
        self.assertEqual(self.call()["reason"], "refused")
        engine.backup(self.gate, self.path("older"))
        self.assertTrue(self.on_disk())
        answer = self.gate.http("POST", "/v1/me/erasure", {}, headers=page)
        self.assertEqual((answer[0], json.loads(answer[2])["status"]), (202, "running"), answer[2])
        menshen.until(lambda: self.mine(page, "/v1/me/erasure")["erasures"][0]["status"] == "done", 20, "an erasure")
        self.assertEqual(self.on_disk(), set())
        # Absent to staff as any stranger is, with the same bytes.
        gone, nobody = (self.gate.get(f"/v1/persons/{p}", headers=self.staff) for p in ("per_lin", "per_nobody"))
        self.assertEqual((gone[0], gone[2]), (404, nobody[2]))
        self.assertNotIn("per_lin", self.gate.get("/v1/persons", headers=self.staff)[2])
        self.assertEqual(self.mine(page, "/v1/me/corrections"), {"corrections": []})
        # She is told what stays, why and until when; and still reads who looked.
        status = self.mine(page, "/v1/me/erasure")
        self.assertEqual([(x["what"], x.get("organisation"), x.get("purposes")) for x in status["kept"]], [
            ("consent/1", "org_a", "matchmaking.followup"), ("consent/2", "org_a", "matchmaking.introduce"),
            ("consent/3", "org_a", "matchmaking.verify"), ("looks", "org_a", None), ("wishes", None, None),
            ("refusal", "org_a", None), ("refusal", "org_x", None)])
        self.assertTrue(all(x["why"] and x["who"] for x in status["kept"]))
        end = lambda x: datetime.datetime.fromisoformat(x["until"]) - datetime.datetime.now(datetime.timezone.utc)
        self.assertEqual([round(end(x).days, -1) for x in status["kept"][:4]], [1100, 1100, 1100, 1860])
        self.assertFalse(any("until" in x for x in status["kept"][4:]))
        self.assertEqual(self.mine(page, "/v1/me")["kept"], status["kept"])
        self.assertEqual(self.looks(page)[-1]["looker"], "stf_sales")
        for path in ("/v1/me", "/v1/me/looks", "/v1/me/erasure"):
            text = self.gate.get(path, headers=page)[2]
            self.assertEqual([v for v in VALUES + FORMS if v in text], [])
        # Refusals hold, also after a restart; proofs verify.
        self.assertEqual(self.call()["reason"], "refused")
        status, out, err = self.gate.run("ledger", "verify")
        self.assertEqual(status, 0, out + err)
        self.gate.stop()
        self.gate.start()
        self.assertEqual(self.call()["reason"], "refused")
        # Her id and her consents do not come back by a file.
        status, out, err = self.gate.run("import", "persons", self.file("again.csv", members.PERSONS))
        self.assertEqual(status, 7, out + err)
        # An older copy with the keys of today opens nothing: every sealed text of hers stays closed.
        self.gate.stop()
        store = engine.restore(self.path("older"), self.gate, self.path("other"), type(self))
        restored = menshen.Server(self.path("other"), sip=False, store=store)
        restored.start()
        try:
            status = lambda: engine.rows(restored, "SELECT status FROM members WHERE id = 'per_lin'")
            menshen.until(lambda: status() == [("erased",)], 20, "erased again")
            staff = {"Authorization": "Bearer " + restored.token("all", "stf_sales"), "Purpose": members.INTRODUCE}
            self.assertEqual(restored.get("/v1/persons/per_lin", headers=staff)[0], 404)
            verdict = restored.call("02160001001", NUMBER, "lin_x", "--campaign", "cmp_x", "--at", SHIFT)
            self.assertEqual(verdict["reason"], "refused")
        finally:
            self.assertEqual(restored.stop(), 0, restored.messages())

    def erase(self, number):
        page = self.sign_in(number, confirm=True)
        self.assertEqual(self.gate.http("POST", "/v1/me/erasure", {}, headers=page)[0], 202)
        menshen.until(lambda: self.mine(page, "/v1/me/erasure")["erasures"][0]["status"] == "done", 20, "an erasure")
        return page

    def test_what_the_law_keeps_is_for_compliance_with_a_claim_s_document_and_she_sees_the_look(self):
        head = "number,organisation,purposes,categories,channels,from,until,wording,evidence\n"
        more = [f"{NUMBER},org_a,service,basic,call,2021-02-03,,Ring 139 1111 0001.,sha256:" + "1" * 64,
                f"{NUMBER},org_x,service,basic,call,2022-02-03,,Theirs.,sha256:" + "2" * 64]
        self.assertEqual(self.gate.run("import", "consents", self.file("c.csv", head + "\n".join(more) + "\n"))[0], 0)
        self.sql(f"UPDATE members SET contract_until = {time.time_ns() + 10**15}, contract = 'basic' WHERE id = 'per_lin'")
        comp, claim = members.sign_in(self.gate, "stf_comp", confirm=True), "retention.claim"

        def kept(page=comp, person="per_lin", query="?task=claim-7", purpose=claim):
            status, headers, text = self.gate.get(f"/v1/persons/{person}/kept{query}", headers={**page, "Purpose": purpose})
            self.assertEqual([v for v in VALUES + FORMS if v in text], [])
            return status, text

        self.look()
        before = kept()  # she is a member still
        self.assertEqual(before[0], 404)
        page = self.erase(NUMBER)
        self.erase(members.NUMBERS["per_tan"])
        # Which there are, until when; what she agreed to with another organisation is none of them.
        status, text = kept()
        self.assertEqual(status, 200, text)
        told = json.loads(text)
        labels = [x["label"] for x in told["kept"]]
        self.assertEqual((len(labels), labels[-1], {len(x) for x in told["kept"]}), (5, "contract", {2}))
        hers = {x["what"]: x["until"] for x in self.mine(page, "/v1/me/erasure")["kept"] if "purposes" in x or x["what"] == "contract"}
        theirs, = set(hers) - set(labels)
        self.assertEqual({x["label"]: x["until"] for x in told["kept"]}, {k: v for k, v in hers.items() if k != theirs})
        # One of them, opened.
        content = {}
        for label in labels:
            status, text = kept(query=f"?task=claim-7&label={label}")
            self.assertEqual(status, 200, text)
            one, = json.loads(text)["kept"]
            self.assertEqual((one["label"], one["until"]), (label, hers[label]))
            content[label] = one["content"]
            self.assertNotIn("number", one["content"])
        self.assertEqual((content["contract"]["organisation"], content["contract"]["contract"]), ("org_a", "basic"))
        proofs = {c["purposes"]: c for label, c in content.items() if label != "contract"}
        self.assertEqual(set(proofs), {"service", "matchmaking.verify", "matchmaking.followup", "matchmaking.introduce"})
        self.assertEqual({c["organisation"] for c in proofs.values()}, {"org_a"})
        self.assertEqual(proofs["matchmaking.verify"]["wording"], "You may.")
        self.assertNotIn("wording", proofs["service"])  # it tells her number
        self.assertEqual((proofs["service"]["evidence"], proofs["service"]["from"][:10]), ("sha256:" + "1" * 64, "2021-02-03"))
        # Each is on the record, and she reads it with the document's number.
        self.assertEqual(self.gate.get("/v1/records/" + told["record"], headers=comp)[0], 200)
        menshen.until(lambda: len([x for x in self.looks(page) if x["purpose"] == claim and
                                   x["categories"]["basic"]["verdict"] == "show"]) == 6, 10, "looks are found")
        look = self.looks(page)[0]
        self.assertEqual((look["looker"], look["organisation"], look["task"], look["surface"], look["purpose"]),
                         ("stf_comp", "org_a", "claim-7", "detail", claim))
        self.assertEqual((look["categories"]["basic"]["verdict"], look["categories"]["basic"]["legal_basis"]),
                         ("show", "legal-duty"))
        # To everybody else there is nobody: the same bytes.
        foreign = members.sign_in(self.gate, "stf_foreigncomp", confirm=True)
        for answer in (kept(person="per_nobody"), kept(foreign), kept(person="per_xue"), kept(person="per_tan"),
                       kept(query=f"?task=claim-7&label={theirs}"), kept(query="?task=claim-7&label=consent/9")):
            self.assertEqual(answer, before)
        self.assertEqual(self.gate.get("/v1/persons/per_lin?task=claim-7", headers={**comp, "Purpose": claim})[2], before[1])
        code = lambda answer: (answer[0], json.loads(answer[1])["code"])
        self.assertEqual(code(kept(query="")), (400, "task-required"))
        self.assertEqual(code(kept(query="?task=")), (400, "task-required"))
        self.assertEqual(code(kept(purpose="rights")), (403, "not-shared"))
        self.assertEqual(code(kept({"Authorization": "Bearer " + self.gate.token("all", "stf_comp")})),
                         (401, "session-required"))
        # Until its term ends.
        self.sql("UPDATE kept SET until = 1 WHERE label <> 'contract'")
        self.assertEqual([x["label"] for x in json.loads(kept()[1])["kept"]], ["contract"])
        self.assertEqual(kept(query=f"?task=claim-7&label={labels[0]}"), before)
        self.sql("UPDATE kept SET until = 1")
        self.assertEqual(kept(), before)
        for staff, refused in ("stf_comp", "confirmation-required"), ("stf_manager", "role-missing"):
            self.assertEqual(code(kept(members.sign_in(self.gate, staff))), (403, refused))


if __name__ == "__main__":
    engine.main()
