"""An agency of two organisations in one legal entity, a foreign one, an authority, and members.

    class Persons(members.Case):
        def test_a_file(self):
            answer = self.get("/v1/persons/per_lin", "stf_sales")

Numbers and names are made up and easy to find in whatever leaks them.
"""
import base64
import hashlib
import hmac
import json
import os
import re
import shutil
import struct
import tempfile
import time

import engine
import menshen

ORGANISATIONS = """id,name,kind,sector,licence,region,status,parent,legal_entity
org_a,A,agency,matchmaking,,31,active,,E
org_b,B,agency,matchmaking,,31,active,org_a,E
org_x,X,agency,matchmaking,,31,active,,
org_s,S,authority,,,31,active,,
org_u,U,association,,,31,active,,
"""
STAFF = """id,organisation,name,role,login,certificate,status
stf_sales,org_a,S,sales,sales@a,C1:2099-12-31,active
stf_other,org_a,O,sales,other@a,C2:2099-12-31,active
stf_late,org_a,L,sales,late@a,C3:2020-12-31,active
stf_manager,org_a,M,manager,manager@a,C4:2099-12-31,active
stf_comp,org_a,C,compliance,comp@a,,active
stf_store,org_b,B,sales,store@b,C5:2099-12-31,active
stf_foreign,org_x,X,sales,sales@x,C6:2099-12-31,active
stf_foreigncomp,org_x,Y,compliance,comp@x,,active
stf_state,org_s,O,officer,state@s,,active
stf_assoc,org_u,O,officer,assoc@u,,active
"""
NUMBERS = {"per_lin": "+8613911110001", "per_xue": "+8613911110002", "per_shi": "+8613911110003",
           "per_you": "+8613911110004", "per_tan": "+8613911110005", "per_far": "+8613911110006"}
PERSONS = """id,organisation,number,name,pool,store,gender,birth_year,height_cm,district,education,school,property,income,wechat,chat,history,id_number
per_lin,org_a,{per_lin},Lin Daiyu,store,org_a,f,1993,162,Xuhui,bachelor,Fudan,flat-in-Pudong,200000,wx-lin,secret chat,saw per_xue,310101199301010001
per_xue,org_a,{per_xue},Xue Baochai,store,org_a,f,1991,168,Minhang,master,Tongji,house-by-river,300000,wx-xue,secret talk,saw per_lin,
per_shi,org_b,{per_shi},Shi Xiangyun,city,,f,1988,158,Xuhui,doctor,Jiaotong,no-flat,,wx-shi,,,
per_you,org_a,{per_you},You Erjie,city,,f,1995,171,Putuo,bachelor,,,,,,,
per_tan,org_a,{per_tan},Tan Chun,,,,,,,,,,,,,,
per_far,org_x,{per_far},Far Away,store,,f,1990,165,Haidian,bachelor,,,,wx-far,,,
""".format(**NUMBERS)
# What no surface may show to any of the staff below.
HIDDEN = ["1391111", "Daiyu", "Baochai", "Xiangyun", "Erjie", "wx-", "secret", "saw per_", "310101199301010001"]
EVIDENCE = "sha256:" + "0" * 64


def evidence(of):
    return "sha256:" + hashlib.sha256(of.encode()).hexdigest()


INTRODUCE, FOLLOWUP = "matchmaking.introduce", "matchmaking.followup"


def consents(*rows):
    """Rows of (person, purpose, categories), each with evidence of its own."""
    head = "number,organisation,purposes,categories,channels,from,until,wording,evidence\n"
    return head + "".join(
        f"{NUMBERS[p]},{'org_x' if p == 'per_far' else 'org_a'},{purpose},{what},call,2020-01-01,,You may.,{evidence(what)}\n"
        for p, purpose, what in rows)


CONSENTS = consents(("per_lin", INTRODUCE, "basic;contact;education"),
                    ("per_lin", FOLLOWUP, "basic;contact;education"),
                    ("per_lin", "matchmaking.verify", "identity"),
                    ("per_xue", INTRODUCE, "basic;education"),
                    ("per_xue", INTRODUCE, "property"),
                    ("per_xue", INTRODUCE, "photo"),
                    ("per_shi", INTRODUCE, "basic"),
                    ("per_far", INTRODUCE, "basic"))
FACTS = (("organisations", ORGANISATIONS), ("staff", STAFF), ("persons", PERSONS), ("consents", CONSENTS))


def code(secret, at=None):
    """What an authenticator app shows (RFC 6238)."""
    counter = struct.pack(">Q", int(at if at is not None else time.time()) // 30)
    mac = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    at = mac[-1] & 15
    return f"{(struct.unpack('>I', mac[at:at + 4])[0] & 0x7fffffff) % 1000000:06}"


def sign_in(server, staff, confirm=False):
    """Headers of a page of hers; with `confirm` she has just shown a further code."""
    status, out, err = server.run("user", "passwd", staff, "--json", stdin="correct horse battery\n")
    assert status == 0, err
    told = json.loads(out)
    status, headers, text = server.http("POST", "/v1/session", {
        "login": told["login"], "password": "correct horse battery", "code": code(told["secret"])})
    assert status == 200, text
    page = {"Cookie": headers["Set-Cookie"].split(";")[0], "X-CSRF-Token": json.loads(text)["csrf"]}
    if confirm:
        status, _, text = server.http("POST", "/v1/session/confirm", {"code": code(told["secret"], time.time() + 30)},
                                      headers=page)
        assert status == 200, text
    return page


def hook(case):
    """Configuration that writes persons' codes into a file; the path of that."""
    os.chmod(case.file("hook.sh", '#!/bin/sh\nexec cat >>"$1"\n'), 0o700)
    sent = case.path("sent")
    return f"codes: {{command: [hook.sh, {sent}]}}\n", sent


def sign_in_person(server, sent, number, confirm=False):
    """Headers of the page of who has the number; with `confirm` she has given a further code."""
    def texts():
        with open(sent, "a+", encoding="utf-8") as f:
            f.seek(0)
            return f.read()

    def enter(path, headers=None, **body):
        before = len(texts())
        assert server.http("POST", "/v1/session/codes", {"number": number})[0] == 202
        body["code"] = menshen.until(lambda: re.findall(r"\b\d{6}\b", texts()[before:]), 20, "a code")[-1]
        status, answer, text = server.http("POST", path, body, headers=headers)
        assert status == 200, text
        return answer, json.loads(text)

    answer, who = enter("/v1/session", number=number)
    page = {"Cookie": answer["Set-Cookie"].split(";")[0], "X-CSRF-Token": who["csrf"]}
    if confirm:
        enter("/v1/session/confirm", headers=page)
    return page


class Case(menshen.Case):
    """One server for the class, changed by tests only in persons of their own."""
    @classmethod
    def setUpClass(cls):
        cls.shared = tempfile.mkdtemp(prefix="menshen-test-")
        cls.gate = menshen.Server(cls.shared + "/data", sip=False, store=engine.store_for(cls)).start()
        cls.tokens, cls.pages = {}, {}
        for kind, text in FACTS:
            cls.bring(kind, text)

    @classmethod
    def tearDownClass(cls):
        status = cls.gate.stop()
        assert status == 0, f"exit {status}\n{cls.gate.messages()}"
        shutil.rmtree(cls.shared, ignore_errors=True)

    @classmethod
    def bring(cls, kind, text):
        path = f"{cls.shared}/{kind}.csv"
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        status, out, err = cls.gate.run("import", kind, path)
        assert status == 0, out + err

    def ask(self, method, path, staff, purpose=INTRODUCE, body=None, headers=None):
        """(status, headers, text); of exports with a session that was confirmed."""
        more = {"Purpose": purpose} if purpose else {}
        if path.startswith("/v1/exports"):
            if staff not in self.pages:
                self.pages[staff] = sign_in(self.gate, staff, confirm=True)
            return self.gate.http(method, path, body, headers={**self.pages[staff], **more, **(headers or {})})
        if staff not in self.tokens:
            self.tokens[staff] = self.gate.token("all", subject=staff)
        return self.gate.http(method, path, body, token=self.tokens[staff], headers={**more, **(headers or {})})

    def get(self, path, staff="stf_sales", purpose=INTRODUCE, **more):
        return self.ask("GET", path, staff, purpose, **more)

    def file(self, person, staff="stf_sales", purpose=INTRODUCE):
        """Her file as it is shown."""
        status, headers, text = self.get(f"/v1/persons/{person}", staff, purpose)
        self.assertEqual(status, 200, text)
        return json.loads(text)

    def page(self, query="", staff="stf_sales", purpose=INTRODUCE):
        status, _, text = self.get("/v1/persons" + query, staff, purpose)
        self.assertEqual(status, 200, text)
        return json.loads(text)

    def ids(self, query="", staff="stf_sales", purpose=INTRODUCE):
        return [p["id"] for p in self.page(query, staff, purpose)["persons"]]

    def problem(self, answer, status, word):
        self.assertEqual(answer[0], status, answer[2])
        told = json.loads(answer[2])
        self.assertEqual(told["code"], word)
        return told

    def clean(self, answer):
        """Nothing hidden in status line, headers or body."""
        text = str(answer[1]) + answer[2]
        for word in HIDDEN:
            self.assertNotIn(word, text)
        # A telephone number, and not a part of an id.
        self.assertIsNone(re.search(r"(?<![\w-])(\+?86)?1[3-9]\d{9}(?![\w-])", text), text)
        return answer
