"""Exams: two candidates at once share nothing, a crash in the middle loses no answer, time ends a paper, no key leaks."""
import datetime
import json
import os
import re
import threading
import time

import engine
import members
import menshen

ORGANISATIONS = """id,name,kind,sector,licence,region,status,parent,legal_entity
org_a,A,agency,matchmaking,,31,active,,
org_b,B,agency,matchmaking,,31,active,,
org_u,U,association,,,31,active,,
org_v,V,association,,,31,active,,
org_s,S,authority,,,31,active,,
"""
STAFF = """id,organisation,name,role,login,certificate,status
stf_ann,org_a,Ann,sales,ann@a,,active
stf_bea,org_b,Bea,manager,bea@b,,active
stf_cat,org_a,Cat,compliance,cat@a,,active
stf_exa,org_u,Exa,examiner,exa@u,,active
stf_far,org_v,Far,examiner,far@v,,active
stf_desk,org_u,Desk,officer,desk@u,,active
stf_state,org_s,State,officer,state@s,,active
"""
QUESTIONS = "/v1/exams/questions"
HOUR = 3600


def bank():
    """{question in Chinese: its right option in Chinese}, as the rule pack has them."""
    with open(os.path.join(menshen.ROOT, "rules", "cn-exam.yaml"), encoding="utf-8") as f:
        return dict(re.findall(r'^        zh: "(.*)"\n(?:        .*\n)*?        right: {zh: "(.*?)", en:', f.read(), re.M))


RIGHT = bank()


def stamp(seconds):
    at = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def person(staff, passport, **more):
    return {"staff": staff, "name": "Candidate", "id_number": passport, "birth_date": "1996-05-17",
            "education": "college", "full_capacity": True, **more}


def tick(sheet, right):
    """Answers: the first `right` items rightly, the others wrongly."""
    answers = []
    for i, item in enumerate(sheet["items"]):
        good = RIGHT[item["text"]["zh"]]
        option = next(o for o in item["options"] if (o["text"]["zh"] == good) == (i < right))
        answers.append({"item": item["item"], "option": option["option"]})
    return answers


@engine.both
class Exams(menshen.Case):
    def setUp(self):
        super().setUp()
        self.office = self.server(sip=False, start=False,
                                  config=self.file("menshen.yaml", "limits: {sign_ins_per_address: 1000}\n"))
        self.office.clock().start()
        for kind, text in (("organisations", ORGANISATIONS), ("staff", STAFF)):
            status, out, err = self.office.run("import", kind, self.file(kind + ".csv", text))
            self.assertEqual(status, 0, err)
        self.pages = {}
        self.assertEqual(self.ask("stf_exa", "POST", QUESTIONS + "/pack", {"course": "practitioner"}), {"added": 120})

    def page(self, staff):
        if staff not in self.pages:
            status, out, err = self.office.run("user", "passwd", staff, "--json", stdin="correct horse battery\n")
            self.assertEqual(status, 0, err)
            told = json.loads(out)
            answer = self.office.http("POST", "/v1/session", {
                "login": told["login"], "password": "correct horse battery",
                "code": members.code(told["secret"], time.time() + self.office.moved())})
            self.assertEqual(answer[0], 200, answer[2])
            self.pages[staff] = {"Cookie": answer[1]["Set-Cookie"].split(";")[0], "X-CSRF-Token": json.loads(answer[2])["csrf"]}
        return self.pages[staff]

    def ask(self, staff, method, path, body=None, status=200):
        answer = self.office.http(method, path, body, headers=self.page(staff))
        self.assertEqual(answer[0], status, (method, path, answer[2]))
        return json.loads(answer[2])

    def code(self, *args):
        return self.ask(*args)["code"]

    def set(self, length=3 * HOUR, seats=10):
        exam = self.ask("stf_exa", "POST", "/v1/exams", {"course": "practitioner", "from": stamp(self.office.moved() + 2),
                                                         "until": stamp(self.office.moved() + 2 + length), "seats": seats}, 201)
        return "/v1/exams/" + exam["id"]

    def sit(self, staff, exam):
        """Her sheet, once the exam has begun."""
        page = self.page(staff)
        def begin():
            answer = self.office.http("POST", exam + "/paper", headers=page)
            self.assertIn(answer[0], (200, 409), answer[2])
            return answer[0] == 200 and json.loads(answer[2])
        return menshen.until(begin, 20, "the exam to begin")

    def two(self, **options):
        exam = self.set(**options)
        for staff, passport in (("stf_ann", "P0000001"), ("stf_bea", "P0000002")):
            self.ask("stf_exa", "POST", exam + "/candidates", person(staff, passport), 201)
        return exam

    def test_two_candidates_at_once_share_nothing(self):
        exam = self.two()
        sheets = {}
        for staff in ("stf_ann", "stf_bea"):
            self.page(staff)
        threads = [threading.Thread(target=lambda s=s: sheets.update({s: self.sit(s, exam)})) for s in ("stf_ann", "stf_bea")]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        ann, bea = sheets["stf_ann"], sheets["stf_bea"]
        names = lambda s: {i["item"] for i in s["items"]} | {o["option"] for i in s["items"] for o in i["options"]}
        texts = lambda s: {i["text"]["zh"] for i in s["items"]}
        self.assertEqual((len(texts(ann)), len(names(ann))), (40, 200))
        self.assertEqual(names(ann) & names(bea), set())
        self.assertLessEqual(len(texts(ann) & texts(bea)), 20)
        # What Ann ticks is on no paper of Bea's; nothing of what comes with it is saved.
        mixed = tick(bea, 40)[:1] + tick(ann, 40)[1:2]
        self.assertEqual(self.code("stf_bea", "PUT", exam + "/answers", {"answers": mixed}, 422), "not-your-paper")
        self.assertEqual({i["chosen"] for i in self.sit("stf_bea", exam)["items"]}, {None})
        # Both write at once, each to the end.
        def write(staff, sheet, right):
            for one in tick(sheet, right):
                self.ask(staff, "PUT", exam + "/answers", {"answers": [one]})
        threads = [threading.Thread(target=write, args=a) for a in (("stf_ann", ann, 40), ("stf_bea", bea, 23))]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        done = self.ask("stf_ann", "POST", exam + "/hand-in")
        self.assertEqual((done["score"], done["passed"], done["how"]), (100, True, "candidate"))
        done = self.ask("stf_bea", "POST", exam + "/hand-in")
        self.assertEqual((done["score"], done["passed"]), (57, False))
        for method, path, body in (("POST", "/hand-in", None), ("POST", "/paper", None), ("PUT", "/answers", {"answers": mixed[:1]})):
            self.assertEqual(self.code("stf_bea", method, exam + path, body, 409), "already-handed-in")
        results = {p["staff"]: (p["score"], p["passed"]) for p in self.ask("stf_exa", "GET", exam + "/results")["results"]}
        self.assertEqual(results, {"stf_ann": (100, True), "stf_bea": (57, False)})
        self.assertEqual(self.ask("stf_ann", "GET", exam)["paper"]["score"], 100)
        mine, = [e for e in self.ask("stf_cat", "GET", "/v1/exams")["exams"]]
        self.assertIsNone(mine["paper"])

    def test_a_crash_in_the_middle_loses_no_answer_and_moves_no_end(self):
        exam = self.two()
        before = self.sit("stf_ann", exam)
        saved = tick(before, 40)[:17]
        self.ask("stf_ann", "PUT", exam + "/answers", {"answers": saved})
        self.office.kill()
        self.office.start()
        after = self.sit("stf_ann", exam)
        chosen = {a["item"]: a["option"] for a in saved}
        for item in before["items"]:
            item["chosen"] = chosen.get(item["item"])
        self.assertEqual({k: after[k] for k in ("paper", "ends_at", "items")}, {k: before[k] for k in ("paper", "ends_at", "items")})

    def test_time_ends_a_paper_with_what_was_saved(self):
        exam = self.two()
        sheet = self.sit("stf_ann", exam)
        self.ask("stf_ann", "PUT", exam + "/answers", {"answers": tick(sheet, 40)[:30]})
        self.later(61 * 60)
        last = {"answers": tick(sheet, 40)[30:]}
        self.assertEqual(self.code("stf_ann", "PUT", exam + "/answers", last, 409), "time-over")
        self.assertEqual(self.code("stf_ann", "POST", exam + "/hand-in", None, 409), "time-over")
        def marked():
            return [p for p in self.ask("stf_exa", "GET", exam + "/results")["results"] if p["how"]]
        paper, = menshen.until(marked, 20, "the sweep to mark it")
        self.assertEqual((paper["staff"], paper["how"], paper["score"], paper["passed"]), ("stf_ann", "time", 75, True))
        self.assertEqual(paper["handed_in_at"], sheet["ends_at"])
        # Who did not come has no result; the exam ends for her too.
        self.later(3 * HOUR)
        self.assertEqual(self.code("stf_bea", "POST", exam + "/paper", None, 409), "not-open")
        self.assertEqual([e for e in self.ask("stf_bea", "GET", "/v1/exams")["exams"]], [])

    def later(self, seconds):
        self.office.later(seconds)
        self.pages.clear()  # sessions are over as well

    def test_no_key_is_told_while_an_exam_runs(self):
        exam = self.two()
        row = self.ask("stf_exa", "GET", QUESTIONS)["questions"][0]
        self.assertEqual(set(row), {"id", "course", "topic", "options", "status", "by", "at"})
        one = f"{QUESTIONS}/{row['id']}"
        sheet = self.sit("stf_ann", exam)
        keys = lambda v: set(v) | {k for x in v.values() for k in keys(x)} if isinstance(v, dict) else \
            {k for x in v for k in keys(x)} if isinstance(v, list) else set()
        self.assertEqual(keys(sheet), {"paper", "ends_at", "now", "items", "item", "topic", "text", "zh", "en", "options", "option",
                                       "chosen", "annulled"})
        shown = self.ask("stf_exa", "GET", one)
        self.assertTrue(shown["asked_now"])
        self.assertEqual({"right", "wrong"} & set(shown), set())
        # Nobody else of the house is told anything of the bank, of a paper, or of another association's exam.
        for staff in ("stf_ann", "stf_cat", "stf_desk", "stf_state"):
            for path in (QUESTIONS, one, exam + "/results"):
                self.ask(staff, "GET", path, None, 403)
        for path in (exam, exam + "/results"):
            self.ask("stf_far", "GET", path, None, 404)
        self.ask("stf_far", "POST", exam + "/candidates", person("stf_cat", "P0000003"), 404)
        self.assertEqual(self.code("stf_cat", "POST", exam + "/paper", None, 404), "not-registered")
        self.ask("stf_exa", "POST", exam + "/paper", None, 403)
        # A token of hers, which the host can make, writes no exam.
        token = self.office.token("all", "stf_ann")
        self.assertEqual(self.office.http("POST", exam + "/paper", token=token)[0], 401)
        self.later(4 * HOUR)
        shown = self.ask("stf_exa", "GET", one)
        self.assertEqual((shown["asked_now"], shown["right"]["zh"]), (False, RIGHT[shown["zh"]]))
        told = json.dumps(self.ask("stf_exa", "GET", exam + "/results"))
        self.assertNotIn("1996-05-17", told)
        self.assertNotIn("P0000001", told)
        facts = engine.content(self.office)
        for text in (shown["zh"], shown["right"]["en"] + '"', sheet["items"][0]["text"]["en"], "1996-05-17", "P0000001"):
            self.assertNotIn(text.encode(), facts, text)

    def test_a_question_found_wrong_is_right_for_whoever_was_asked_it(self):
        exam = self.two()
        ann, bea = self.sit("stf_ann", exam), self.sit("stf_bea", exam)
        texts = lambda sheet: [i["text"]["zh"] for i in sheet["items"]]
        bank = {}
        for row in self.ask("stf_exa", "GET", QUESTIONS)["questions"]:
            bank[self.ask("stf_exa", "GET", f"{QUESTIONS}/{row['id']}")["zh"]] = row["id"]
        self.ask("stf_ann", "PUT", exam + "/answers", {"answers": tick(ann, 23)})
        self.assertEqual(self.ask("stf_ann", "POST", exam + "/hand-in")["passed"], False)
        hers = next(t for t in texts(ann)[23:] if t not in texts(bea))
        others = next(t for t in texts(bea) if t not in texts(ann))
        ground = "two options are right"
        annul = lambda text, status=201, staff="stf_exa", **more: self.ask(
            staff, "POST", exam + "/annul", {"question": bank[text], "ground": ground, **more}, status)
        done = annul(hers)
        self.assertEqual({k: done[k] for k in ("question", "ground", "raised", "passed")},
                         {"question": bank[hers], "ground": ground, "raised": 1, "passed": 1})
        seen = self.ask("stf_ann", "GET", exam)
        self.assertEqual((seen["paper"]["score"], seen["paper"]["passed"]), (60, True))
        told, = seen["annulled"]
        self.assertEqual((told["question"], told["text"]["zh"], told["ground"], told["at"]),
                         (bank[hers], hers, ground, done["at"]))
        # Bea was not asked it: it is no business of hers. One that she is asked says so on her paper.
        self.assertEqual(self.ask("stf_bea", "GET", exam)["annulled"], [])
        self.assertEqual((annul(others)["raised"], annul(others, 409)["code"]), (0, "already-annulled"))
        self.assertEqual({i["text"]["zh"]: i["annulled"] for i in self.sit("stf_bea", exam)["items"] if i["annulled"]}, {others: ground})
        self.assertEqual([a["text"]["zh"] for a in self.ask("stf_exa", "GET", exam)["annulled"]], [hers, others])
        self.ask("stf_bea", "PUT", exam + "/answers", {"answers": tick(bea, 0)})
        self.assertEqual(self.ask("stf_bea", "POST", exam + "/hand-in")["score"], 2)
        results = {p["staff"]: (p["score"], p["passed"]) for p in self.ask("stf_exa", "GET", exam + "/results")["results"]}
        self.assertEqual(results, {"stf_ann": (60, True), "stf_bea": (2, False)})
        # Nobody but its own association's examiner; nothing that the exam cannot ask; not without a ground.
        annul(hers, 403, "stf_ann")
        annul(hers, 404, "stf_far")
        annul(hers, 404, question="qst_" + "0" * 32)
        self.assertEqual(annul(hers, 400, ground=" ")["code"], "invalid-annulment")

    def test_who_may_not_sit_is_told_why(self):
        exam = self.set(seats=2)
        refused = lambda **more: self.code("stf_exa", "POST", exam + "/candidates", person("stf_ann", "P0000001", **more), 409)
        self.assertEqual(refused(birth_date="2010-05-17"), "too-young")
        self.assertEqual(refused(education="below"), "education")
        self.assertEqual(refused(full_capacity=False), "no-capacity")
        wrong = lambda **more: self.code("stf_exa", "POST", exam + "/candidates", {**person("stf_ann", "P0000001"), **more}, 400)
        self.assertEqual(wrong(birth_date="1996-02-30"), "invalid-candidate")
        self.assertEqual(wrong(education="some"), "invalid-candidate")
        self.assertEqual(wrong(shoe_size=38), "invalid-candidate")
        self.ask("stf_exa", "POST", exam + "/candidates", person("stf_none", "P0000001"), 404)
        self.ask("stf_exa", "POST", exam + "/candidates", person("stf_ann", "P0000001"), 201)
        self.assertEqual(refused(), "already-registered")
        self.ask("stf_exa", "POST", exam + "/candidates", person("stf_bea", "P0000002"), 201)
        third = self.ask("stf_exa", "POST", exam + "/candidates", person("stf_cat", "P0000003"), 409)
        self.assertEqual(third["code"], "no-seat")
        bad = {"course": "practitioner", "from": stamp(-60), "until": stamp(3 * HOUR), "seats": 1}
        self.assertEqual(self.code("stf_exa", "POST", "/v1/exams", bad, 400), "invalid-exam")

    def test_the_bank_grows_and_retires(self):
        own = {"course": "practitioner", "topic": "calls", "source": "ours", "zh": "问？", "en": "Which?",
               "right": {"zh": "甲", "en": "A"}, "wrong": [{"zh": "乙", "en": "B"}]}
        made = self.ask("stf_exa", "POST", QUESTIONS, own, 201)
        self.assertEqual((made["right"], made["wrong"], made["options"], made["status"]), (own["right"], own["wrong"], 2, "active"))
        same = {**own, "wrong": [{"zh": "甲", "en": "C"}]}
        self.assertEqual(self.code("stf_exa", "POST", QUESTIONS, same, 400), "invalid-question")
        one = f"{QUESTIONS}/{made['id']}"
        self.assertEqual(self.ask("stf_exa", "PATCH", one, {"status": "retired"})["status"], "retired")
        self.ask("stf_exa", "PATCH", one, {"status": "retired"}, 409)
        self.assertEqual(self.ask("stf_exa", "POST", QUESTIONS + "/pack", {"course": "practitioner"}), {"added": 0})
        # Without half of a topic no exam can be set.
        for q in [q for q in self.ask("stf_exa", "GET", QUESTIONS)["questions"] if q["topic"] == "calls" and q["status"] == "active"][:10]:
            self.ask("stf_exa", "PATCH", f"{QUESTIONS}/{q['id']}", {"status": "retired"})
        body = {"course": "practitioner", "from": stamp(60), "until": stamp(3 * HOUR), "seats": 1}
        self.assertEqual(self.code("stf_exa", "POST", "/v1/exams", body, 409), "bank-too-small")


if __name__ == "__main__":
    engine.main()
