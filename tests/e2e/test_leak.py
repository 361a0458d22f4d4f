"""No member's number in anything that the sample agency, or anybody but herself, can get hold of.

Everybody asks everything, rightly and wrongly; what came back, the log and the ledger are then
searched for every member's number in every coding (codings.py). Let out on purpose, and left out
here: her own number on her own pages, whom a text is brought to, and what the host's own commands
find for who has its files (`ledger find`).
"""
import glob
import json
import os
import time
import unittest

import agency
import codings
import engine
import menshen
import test_openapi

NUMBERS = [f"+86138{i:08}" for i in range(101, 401)]  # src/cli/demo_member.c
LISTS = ["/v1/persons", "/v1/persons?pool=store", "/v1/persons?pool=city", "/v1/persons?pool=private",
         "/v1/exports/persons", "/v1/exports/persons.csv", "/v1/alerts", "/v1/pools/settings", "/v1/staff",
         "/v1/bindings", "/v1/introductions", "/v1/contracts", "/metrics", "/v1/stops", "/v1/corrections"]
PURPOSES = ["matchmaking.introduce", "matchmaking.followup", "matchmaking.verify", "service", "complaint"]


# Writes each text to a member, and all else that the hook is given, into files.
HOOK = """#!/bin/sh
printf '%s\\n' "$(cat)" >>"$1"
{ printf '%s\\n' "$@"; env; } >>"$1.rest"
"""


# Who complains in Complainant: nobody's member. Nothing of this is another's to read than the officers' who open it.
HER = "+8613987654321"
HERS = ["林黛玉", "沧浪亭街五号", "seventeen silver hairpins", "our grandmother listened", "a lantern in the photograph",
        "he said my mother's name", "my number is my own"]
NAME, ADDRESS, FACTS, REQUEST, SHOWN, NOTE, APPEAL = HERS


class Ear:
    """What others than herself get hold of: each text once, with where it was heard first."""

    def __init__(self):
        self.texts, self.pages, self.files, self.own = {}, {}, {}, set()

    def answer(self, method, path, answer, body=None):
        """Of a server. On her own pages her own number may stand, which she signed in by, and no other."""
        status, headers, text = answer
        place = path.split("?")[0]
        if place == "/v1/session" and isinstance(body, dict) and "number" in body:
            self.own.add("+86" + body["number"][-11:])
        if place != "/v1/outbox":
            heard = self.pages if place == "/v1/me" or place.startswith("/v1/me/") else self.texts
            heard.setdefault(f"{headers}\n\n{text}", f"{method} {path}: {status}")

    def text(self, where, text):
        self.texts.setdefault(text, where)

    def hook(self, line):
        """What a hook is given, but whom to bring it to."""
        given = json.loads(line)
        del given["number"]
        self.text("a text to a member", json.dumps(given, ensure_ascii=False).replace("\\\\", "\\"))

    def file(self, where, data):
        self.files[where] = data

    def leaks(self, seeker):
        """{(number, form): where}."""
        leaks = {}
        for text, where in self.texts.items():
            leaks.update({hit: where for hit in seeker.in_(text.encode()) if hit not in leaks})
        for text, where in self.pages.items():
            leaks.update({hit: where for hit in seeker.in_(text.encode()) if hit not in leaks and hit[0] not in self.own})
        for where, data in self.files.items():
            leaks.update({hit: where for hit in seeker.in_(data, whole=True) if hit not in leaks})
        return leaks


class Detector(unittest.TestCase):
    """Each form is found wherever it is heard, and what may stand somewhere is let off nowhere else."""
    HEADERS = "Content-Type: application/json\nCache-Control: no-store"
    HEARD = {
        "a body": lambda ear, x: ear.answer("GET", "/v1/persons/per_x", (200, Detector.HEADERS, f'{{"a":["x{x}y",1]}}')),
        "a table": lambda ear, x: ear.answer("GET", "/v1/exports/persons.csv", (200, "", f"id,a\r\nper_x,{x},\r\n")),
        "a header": lambda ear, x: ear.answer("POST", "/v1/calls", (303, f"Location: https://a.example/b/{x}?c=d", "")),
        "a refusal": lambda ear, x: ear.answer("POST", "/v1/bindings", (403, "", f'{{"detail":"no {x}"}}'), {"person": "per_x"}),
        "what only begins as hers": lambda ear, x: ear.answer("GET", "/v1/members", (200, "", x)),
        "another's page": lambda ear, x: ear.answer("GET", "/v1/me/looks", (200, "", f'[{{"by":"{x}"}}]')),
        "metrics": lambda ear, x: ear.answer("GET", "/metrics", (200, "", f'menshen_calls{{line="{x}"}} 1\n')),
        "the log": lambda ear, x: ear.text("the log", f"menshen: warning: a hook failed: {x}\n"),
        "a text": lambda ear, x: ear.hook(json.dumps({"number": NUMBERS[9], "text": f"您好 {x}。"})),
        "beside a text": lambda ear, x: ear.hook(json.dumps({"number": NUMBERS[9], "text": "", "for": [x]})),
        "a file": lambda ear, x: ear.file("log/0001", b'\0\xff"' + x.encode() + b"\x07\x80"),
    }

    def test_each_form_is_found_wherever_it_is_heard(self):
        number = NUMBERS[7]
        seeker = codings.Seeker(NUMBERS)
        forms = [(name, form.decode()) for name, form in (*codings.of(number), *codings.of_base64(number))]
        forms += [(name, form.decode().upper()) for name, form in codings.of(number)]
        self.assertGreater(len(forms), 200)
        for place, plant in self.HEARD.items():
            for name, form in forms:
                ear = Ear()
                ear.own.add(NUMBERS[9])
                plant(ear, form)
                self.assertIn((number, name), ear.leaks(seeker), f"{place}: {form}")
        for name, form in codings.of_raw(number):
            ear = Ear()
            ear.file("log/0001", b"\0\0" + form + b"\0")
            self.assertIn((number, name), ear.leaks(seeker))

    def test_what_is_let_off(self):
        seeker = codings.Seeker(NUMBERS)
        ear = Ear()
        ear.answer("POST", "/v1/session", (200, "", "{}"), {"number": NUMBERS[9].removeprefix("+86")})
        ear.answer("GET", "/v1/outbox", (200, "", NUMBERS[7]))
        ear.answer("GET", "/v1/me?a=b", (200, "", NUMBERS[9]))
        ear.hook(json.dumps({"number": NUMBERS[7], "text": "123456"}))
        self.assertEqual(ear.leaks(seeker), {})
        ear.answer("GET", "/v1/members", (200, "", NUMBERS[9]))
        self.assertEqual({where for where in ear.leaks(seeker).values()}, {"GET /v1/members: 200"})


class Words:
    """Texts at once, as Seeker does numbers: `in_(data)` names each that is there, as (text, form)."""

    def __init__(self, texts):
        self.lower = [((text, name), form.lower()) for text in texts for name, form in codings.coded(text)]
        self.exact = [((text, name), form) for text in texts for name, form in codings.in_base64(text)]

    def in_(self, data, whole=False):
        lower = data.lower()
        return {hit for hit, form in self.lower if form in lower} | {hit for hit, form in self.exact if form in data}


class WordsDetector(unittest.TestCase):
    def test_each_form_of_a_complaint_is_found_wherever_it_is_heard(self):
        seeker = Words(HERS)
        planted = [(hit, form.decode()) for hit, form in seeker.lower + seeker.exact]
        self.assertGreater(len(planted), 60)
        for place, plant in Detector.HEARD.items():
            for hit, form in planted:
                ear = Ear()
                plant(ear, form)
                self.assertIn(hit, ear.leaks(seeker), f"{place}: {form}")
        self.assertEqual(seeker.in_("an agency keeps a fee 一家机构不退费".encode()), set())


class Listening(menshen.Case):
    def open(self):
        """The sample agency, and all that it says in `ear`."""
        self.sent = self.path("sent")
        os.chmod(self.file("hook.sh", HOOK), 0o700)
        config = self.file("menshen.yaml", f"codes: {{command: [hook.sh, {self.sent}]}}\n"
                                           "limits: {sign_ins_per_address: 100000, http_per_address: 200}\n")
        self.demo = self.server(sip=False, demo=True, config=config)
        self.ear = Ear()
        ask = self.quiet = self.demo.http_once

        def listen(method, path, body=None, token=None, headers=None):
            if path == "/v1/outbox" and headers is None:  # who signs in: the hook has her code
                return 200, {}, json.dumps({"messages": [json.loads(line) for line in self.texts()]})
            answer = ask(method, path, body, token, headers)
            self.ear.answer(method, path, answer, body)
            return answer

        self.demo.http_once = listen

    def texts(self):
        with open(self.sent, "a+", encoding="utf-8") as f:
            f.seek(0)
            return f.read().splitlines()

    def heard_on_the_host(self):
        """What the stopped server left: log, texts, ledger."""
        # The sample city says how to sign in as one of its people.
        self.ear.text("the log", "".join(x for x in self.demo.messages().splitlines(True) if "signs in with her" not in x))
        for line in self.texts():
            self.ear.hook(line)
        with open(self.sent + ".rest", encoding="utf-8") as f:
            self.ear.text("a hook's arguments and environment", f.read())
        for path in glob.glob(self.demo.data + "/ledger/**", recursive=True):
            if os.path.isfile(path):
                with open(path, "rb") as f:
                    self.ear.file(os.path.relpath(path, self.demo.data), f.read())


@engine.both
class Leak(Listening):
    def everybody_asks_everything(self):
        walk = test_openapi.OpenApi("setUp")
        walk.server, walk.seen = self.demo, {}
        walk.document = json.loads(self.demo.get("/openapi.json")[2])
        walk.visitors = agency.visitors(self.demo)
        self.ear.texts.clear()  # the description has examples
        test_openapi.OpenApi.seen = {}
        for path, method, op in walk.operations():
            for visitor in walk.visitors:
                if (method, path) != ("DELETE", "/v1/session") and path != "/openapi.json":
                    walk.replay(path, method, op, visitor)
        return walk.visitors

    def staff_read_all_they_may(self, visitors):
        for visitor in visitors:
            for purpose in PURPOSES if visitor.cookie else PURPOSES[:1]:
                for path in LISTS + [f"/v1/persons/per_x{i:03}" for i in range(1, 16)]:
                    visitor.ask("GET", path, headers={"Purpose": purpose})

    def test_no_member_s_number_in_any_form(self):
        self.open()
        visitors = self.everybody_asks_everything()
        self.staff_read_all_they_may(visitors)
        for command in (("doctor",), ("report", "observe"), ("ledger", "checkpoint"), ("rules", "list")):
            self.ear.text(" ".join(command), "".join(map(str, self.demo.run(*command, "--json")[1:])))
        self.demo.stop()
        self.heard_on_the_host()
        read = [where for where in self.ear.texts.values() if where.endswith(": 200")]
        self.assertGreater(len(read), 100, "hardly anything was read")
        self.assertGreater(len(self.texts()), 2, "hardly anything was sent")
        self.assertGreater(len(self.ear.files), 2, "hardly any file of the ledger")
        self.assertEqual(self.ear.leaks(codings.Seeker(NUMBERS)), {})


@engine.both
class Complainant(Listening):
    """She complains of the sample agency, reports a call, appeals; a case with papers and a trace follow."""

    def she(self, method, path, body, status):
        answer = self.quiet(method, path, body, headers=self.her.headers())
        self.assertEqual(answer[0], status, answer[2])
        return json.loads(answer[2])

    def office(self, who, method, path, body=None, status=200):
        """Officers', whose answers nobody else hears."""
        if who not in self.tokens:
            self.tokens[who] = self.demo.token("desk", who)
        answer = self.quiet(method, path, body, self.tokens[who], {"Purpose": "complaint"})
        self.assertEqual(answer[0], status, answer[2])
        return json.loads(answer[2])

    def plant(self):
        """Paths of what she and the officers made."""
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        complaint = self.she("POST", "/v1/me/complaints", {"respondent": "org_xique", "issue": "privacy", "facts": FACTS,
                                                           "request": REQUEST, "name": NAME, "address": ADDRESS}, 201)["id"]
        answer = self.her.ask("POST", f"/v1/me/complaints/{complaint}/evidence", f"{SHOWN}\n".encode())
        self.assertEqual(answer[0], 201, answer[2])
        evidence = json.loads(answer[2])["id"]
        path = "/v1/complaints/" + complaint
        self.assertEqual(self.office("stf_h03", "GET", path)["facts"], FACTS)
        self.assertEqual(self.office("stf_h03", "POST", path + "/reporter", {"reason": "To ask her."})["name"], NAME)
        for telling in (f"Ask {NAME}.", f"She lives in {ADDRESS}.", f"Ring {HER[3:]}."):
            answer = self.demo.http("POST", path + "/accept", {"summary": telling}, token=self.tokens["stf_h03"])
            self.assertEqual((answer[0], json.loads(answer[2])["code"]), (422, "names-reporter"))
        self.office("stf_h03", "POST", path + "/accept", {"summary": "A client says that her files were shown to others."})
        case = self.office("stf_h03", "POST", "/v1/cases", {"respondent": "org_xique", "complaints": [complaint]}, 201)["id"]
        ahead = time.strftime("%Y-%m-%dT02:00:00Z", time.gmtime(time.time() + 20 * 86400))
        self.office("stf_h03", "POST", f"/v1/cases/{case}/acts", {
            "kind": "summons", "at": ahead, "place": "our office", "officers": ["stf_h03", "stf_h04"],
            "text": "Find out who had the files open."}, 201)
        papers = [d["id"] for d in self.office("stf_h03", "GET", f"/v1/documents?case={case}")["documents"]]
        self.assertGreater(len(papers), 0)
        self.she("POST", "/v1/me/reports", {"caller": "02160001000", "at": now, "kind": "malicious", "note": NOTE}, 201)
        self.office("stf_g01", "POST", "/v1/numbers/orders", {"number": HER, "act": "restrict", "reason": "To test."}, 201)
        self.she("POST", "/v1/appeals", {"text": APPEAL}, 201)
        self.office("org_jiangnan", "POST", "/v1/traces", {"kind": "call", "caller": "02160001000", "callee": HER, "at": now}, 201)
        return [path, f"{path}/evidence/{evidence}", f"{path}/reporter", f"/v1/me/complaints/{complaint}",
                f"/v1/cases/{case}", f"/v1/cases/{case}/next", f"/v1/documents?case={case}",
                *[f"/v1/documents/{p}{form}" for p in papers for form in ("", "?format=json")]]

    def test_nothing_of_her_reaches_anybody_else(self):
        self.open()
        self.tokens = {}
        self.her = agency.sign_in_person(self.demo, HER)
        paths = self.plant()
        paths += ["/v1/complaints", "/v1/cases", "/v1/reports", "/v1/restraints", "/v1/appeals", "/v1/clocks", "/v1/traces",
                  "/v1/notices", "/v1/rankings", "/v1/documents", "/v1/listings", "/v1/dispatches", "/v1/alerts", "/v1/duties",
                  "/v1/public/listings", "/v1/public/penalties", "/v1/public/listings?format=csv", "/metrics", "/healthz"]
        visitors = [agency.Visitor(self.demo), agency.Visitor(self.demo, "business", self.demo.token("all", "org_xique")),
                    agency.Visitor(self.demo, "machine", self.demo.token("metrics")),
                    agency.sign_in_person(self.demo, "13800000101"),
                    *[agency.sign_in(self.demo, login) for login in ("jingzhi", "bingheng", "ruolan")]]
        read = 0
        for visitor in visitors:
            for path in paths:
                for method, body in (("GET", None), ("POST", {"reason": "x", "text": "x"})):
                    answer = visitor.ask(method, path, body, headers={"Purpose": "complaint"})
                    read += answer[0] == 200
        self.assertGreater(read, 20, "hardly anything was read")
        for kind, payload in engine.rows(self.demo, "SELECT kind, payload FROM journal WHERE kind <> 'orders'"):
            self.ear.text(f"the journal: {kind}", payload or "")
        content = engine.content(self.demo)
        self.demo.stop()
        self.heard_on_the_host()
        words = Words(HERS)
        self.assertEqual(words.in_(content), set())
        self.assertEqual(self.ear.leaks(words), {})
        self.assertEqual(self.ear.leaks(codings.Seeker([HER])), {})


if __name__ == "__main__":
    engine.main()
