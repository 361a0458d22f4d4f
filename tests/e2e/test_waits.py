"""What waits 24 hours for want of a second factor: before that nothing, then done, also over a restart."""
import datetime
import json
import os
import re
import time

import members
import menshen
import test_codes
import test_sealed
import test_session

HOUR = 3600
DAY = 24 * HOUR
LIN, XUE = test_sealed.LIN, "+8613800138001"
MORE = "id,organisation,number,name,pool,district,marital_status\nper_xue,org_agency,13800138001,Xue Baochai,store,Xuhui,single\n"
VERIFY = "number,organisation,purposes,categories,channels,from,until,wording,evidence\n" \
         f"{XUE},org_agency,{members.INTRODUCE},basic,app,2026-01-01,,yes,{members.EVIDENCE}\n"


class Waits(menshen.Case):
    messages, ask_code = test_codes.Codes.messages, test_codes.Codes.ask
    fill, office_run, reseal = (getattr(test_sealed.Sealed, n) for n in ("fill", "office_run", "reseal"))

    def setUp(self):
        super().setUp()
        self.sent, self.pages = self.path("sent"), {}
        os.chmod(self.file("hook.sh", test_codes.HOOK), 0o700)
        config = self.file("menshen.yaml", f"codes: {{command: [hook.sh, {self.sent}]}}\nlimits: {{sign_ins_per_address: 1000}}\n")
        self.office = self.server(sip=False, config=config, start=False).clock().start()
        self.key = self.path("desk.key")
        for kind, text in (("organisations", test_sealed.ORGANISATIONS), ("staff", test_sealed.STAFF)):
            self.fill(kind, text)
        self.office_run("user", "officer-key", "stf_desk", "--key-file", self.key)
        for kind, text in (("persons", test_sealed.PERSONS), ("persons", MORE), ("consents", VERIFY)):
            self.fill(kind, text)

    def later(self, seconds, restart=False):
        """So much later, running on or started again; something has changed meanwhile, so that jobs look."""
        if restart:
            self.assertEqual(self.office.stop(), 0)
        self.office.later(seconds)
        if restart:
            self.office.start()
        self.fill("refusals", f"number,organisation,at\n+86137{self.office.moved() % 10**8:08},org_union,2026-01-01\n")

    def ask(self, page, method, path, body=None, status=200):
        answer = self.office.http(method, path, body, headers=page)
        self.assertEqual(answer[0], status, answer[2])
        return json.loads(answer[2])

    def member(self, number=LIN):
        answer = self.office.http("POST", "/v1/session", {"number": number, "code": self.ask_code(self.office, number)})
        self.assertEqual(answer[0], 200, answer[2])
        return {"Cookie": answer[1]["Set-Cookie"].split(";")[0], "X-CSRF-Token": json.loads(answer[2])["csrf"]}

    def staff(self, staff, **headers):
        return {"Authorization": "Bearer " + self.office.token("all", staff), **headers}

    def officer(self, staff):
        """Her session; signed in anew after the clock has moved."""
        moved = self.office.moved()
        if (staff, moved) not in self.pages:
            told = json.loads(self.office_run("user", "passwd", staff, "--json", stdin=test_session.PASSWORD + "\n"))
            code = test_session.code(told["secret"], time.time() + moved)
            answer = self.office.http("POST", "/v1/session", {"login": told["login"], "password": test_session.PASSWORD, "code": code})
            self.assertEqual(answer[0], 200, answer[2])
            self.pages[staff, moved] = {"Cookie": answer[1]["Set-Cookie"].split(";")[0],
                                        "X-CSRF-Token": json.loads(answer[2])["csrf"]}
        return self.pages[staff, moved]

    def notices(self, word):
        return [m for m in self.messages() if word in m["text"]]

    def told_once(self, word, number):
        """One text, to her, which names nobody and nothing of hers."""
        notice, = menshen.until(lambda: self.notices(word), 10, "a notice")
        self.assertEqual(notice["number"], number)
        text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d", "", notice["text"])
        self.assertIsNone(re.search(r"\d|_|Lin|Xue|chat|Red Thread", text), notice["text"])

    def approve(self, page, status=202):
        until = self.now(3 * DAY)
        return self.ask(page, "POST", "/v1/me/approvals", {"categories": ["chat"], "holder": "stf_sales", "until": until}, status)

    def now(self, more):
        """The server's time, and so much more."""
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + self.office.moved() + more))

    def status(self, page, opening):
        return next(a["status"] for a in self.ask(page, "GET", "/v1/me/approvals")["approvals"] if a["id"] == opening)

    def content(self, opening, status):
        page = self.staff("stf_sales", Purpose="opening")
        return self.ask(page, "GET", f"/v1/openings/{opening}/content", status=status)

    def test_an_approval_without_a_further_code_waits_for_a_day(self):
        for restart in (False, True):
            page = self.member()
            before = len(self.notices("Sealed data"))
            opening = self.approve(page)
            asked, begins = (datetime.datetime.fromisoformat(opening[t]) for t in ("asked_at", "from"))
            self.assertEqual((opening["status"], (begins - asked).total_seconds()), ("proposed", DAY))
            menshen.until(lambda: len(self.notices("Sealed data")) > before, 10, "a notice")
            path = "/v1/openings/" + opening["id"]
            self.later(DAY - 60, restart)
            page = self.member()
            self.assertEqual(self.status(page, opening["id"]), "proposed")
            self.assertNotIn("seal_to", self.ask(self.officer("stf_desk"), "GET", path))
            self.content(opening["id"], 404)
            self.later(120, restart)
            page = self.member()
            menshen.until(lambda: self.status(page, opening["id"]) == "confirmed", 30, "it is confirmed")
            keys, _ = self.reseal(self.ask(self.officer("stf_desk"), "GET", path))
            self.ask(self.officer("stf_desk"), "POST", path + "/keys", keys)
            self.assertEqual(self.content(opening["id"], 200)["shown"], {"chat": {"chat": "see you at eight"}})
            self.assertEqual(len(self.notices("Sealed data")), before + 1)
            self.ask(page, "POST", f"/v1/me/approvals/{opening['id']}/withdraw")
            self.content(opening["id"], 404)

    def test_what_she_withdraws_within_the_wait_never_begins(self):
        page = self.member()
        opening = self.approve(page)["id"]
        self.told_once("Sealed data", LIN)
        other = self.office.http("POST", f"/v1/me/approvals/{opening}/withdraw", headers=self.member(XUE))
        self.assertEqual(other[0], 404)
        self.assertEqual(self.ask(page, "POST", f"/v1/me/approvals/{opening}/withdraw")["status"], "ended")
        self.later(DAY + 60, restart=True)
        page = self.member()
        self.later(60)
        self.assertEqual(self.status(page, opening), "ended")
        self.content(opening, 404)

    def test_approvals_that_wait_are_no_way_to_flood_her_with_texts(self):
        page = self.member()
        for _ in range(3):
            self.ask(page, "POST", f"/v1/me/approvals/{self.approve(page)['id']}/withdraw")
        self.assertEqual(self.approve(page, 429)["code"], "too-many-approvals")
        # Its wait takes all of the time that was asked for.
        until = {"categories": ["chat"], "holder": "stf_sales", "until": self.now(DAY - 60)}
        self.assertIn("waits", self.ask(page, "POST", "/v1/me/approvals", until, 400)["detail"])

    def test_she_is_told_of_an_order_at_once_unless_it_is_secret(self):
        for secret in (True, False):
            order = {"categories": ["chat"], "until": self.now(DAY), "document": "No. 7",
                     **({"secret_until": self.now(HOUR)} if secret else {})}
            opening = self.ask(self.officer("stf_one"), "POST", "/v1/persons/per_lin/openings", order, 201)["id"]
            self.ask(self.officer("stf_two"), "POST", f"/v1/openings/{opening}/confirm")
        self.member()  # her code is brought after them
        self.told_once("An authority", LIN)

    def erasure(self, page):
        return self.ask(page, "GET", "/v1/me/erasure")["erasures"][0]["status"]

    def file_of(self, person, status):
        return self.ask(self.staff("stf_sales", Purpose=members.INTRODUCE), "GET", "/v1/persons/" + person, status=status)

    def test_an_erasure_without_a_further_code_waits_for_a_day(self):
        for restart in (False, True):
            number, person = ((XUE, "per_xue"), (LIN, "per_lin"))[restart]
            known = 200 if person == "per_xue" else 403  # she shares nothing, but is there
            self.ask(self.member(number), "POST", "/v1/me/erasure", {}, 202)
            self.later(DAY - 60, restart)
            page = self.member(number)
            self.assertEqual(self.erasure(page), "waiting")
            self.file_of(person, known)
            self.later(120, restart)
            page = self.member(number)
            menshen.until(lambda: self.erasure(page) == "done", 90, "it is done")  # at once, or with the next round
            self.file_of(person, 404)
            self.assertEqual(len(self.notices("will be erased")), 1 + restart)

    def test_a_copy_without_a_further_code_waits_for_a_day(self):
        export = lambda status: self.ask(self.member(), "GET", "/v1/me/export", status=status)
        self.assertEqual(export(403)["code"], "confirmation-required")
        self.later(DAY - 60, restart=True)
        export(403)
        self.told_once("A copy of your data", LIN)
        self.later(120, restart=True)
        self.assertEqual(export(200)["members"][0]["id"], "per_lin")
        self.later(7 * DAY)
        export(403)  # a week is over: it begins anew
        menshen.until(lambda: len(self.notices("A copy of your data")) == 2, 10, "a notice")

    def test_a_correction_is_due_after_fifteen_days_and_stays_a_duty(self):
        body = {"organisation": "org_agency", "category": "basic", "field": "marital_status", "value": "widowed"}
        asked = self.ask(self.member(XUE), "POST", "/v1/me/corrections", body, 201)["id"]
        for seconds, overdue in ((15 * DAY - 60, False), (120, True)):
            self.later(seconds, restart=True)
            waiting, = self.ask(self.staff("stf_comp"), "GET", "/v1/corrections")["corrections"]
            self.assertEqual((waiting["id"], waiting["overdue"]), (asked, overdue))
            shown = self.ask(self.staff("stf_comp", Purpose="rights"), "GET", f"/v1/persons/per_xue?task={asked}")
            self.assertEqual(list(shown["shown"]), ["basic"])


if __name__ == "__main__":
    import unittest
    unittest.main()
