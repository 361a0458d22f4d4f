"""Official papers over HTTP: issued with the act, numbered, read by those concerned, verified by anybody."""
import hashlib
import json
import re

import engine
import menshen
import test_cases

PACK = """letterheads:
  - id: t.letterhead
    organisation: org_u
    prefix: 沪婚协
    citation: {zh: 本会, en: ours}
    label: design
    evidence: U
    title: {zh: 上海市婚介行业协会, en: Shanghai Association}
    text: {zh: 上海市某路1号, en: 1 Some Road}
"""


@engine.both
class Documents(menshen.Case):
    ask = test_cases.Cases.ask
    at = test_cases.Cases.at
    open = test_cases.Cases.open
    act = test_cases.Cases.act
    do = test_cases.Cases.do

    def setUp(self):
        super().setUp()
        pack = self.file("mine.yaml", PACK)
        base = menshen.os.path.join(menshen.ROOT, "rules", "cn.yaml")
        config = self.file("menshen.yaml", f"rules: [{base}, {pack}]\nhttp: {{public_url: 'https://gate.example'}}\n")
        self.desk = self.server(sip=False, config=config)
        self.tokens = {}
        for kind, text in (("organisations", test_cases.ORGANISATIONS), ("staff", test_cases.STAFF)):
            code, out, err = self.desk.run("import", kind, self.file(kind + ".csv", text))
            self.assertEqual(code, 0, out + err)

    def papers(self, staff, case):
        status, _, answer = self.ask(staff, "GET", f"/v1/documents?case={case}")
        self.assertEqual(status, 200, answer)
        return answer["documents"]

    def page(self, staff, id, query=""):
        return self.desk.http("GET", f"/v1/documents/{id}{query}", None, self.tokens[staff], {})

    def summoned(self):
        case = self.open("stf_u1")
        self.do(case, "stf_u1", "summons", at=self.at(3), place="<b>1 Road</b>", officers=["stf_u1", "stf_u2"],
                text="members' data were handed on")
        return case

    def test_a_summons_prints(self):
        case = self.summoned()
        (paper,) = self.papers("stf_u1", case)
        self.assertRegex(paper["number"], r"^沪婚协约谈〔\d{4}〕1号$")
        self.assertEqual((paper["paper"], paper["addressee"], paper["status"]), ("summons", "org_q", "issued"))
        status, heads, page = self.page("stf_u1", paper["id"])
        self.assertEqual(status, 200, page)
        page = page if isinstance(page, str) else page.decode()
        self.assertIn("text/html", heads["Content-Type"])
        self.assertIn("style-src 'sha256-", heads["Content-Security-Policy"])
        self.assertIn("&lt;b&gt;1 Road&lt;/b&gt;", page)
        self.assertIn("U1、U2", page)
        self.assertIn("约谈通知书", page)
        self.assertIn(f"https://gate.example/v1/public/documents/{paper['hash']}", page)
        self.assertIn("Notice of Summons", self.page("stf_u1", paper["id"], "?language=en")[2])
        canonical = self.page("stf_u1", paper["id"], "?format=json")[2]
        self.assertEqual(hashlib.sha256(canonical.encode()).hexdigest(), paper["hash"])
        # Numbers go on.
        self.assertRegex(self.papers("stf_u1", self.summoned())[0]["number"], "2号$")

    def test_who_reads(self):
        case = self.summoned()
        (paper,) = self.papers("stf_u1", case)
        for staff, there in (("stf_q", 1), ("stf_s1", 1), ("stf_r", 0), ("stf_e", 0)):
            with self.subTest(staff=staff):
                self.assertEqual(len(self.papers(staff, case)), there)
                self.assertEqual(self.page(staff, paper["id"])[0], 200 if there else 404)

    def test_anybody_verifies(self):
        (paper,) = self.papers("stf_u1", self.summoned())
        status, _, answer = self.desk.http("GET", f"/v1/public/documents/{paper['hash']}")
        verdict = json.loads(answer)
        self.assertEqual((status, verdict["genuine"], verdict["number"], verdict["issuer"], verdict["status"]),
                         (200, True, paper["number"], "U", "issued"))
        self.assertNotIn("Q", json.dumps(verdict))
        for other in ("0" * 64, "x", paper["hash"][:-1] + ("0" if paper["hash"][-1] != "0" else "1")):
            status, _, answer = self.desk.http("GET", f"/v1/public/documents/{other}")
            self.assertEqual((status, json.loads(answer)["genuine"]), (200, False))
        status, heads, page = self.desk.http("GET", f"/v1/public/documents/{paper['hash']}", None, None,
                                             {"Accept": "text/html", "Accept-Language": "zh-CN"})
        self.assertIn("文书属实", page)
        self.assertTrue(re.search(r"text/html", heads["Content-Type"]))


if __name__ == "__main__":
    engine.main()
