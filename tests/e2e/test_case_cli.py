"""menshen case: the desk on the command line, with and without a server on the folder."""
import json

import engine
import menshen
from test_cases import ORGANISATIONS, STAFF

SUMMONS = {"at": "2099-12-11T10:00:00+08:00", "place": "Room 3", "text": "three complaints",
           "officers": ["stf_s1", "stf_s2"]}


@engine.both
class Case(menshen.Case):
    def setUp(self):
        super().setUp()
        self.desk = self.server(sip=False, start=False)
        for kind, text in (("organisations", ORGANISATIONS), ("staff", STAFF)):
            code, out, err = self.desk.run("import", kind, self.file(kind + ".csv", text))
            self.assertEqual(code, 0, out + err)

    def case(self, staff, *args, expect=0, body=None):
        more = ("--body", self.file("body.json", json.dumps(body))) if body is not None else ()
        code, out, err = self.desk.run("case", *args, "--staff", staff, *more, "--json")
        self.assertEqual(code, expect, out + err)
        return json.loads(out) if code == 0 else err

    def words(self, staff, *args):
        code, out, err = self.desk.run("case", *args, "--staff", staff, "--lang", "en")
        self.assertEqual(code, 0, out + err)
        return out

    def work(self):
        opened = self.case("stf_s1", "open", "org_q")["id"]
        self.assertIn(opened, [c["id"] for c in self.case("stf_s1", "list")["cases"]])
        # Its own acts are lawful, in the order of the ladder, for who may act.
        self.assertIn("summons", self.case("stf_s1", "next", opened)["next"])
        err = self.case("stf_s1", "act", opened, "warning", body={"text": "stop this"}, expect=4)
        self.assertIn("unlawful-act", err)
        err = self.case("stf_q", "act", opened, "summons", body=SUMMONS, expect=4)
        self.assertIn("not-supervisor", err)
        self.case("stf_s1", "act", opened, "knighting", expect=1)
        done = self.case("stf_s1", "act", opened, "summons", body=SUMMONS)
        self.assertEqual([a["kind"] for a in done["acts"]], ["accept", "summons"])
        # What she may see is what is shown: the respondent what is addressed to it, others nothing.
        self.assertEqual([a["kind"] for a in self.case("stf_q", "show", opened)["acts"]], ["summons"])
        for stranger in "stf_r", "stf_e":
            self.case(stranger, "show", opened, expect=5)
        self.case("stf_nobody", "show", opened, expect=5)
        text = self.words("stf_s1", "show", opened)
        self.assertIn("org_q", text)
        self.assertIn("lawful next: summons self_inspection", text)
        self.assertIn("has not been", self.words("stf_s1", "next", opened))
        self.assertIn(opened, self.words("stf_s1", "list"))
        return opened

    def test_a_case_is_worked_on_without_a_server_and_beside_one(self):
        alone = self.work()
        self.desk.start()
        beside = self.work()
        token = self.desk.token("desk", "stf_s1")
        status, _, text = self.desk.http("GET", "/v1/cases", None, token)
        self.assertEqual((status, {c["id"] for c in json.loads(text)["cases"]}), (200, {alone, beside}))
        for listed in json.loads(text)["cases"], self.case("stf_s1", "list")["cases"]:
            self.assertEqual([c["id"] for c in listed], [beside, alone])  # the newest first
        self.assertEqual([c["id"] for c in self.case("stf_s1", "list", "--after", beside)["cases"]], [alone])

    def drawn(self, path, expect=0):
        code, out, err = menshen.run("case", "draw", "verify", path, "--json", "--lang", "en", data=self.path("nothing"))
        self.assertEqual(code, expect, out + err)
        return json.loads(out) if out else err

    @engine.once
    def test_anybody_draws_a_draw_again(self):
        self.desk.start()
        lists = {"organisations": ["org_p", "org_q"], "inspectors": ["stf_s1", "stf_s2", "stf_s3"], "wanted": 1, "team": 2}
        token = self.desk.token("desk", "stf_s1")
        _, _, text = self.desk.http("POST", "/v1/draws", lists, token)
        announced = json.loads(text)
        self.assertIn("not been revealed", self.drawn(self.file("draw.json", text), expect=1)["problem"])
        status, _, text = self.desk.http("POST", f"/v1/draws/{announced['id']}/reveal", None, token)
        self.assertEqual(status, 200, text)
        draw = json.loads(text)
        self.assertEqual(self.drawn(self.file("draw.json", text))["commit"], announced["commit"])
        # A team of the authority's choosing, with or without a list that would explain it.
        team = draw["team_drawn"][::-1]
        self.assertIn("team_drawn: ", self.drawn(self.file("draw.json", json.dumps({**draw, "team_drawn": team})), expect=1)["problem"])
        other = {**draw, "recusals": [draw["team_drawn"][0] + ":*"]}
        self.assertIn("commit: ", self.drawn(self.file("draw.json", json.dumps(other)), expect=1)["problem"])
        self.assertIn("no JSON", self.drawn(self.file("draw.json", text[:-9]), expect=1))
        for staff, expect in ("stf_s1", 0), ("stf_q", 5):
            code, out, err = self.desk.run("case", "draw", "verify", draw["id"], "--staff", staff, "--lang", "en")
            self.assertEqual(code, expect, out + err)
        self.assertEqual(self.desk.run("case", "draw", "verify", draw["id"])[0], 2)
        self.assertEqual(self.desk.run("case", "draw", "make", draw["id"])[0], 2)

    def test_a_body_that_is_none_is_named(self):
        opened = self.case("stf_s1", "open", "org_q")["id"]
        for text, words in (("{", "no JSON"), ("[]", "no JSON object")):
            code, _, err = self.desk.run("case", "act", opened, "summons", "--staff", "stf_s1", "--lang", "en",
                                         "--body", self.file("wrong.json", text))
            self.assertEqual(code, 1)
            self.assertIn(words, err)
        err = self.case("stf_s1", "act", opened, "summons", body={**SUMMONS, "place": 7}, expect=1)
        self.assertIn("place", err)


if __name__ == "__main__":
    engine.main()
