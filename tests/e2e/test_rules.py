"""The law as data, from the command line: list, show, check, and the page made of it."""
import glob
import json
import os
import shutil

import menshen

PACK = os.path.join(menshen.ROOT, "rules", "cn.yaml")


class Rules(menshen.Case):
    def copy_of_pack(self, change=None, name="cn.yaml"):
        """A copy of the default pack, its first `change[0]` replaced by `change[1]`."""
        for file in glob.glob(os.path.join(os.path.dirname(PACK), "*.yaml")):
            shutil.copy(file, self.path(os.path.basename(file)))
        if change:
            with open(self.path(name), encoding="utf-8") as f:
                text = f.read()
            self.assertIn(change[0], text)
            with open(self.path(name), "w", encoding="utf-8") as f:
                f.write(text.replace(change[0], change[1], 1))
        return self.path("cn.yaml")

    def test_list_names_every_entry_once(self):
        code, out, err = menshen.run("rules", "list", "--json")
        self.assertEqual((code, err), (0, ""))
        entries = [json.loads(line) for line in out.splitlines()]
        ids = [e["id"] for e in entries]
        self.assertEqual(len(ids), len(set(ids)))
        self.assertEqual({e["number"] for e in entries if "number" in e}, set(range(1, 31)))
        for e in entries:
            self.assertIn(e["label"], ("law", "platform", "design"))
            self.assertIn(e["evidence"], tuple("VNPSU"))
            for text in (e["title"], e["text"], e["citation"]):
                self.assertTrue(text["zh"] and text["en"], e["id"])
        code, out, _ = menshen.run("rules", "list", "--kind", "sector")
        self.assertEqual(code, 0)
        self.assertEqual(len(out.splitlines()), 1 + sum(e["kind"] == "sector" for e in entries))
        self.assertEqual(menshen.run("rules", "list", "--kind", "law")[0], 2)

    def test_entries_are_shown_in_both_languages(self):
        _, out, _ = menshen.run("rules", "list", "--json")
        for e in map(json.loads, out.splitlines()):
            if e["kind"] in ("profile", "limit", "fine") or e["id"] in ("cn.call.hours", "cn.block.400"):
                for lang in ("zh", "en"):
                    code, shown, _ = menshen.run("rules", "show", e["id"], "--lang", lang)
                    self.assertEqual(code, 0)
                    self.assertIn(e["text"][lang], shown)
                    self.assertIn(e["citation"][lang], shown)

    def test_show_answers_not_found(self):
        code, out, err = menshen.run("rules", "show", "cn.nothing")
        self.assertEqual((code, out), (5, ""))
        self.assertIn("cn.nothing", err)

    def test_the_default_pack_is_good(self):
        code, out, err = menshen.run("rules", "check", PACK)
        self.assertEqual((code, err), (0, ""))
        self.assertIn("rules", out)
        self.assertEqual(menshen.run("rules", "check", self.copy_of_pack())[0], 0)

    def test_a_wrong_pack_is_refused_with_its_place(self):
        for change, name, words in (
            (('hours: ["09:00-21:00"]', 'hours: ["21:00-09:00"]'), "cn.yaml", "empty"),
            (('hours: ["09:00-21:00"]', 'hours: ["12pm-9pm"]'), "cn.yaml", "24-hour"),
            (("    part: call\n", "    prat: call\n"), "cn.yaml", "unknown key"),
            (("id: cn.call.hours", "id: cn.call.frequency"), "cn.yaml", "second time"),
            (("label: law\n    evidence: V", "label: law\n    evidence: S"), "cn.yaml", "evidence S"),
            (('prefix: "131"', 'prefix: "130"'), "cn-numbers.yaml", "overlapping"),
        ):
            with self.subTest(change=change):
                path = self.copy_of_pack(change, name)
                with open(self.path(name), encoding="utf-8") as f:
                    lines = f.read().splitlines()
                code, out, err = menshen.run("rules", "check", path)
                self.assertEqual((code, out), (3, ""))
                self.assertIn(words, err)
                place = err.removeprefix("menshen: ").removeprefix(self.path(name) + ":")
                line = int(place.split(":")[0])
                self.assertIn(change[1].strip(), "\n".join(lines[line - 1:line + 1]))
                code, out, _ = menshen.run("rules", "check", path, "--json")
                self.assertEqual((code, json.loads(out)["ok"]), (3, False))

    def test_commands_refuse_a_wrong_pack_or_configuration(self):
        pack = self.copy_of_pack(("citation:", "citaton:"))
        config = self.file("menshen.yaml", f"rules: [{pack}]\n")
        code, _, err = menshen.run("rules", "list", "--config", config)
        self.assertEqual(code, 3)
        self.assertIn("citaton", err)
        config = self.file("menshen.yaml", "sip: {lisen: x}\n")
        code, _, err = menshen.run("rules", "list", "--config", config)
        self.assertEqual(code, 3)
        self.assertIn("menshen.yaml:1:7: unknown key", err)

    def test_the_page_is_the_one_in_the_tree(self):
        code, out, _ = menshen.run("rules", "list", "--markdown")
        self.assertEqual(code, 0)
        with open(os.path.join(menshen.ROOT, "docs", "rules.md"), encoding="utf-8") as f:
            self.assertEqual(out, f.read())


if __name__ == "__main__":
    import unittest
    unittest.main()
