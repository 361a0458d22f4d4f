"""The police packet: a case's evidence in one file, which verifies on a machine that knows nothing else."""
import hashlib
import http.client
import io
import json
import os
import tarfile

import engine
import menshen
import test_contracts
from test_complaints import HERS, PNG, PURPOSE, WROTE

SUMMONS = {"at": "2099-12-11T10:00:00+08:00", "place": "Room 3", "text": "three complaints about fees",
           "officers": ["stf_assoc", "stf_assoc2"]}


STAFF = """id,organisation,name,role,login,certificate,status
stf_assoc2,org_u,P,officer,assoc2@u,,active
stf_watch,org_u,W,auditor,watch@u,,active
"""
CARRIER = """id,name,kind,sector,licence,region,status
org_c,C,carrier,telecom,,31,active
"""
LINE = """id,organisation,carrier,location,purpose,callers,peers,documents,status
lin_1,org_a,org_c,31,service,02160001000,,,active
"""


@engine.both
class Packets(test_contracts.Office):
    def setUp(self):
        super().setUp()
        status, out, err = self.office.run("import", "staff", self.file("more.csv", STAFF))
        self.assertEqual(status, 0, out + err)

    def officer(self, method, path, body=None, status=200, who="stf_assoc"):
        return self.staff(who, method, path, body, status, **PURPOSE)

    def case(self):
        """A case of the association about a complaint with a picture, and a summons."""
        page = self.member()
        complaint = self.hers(page, "POST", "/v1/me/complaints", WROTE, 201)["id"]
        self.asked(self.office.http("POST", f"/v1/me/complaints/{complaint}/evidence", PNG, headers=page), 201)
        self.officer("POST", f"/v1/complaints/{complaint}/accept", {"summary": "A client wants a fee back."})
        case = self.officer("POST", "/v1/cases", {"respondent": "org_a", "complaints": [complaint]}, 201)["id"]
        self.officer("POST", f"/v1/cases/{case}/acts", {"kind": "summons", **SUMMONS}, 201)
        return page, complaint, case

    def packet(self, case, who="stf_assoc", evidence=False, status=200):
        if who not in self.tokens:
            self.tokens[who] = self.office.token("all", who)
        c = http.client.HTTPConnection("127.0.0.1", self.office.http_port, timeout=30)
        try:
            c.request("GET", f"/v1/cases/{case}/packet" + ("?evidence=yes" if evidence else ""),
                      headers={"Authorization": "Bearer " + self.tokens[who], **(PURPOSE if evidence else {})})
            answer = c.getresponse()
            body = answer.read()
            self.assertEqual(answer.status, status, body[:500])
            return body
        finally:
            c.close()

    def keep(self, name, data):
        with open(self.path(name), "wb") as f:
            f.write(data)
        return self.path(name)

    def verify(self, data, *more, expect=0):
        """On another machine: an empty folder, no network, nothing but the file."""
        path = self.keep("packet.tar", data)
        code, out, err = menshen.run("ledger", "verify", path, *more, "--json", "--lang", "en", data=self.path("nothing"))
        self.assertEqual(code, expect, out + err)
        return json.loads(out)

    def files(self, data):
        with tarfile.open(fileobj=io.BytesIO(data)) as tar:
            return {m.name: tar.extractfile(m).read() for m in tar.getmembers()}

    def vkey(self):
        return self.office.run("ledger", "key")[1].strip()

    def test_a_packet_verifies_with_nothing_but_itself(self):
        page, complaint, case = self.case()
        data = self.packet(case)
        told = self.verify(data, "--key", self.vkey())
        self.assertEqual((told["ok"], told["case"], told["issued_by"], told["pinned"]), (True, case, "org_u", True))
        self.assertEqual((told["papers"], told["evidence"], told["files"], told["elsewhere"]), (1, 1, 0, 0))
        self.assertGreater(told["records"], 5)
        self.assertFalse(self.verify(data)["pinned"])
        code, out, err = menshen.run("ledger", "verify", self.path("packet.tar"), "--lang", "en", data=self.path("nothing"))
        self.assertEqual(code, 0, err)
        for words in ("vouches for itself only", "for a court to say", "no other party", case):
            self.assertIn(words, out)

        # What it holds: the acts, their records opened, papers; nothing of hers, nor who she is.
        files = self.files(data)
        index = json.loads(files["index.json"])
        self.assertEqual([a["kind"] for a in index["acts"]], ["accept", "summons"])
        self.assertEqual({r["of"] for r in index["records"]},
                         {"cases", "case_acts", "complaints", "evidence", "documents"})
        self.assertTrue(all(r["open"] for r in index["records"]))
        for name, said in ((f["name"], f["sha256"]) for f in index["files"]):
            self.assertEqual(hashlib.sha256(files[name]).hexdigest(), said)
        self.assertEqual(set(files), {f["name"] for f in index["files"]} | {"index.json", "index.tlog-proof"})
        self.assertEqual(index["evidence"][0]["sha256"], hashlib.sha256(PNG).hexdigest())
        self.assertIn("for a court to say", files["readme.txt"].decode())
        paper = json.loads(files[index["papers"][0]["file"]])
        self.assertIn("three complaints about fees", json.dumps(paper, ensure_ascii=False))
        text = data.decode("latin-1")
        for word in HERS:
            self.assertNotIn(word, text)

        # Another log's key does not do; a receipt out of it is one by itself.
        stranger = self.server("other", sip=False).run("ledger", "key")[1].strip()
        self.assertIn("another log", self.verify(data, "--key", stranger, expect=1)["problem"])
        name = index["records"][0]["file"]
        code, out, err = self.office.run("ledger", "verify", "--receipt", self.keep("one.tlog-proof", files[name]), "--key", self.vkey())
        self.assertEqual(code, 0, out + err)

        # That it was issued is on record, and in the next one.
        again = json.loads(self.files(self.packet(case))["index.json"])
        issued = [r["subject"] for r in again["records"] if r["of"] == "packets"]
        self.assertEqual(issued, [told["packet"]])

    @engine.once
    def test_a_changed_byte_is_found_wherever_it_is(self):
        _, _, case = self.case()
        data = self.packet(case, evidence=True)
        self.verify(data)
        for at in range(0, len(data), 97):
            wrong = bytearray(data)
            wrong[at] ^= 1
            self.verify(bytes(wrong), expect=1)
        for name, content in self.files(data).items():  # each part is named
            at = data.index(content) + len(content) // 2
            wrong = bytearray(data)
            wrong[at] ^= 1
            told = self.verify(bytes(wrong), expect=1)
            self.assertIn(name if name != "index.json" else "index.", told["problem"], name)
        for wrong in (b"", data[:-512], data[:-1], data + b"\0", data[:1000], b"{}", os.urandom(5000)):
            self.verify(wrong, expect=1)

    def test_who_opened_which_file_of_a_case(self):
        _, complaint, case = self.case()
        file, = self.staff("stf_assoc", "GET", f"/v1/cases/{case}/evidence")["evidence"]
        self.assertEqual((file["complaint"], file["media"], file["size"], file["hash"], file["opened"]),
                         (complaint, "image/png", len(PNG), "sha256:" + hashlib.sha256(PNG).hexdigest(), []))
        got = self.office.http("GET", f"/v1/complaints/{complaint}/evidence/{file['id']}", token=self.office.token("all", "stf_state"),
                               headers=PURPOSE)
        self.assertEqual(got[0], 200)
        file, = self.staff("stf_assoc", "GET", f"/v1/cases/{case}/evidence")["evidence"]
        self.assertEqual([(o["staff"], o["organisation"]) for o in file["opened"]], [("stf_state", "org_s")])
        self.staff("stf_comp", "GET", f"/v1/cases/{case}/evidence", None, 403)
        self.staff("stf_assoc", "GET", "/v1/cases/cas_none/evidence", None, 404)

    def test_who_gets_one(self):
        _, complaint, case = self.case()
        for who in "stf_manager", "stf_comp", "stf_watch", "stf_foreigncomp":
            self.packet(case, who, status=403)
        self.packet("cas_none", status=404)
        # What an authority has not filed is the association's to hand over; what it has is its own.
        self.packet(case, "stf_state", status=409)
        self.officer("POST", f"/v1/cases/{case}/acts", {"kind": "accept"}, 201, who="stf_state")
        self.assertEqual(json.loads(self.packet(case, status=409))["code"], "authority-leads")
        self.problem(self.staff("stf_state", "GET", f"/v1/cases/{case}/packet?evidence=yes", None, 400), "purpose-missing")
        self.problem(self.staff("stf_state", "GET", f"/v1/cases/{case}/packet?evidence=yes", None, 403,
                                Purpose="marketing"), "purpose-unknown")
        self.assertEqual(engine.rows(self.office, "SELECT COUNT(*) FROM packets"), [(0,)])
        index = json.loads(self.files(self.packet(case, "stf_state"))["index.json"])
        self.assertEqual([a["side"] for a in index["acts"]], ["association", "association", "authority"])
        self.assertEqual(engine.rows(self.office, 'SELECT "by", "case" FROM packets'), [("stf_state", case)])

    def test_evidence_inside_is_a_disclosure(self):
        page, complaint, case = self.case()
        data = self.packet(case, evidence=True)
        told = self.verify(data, "--key", self.vkey())
        self.assertEqual((told["files"], told["evidence"]), (1, 1))
        files = self.files(data)
        self.assertEqual([v for n, v in files.items() if n.startswith("evidence/")], [PNG])
        self.assertIn("disclosures", {r["of"] for r in json.loads(files["index.json"])["records"]})
        opened = self.hers(page, "GET", "/v1/me/complaints/" + complaint)["opened"]
        self.assertEqual([(o["what"], o["staff"]) for o in opened], [("evidence", "stf_assoc")])

        # What ended is not inside any more; its hash and the record of it are.
        engine.write(self.office, "UPDATE complaints SET forgotten_at = 1")
        engine.write(self.office, "DELETE FROM evidence_parts")
        told = self.verify(self.packet(case, evidence=True))
        self.assertEqual((told["files"], told["evidence"]), (0, 1))

    def test_a_traced_call_stays_closed_and_its_hops_are_shown(self):
        _, _, case = self.case()
        self.officer("POST", f"/v1/cases/{case}/acts", {"kind": "accept"}, 201, who="stf_state")
        for kind, text in ("organisations", CARRIER), ("lines", LINE):
            code, out, err = self.office.run("import", kind, self.file(kind + ".csv", text))
            self.assertEqual(code, 0, out + err)
        code, out, err = self.office.run("call", "--from", "02160001000", "--to", "13800138000", "--line", "lin_1", "--json")
        record = json.loads(out)["record"]
        self.officer("POST", "/v1/traces", {"kind": "call", "caller": "02160001000", "callee": "13800138000", "at": self.when(),
                                            "case": case}, 201, who="stf_state")
        data = self.packet(case, "stf_state")
        told = self.verify(data, "--key", self.vkey())
        records = json.loads(self.files(data)["index.json"])["records"]
        kinds = {r["of"]: r for r in records}
        self.assertEqual([kinds[k]["open"] for k in ("traces", "trace_hops", "calls")], [False, True, False])
        self.assertEqual(kinds["calls"]["record"], record)
        self.assertEqual(told["closed"], sum(not r["open"] for r in records))
        self.assertNotIn("13800138000", data.decode("latin-1"))

    def test_what_another_node_recorded_is_named_and_not_proven(self):
        _, _, case = self.case()
        engine.write(self.office, "UPDATE journal SET node = 'elsewhere' WHERE kind IN ('documents', 'evidence')")
        data = self.packet(case)
        told = self.verify(data)
        self.assertEqual((told["elsewhere"], told["papers"], told["evidence"]), (2, 0, 0))
        index = json.loads(self.files(data)["index.json"])
        self.assertEqual({r["node"] for r in index["records"] if "node" in r}, {"elsewhere"})
        self.assertTrue(index["papers"][0]["unproven"])

    def test_on_the_command_line_with_and_without_a_server(self):
        _, _, case = self.case()
        key = self.vkey()
        for served in True, False:
            if not served:
                self.office.stop()
            path = self.path("case.tar")
            code, out, err = self.office.run("case", "packet", case, "-o", path, "--staff", "stf_assoc", "--evidence", "--json")
            self.assertEqual(code, 0, out + err)
            with open(path, "rb") as f:
                told = self.verify(f.read(), "--key", key)
            self.assertEqual((told["packet"], told["files"]), (json.loads(out)["packet"], 1))
            self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)
            os.remove(path)
            for staff, code in ("stf_comp", 4), ("stf_nobody", 5):
                got = self.office.run("case", "packet", case, "-o", path, "--staff", staff)
                self.assertEqual(got[0], code, got)
                self.assertFalse(os.path.exists(path))


if __name__ == "__main__":
    engine.main()
