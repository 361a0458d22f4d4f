"""What is sealed: nobody opens it alone, not with the data folder either; orders of two, an officer's part, ends."""
import base64
import datetime
import json
import os
import shutil

import engine
import menshen
import test_codes
import test_session

ORGANISATIONS = """id,name,kind,sector,licence,region,status
org_agency,Red Thread,agency,matchmaking,,31,active
org_bureau,Bureau,authority,,,31,active
org_police,Police,authority,,,31,active
org_union,Union,association,,,31,active
"""
STAFF = """id,organisation,name,role,login,certificate,status
stf_sales,org_agency,S,sales,sales@a,SH1:2036-12-31,active
stf_manager,org_agency,M,manager,manager@a,SH2:2036-12-31,active
stf_comp,org_agency,C,compliance,comp@a,,active
stf_one,org_bureau,O,officer,one@b,,active
stf_two,org_bureau,T,approver,two@b,,active
stf_police,org_police,P,officer,p@p,,active
stf_desk,org_union,D,officer,desk@u,,active
stf_clerk,org_union,K,operator,clerk@u,,active
"""
PERSONS = """id,organisation,number,name,pool,chat,history
per_lin,org_agency,13800138000,Lin Daiyu,store,see you at eight,19:01 viewed per_xue;19:02 viewed per_shi;19:03 per_xue and per_shi;somebody
per_xue,org_agency,13800138001,Xue Baochai,store,,
per_shi,org_agency,13800138002,Shi Xiangyun,store,,
"""
CONSENTS = """number,organisation,purposes,categories,channels,from,until,wording,evidence
13800138001,org_agency,matchmaking.introduce,basic,app,2026-01-01,,yes,sha256:%s
""" % ("1" * 64)
LIN = "+8613800138000"


def soon(hours):
    at = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=hours)
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


@engine.both
class Sealed(menshen.Case):
    def setUp(self):
        super().setUp()
        self.sent = self.path("sent")
        hook = self.file("hook.sh", test_codes.HOOK)
        os.chmod(hook, 0o700)
        self.office = self.server(sip=False, config=self.file("menshen.yaml", f"codes: {{command: [hook.sh, {self.sent}]}}\n"
                                                                              "limits: {sign_ins_per_address: 1000}\n"))
        self.key = self.path("desk.key")
        self.fill("organisations", ORGANISATIONS)
        self.fill("staff", STAFF)
        self.office_run("user", "officer-key", "stf_desk", "--key-file", self.key)
        self.fill("persons", PERSONS)
        self.pages = {}

    def fill(self, kind, text):
        self.office_run("import", kind, self.file(f"{kind}.csv", text))

    def office_run(self, *args, **options):
        status, out, err = self.office.run(*args, **options)
        self.assertEqual(status, 0, err)
        return out

    def page(self, staff, office=None):
        office = office or self.office
        if (staff, office) not in self.pages:
            status, out, err = office.run("user", "passwd", staff, "--json", stdin=test_session.PASSWORD + "\n")
            self.assertEqual(status, 0, err)
            told = json.loads(out)
            answer = office.http("POST", "/v1/session", {"login": told["login"], "password": test_session.PASSWORD,
                                                         "code": test_session.code(told["secret"])})
            self.assertEqual(answer[0], 200, answer[2])
            self.pages[staff, office] = {"Cookie": answer[1]["Set-Cookie"].split(";")[0],
                                         "X-CSRF-Token": json.loads(answer[2])["csrf"]}
        return self.pages[staff, office]

    def ask(self, staff, method, path, body=None, status=200, office=None):
        answer = (office or self.office).http(method, path, body, headers=self.page(staff, office))
        self.assertEqual(answer[0], status, answer[2])
        return json.loads(answer[2])

    messages, ask_code = test_codes.Codes.messages, test_codes.Codes.ask

    def member(self, number=LIN, confirmed=True):
        """Headers of her page, confirmed by a further code."""
        answer = self.office.http("POST", "/v1/session", {"number": number, "code": self.ask_code(self.office, number)})
        self.assertEqual(answer[0], 200, answer[2])
        page = {"Cookie": answer[1]["Set-Cookie"].split(";")[0], "X-CSRF-Token": json.loads(answer[2])["csrf"]}
        if confirmed:
            answer = self.office.http("POST", "/v1/session/confirm", {"code": self.ask_code(self.office, number)}, headers=page)
            self.assertEqual(answer[0], 200, answer[2])
        return page

    def content(self, staff, opening, purpose="opening", status=200):
        page = {**self.page(staff), "Purpose": purpose}
        answer = self.office.http("GET", f"/v1/openings/{opening}/content", headers=page)
        self.assertEqual(answer[0], status, answer[2])
        return json.loads(answer[2])

    def look(self, staff, purpose, person="per_lin"):
        """What the gate says of the chat, and of the history."""
        _, out, err = self.office.run("look", "--staff", staff, "--person", person, "--purpose", purpose,
                                      "--fields", "chat,history", "--json")
        answer = json.loads(out)
        return [answer["verdicts"][c]["verdict"] for c in ("chat", "history")]

    def order(self, **more):
        return {"categories": ["chat"], "until": soon(24), "document": "No. 7 of 2026", **more}

    def reseal(self, opening, key=None):
        status, out, err = menshen.run("opening", "reseal", "--key-file", key or self.key, stdin=json.dumps(opening))
        return (json.loads(out) if status == 0 else None), err

    def test_an_order_of_two_and_an_officer_open_it_and_its_end_closes_it(self):
        for staff in ("stf_sales", "stf_manager", "stf_comp", "stf_one", "stf_desk"):
            for purpose in ("opening", "supervision", "matchmaking.introduce"):
                self.assertEqual(self.look(staff, purpose), ["deny", "deny"], (staff, purpose))
        for staff in ("stf_sales", "stf_manager", "stf_comp", "stf_desk"):
            self.ask(staff, "POST", "/v1/persons/per_lin/openings", self.order(), 403)
        opening = self.ask("stf_one", "POST", "/v1/persons/per_lin/openings", self.order(), 201)
        self.assertEqual((opening["status"], opening["basis"], opening["holder"]), ("proposed", "order", "org_bureau"))
        path = "/v1/openings/" + opening["id"]
        self.assertEqual(self.ask("stf_one", "POST", path + "/confirm", status=403)["code"], "not-yours")
        self.ask("stf_police", "POST", path + "/confirm", status=404)
        self.ask("stf_police", "GET", path, status=404)
        self.ask("stf_desk", "POST", path + "/confirm", status=403)
        self.assertNotIn("seal_to", self.ask("stf_one", "GET", path))
        self.assertEqual(self.ask("stf_two", "POST", path + "/confirm")["status"], "confirmed")
        self.assertEqual(self.look("stf_one", "supervision"), ["deny", "deny"])  # nobody has handed the keys on
        shown = self.ask("stf_one", "GET", path)
        self.assertEqual([e["category"] for e in shown["envelopes"]], ["chat"])
        self.assertEqual([o["id"] for o in self.ask("stf_two", "GET", "/v1/openings")["openings"]], [opening["id"]])
        self.assertEqual(self.ask("stf_police", "GET", "/v1/openings")["openings"], [])
        wrong = {"keys": [{"category": "chat", "sealed": shown["envelopes"][0]["sealed"]}]}
        self.assertEqual(self.ask("stf_one", "POST", path + "/keys", wrong, 400)["code"], "invalid-opening")
        keys, _ = self.reseal(shown)
        self.assertEqual(self.ask("stf_one", "POST", path + "/keys", keys)["status"], "open")
        self.assertEqual(self.look("stf_one", "supervision"), ["show", "deny"])
        self.assertEqual(self.look("stf_two", "supervision"), ["show", "deny"])
        for staff in ("stf_sales", "stf_manager", "stf_comp", "stf_desk", "stf_police"):
            self.assertEqual(self.look(staff, "supervision"), ["deny", "deny"], staff)
        self.assertEqual(self.ask("stf_two", "POST", path + "/end")["status"], "ended")
        self.assertEqual(self.look("stf_one", "supervision"), ["deny", "deny"])
        self.assertEqual(self.ask("stf_one", "POST", path + "/keys", keys, 409)["code"], "not-waiting")

    def test_an_order_that_the_law_keeps_secret_is_told_when_it_may_be(self):
        page = self.member()

        def seen():
            answer = self.office.http("GET", "/v1/me/looks", headers=page)
            self.assertEqual(answer[0], 200, answer[2])
            return [look for look in json.loads(answer[2])["looks"] if look["organisation"] == "org_bureau"]

        for secret in ({}, {"secret_until": soon(20)}):
            opening = self.ask("stf_one", "POST", "/v1/persons/per_lin/openings", self.order(**secret), 201)
            path = "/v1/openings/" + opening["id"]
            self.ask("stf_two", "POST", path + "/confirm")
            self.assertEqual(self.look("stf_two", "supervision"), ["deny", "deny"])
            keys, _ = self.reseal(self.ask("stf_one", "GET", path))
            self.ask("stf_one", "POST", path + "/keys", keys)
            self.assertEqual(self.look("stf_one", "supervision"), ["show", "deny"])
            self.assertEqual(len(seen()), 0 if secret else 2)
            self.ask("stf_two", "POST", path + "/end")
        self.assertEqual(seen(), [])  # ended, and not told yet

    def test_her_approval_opens_for_whom_she_named_and_is_hers_to_end(self):
        self.fill("consents", CONSENTS)
        page = self.member(confirmed=False)
        body = {"categories": ["chat", "history"], "holder": "stf_sales", "until": soon(1)}
        approve = lambda body, page: self.office.http("POST", "/v1/me/approvals", body, headers=page)
        answer = approve(body, page)  # would wait for longer than it may hold
        self.assertEqual((answer[0], json.loads(answer[2])["code"]), (400, "invalid-opening"))
        page = self.member()
        self.assertEqual(approve({**body, "categories": ["basic"]}, page)[0], 400)
        self.assertEqual(approve({**body, "until": soon(24 * 7 + 1)}, page)[0], 400)
        self.assertEqual(approve({**body, "person": "per_xue"}, page)[0], 404)
        answer = approve(body, page)
        self.assertEqual(answer[0], 201, answer[2])
        opening = json.loads(answer[2])["id"]
        path = "/v1/openings/" + opening
        self.content("stf_sales", opening, status=404)  # no officer has done her part
        for staff in ("stf_sales", "stf_manager", "stf_comp"):
            self.ask(staff, "GET", path, status=403)
        keys, _ = self.reseal(self.ask("stf_desk", "GET", path))
        # What a member allows whom is no news for the whole of an association, or an authority.
        for staff in ("stf_clerk", "stf_police"):
            self.assertEqual(self.ask(staff, "GET", "/v1/openings")["openings"], [])
            self.ask(staff, "GET", path, status=404)
            self.ask(staff, "POST", path + "/keys", keys, 404)
        self.assertEqual(self.ask("stf_desk", "POST", path + "/keys", keys)["status"], "open")
        shown = self.content("stf_sales", opening)
        # Of those she looked at, the ones who agreed to be shown.
        self.assertEqual(shown["shown"], {"chat": {"chat": "see you at eight"}, "history": {"history": ["19:01 viewed per_xue"]}})
        self.assertTrue(shown["record"].startswith("rec_"))
        for staff in ("stf_manager", "stf_comp", "stf_one", "stf_desk", "stf_police"):
            other, none = self.content(staff, opening, status=404), self.content(staff, "opn_0", status=404)
            self.assertEqual(other, none)
        self.content("stf_sales", opening, purpose="matchmaking.introduce", status=404)
        answer = self.office.http("GET", "/v1/me/approvals", headers=page)
        self.assertEqual([(a["id"], a["holder"], a["status"]) for a in json.loads(answer[2])["approvals"]],
                         [(opening, "stf_sales", "open")])
        answer = self.office.http("POST", f"/v1/me/approvals/{opening}/withdraw", headers=self.member("+8613800138001"))
        self.assertEqual(answer[0], 404)
        self.content("stf_sales", opening)
        answer = self.office.http("POST", f"/v1/me/approvals/{opening}/withdraw", headers=page)
        self.assertEqual((answer[0], json.loads(answer[2])["status"]), (200, "ended"))
        self.content("stf_sales", opening, status=404)

    def test_an_approval_ends_by_itself_and_its_keys_with_it(self):
        page = self.member()
        at = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=8)
        answer = self.office.http("POST", "/v1/me/approvals", {"categories": ["chat"], "holder": "org_agency",
                                  "until": at.strftime("%Y-%m-%dT%H:%M:%SZ")}, headers=page)
        self.assertEqual(answer[0], 201, answer[2])
        opening = json.loads(answer[2])["id"]
        keys, _ = self.reseal(self.ask("stf_desk", "GET", "/v1/openings/" + opening))
        self.ask("stf_desk", "POST", f"/v1/openings/{opening}/keys", keys)
        self.content("stf_manager", opening)
        self.assertEqual(self.rows("SELECT count(*) FROM opening_keys"), [(1,)])
        menshen.until(lambda: datetime.datetime.now(datetime.timezone.utc) > at, 15, "its end")
        self.content("stf_manager", opening, status=404)
        menshen.until(lambda: self.rows("SELECT count(*) FROM opening_keys") == [(0,)], 25, "its key is destroyed")
        self.assertEqual(self.rows("SELECT status FROM openings"), [("ended",)])

    def test_who_has_her_number_later_approves_nothing_of_before(self):
        """Also not an agency that gives her file a number of its own."""
        self.fill("persons", "id,organisation,number,name,pool\nper_lin,org_agency,13800138009,Lin Daiyu,store\n")
        page = self.member("+8613800138009")
        body = {"categories": ["chat"], "holder": "stf_sales", "until": soon(1)}
        approve = lambda: self.office.http("POST", "/v1/me/approvals", body, headers=page)
        answer = approve()
        self.assertEqual((answer[0], json.loads(answer[2])["code"]), (403, "not-yours"), answer[2])
        self.assertEqual(self.rows("SELECT count(*) FROM openings"), [(0,)])
        # What is kept since is hers.
        self.fill("persons", "id,organisation,number,name,pool,chat\nper_lin,org_agency,13800138009,Lin Daiyu,store,good morning\n")
        answer = approve()
        self.assertEqual(answer[0], 201, answer[2])

    def rows(self, sql):
        return engine.rows(self.office, sql)

    def test_terms_are_refused_with_the_reason(self):
        path = "/v1/persons/per_lin/openings"
        for change, word in (({"until": soon(24 * 91)}, "hours from now"), ({"until": soon(-1)}, "must end"),
                             ({"until": "tomorrow"}, "RFC 3339"), ({"document": " "}, "document"),
                             ({"categories": []}, "category"), ({"categories": ["chats"]}, "category"),
                             ({"who": "me"}, "not a field")):
            self.assertIn(word, self.ask("stf_one", "POST", path, self.order(**change), 400)["detail"])
        self.ask("stf_one", "POST", "/v1/persons/per_nobody/openings", self.order(), 404)

    def test_the_data_folder_without_the_officer_s_key_opens_nothing(self):
        """A thief of all of it registers keys of his own and orders what he likes."""
        self.assertEqual(self.office.stop(), 0)
        copy = self.path("copy")
        shutil.copytree(self.office.data, copy, ignore=shutil.ignore_patterns("menshen.sock"))
        with open(self.key, "rb") as f:
            private = f.read()
        forms = (b"see you at eight", private, base64.b64encode(private), private.hex().encode())
        contents = [engine.content(self.office)]
        for where, _, names in os.walk(copy):
            for name in names:
                with open(os.path.join(where, name), "rb") as f:
                    contents.append(f.read())
        for stored in contents:
            for form in forms:
                self.assertNotIn(form, stored)
        thief = self.server("copy", sip=False, store=engine.copy(self.office, type(self)))
        own = self.path("own.key")
        self.assertEqual(thief.run("user", "officer-key", "stf_one", "--key-file", own)[0], 0)
        opening = self.ask("stf_one", "POST", "/v1/persons/per_lin/openings", self.order(), 201, office=thief)
        path = "/v1/openings/" + opening["id"]
        self.ask("stf_two", "POST", path + "/confirm", office=thief)
        shown = self.ask("stf_one", "GET", path, office=thief)
        keys, err = self.reseal(shown, own)
        self.assertIsNone(keys)
        self.assertIn("nothing in this opening is sealed to the key", err)
        self.assertEqual(engine.rows(thief, "SELECT count(*) AS n FROM opening_keys"), [(0,)])


if __name__ == "__main__":
    engine.main()
