"""Many persons lie in a file that is mapped: what is known of them is the same, whatever happens to it."""
import os
import sqlite3

import facts
import menshen

MANY = 101000  # more than a node keeps in memory alone
HEAD = "number,organisation,purposes,categories,channels,from,until,wording,evidence\n"
EVIDENCE = "sha256:" + "0" * 64


def number(n):
    return f"+86137{n:08d}"


class Roll(menshen.Case):
    def setUp(self):
        super().setUp()
        self.node = self.server(config=self.file("c.yaml", facts.config(self)), sip=False)
        facts.load(self, self.node.data, people=4)
        path = self.file("consents.csv", HEAD + "".join(
            f"{number(n)},org_insurer,marketing,contact,call,2020-01-01,,Yes.,{EVIDENCE}\n" for n in range(MANY)))
        code, out, err = self.node.run("import", "consents", path)
        self.assertEqual(code, 0, out + err)
        self.roll = os.path.join(self.node.data, "roll")
        self.written()

    def written(self):
        menshen.until(lambda: os.path.exists(self.roll), 60, "the roll is written\n" + self.node.messages())

    def verdict(self, n):
        answer = self.node.call(facts.SALES_NUMBER, number(n), facts.SALES_LINE, "--campaign", facts.CAMPAIGN,
                                "--dry-run", "--config", self.node.config)
        return answer["verdict"], answer["reason"]

    def refuse(self, n):
        path = self.file("refusals.csv", f"number,organisation,at\n{number(n)},org_insurer,2026-01-01\n")
        code, out, err = self.node.run("import", "refusals", path)
        self.assertEqual(code, 0, out + err)

    def expect(self, refused):
        self.assertEqual(self.verdict(MANY - 1), ("allow", "allowed"))
        self.assertEqual(self.verdict(MANY), ("block", "no-consent"))
        self.assertEqual(self.verdict(7), ("block", "refused") if refused else ("allow", "allowed"))

    def test_a_start_has_it_at_once_and_what_was_said_since(self):
        self.expect(refused=False)
        self.refuse(7)
        self.expect(refused=True)
        self.assertEqual(os.stat(self.roll).st_mode & 0o777, 0o600)
        self.node.kill()
        # The store is not asked for what lies in it.
        with sqlite3.connect(os.path.join(self.node.data, "menshen.db")) as store:
            store.execute("DELETE FROM consents")
        store.close()
        self.node.start()
        self.expect(refused=True)
        self.node.stop()
        # Nor is it missed.
        os.unlink(self.roll)
        self.node.start()
        self.assertEqual(self.verdict(MANY - 1), ("block", "no-consent"))

    def test_a_damaged_one_is_found_and_the_store_read_instead(self):
        self.refuse(7)
        self.node.stop()
        with open(self.roll, "r+b") as f:
            f.seek(os.path.getsize(self.roll) // 2)
            byte = f.read(1)
            f.seek(-1, os.SEEK_CUR)
            f.write(bytes([byte[0] ^ 1]))
        self.node.start()
        menshen.until(lambda: "damaged between bytes" in self.node.messages(), 60, "the damage is found")
        menshen.until(lambda: self.verdict(MANY - 1) == ("allow", "allowed"), 60, "it is mended")
        self.expect(refused=True)
        self.written()
        self.expect(refused=True)


if __name__ == "__main__":
    menshen.unittest.main()
