"""An agency that moves: what it exports, what another takes in, and what neither does."""
import csv
import io
import json
import os
import resource
import unittest

import members
import menshen
from members import INTRODUCE, NUMBERS

MINE = """id,name,kind,sector,licence,region,status
org_new,New,agency,matchmaking,,31,active
"""
BOSS = """id,organisation,name,role,login,certificate,status
stf_boss,org_new,B,compliance,boss@new,,active
"""


class Move(members.Case):
    def exported(self, kind=""):
        status, _, text = self.get("/v1/exports/persons" + kind, "stf_comp")
        self.assertEqual(status, 200, text)
        return text

    def take_in(self, name, text, *more, server=None):
        status, out, err = (server or self.new).run("import", "persons", self.note(name, text), "--json", *more)
        return status, json.loads(out) if out else None, err

    def note(self, name, text):
        return menshen.Case.file(self, name, text)

    def other(self):
        """Another agency's menshen."""
        self.new = self.server(sip=False)
        for kind, text in (("organisations", MINE), ("staff", BOSS)):
            status, _, err = self.new.run("import", kind, self.note(f"{kind}.csv", text))
            self.assertEqual(status, 0, err)
        return self.new

    def kept(self, server, person):
        """What is kept of her, as who is named by a contract sees it: consents of her own come with a number."""
        return server.run("look", "--staff", "stf_boss", "--person", person, "--purpose", INTRODUCE, "--fields", "basic")

    def test_what_is_exported_comes_in_as_json_and_as_csv(self):
        rows = json.loads(self.exported())["persons"]
        shown = {r["id"]: r["shown"] for r in rows}
        self.assertEqual(shown["per_lin"]["education"]["school"], "Fudan")
        new = self.other()
        # As it was answered; as elements, one a line; as a table.
        status, told, err = self.take_in("page.json", self.exported(), "--organisation", "org_new")
        self.assertEqual((status, told["read"], told["written"]), (0, len(rows), len(rows)), err)
        self.assertIn('the field "masked" is unknown and kept out', err)
        lines = "".join(json.dumps(r) + "\n" for r in rows)
        status, told, err = self.take_in("lines.json", lines, "--organisation", "org_new")
        self.assertEqual((status, told["unchanged"]), (0, len(rows)), err)
        status, told, err = self.take_in("table.csv", self.exported(".csv"), "--organisation", "org_new")
        self.assertEqual((status, told["unchanged"]), (0, len(rows)), err)
        # Nothing came that was not shown; nobody can be found by a number, nor looked at before she agreed.
        for path in os.listdir(new.data):
            if path.startswith("menshen.db"):
                with open(f"{new.data}/{path}", "rb") as f:
                    content = f.read()
                for word in ("1391111", "Daiyu", "wx-", "310101199301010001", "Fudan", "flat-in-Pudong"):
                    self.assertFalse(word.encode() in content, f"{word} in {path}")
        self.assertIn("no-consent", self.kept(new, "per_lin")[1])
        # She comes and gives her number; what was taken in is there, for what she agrees to.
        status, told, err = self.take_in("number.csv", f"id,organisation,number,name,pool\nper_lin,org_new,{NUMBERS['per_lin']},,store\n")
        self.assertEqual((status, told["written"]), (0, 1), err)
        consents = self.note("consents.csv", members.consents(("per_lin", INTRODUCE, "basic;education")).replace("org_a", "org_new"))
        self.assertEqual(new.run("import", "consents", consents)[0], 0)
        self.take_in("page.json", self.exported(), "--organisation", "org_new")  # again: she stays in her pool
        page = members.sign_in(new, "stf_boss", confirm=True)
        status, _, text = new.get("/v1/exports/persons", headers={**page, "Purpose": INTRODUCE})
        self.assertEqual(status, 200, text)
        again = {r["id"]: r for r in json.loads(text)["persons"]}
        self.assertEqual(again["per_lin"]["shown"], shown["per_lin"])
        status, _, text = new.get("/v1/persons?pool=store", headers={**page, "Purpose": INTRODUCE})
        self.assertEqual([r["id"] for r in json.loads(text)["persons"]], ["per_lin"])
        self.assertEqual([r["shown"] for r in again.values() if r["id"] != "per_lin"], [{}] * (len(rows) - 1))

    def test_a_member_without_a_number_needs_an_export(self):
        self.other()
        status, told, err = self.take_in("one.json", '[{"id":"per_q","organisation":"org_new","name":"Q","pool":"store"}]')
        self.assertEqual((status, told["skipped"]), (7, 1))
        self.assertIn("one.json: element 1 (line 1): the field number is missing", err)
        status, _, err = self.take_in("one.json", '{"id":"per_q"}', "--organisation", "org_none")
        self.assertEqual(status, 7)
        self.assertIn('organisation: "org_none" is not among the organisations', err)

    def test_bad_elements_are_named_with_their_place(self):
        self.other()
        good = {"id": "per_g", "organisation": "org_new", "number": NUMBERS["per_lin"], "name": "G", "pool": "", "gender": "f"}
        texts = [good, {**good, "id": "per_h", "height_cm": 1.5}, {**good, "id": "per_i", "number": 12}, {**good, "id": "per_j", "pool": {}},
                 {**good, "id": "per_k", "colour": "red"}, {**good, "id": "per_l", "colour": "blue", "height_cm": 170}]
        text = "[\n" + ",\n".join(map(json.dumps, texts)) + "\n]\n"
        status, told, err = self.take_in("m.json", text)
        self.assertEqual((status, told["read"], told["written"], told["skipped"], told["line"]), (7, 6, 3, 3, 6), err)
        for place in ("element 2 (line 3): height_cm: expected text, a whole number", "element 3 (line 4): number: ",
                      "element 4 (line 5): pool: expected text"):
            self.assertIn("m.json: " + place, err)
        self.assertEqual(err.count('the field "colour" is unknown and kept out'), 1)
        # As a whole or not at all; from an element on; and the same in one line.
        status, _, err = self.take_in("m.json", text.replace("\n", " "), "--strict")
        self.assertEqual(status, 1)
        self.assertIn("3 of 6 rows are wrong; nothing was imported", err)
        status, told, err = self.take_in("m.json", text, "--from-element", "5")
        self.assertEqual((status, told["read"], told["unchanged"]), (0, 2, 2), err)
        for more in (("--from-line", "3"), ("--encoding", "gb18030")):
            self.assertEqual(self.take_in("m.json", text, *more)[0], 1)
        self.assertEqual(self.take_in("m.csv", "id,organisation,number,name,pool\n", "--from-element", "3")[0], 1)

    def test_metrics_count_looks_and_name_nobody(self):
        def count(**labels):
            line = "menshen_looks_total{" + ",".join(f'{k}="{v}"' for k, v in labels.items()) + "} "
            text = self.gate.get("/metrics", token=self.gate.token("metrics"))[2]
            for word in ("per_", "stf_", "org_", "walking"):
                self.assertNotIn(word, text)
            self.assertIn("\nmenshen_stops_open 0\n", text)
            return int(text.split(line)[1].split("\n")[0]) if line in text else 0
        shown = dict(verdict="show", surface="detail", purpose="matchmaking")
        unknown = dict(verdict="deny", surface="detail", purpose="none")
        before = count(**shown), count(**unknown)
        self.file("per_lin")
        self.get("/v1/persons/per_lin", purpose="walking")
        self.assertEqual((count(**shown), count(**unknown)), (before[0] + 1, before[1] + 1))

    def test_what_a_member_was_asked_is_read_on_the_record(self):
        looks = lambda: self.gate.run("look", "--staff", "stf_sales", "--person", "per_tan", "--purpose", INTRODUCE, "--fields", "basic",
                                      "--dry-run", "--json")
        record = lambda: json.loads(looks()[1])["record"].rsplit("_", 1)
        self.page()  # her token is made, and on the record
        before = record()
        path = "/v1/persons/per_tan/consent-requests"
        status, _, text = self.get(path)
        self.assertEqual((status, json.loads(text)), (200, {"requests": []}))
        shard, after = record()
        told = [json.loads(self.gate.run("ledger", "show", f"{shard}_{i}", "--json")[1]) for i in range(int(before[1]) + 1, int(after))]
        self.assertIn(("list", "stf_sales", INTRODUCE), [(t.get("surface"), t.get("looker"), t.get("purpose")) for t in told])
        self.problem(self.get(path, purpose=None), 400, "purpose-missing")
        self.problem(self.get(path, purpose="spying"), 403, "purpose-unknown")
        self.problem(self.get(path, "stf_late"), 403, "certificate-invalid")
        self.assertEqual(self.get(path, "stf_foreign")[::2], self.get("/v1/persons/per_none/consent-requests", "stf_foreign")[::2])

    def test_memory_does_not_grow_with_the_file(self):
        """40 MB of elements that are refused cost no more than one."""
        self.other()
        pad = "x" * 1000

        def used(n):
            path = self.note("big.json", "")
            with open(path, "w") as f:
                for i in range(n):
                    f.write(f'{{"id":"per_{i}","organisation":"org_new","number":"7","introduction":"{pad}"}}\n')
            before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
            self.new.run("import", "persons", path)
            return max(before, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
        small = used(1)
        self.assertLess(used(40000), small + 24 * 1024 + menshen.QUARANTINE)


if __name__ == "__main__":
    unittest.main()
