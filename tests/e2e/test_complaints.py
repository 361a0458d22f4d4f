"""Complaints: by a person, a centre and on paper; what officers do with them; what a respondent never learns."""
import calendar
import hashlib
import http.client
import json
import os
import re
import socket
import time
import unittest

import engine
import members
import menshen
import proof
import test_contracts

LIN, XUE, SHI = (members.NUMBERS[p] for p in ("per_lin", "per_xue", "per_shi"))
DAY = 86400
PURPOSE = {"Purpose": "complaint"}
WROTE = {"respondent": "org_a", "issue": "refund", "facts": "They keep my 18,000 yuan since the spring fair.",
         "request": "All of it back, to my card.", "happened_at": "2026-01-05T13:37:00+08:00",
         "name": "Lin Daiyu", "address": "Daguan Road 5"}
# Nothing of this is the respondent's to read, nor anybody's in the store or a log.
HERS = ["18,000", "spring fair", "my card", "13:37", "Daiyu", "Daguan", "1391111"]
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 5


@engine.both
class Complaints(test_contracts.Office):
    def wrote(self, **changes):
        return {k: v for k, v in {**WROTE, **changes}.items() if v is not None}

    def complain(self, page, **changes):
        return self.hers(page, "POST", "/v1/me/complaints", self.wrote(**changes), 201)["id"]

    def mine(self, page, complaint):
        return self.hers(page, "GET", "/v1/me/complaints/" + complaint)

    def officer(self, method, path, body=None, status=200, who="stf_assoc"):
        return self.staff(who, method, path, body, status, **PURPOSE)

    def accept(self, complaint, summary="A client wants a fee back."):
        return self.officer("POST", f"/v1/complaints/{complaint}/accept", {"summary": summary})

    def raw(self, path, token=None, headers=None):
        """(status, headers, bytes)"""
        c = http.client.HTTPConnection("127.0.0.1", self.office.http_port, timeout=30)
        c.request("GET", path, headers={**(headers or {}), **({"Authorization": "Bearer " + token} if token else {})})
        try:
            answer = c.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            c.close()

    def test_from_the_first_word_to_the_answer(self):
        page = self.member()
        self.staff("stf_comp", "GET", "/v1/complaints")
        complaint = self.complain(page)
        self.assertRegex(complaint, "^cpl_[0-9a-f]{32}$")
        one = self.mine(page, complaint)
        self.assertEqual((one["status"], one["body"], one["channel"], one["facts"], one["name"], one["opened"]),
                         ("received", "org_u", "portal", WROTE["facts"], "Lin Daiyu", []))
        self.assertEqual([(c["rule"], c["state"]) for c in one["clocks"]], [("cn.clock.samr.accept", "running")])

        # The officer's list tells nothing of her; opening it does, and she sees who did.
        listed = self.officer("GET", "/v1/complaints")["complaints"]
        self.assertEqual([c["id"] for c in listed], [complaint])
        self.unknown(json.dumps(listed).replace(one["happened_at"], ""))
        answer = self.office.http("GET", f"/v1/complaints/{complaint}", token=self.tokens["stf_assoc"])
        self.assertEqual(answer[0], 400, "no Purpose")
        self.problem(self.staff("stf_assoc", "GET", f"/v1/complaints/{complaint}", None, 403,
                                Purpose="marketing"), "purpose-unknown")
        opened = self.officer("GET", f"/v1/complaints/{complaint}")
        self.assertEqual((opened["facts"], opened["request"]), (WROTE["facts"], WROTE["request"]))
        for word in ("Daiyu", "Daguan", "1391111"):
            self.assertNotIn(word, json.dumps(opened))
        self.assertRegex(opened["record"], "^rec_")
        seen = self.mine(page, complaint)["opened"]
        self.assertEqual([(o["what"], o["staff"], o["organisation"]) for o in seen], [("text", "stf_assoc", "org_u")])

        # Who she is takes a reason, which she reads.
        path = f"/v1/complaints/{complaint}/reporter"
        self.assertEqual(self.officer("POST", path, {"reason": " "}, 400)["code"], "invalid-act")
        who = self.officer("POST", path, {"reason": "To see the contract with her."})
        self.assertEqual((who["name"], who["number"], who["address"]), ("Lin Daiyu", LIN, "Daguan Road 5"))
        newest = self.mine(page, complaint)["opened"][0]
        self.assertEqual((newest["what"], newest["reason"]), ("reporter", "To see the contract with her."))

        # Each has a number and a record, whose proof she keeps; nobody else is told of it.
        seen = self.mine(page, complaint)["opened"]
        self.assertEqual([(o["number"], o["gap"], o["record"]) for o in seen],
                         [(2, False, who["record"]), (1, False, opened["record"])])
        told = self.hers(page, "GET", "/v1/records/" + who["record"])
        self.assertEqual((told["kind"], told["fact"], told["number"], told["what"], told["staff"], told["complaint"]),
                         ("fact", "disclosures", 2, "reporter", "stf_assoc", complaint))
        self.assertIn("Daiyu", newest["reason"] + one["name"])
        self.unknown(json.dumps(told))
        path = f"/v1/records/{who['record']}/proof"
        answer = menshen.until(lambda: (a := self.office.get(path, headers=page))[0] == 200 and a, 30, "a proof")
        proof.check(answer[2])
        self.asked(self.office.http("GET", "/v1/records/" + who["record"], headers=self.member(XUE)), 404)
        for staff in ("stf_comp", "stf_sales"):
            self.asked(self.office.http("GET", "/v1/records/" + who["record"], token=self.token(staff)), 404)

        engine.write(self.office, "DELETE FROM disclosures WHERE number = 1 AND what = 'text'")
        self.assertEqual([(o["number"], o["gap"]) for o in self.mine(page, complaint)["opened"]], [(2, True)])

        # Accepted, replied, closed; each clock is met by its act.
        self.assertEqual(self.staff("stf_comp", "GET", "/v1/complaints")["complaints"], [])
        for telling in ("Ask Lin Daiyu.", "Her number is 139 1111 0001."):
            self.problem(self.officer("POST", f"/v1/complaints/{complaint}/accept", {"summary": telling}, 422),
                         "names-reporter")
        self.accept(complaint)
        self.problem(self.officer("POST", f"/v1/complaints/{complaint}/accept", {}, 409), "complaint-status")
        about, = self.staff("stf_comp", "GET", "/v1/complaints")["complaints"]
        self.assertEqual((about["summary"], about["status"]), ("A client wants a fee back.", "accepted"))
        self.assertIsNotNone(about["reply_due"])
        self.staff("stf_comp", "POST", f"/v1/complaints/{complaint}/reply", {"text": "We pay."})
        self.problem(self.staff("stf_foreigncomp", "POST", f"/v1/complaints/{complaint}/reply", {"text": "No."}, 404),
                     "not-found")
        self.officer("POST", f"/v1/complaints/{complaint}/close", {"upheld": True, "answer": "The fee goes back."})
        one = self.mine(page, complaint)
        self.assertEqual((one["status"], one["reply"], one["answer"], one["upheld"]),
                         ("closed", "We pay.", "The fee goes back.", True))
        self.assertEqual({c["rule"]: c["state"] for c in one["clocks"]},
                         {"cn.clock.samr.accept": "met", "cn.clock.samr.mediate": "met",
                          "cn.clock.matchmaker.reply": "met"})
        self.asked(self.office.http("GET", f"/v1/me/complaints/{complaint}", headers=self.member(XUE)), 404)

    def unknown(self, text):
        for word in HERS:
            self.assertNotIn(word, text)

    def test_the_respondent_never_learns_who(self):
        page = self.member()
        complaint = self.complain(page)
        receipt = self.office.http("POST", f"/v1/me/complaints/{complaint}/evidence", PNG, headers=page)
        self.assertEqual(receipt[0], 201, receipt[2])
        evidence = json.loads(receipt[2])["id"]
        self.accept(complaint)
        self.officer("POST", f"/v1/complaints/{complaint}/reporter", {"reason": "To ask."})
        surfaces = ["/v1/complaints", f"/v1/complaints/{complaint}", f"/v1/complaints/{complaint}/evidence/{evidence}",
                    f"/v1/me/complaints/{complaint}", "/v1/me/complaints", "/v1/alerts", "/v1/stops", "/v1/duties",
                    "/v1/corrections", "/v1/staff", "/v1/contracts", "/v1/openings"]
        for who in ("stf_comp", "stf_manager", "stf_sales", "stf_store", "org_a", "org_b"):
            for path in surfaces:
                answer = self.office.http("GET", path, token=self.token(who), headers=PURPOSE)
                self.unknown(answer[2] + str(answer[1]))
                self.assertNotIn(evidence, answer[2])
                self.assertNotRegex(answer[2], r"per_lin|num_")
            for act in ("accept", "refuse", "close", "join", "reporter", "evidence"):
                answer = self.office.http("POST", f"/v1/complaints/{complaint}/{act}", {"reason": "x"},
                                          token=self.token(who), headers=PURPOSE)
                self.assertEqual(answer[0], 403, answer[2])
        about, = self.staff("stf_manager", "GET", "/v1/complaints")["complaints"]
        self.assertEqual(set(about), {"id", "respondent", "issue", "status", "accepted_on", "reply_due", "replied_at",
                                      "upheld", "closed_on", "summary", "reply", "answer"})
        replied = self.staff("stf_comp", "POST", f"/v1/complaints/{complaint}/reply", {"text": "We pay."})
        self.assertEqual(set(replied), set(about))
        # Nor does anybody who has the store, its journal or the server's log.
        content = engine.content(self.office)
        for word in HERS[:-1] + ["To ask.", "We pay.", "A client wants"]:
            self.assertFalse(word.encode() in content, word)
            self.assertNotIn(word, self.office.messages())
        self.assertFalse(PNG[:200] in content)
        told = engine.rows(self.office, "SELECT COUNT(*) FROM journal WHERE kind IN ('complaints', 'disclosures', "
                                        "'evidence') AND payload LIKE '%1391111%'")
        self.assertEqual(told, [(0,)])

    def token(self, who):
        if who not in self.tokens:
            self.tokens[who] = self.office.token("all", who)
        return self.tokens[who]

    def test_evidence_is_kept_as_it_came(self):
        page = self.member()
        complaint = self.complain(page)
        path = f"/v1/me/complaints/{complaint}/evidence"
        def add(bytes, status=201):
            return self.asked(self.office.http("POST", path, bytes, headers=page), status)
        large = b"%PDF-1.7\n" + os.urandom(8 * 2 ** 20 - 9)
        files = {add(b)["id"]: b for b in (PNG, large, "他们不退款。".encode())}
        kept = self.mine(page, complaint)["evidence"]
        self.assertEqual({e["id"]: (e["size"], e["hash"]) for e in kept},
                         {i: (len(b), "sha256:" + hashlib.sha256(b).hexdigest()) for i, b in files.items()})
        for e, media in zip(kept, ("image/png", "application/pdf", "text/plain; charset=utf-8")):
            status, headers, bytes = self.raw(f"{path}/{e['id']}", headers=page)
            self.assertEqual((status, headers["Content-Type"], bytes), (200, media, files[e["id"]]))
            self.assertRegex(headers["Content-Disposition"], r'^attachment; filename="evd_[0-9a-f]+\.(png|pdf|txt)"$')
            self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
        self.problem(add(PNG, 409), "evidence-kept")
        self.problem(add(b"MZ\x90\x00", 422), "not-evidence")
        self.problem(add(b"", 422), "not-evidence")
        self.problem(add(large + b"x", 413), "body-too-large")
        for i in range(7):
            add(f"note {i}".encode())
        self.problem(add(b"one more", 429), "evidence-limit")
        # Of another: neither hers to read nor hers to add to.
        other = self.member(XUE)
        self.asked(self.office.http("POST", path, b"mine", headers=other), 404)
        self.asked(self.office.http("GET", f"{path}/{kept[0]['id']}", headers=other), 404)
        theirs = self.complain(other, name="Xue Baochai")
        self.asked(self.office.http("GET", f"/v1/me/complaints/{theirs}/evidence/{kept[0]['id']}", headers=other), 404)
        # An officer opens one: on record before a byte of it leaves.
        self.asked(self.office.http("GET", f"/v1/complaints/{theirs}/evidence/{kept[0]['id']}",
                                    token=self.token("stf_assoc"), headers=PURPOSE), 404)
        self.asked(self.office.http("GET", f"/v1/complaints/{complaint}/evidence/{kept[0]['id']}",
                                    token=self.token("stf_assoc"), headers={"Purpose": "marketing"}), 403)
        self.assertEqual(self.mine(page, complaint)["opened"], [])
        status, headers, bytes = self.raw(f"/v1/complaints/{complaint}/evidence/{kept[0]['id']}",
                                          self.token("stf_assoc"), PURPOSE)
        self.assertEqual((status, bytes), (200, PNG))
        self.assertRegex(headers["X-Menshen-Record"], "^rec_")
        opened, = self.mine(page, complaint)["opened"]
        self.assertEqual((opened["what"], opened["evidence"]), ("evidence", kept[0]["id"]))
        # What was changed behind it does not open.
        engine.write(self.office, "UPDATE evidence_parts SET part = part + 1 WHERE evidence = '%s'" % kept[0]["id"])
        self.assertEqual(self.raw(f"{path}/{kept[0]['id']}", headers=page)[0], 503)

    def wire(self, *pieces, wait=0.3):
        """The status lines of what comes back for bytes that are sent piece by piece, until it hangs up or is silent."""
        with socket.create_connection(("127.0.0.1", self.office.http_port), timeout=10) as s:
            got = b""
            try:
                for piece in pieces:
                    s.sendall(piece)
                    time.sleep(wait)
                s.settimeout(5)
                while more := s.recv(65536):
                    got += more
                    s.settimeout(2)
            except (TimeoutError, ConnectionError):
                pass
        return [int(x) for x in re.findall(rb"HTTP/1.1 ([0-9]{3})", got)]

    def test_a_long_body_is_read_of_those_only_who_may_send_it(self):
        page, stranger = self.member(), self.member(XUE)
        complaint = self.complain(page)
        path = f"/v1/me/complaints/{complaint}/evidence"
        body = PNG + b"x" * 300000
        head = lambda who, path=path, n=len(body): ("POST " + path + " HTTP/1.1\r\nHost: a\r\nContent-Length: " + str(n) + "\r\n" +
                                                   "".join(f"{k}: {v}\r\n" for k, v in who.items()) + "\r\n").encode()
        token = {"Authorization": "Bearer " + self.token("stf_comp")}
        # Refused by the head alone: no byte of the body was sent.
        for who in ({}, {"Cookie": "__Host-menshen=" + "A" * 43}, {"Authorization": "Bearer no"}, token):
            self.assertEqual(self.wire(head(who)), [413], who)
        self.assertEqual(self.wire(head({}, n=len(body)).replace(b"Content-Length: %d" % len(body), b"Transfer-Encoding: chunked"),
                                   b"20000\r\n" + b"x" * 0x20000 + b"\r\n"), [413])
        for where in ("/v1/me/complaints", "/v1/session", "/v1/nothing"):  # none takes as much, whoever asks
            self.assertEqual(self.wire(head(page, where)), [413], where)
        # A role that may not use the route; whose complaint it is, is looked at later.
        self.assertEqual(self.wire(head(token, f"/v1/complaints/{complaint}/evidence")), [413])
        self.assertEqual(self.wire(head(stranger), body), [404])
        # Hers: as one, in pieces, one behind the other on a connection, the next sent before the answer.
        whole = head(page)
        self.assertEqual(self.wire(whole + body), [201])
        pieces = [whole[i:i + 40] for i in range(0, len(whole), 40)]
        self.assertEqual(self.wire(*pieces, body, wait=0.02), [409], "the same bytes")
        self.assertEqual(self.wire(whole + body, whole + body, wait=1), [409, 409])
        self.assertEqual(self.wire(whole + body + whole + body), [409, 409])
        # What she may once, nobody may behind her on the connection.
        self.assertEqual(self.wire(whole + body, head({}), wait=1), [409, 413])
        self.assertEqual(self.wire(whole + body + head({})), [409, 413])

    def test_the_body_is_complete_or_says_where_not(self):
        page = self.member()
        def told(status, **changes):
            answer = self.hers(page, "POST", "/v1/me/complaints", self.wrote(**changes), status)
            return answer["code"], [(e["pointer"], e["code"]) for e in answer.get("errors", [])]
        self.assertEqual(told(422, facts=None, request=" "),
                         ("complaint-incomplete", [("/facts", "missing"), ("/request", "missing")]))
        self.assertEqual(told(400, facts=5)[0], "invalid-complaint")
        self.assertEqual(told(400, issue="rude")[0], "invalid-complaint")
        self.assertEqual(told(400, happened_at="2099-01-01T00:00:00Z")[1], [("/happened_at", "in-the-future")])
        self.assertEqual(told(422, respondent="org_none")[0], "unknown-respondent")
        self.assertEqual(told(422, respondent="org_s")[0], "nobody-competent")
        for i in range(10):
            self.complain(page)
        self.assertEqual(told(429)[0], "complaint-limit")

    def test_a_centre_enters_and_an_association_is_not_its_own_judge(self):
        centre = self.office.token("reports", "centre")
        entered = lambda status, **changes: self.asked(self.office.http("POST", "/v1/complaints", {
            "respondent": "org_a", "issue": "privacy", "facts": "They called my mother.", "request": "An apology.",
            "reporter": {"name": "Xue Baochai", "number": XUE}, **changes}, token=centre), status)
        missing = entered(422, reporter=None)
        self.assertEqual([e["pointer"] for e in missing["errors"]], ["/reporter"])
        missing = entered(422, reporter={"name": "Xue Baochai"})
        self.assertEqual([e["pointer"] for e in missing["errors"]], ["/reporter/number"])
        self.assertEqual(entered(400, reporter={"name": "X", "number": "12"})["errors"][0]["pointer"], "/reporter/number")
        complaint = entered(201)["id"]
        self.asked(self.office.http("GET", "/v1/complaints", token=centre), 403)
        one = self.mine(self.member(XUE), complaint)
        self.assertEqual((one["channel"], one["name"]), ("api", "Xue Baochai"))
        # An anonymous one opens to nobody's name.
        hidden = entered(201, anonymous=True)["id"]
        who = self.officer("POST", f"/v1/complaints/{hidden}/reporter", {"reason": "To ask."})
        self.assertEqual((who["anonymous"], who["name"], who["number"]), (True, None, None))
        # About the association: the authority of its region, and not the association.
        against = entered(201, respondent="org_u", anonymous=True)["id"]
        self.officer("GET", f"/v1/complaints/{against}", None, 404)
        self.assertNotIn(against, json.dumps(self.officer("GET", "/v1/complaints")))
        self.assertEqual(self.officer("GET", f"/v1/complaints/{against}", who="stf_state")["body"], "org_s")
        # The authority sees what the association handles, too.
        self.assertIn(complaint, json.dumps(self.officer("GET", "/v1/complaints", who="stf_state")))
        # A token of the body itself is nobody's name.
        self.problem(self.staff("org_u", "GET", f"/v1/complaints/{complaint}", None, 403, **PURPOSE),
                     "named-officer-only")
        paper = self.officer("POST", "/v1/complaints", {
            "respondent": "org_a", "issue": "other", "facts": "By letter.", "request": "Look.", "anonymous": True,
            "received_at": self.when(-5 * DAY)}, 201)["id"]
        self.assertEqual([c["channel"] for c in self.officer("GET", "/v1/complaints?status=received")["complaints"]
                          if c["id"] == paper], ["paper"])

    def test_a_centres_file(self):
        head = "id,respondent,issue,received_at,happened_at,anonymous,facts,request,name,number,address\n"
        good = (f"cpl_c-1,org_a,privacy,{self.when(-DAY)},2026-01-05,no,They called my mother.,An apology.,Xue Baochai,{XUE},\n"
                f"cpl_c-2,org_u,other,{self.when(-DAY)},,yes,The list is wrong.,Look at it.,,,\n")
        bad = (f"c-3,org_a,privacy,{self.when(-DAY)},,yes,F,R,,,\n"
               f"cpl_c-4,org_none,privacy,{self.when(-DAY)},,yes,F,R,,,\n"
               f"cpl_c-5,org_a,rude,{self.when(-DAY)},,yes,F,R,,,\n"
               f"cpl_c-6,org_a,privacy,{self.when(-DAY)},,no,F,R,Nobody,,\n"
               f"cpl_c-7,org_a,privacy,{self.when(DAY)},,yes,F,R,,,\n"
               f"cpl_c-8,org_a,privacy,1999-01-01,,yes,F,R,,,\n"
               f"cpl_c-9,org_a,privacy,{self.when(-DAY)},,yes,,R,,,\n"
               f"cpl_c-10,org_s,privacy,{self.when(-DAY)},,yes,F,R,,,\n")
        path = self.file("complaints.csv", head + good + bad)
        code, out, err = self.office.run("import", "complaints", path, "--json")
        self.assertEqual(code, 7, out + err)
        told = json.loads(out)
        self.assertEqual((told["read"], told["written"], told["skipped"]), (10, 2, 8))
        for n, word in zip(range(4, 12), ("cpl_", "org_none", "rude", "a name and a number", "ahead", "calendar",
                                          "facts", "could handle")):
            self.assertRegex(err, rf"complaints.csv:{n}:\d+: .*{word}")
        for word in ("mother", "Baochai", "1391111"):
            self.assertNotIn(word, err)
        again = self.file("again.csv", head + good)
        code, out, err = self.office.run("import", "complaints", again, "--json", "--strict")
        self.assertEqual((code, json.loads(out)["written"], json.loads(out)["unchanged"]), (0, 0, 2), err)
        # It acts in the running server: hers, the association's, the authority's.
        one = self.mine(self.member(XUE), "cpl_c-1")
        self.assertEqual((one["channel"], one["facts"], one["clocks"][0]["state"]), ("csv", "They called my mother.", "running"))
        self.accept("cpl_c-1")
        self.assertEqual(self.officer("GET", "/v1/complaints/cpl_c-2", who="stf_state")["facts"], "The list is wrong.")
        self.assertEqual([c["id"] for c in self.officer("GET", "/v1/complaints")["complaints"]], ["cpl_c-1"])

    def test_refused_withdrawn_joined(self):
        pages = [self.member(n) for n in (LIN, XUE, SHI)]
        first, second, third = (self.complain(p, name=None) for p in pages)
        again = self.complain(pages[0])
        listed = {c["id"]: c.get("suggestions") for c in self.officer("GET", "/v1/complaints")["complaints"]}
        self.assertEqual(listed[again]["duplicates"], [first])
        self.assertEqual(sorted(listed[again]["others"]), sorted([second, third]))
        self.assertTrue(listed[again]["joint"])
        refused = self.officer("POST", f"/v1/complaints/{again}/refuse", {"ground": "rude", "reason": "No."}, 422)
        self.problem(refused, "unknown-ground")
        self.officer("POST", f"/v1/complaints/{again}/refuse", {"ground": "already-handled", "reason": "It is the same."})
        one = self.mine(pages[0], again)
        self.assertEqual((one["status"], one["ground"]["code"], one["reason"]),
                         ("refused", "already-handled", "It is the same."))
        self.hers(pages[0], "POST", f"/v1/me/complaints/{again}/withdraw", None, 409)

        self.accept(first)
        join = lambda c, status=200, **more: self.officer("POST", f"/v1/complaints/{c}/join", {"to": first, **more}, status)
        join(second, representatives=[first, second])
        self.problem(join(third, 409, representatives=[third]), "representatives-limit")
        self.problem(join(again, 409), "complaint-status")
        join(third)
        self.hers(pages[2], "POST", f"/v1/me/complaints/{third}/withdraw", None, 409)
        self.staff("stf_comp", "POST", f"/v1/complaints/{first}/reply", {"text": "We pay all three."})
        joint = self.mine(pages[1], second)
        self.assertEqual((joint["status"], joint["representative"], joint["joint"]["reply"]),
                         ("joined", True, "We pay all three."))
        self.assertNotIn(first, json.dumps(joint))
        self.officer("POST", f"/v1/complaints/{first}/close", {"upheld": True, "answer": "Done."})
        self.assertEqual([self.mine(p, c)["status"] for p, c in zip(pages, (first, second, third))], ["closed"] * 3)

        last = self.complain(pages[2], issue="privacy")
        self.accept(last)
        self.asked(self.office.http("POST", f"/v1/me/complaints/{last}/withdraw", None, headers=pages[1]), 404)
        self.hers(pages[2], "POST", f"/v1/me/complaints/{last}/withdraw")
        self.assertEqual(self.staff("stf_comp", "GET", "/v1/complaints")["complaints"][0]["id"], first)

    def test_those_who_joined_go_on_without_the_first(self):
        pages = [self.member(n) for n in (LIN, XUE, SHI)]
        first, second, third = (self.complain(p, name=None) for p in pages)
        self.accept(first)
        for other in second, third:
            self.officer("POST", f"/v1/complaints/{other}/join", {"to": first})
        self.staff("stf_comp", "POST", f"/v1/complaints/{first}/reply", {"text": "We look into it."})
        due = {c["rule"]: c["due"] for c in self.mine(pages[0], first)["clocks"] if c["state"] == "running"}
        self.assertEqual(list(due), ["cn.clock.samr.mediate"])
        self.hers(pages[0], "POST", f"/v1/me/complaints/{first}/withdraw")
        led, follows = self.mine(pages[1], second), self.mine(pages[2], third)
        self.assertEqual((led["status"], led["joint"]), ("accepted", None))
        self.assertEqual({c["rule"]: c["due"] for c in led["clocks"] if c["state"] == "running"}, due)
        self.assertEqual((follows["status"], follows["joint"]["reply"]), ("joined", "We look into it."))
        about = self.staff("stf_comp", "GET", "/v1/complaints")["complaints"]
        self.assertEqual([(c["id"], c["summary"], c["reply"]) for c in about],
                         [(second, "A client wants a fee back.", "We look into it.")])
        self.officer("POST", f"/v1/complaints/{second}/close", {"upheld": True, "answer": "Paid back."})
        self.assertEqual([self.mine(p, c)["status"] for p, c in zip(pages, (first, second, third))],
                         ["withdrawn", "closed", "closed"])

        # Of two that nobody has accepted the one that is left is received, with the deadline of both.
        first, second = (self.complain(p, name=None, issue="privacy") for p in pages[:2])
        self.officer("POST", f"/v1/complaints/{second}/join", {"to": first})
        self.hers(pages[0], "POST", f"/v1/me/complaints/{first}/withdraw")
        left = self.mine(pages[1], second)
        self.assertEqual((left["status"], left["decided_at"], left["joint"]), ("received", None, None))
        self.accept(second)

    def test_the_numbers_at_the_head_of_the_desk(self):
        pages = [self.member(n) for n in (LIN, XUE, SHI)]
        nothing = self.officer("GET", "/v1/intake")
        self.assertEqual({k: v for k, v in nothing.items() if k != "weeks"},
                         dict.fromkeys(("today", "waiting", "waiting_long", "mediation_due", "verify", "overdue"), 0))
        self.assertEqual((len(nothing["weeks"]), sum(sum(w["issues"].values()) for w in nothing["weeks"])), (13, 0))
        accepted, left = self.complain(pages[0], name=None), self.complain(pages[1], name=None, issue="privacy")
        self.accept(accepted)
        now = self.officer("GET", "/v1/intake")
        self.assertEqual((now["today"], now["waiting"], now["waiting_long"], now["mediation_due"], now["overdue"]),
                         (2, 1, 0, 0, 0))
        self.assertEqual({k: v for k, v in now["weeks"][-1]["issues"].items() if v}, {"refund": 1, "privacy": 1})
        # Fourteen days hold at least six working days but in a holiday; then seven are over, too.
        self.office.later(14 * DAY)
        self.tokens.clear()
        now = self.officer("GET", "/v1/intake")
        self.assertEqual((now["today"], now["waiting"], now["waiting_long"], now["overdue"]), (0, 1, 1, 1))
        self.assertEqual({k: v for k, v in now["weeks"][-3]["issues"].items() if v}, {"refund": 1, "privacy": 1})
        due, = (c["due"] for c in self.officer("GET", "/v1/complaints?status=accepted")["complaints"][0]["clocks"]
                if c["rule"] == "cn.clock.samr.mediate")
        self.office.later(int(calendar.timegm(time.strptime(due, "%Y-%m-%dT%H:%M:%S+08:00")) - 8 * 3600 - self.now() - 3600))
        self.tokens.clear()
        self.assertEqual(self.officer("GET", "/v1/intake")["mediation_due"], 1)
        self.staff("stf_comp", "GET", "/v1/intake", None, 403)
        self.assertEqual([c["id"] for c in self.officer("GET", "/v1/complaints?issue=privacy")["complaints"]], [left])
        self.assertEqual(self.officer("GET", "/v1/complaints?channel=paper")["complaints"], [])
        self.assertEqual([c["id"] for c in self.officer("GET", f"/v1/complaints?id={accepted}")["complaints"]], [accepted])

    def test_grounds_come_with_their_law(self):
        grounds = self.officer("GET", "/v1/grounds?of=complaint-refusal")["grounds"]
        self.assertEqual(len(grounds), 6)
        for ground in grounds:
            self.assertEqual((ground["of"], ground["label"]), ("complaint-refusal", "law"))
            self.assertTrue(ground["title"]["zh"] and ground["text"]["en"] and ground["basis"]["zh"], ground)
        self.assertIn("listing-exit", {g["of"] for g in self.officer("GET", "/v1/grounds")["grounds"]})

    def test_what_was_late_stays_late(self):
        page = self.member()
        complaint = self.complain(page)
        self.office.later(20 * DAY)
        self.tokens.clear()
        self.accept(complaint)
        page = self.member()
        states = {c["rule"]: c["state"] for c in self.mine(page, complaint)["clocks"]}
        self.assertEqual(states["cn.clock.samr.accept"], "late")
        self.assertEqual(states["cn.clock.matchmaker.reply"], "running")
        self.office.later(10 * DAY)
        self.tokens.clear()
        about, = self.staff("stf_comp", "GET", "/v1/complaints")["complaints"]
        self.assertLess(about["reply_due"], self.when())

    def test_a_respondent_sees_how_it_answers_week_by_week(self):
        pages = [self.member(n) for n in (LIN, XUE, SHI)]
        first, second, third = (self.complain(p, name=None) for p in pages)
        none = {"accepted": 0, "in_time": 0, "late": 0, "overdue": 0}
        weeks = lambda staff="stf_comp": [{k: v for k, v in w.items() if k != "from"}
                                          for w in self.staff(staff, "GET", "/v1/complaints/weeks")["weeks"]]
        self.assertEqual(weeks(), [none] * 13)  # it learns of them when they are accepted
        for complaint in (first, second, third):
            self.accept(complaint)
        self.staff("stf_comp", "POST", f"/v1/complaints/{first}/reply", {"text": "We pay."})
        self.assertEqual(weeks(), [none] * 12 + [{**none, "accepted": 3, "in_time": 1}])
        self.office.later(14 * DAY)
        self.tokens.clear()
        self.staff("stf_comp", "POST", f"/v1/complaints/{second}/reply", {"text": "We pay late."})
        self.assertEqual(weeks(), [none] * 10 + [{"accepted": 3, "in_time": 1, "late": 1, "overdue": 1}] + [none] * 2)
        self.assertEqual(weeks("stf_foreigncomp"), [none] * 13)
        self.staff("stf_sales", "GET", "/v1/complaints/weeks", None, 403)


if __name__ == "__main__":
    engine.main()
