"""Advertisements held against a member's file: what differs is named, what may not be seen is not compared, and each
comparison is a look."""
import glob
import json
import os
import re
import shutil
import tempfile
import threading

import jsonschema

import engine
import members
import menshen

VERIFY = {"Purpose": "matchmaking.verify"}
# Each test that changes or counts something has a member of its own.
NUMBERS = {"per_" + name: f"+86139111100{i}" for i, name in enumerate(
    ("ada", "bea", "cai", "dan", "eve", "fay", "gil", "hal", "ivy", "jan"), 11)}
AGREED = {**dict.fromkeys(NUMBERS, "basic;education"), "per_bea": "basic", "per_cai": None}
# Values that are easy to find in an answer that must not hold them.
FILE = "f,1987,163,离异,file-wants-honesty,硕士,file-surgeon"
PERSONS = "id,organisation,number,name,pool,store,gender,birth_year,height_cm,marital_status,requirements,education,occupation\n"
PERSONS += "".join(f"{p},org_a,{n},Ada,store,org_a,{'f,1987,,离异,,,' if p == 'per_dan' else FILE}\n" for p, n in NUMBERS.items())
AD = {"sex": "female", "birth_year": 1987, "marital_status": "divorced", "height_cm": 163, "education": "master",
      "occupation": "file-surgeon", "requirements": "file-wants-honesty"}
# The same with nothing of it right.
WRONG = {"sex": "male", "birth_year": 1961, "marital_status": "single", "height_cm": 181, "education": "college",
         "occupation": "pilot", "requirements": "none"}
BASIC = ["/sex", "/birth_year", "/marital_status", "/height_cm", "/requirements"]
EDUCATION = ["/education", "/occupation"]
HIDDEN = ["1987", "163", "离异", "file-", "硕士", "1391111"]
KEY = "8e03978e-40d5-43e8-bc93-%012x"
CONSENTS = "number,organisation,purposes,categories,channels,from,until,wording,evidence\n" + "".join(
    f"{NUMBERS[p]},org_a,matchmaking.verify,{what},app,2020-01-01,,You may.,{members.evidence(p)}\n"
    for p, what in AGREED.items() if what)


class Desk(members.Case):
    @classmethod
    def setUpClass(cls):
        cls.shared = tempfile.mkdtemp(prefix="menshen-test-")
        hook, cls.sent = members.hook(cls)
        config = cls.file("menshen.yaml", hook + "limits: {sign_ins_per_address: 1000}\n" + cls.more())
        cls.gate = menshen.Server(cls.shared + "/data", sip=False, store=engine.store_for(cls), config=config).start()
        cls.tokens, cls.pages = {}, {}
        for kind, text in (*members.FACTS, ("persons", PERSONS), ("consents", CONSENTS)):
            cls.bring(kind, text)
        cls.alias = dict(engine.rows(cls.gate, "SELECT id, alias FROM members"))
        document = json.loads(cls.gate.get("/openapi.json")[2])
        cls.described = document["paths"]["/v1/ads/check"]["post"]["responses"]
        cls.answers = jsonschema.Draft202012Validator(document["components"]["schemas"]["AdChecked"])

    @classmethod
    def path(cls, name):
        return os.path.join(cls.shared, name)

    @classmethod
    def file(cls, name, text):
        with open(cls.path(name), "w", encoding="utf-8") as f:
            f.write(text)
        return cls.path(name)

    @classmethod
    def more(cls):
        return ""

    def ask(self, body, staff="stf_sales", headers=VERIFY, scopes="all", query=""):
        if (staff, scopes) not in self.tokens:
            self.tokens[staff, scopes] = self.gate.token(scopes, subject=staff)
        answer = self.gate.http("POST", "/v1/ads/check" + query, body, token=self.tokens[staff, scopes], headers=headers)
        self.assertIn(str(answer[0]), self.described)
        return answer

    def check(self, body, staff="stf_sales", **more):
        status, headers, text = self.ask(body, staff, **more)
        self.assertEqual(status, 200, text)
        answer = json.loads(text)
        self.answers.validate(answer)
        for word in HIDDEN:
            self.assertNotIn(word, json.dumps(answer["problems"], ensure_ascii=False))
        return answer

    def found(self, answer):
        self.assertEqual(answer["ok"], not answer["problems"])
        for p in answer["problems"]:
            self.assertEqual((p["quote"], p["rule"]), (None, "cn.ad.fields"))
        return [(p["code"], p["pointer"]) for p in answer["problems"]]

    def ad(self, whose, **change):
        return {**AD, "code": self.alias[whose], **change}

    def looks(self, person, numbers=NUMBERS):
        page = members.sign_in_person(self.gate, self.sent, numbers[person])
        status, _, text = self.gate.get("/v1/me/looks", headers=page)
        self.assertEqual(status, 200, text)
        return [x for x in json.loads(text)["looks"] if not x.get("gap")]

    def problem(self, answer, status, code):
        self.assertEqual((answer[0], json.loads(answer[2]).get("code")), (status, code), answer[2])


@engine.both
class Ads(Desk):
    # -- What differs -----------------------------------------------------------------------

    def test_what_differs_is_named_and_not_what_the_file_says(self):
        answer = self.check(self.ad("per_ada"))
        self.assertEqual(self.found(answer), [])
        self.assertRegex(answer["record"], "^rec_")
        wrong = self.check({**WRONG, "code": self.alias["per_ada"]})
        self.assertEqual(self.found(wrong), [("differs-from-file", p) for p in
                                             ("/sex", "/birth_year", "/marital_status", "/height_cm", "/education",
                                              "/occupation", "/requirements")])
        for field in AD:
            body = self.ad("per_ada", **{field: WRONG[field]})
            self.assertEqual(self.found(self.check(body)), [("differs-from-file", "/" + field)])
        # What is missing is missing, whatever the file says; what the file lacks nothing bears out.
        self.assertEqual(self.found(self.check(self.ad("per_ada", height_cm=None))), [("missing", "/height_cm")])
        self.assertEqual(self.found(self.check(self.ad("per_dan"))), [("not-in-file", p) for p in
                                                                      ("/height_cm", "/education", "/occupation", "/requirements")])

    def test_without_a_purpose_nobodys_file_is_read(self):
        answer = self.check({**WRONG, "code": self.alias["per_jan"]}, headers={})
        self.assertEqual((self.found(answer), answer["record"]), ([], None))
        self.assertEqual(self.looks("per_jan"), [])
        self.problem(self.ask(self.ad("per_jan", person="per_jan"), headers={}), 400, "purpose-missing")
        self.problem(self.ask(self.ad("per_jan"), headers={"Purpose": "matchmaking.introduce"}), 422, "other-purpose")
        self.problem(self.ask(self.ad("per_jan"), headers={"Purpose": "no such"}), 400, "purpose-malformed")
        # Nor is there whom to look at.
        answer = self.check({**AD, "code": None})
        self.assertEqual((self.found(answer), answer["record"]), ([("missing", "/code")], None))
        self.assertEqual(self.looks("per_jan"), [])

    def test_a_person_is_named_where_the_code_does_not_do(self):
        self.assertEqual(self.found(self.check(self.ad("per_ivy", person="per_ivy"))), [])
        self.assertEqual(self.found(self.check({**AD, "person": "per_ivy"})), [("missing", "/code")])
        self.assertEqual(self.found(self.check(self.ad("per_dan", person="per_ivy"))), [("unknown-code", "/code")])
        # An alias is unique within an organisation only.
        engine.write(self.gate, f"UPDATE members SET alias = '{self.alias['per_ivy']}' WHERE id = 'per_shi'")
        self.assertEqual(self.found(self.check(self.ad("per_ivy"))), [("unknown-code", "/code")])
        self.assertEqual(self.found(self.check(self.ad("per_ivy", person="per_ivy"))), [])

    # -- No oracle --------------------------------------------------------------------------

    def test_what_may_not_be_seen_is_not_compared(self):
        for person, hidden in (("per_bea", EDUCATION), ("per_cai", BASIC + EDUCATION)):
            right, wrong = self.ad(person), self.ad(person, **{p[1:]: WRONG[p[1:]] for p in hidden})
            answers = [self.check(body) for body in (right, wrong)]
            for a in answers:
                self.assertEqual(set(self.found(a)), {("not-comparable", p) for p in hidden})
                self.assertRegex(a.pop("record"), "^rec_")
            self.assertEqual(answers[0], answers[1])
        # A file that says nothing is no other.
        empty = self.check(self.ad("per_tan"))
        self.assertEqual(set(self.found(empty)), {("not-comparable", p) for p in BASIC + EDUCATION})
        # What is withdrawn is not compared from the next check on.
        self.assertEqual(self.found(self.check(self.ad("per_gil"))), [])
        page = members.sign_in_person(self.gate, self.sent, NUMBERS["per_gil"])
        given = json.loads(self.gate.get("/v1/me/consents", headers=page)[2])["consents"][0]["id"]
        status, _, text = self.gate.http("PUT", "/v1/me/consents", {"changes": [{"act": "withdraw", "id": given}]}, headers=page)
        self.assertEqual(status, 200, text)
        for body in (self.ad("per_gil"), {**WRONG, "code": self.alias["per_gil"]}):
            self.assertEqual({code for code, _ in self.found(self.check(body))}, {"not-comparable"})

    def test_nobody_and_a_foreigner_are_one_answer(self):
        def whole(body):
            status, headers, text = self.ask(body)
            return status, sorted((k, v) for k, v in headers.items() if k not in ("Date",)), text

        codes = {whole({**AD, "code": code})[2] for code in ("PB-0", self.alias["per_far"], self.alias["per_far"].upper())}
        self.assertEqual([self.found(json.loads(t)) for t in codes], [[("unknown-code", "/code")]])
        answers = [whole({**AD, "code": "PB-0", "person": p}) for p in ("per_nobody", "per_far", "stf_sales", "x" * 64)]
        self.assertEqual([a for a in answers if a != answers[0]], [])
        answer = json.loads(answers[0][2])
        self.assertEqual((self.found(answer), answer["record"]), ([("unknown-code", "/person")], None))
        self.assertNotIn("X-Menshen-Record", dict(answers[0][1]))
        # Right or wrong, there is nothing to compare with.
        for body in (AD, WRONG):
            self.assertEqual(whole({**body, "code": self.alias["per_far"]}), whole({**body, "code": "PB-0"}))
        # Who was named by her id sees who tried; by her code she was not found, so that nobody looked at her.
        seen = menshen.until(lambda: self.looks("per_far", members.NUMBERS), 20, "the attempt")
        self.assertEqual([x["purpose"] for x in seen], ["matchmaking.verify"])

    def test_the_erased_are_nobody(self):
        body = self.ad("per_hal")
        page = members.sign_in_person(self.gate, self.sent, NUMBERS["per_hal"], confirm=True)
        self.assertEqual(self.found(self.check(body)), [])
        self.assertEqual(self.gate.http("POST", "/v1/me/erasure", {}, headers=page)[0], 202)
        menshen.until(lambda: ("unknown-code", "/code") in self.found(self.check(body)), 30, "her erasure")
        for more in ({}, {"person": "per_hal"}):
            self.assertEqual(self.check({**body, **more})["problems"][0]["code"], "unknown-code")
            self.assertIsNone(self.check({**body, **more})["record"])

    def test_who_may_not_look_gets_one_refusal(self):
        bodies = [self.ad("per_ada"), {**WRONG, "code": self.alias["per_ada"]}, {**AD, "code": "PB-0"},
                  self.ad("per_far"), {**AD, "person": "per_ada"}, {**AD, "person": "per_far"}, {**AD, "person": "per_nobody"}]
        for staff, scopes, status, code in (("stf_late", "all", 403, "certificate-invalid"),
                                            ("org_a", "all", 403, "session-invalid"),
                                            ("stf_sales", "members", 403, "scope-missing")):
            answers = [self.ask(body, staff, scopes=scopes) for body in bodies]
            self.problem(answers[0], status, code)
            self.assertEqual({a[2] for a in answers}, {answers[0][2]}, staff)
            # Its fields and its words anybody may have checked.
            self.assertEqual(self.found(self.check(bodies[0], staff, scopes=scopes, headers={})), [])
        bodies[3:4] = []  # stf_foreign's own member
        for staff in ("stf_foreign", "stf_assoc"):
            answers = [self.check(body, staff) for body in bodies[:3]]
            self.assertEqual({json.dumps(a) for a in answers}, {json.dumps(answers[0])}, staff)
            self.assertEqual(self.found(answers[0]), [("unknown-code", "/code")])
        self.assertEqual({json.loads(text)["code"] for text in (self.ask(b, "stf_state")[2] for b in bodies)}, {"role-missing"})

    # -- A look like every other ------------------------------------------------------------

    def test_each_check_is_a_look_that_she_sees(self):
        records = [self.check(self.ad("per_eve"), query="?task=ad_7")["record"],
                   self.check({**WRONG, "code": self.alias["per_eve"]})["record"]]
        menshen.until(lambda: len(self.looks("per_eve")) == 2, 20, "her looks")
        looks = self.looks("per_eve")
        self.assertEqual([x["record"] for x in looks], records[::-1])
        for x in looks:
            self.assertEqual((x["looker"], x["purpose"]), ("stf_sales", "matchmaking.verify"))
        self.assertIn("ad_7", json.dumps(looks[1]))
        status, _, text = self.gate.get("/v1/records/" + records[0], token=self.tokens["stf_sales", "all"])
        self.assertEqual(status, 200, text)
        self.assertIn("matchmaking.verify", text)
        # One that was refused her is a look that she sees, too.
        before = len(self.looks("per_cai"))
        self.check(self.ad("per_cai"))
        menshen.until(lambda: len(self.looks("per_cai")) == before + 1, 20, "a refused look")

    def test_the_same_request_again_is_no_second_look(self):
        def ask(key, body):
            return self.ask(body, headers={**VERIFY, "Idempotency-Key": KEY % key})

        first = ask(1, self.ad("per_fay"))
        self.assertEqual(first[0], 200, first[2])
        for _ in range(3):
            again = ask(1, self.ad("per_fay"))
            self.assertEqual((again[0], again[2]), (first[0], first[2]))
        self.problem(ask(1, self.ad("per_fay", birth_year=1961)), 422, "idempotency-key-reused")
        self.problem(self.ask(self.ad("per_fay"), headers={"Idempotency-Key": KEY % 1}), 422, "idempotency-key-reused")
        menshen.until(lambda: len(self.looks("per_fay")) == 1, 20, "one look")
        answers = []
        threads = [threading.Thread(target=lambda: answers.append(ask(2, self.ad("per_fay")))) for _ in range(8)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        self.assertEqual(len({text for status, _, text in answers if status == 200}), 1, answers)
        self.assertLessEqual({json.loads(text)["code"] for status, _, text in answers if status != 200}, {"request-in-progress"})
        second = ask(3, self.ad("per_fay"))
        self.assertEqual(second[0], 200, second[2])
        record = json.loads(second[2])["record"]
        looks = menshen.until(lambda: record in [x["record"] for x in self.looks("per_fay")] and self.looks("per_fay"), 20,
                              "her looks")
        self.assertEqual(len(looks), 3)

    def test_the_days_files_are_the_bound(self):
        crowd = "id,organisation,number,name,pool,gender\n" + "".join(
            f"per_{i},org_a,138{i:08d},Lin,store,f\n" for i in range(20))
        agreed = "number,organisation,purposes,categories,channels,from,until,wording,evidence\n" + "".join(
            f"138{i:08d},org_a,matchmaking.verify,basic,app,2026-01-01,,yes,{members.evidence(str(i))}\n" for i in range(20))
        self.bring("persons", crowd)
        self.bring("consents", agreed)
        alias = dict(engine.rows(self.gate, "SELECT id, alias FROM members"))
        self.check(self.ad("per_cai"), "stf_manager")  # shows nothing, and spends nothing
        self.check({**AD, "code": "PB-0"}, "stf_manager")
        for i in range(20):
            for _ in range(2):  # a member counts once a day
                self.assertNotIn("unknown-code", str(self.check({**AD, "code": alias[f"per_{i}"]}, "stf_manager")))
        for key, body in enumerate((self.ad("per_ada"), {**WRONG, "code": self.alias["per_ada"]}), 9):
            for _ in range(2):  # a refusal is judged again
                answer = self.ask(body, "stf_manager", headers={**VERIFY, "Idempotency-Key": KEY % key})
                self.problem(answer, 403, "budget-exceeded")
                self.assertTrue(0 < int(answer[1]["Retry-After"]) <= 86400)
        self.problem(self.gate.get("/v1/persons/per_ada", token=self.tokens["stf_manager", "all"], headers=VERIFY), 403, "budget-exceeded")
        # Files that are open stay so; others open theirs; nobody is nobody.
        self.check({**AD, "code": alias["per_3"]}, "stf_manager")
        self.assertEqual(self.found(self.check(self.ad("per_ada"), "stf_other")), [])
        self.assertEqual(self.found(self.check({**AD, "code": "PB-0"}, "stf_manager")), [("unknown-code", "/code")])


class Masked(Desk):
    """A pack that masks degrees everywhere: a band is no field."""

    @classmethod
    def more(cls):
        for file in glob.glob(os.path.join(menshen.ROOT, "rules", "cn-*.yaml")):
            shutil.copy(file, cls.path(os.path.basename(file)))
        with open(os.path.join(menshen.ROOT, "rules", "cn.yaml"), encoding="utf-8") as f:
            text = f.read()
        changed = re.sub(r"(category: education\n +masked: )lists", r"\1always", text)
        assert changed != text
        return f"rules: [{cls.file('cn.yaml', changed)}]\n"

    def test_what_is_masked_is_not_compared(self):
        answers = [self.check(body) for body in (self.ad("per_ada"), self.ad("per_ada", education="college", occupation="pilot"))]
        for a in answers:
            self.assertEqual(self.found(a), [("not-comparable", p) for p in EDUCATION])


if __name__ == "__main__":
    engine.main()
