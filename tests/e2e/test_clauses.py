"""Contracts and advertisements are checked before they are used: over HTTP, and contracts on the command line."""
import json
import os

import menshen

DATA = os.path.join(menshen.ROOT, "tests", "unit", "data", "contracts")
ORGANISATIONS = """id,name,kind,sector,licence,region,status,parent,legal_entity
org_house,House,agency,matchmaking,,310000,active,,
org_shop,Paper,media,,,310000,active,,
org_line,Line,carrier,,,310000,active,,
"""
STAFF = """id,organisation,name,role,login,certificate,status
stf_ann,org_house,Ann,sales,ann,SH1:2099-01-01,active
stf_bob,org_shop,Bob,sales,bob,,active
stf_cat,org_line,Cat,operator,cat,,active
"""
AD = {"code": "PB-1042", "sex": "female", "birth_year": 1990, "marital_status": "single", "height_cm": 165,
      "education": "bachelor", "occupation": "teacher", "requirements": "为人真诚"}


def data(name):
    with open(os.path.join(DATA, name), encoding="utf-8") as f:
        return json.load(f)


def merged(document, patch):
    """RFC 7396."""
    out = dict(document)
    for key, value in patch.items():
        if value is None:
            out.pop(key, None)
        else:
            out[key] = merged(out.get(key, {}), value) if isinstance(value, dict) else value
    return out


class Clauses(menshen.Case):
    def house(self):
        server = self.server(sip=False)
        for kind, text in (("organisations", ORGANISATIONS), ("staff", STAFF)):
            code, out, err = server.run("import", kind, self.file(kind + ".csv", text))
            self.assertEqual(code, 0, out + err)
        return server

    def ask(self, server, staff, path, body, scopes="members"):
        status, headers, text = server.http(
            "POST", path, body, headers={"Authorization": "Bearer " + server.token(scopes, staff)})
        return status, json.loads(text)

    def test_a_contract_is_checked_over_http(self):
        server, base = self.house(), data("base.json")
        status, answer = self.ask(server, "stf_ann", "/v1/contracts/check", {"contract": base})
        self.assertEqual((status, answer["score"]), (200, "conforms"), answer)
        self.assertEqual([c["check"] for c in answer["checks"]], list(range(1, 28)))
        self.assertEqual(answer["edition"], {"code": base["edition"], "wording": "reconstructed", "hash": base["edition_hash"]})
        for change in data("changes.json"):
            status, answer = self.ask(server, "stf_ann", "/v1/contracts/check", {"contract": merged(base, change["fail"])})
            failed = [c for c in answer["checks"] if not c["pass"]]
            self.assertEqual([c["word"] for c in failed], [change["word"]])
            self.assertEqual(failed[0]["pointer"], change["pointer"])
            self.assertTrue(failed[0]["rule"] and failed[0]["basis"])
            self.assertEqual(answer["score"], "fails" if failed[0]["weight"] == "failure" else "deviates")

    def test_what_is_no_contract_is_refused_with_its_place(self):
        server = self.house()
        for body, place in (({}, "contract"), ({"contract": 7}, "contract"), ({"contract": {}, "more": 1}, "contract"),
                            ({"contract": {"feees": 1}}, "/contract/feees"),
                            ({"contract": {"items": [{}, {"count": -1}]}}, "/contract/items/1/count"),
                            ({"contract": {"client": {"born": "13900001234"}}}, "/contract/client/born")):
            status, answer = self.ask(server, "stf_ann", "/v1/contracts/check", body)
            self.assertEqual((status, answer["code"]), (400, "invalid-contract"))
            self.assertIn(place, answer["detail"])
            self.assertNotIn("13900001234", json.dumps(answer), "no value of a contract stands in an error")
        self.assertEqual(self.ask(server, "stf_cat", "/v1/contracts/check", {"contract": {}})[0], 403)
        self.assertEqual(self.ask(server, "stf_ann", "/v1/contracts/check", {"contract": {}}, "look")[0], 403)

    def test_an_advertisement_is_checked_over_http(self):
        server = self.house()
        for staff in ("stf_ann", "stf_bob"):
            self.assertEqual(self.ask(server, staff, "/v1/ads/check", AD), (200, {"ok": True, "problems": [], "record": None}))
        self.assertEqual(self.ask(server, "stf_cat", "/v1/ads/check", AD)[0], 403)
        body = {**AD, "height_cm": None, "text": "真诚交友。包成功！", "price_fen": 1800000}
        status, answer = self.ask(server, "stf_ann", "/v1/ads/check", body)
        self.assertEqual((status, answer["ok"]), (200, False))
        self.assertEqual([(p["code"], p["pointer"], p["quote"]) for p in answer["problems"]], [
            ("missing", "/height_cm", None), ("promise", "/text", "包成功！"), ("make-friends", "/text", "真诚交友。"),
            ("missing", "/items", None), ("missing", "/duration", None)])
        status, answer = self.ask(server, "stf_ann", "/v1/ads/check", {**AD, "phone": "13900001234"})
        self.assertEqual((status, answer["code"]), (400, "invalid-ad"))
        self.assertNotIn("13900001234", json.dumps(answer))

    def test_an_edition_is_shown_with_its_hash(self):
        base = data("base.json")
        entries = [json.loads(e) for e in menshen.run("rules", "list", "--kind", "edition", "--json")[1].splitlines()]
        edition = next(e for e in entries if e["code"] == base["edition"])
        self.assertEqual((edition["hash"], edition["wording"]), (base["edition_hash"], "reconstructed"))

    def test_a_contract_is_checked_on_the_command_line(self):
        base = data("base.json")
        good = self.file("good.json", json.dumps(base))
        code, out, err = menshen.run("contract", "check", good, "--json")
        self.assertEqual((code, err, json.loads(out)["score"]), (0, "", "conforms"))
        code, out, err = menshen.run("contract", "check", good)
        self.assertEqual((code, out.splitlines()[-1], len(out.splitlines())), (0, "conforms", 29), out)
        bad = self.file("bad.json", json.dumps(merged(base, {"clauses": [{"title": "款项", "text": "概不退款。"}]})))
        code, out, err = menshen.run("contract", "check", bad, "--lang", "zh")
        self.assertEqual(code, 4, out + err)
        self.assertIn("概不退款。", out)
        deviates = self.file("deviates.json", json.dumps(merged(base, {"copies": 1})))
        self.assertEqual(menshen.run("contract", "check", deviates)[0], 0)
        wrong = self.file("wrong.json", json.dumps({"fee": 1}))
        code, out, err = menshen.run("contract", "check", wrong)
        self.assertEqual((code, out), (1, ""))
        self.assertIn("wrong.json/fee: ", err)
        self.assertEqual(menshen.run("contract", "check", self.file("no.json", "{"))[0], 1)
        self.assertEqual(menshen.run("contract", "check", self.path("nowhere.json"))[0], 5)


if __name__ == "__main__":
    import unittest
    unittest.main()
