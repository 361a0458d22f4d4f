"""A contract over HTTP: drafted, checked, signed by both, paid, delivered, ended; what is refused on the way."""
import datetime
import hashlib
import json
import os
import re
import time

import engine
import members
import menshen
import test_codes

DAY = 24 * 3600
EDITION = "sh-2024-store"
LIN = members.NUMBERS["per_lin"]


def day(at, days=0):
    """A local day, as contracts write it."""
    return time.strftime("%Y-%m-%d", time.gmtime(at + 8 * 3600 + days * DAY))


def document(edition_hash, at, person="per_lin", organisation="org_a", name="Lin Daiyu"):
    """The worked example: six dates at 3,000 yuan each, 4,000 before the discount; signed today."""
    return {
        "edition": EDITION, "edition_hash": edition_hash, "number": "2026-001", "signs_on": day(at),
        "agency": {"organisation": organisation, "name": "A", "registration": "91310000MA1FL00000", "provider": organisation,
                   "payee": organisation, "district": "Xuhui"},
        "client": {"person": person, "name": name, "id_verified": True, "marital": "single", "signs": "self",
                   "born": "1993-01-01", "district": "Xuhui"},
        "verification": [{"what": what, "channel": "public register", "on": day(at)}
                         for what in ("identity", "marital", "education")],
        "truth": {"client": True, "agency": True},
        "items": [{"name": "date", "unit": "date", "count": 6, "list_fen": 2400000, "price_fen": 1800000}],
        "term": {"from": day(at), "until": day(at, 364)},
        "first_match_days": 7, "dates": {"count": 6, "per_day": 1},
        "fees": {"list_fen": 2400000, "discount_fen": 600000, "total_fen": 1800000},
        "instalments": [{"due": day(at, 1), "amount_fen": 1800000}],
        "cooling_off_days": 7,
        "refund": {"days": 15, "payments": 1, "route": "same", "agency_fault": "discounted", "client_fault": "list",
                   "unlimited": "time"},
        "penalty": {"client_percent": 10, "agency_percent": 10},
        "privacy": {"purposes": ["introduction"], "categories": ["basic", "contact", "photo", "chat"], "retention_days": 1095,
                    "recipients": ["whom she is introduced to"], "withdrawal": "in the portal", "separate": ["photo", "chat", "contact"],
                    "photo": "shown after consent", "chat": "not kept"},
        "beyond": {"clause": True, "marketing": "none"},
        "access": {"roles": ["sales", "manager"], "log_to_client": True},
        "data_end": {"what": "delete", "days": 30},
        "changes": {"written": True, "both": True}, "transfer": {"needs_consent": True},
        "complaint": {"contact": "021-62345678", "reply_working_days": 3, "association": "the association", "hotline": "12315"},
        "dispute": {"way": "court", "place": "Xuhui"},
        "records": {"annex": True, "dated": True, "signed": True},
        "prominent": ["refund", "fees", "risk", "liability"], "copies": 2, "retention_years": 5,
        "clauses": [{"title": "Dates", "text": "One date a day at most.", "bold": False}],
        "deviations": [],
    }


def hash_of(doc, edition_hash):
    """What both sign, as docs/contracts.md says it."""
    text = json.dumps(doc, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    return hashlib.sha256(text + bytes.fromhex(edition_hash)).hexdigest()


class Office(menshen.Case):
    """An agency whose clock the test moves, and its members, who get codes."""
    messages, ask_code = test_codes.Codes.messages, test_codes.Codes.ask

    def setUp(self):
        super().setUp()
        self.sent = self.path("sent")
        os.chmod(self.file("hook.sh", test_codes.HOOK), 0o700)
        config = self.file("menshen.yaml", f"codes: {{command: [hook.sh, {self.sent}]}}\nlimits: {{sign_ins_per_address: 1000}}\n")
        self.office = self.server(sip=False, config=config, start=False).clock().start()
        for kind, text in members.FACTS:
            status, out, err = self.office.run("import", kind, self.file(kind + ".csv", text))
            self.assertEqual(status, 0, out + err)
        self.tokens = {}
        out = json.loads(menshen.run("rules", "show", "cn.edition." + EDITION, "--json")[1])
        self.edition_hash = re.search(r"[0-9a-f]{64}", json.dumps(out))[0]

    def now(self, more=0):
        return time.time() + self.office.moved() + more

    def when(self, more=0):
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self.now(more)))

    def staff(self, who, method, path, body=None, status=200, **headers):
        if who not in self.tokens:
            self.tokens[who] = self.office.token("all", who)
        return self.asked(self.office.http(method, path, body, token=self.tokens[who], headers=headers), status)

    def asked(self, answer, status):
        self.assertEqual(answer[0], status, answer[2])
        self.etag = answer[1].get("ETag")
        return json.loads(answer[2])

    def problem(self, answer, word):
        self.assertEqual(answer["code"], word, answer)

    def member(self, number=LIN):
        answer = self.office.http("POST", "/v1/session", {"number": number, "code": self.ask_code(self.office, number)})
        self.assertEqual(answer[0], 200, answer[2])
        return {"Cookie": answer[1]["Set-Cookie"].split(";")[0], "X-CSRF-Token": json.loads(answer[2])["csrf"]}

    def hers(self, page, method, path, body=None, status=200, **headers):
        return self.asked(self.office.http(method, path, body, headers={**page, **headers}), status)

    def confirmed(self, staff):
        """Headers of a page of staff who have just shown a further code."""
        told = json.loads(self.office.run("user", "passwd", staff, "--json", stdin="correct horse battery\n")[1])
        code = lambda more: members.code(told["secret"], self.now(more))
        status, headers, text = self.office.http("POST", "/v1/session", {
            "login": told["login"], "password": "correct horse battery", "code": code(0)})
        self.assertEqual(status, 200, text)
        page = {"Cookie": headers["Set-Cookie"].split(";")[0], "X-CSRF-Token": json.loads(text)["csrf"]}
        self.hers(page, "POST", "/v1/session/confirm", {"code": code(30)})
        return page

    def draft(self, person="per_lin", **changes):
        name = {"per_lin": "Lin Daiyu", "per_xue": "Xue Baochai"}[person]
        doc = {**document(self.edition_hash, self.now(), person, name=name), **changes}
        return self.staff("stf_manager", "POST", "/v1/contracts", {"contract": doc}, 201)

    def offered(self, person="per_lin", **changes):
        contract = self.draft(person, **changes)
        path = "/v1/contracts/" + contract["id"]
        return self.staff("stf_manager", "POST", path + "/sign", {"hash": contract["hash"]})

    def signed(self):
        contract = self.offered()
        page = self.member()
        code = self.ask_code(self.office, LIN)
        self.hers(page, "POST", f"/v1/contracts/{contract['id']}/sign", {"hash": contract["hash"], "code": code})
        return contract, page

    def payment(self, fen, more=0, payee="org_a", route="bank"):
        return {"amount_fen": fen, "at": self.when(more), "route": route, "payee": payee}


@engine.both
class Contracts(Office):
    def test_the_worked_example_from_draft_to_refund(self):
        contract = self.draft()
        path, mine = "/v1/contracts/" + contract["id"], "/v1/me/contracts/" + contract["id"]
        self.assertEqual((contract["status"], contract["state"], contract["score"]), ("draft", "not-signed", "conforms"))
        doc = document(self.edition_hash, self.now())
        self.assertEqual(contract["hash"], hash_of(doc, self.edition_hash))

        # A change is a new version, of what was read.
        self.staff("stf_manager", "PUT", path, {"contract": doc}, 428)
        self.problem(self.staff("stf_manager", "PUT", path, {"contract": doc}, 412, **{"If-Match": '"other"'}), "changed-meanwhile")
        self.staff("stf_manager", "GET", path, Purpose="service")
        doc["dates"]["per_day"] = 0
        doc["number"] = "2026-002"
        doc["dates"]["per_day"] = 1
        contract = self.staff("stf_manager", "PUT", path, {"contract": doc}, **{"If-Match": self.etag})
        self.assertEqual((contract["version"], contract["hash"]), (2, hash_of(doc, self.edition_hash)))

        # Nobody pays before both have signed, and she sees nothing that was not offered to her.
        page = self.member()
        self.assertEqual(self.hers(page, "GET", "/v1/me/contracts")["contracts"], [])
        self.hers(page, "GET", mine, status=404)
        self.problem(self.staff("stf_manager", "POST", path + "/payments", self.payment(1800000), 409), "not-signed")
        self.problem(self.staff("stf_manager", "POST", path + "/sign", {"hash": "0" * 64}, 409), "other-text")
        self.assertEqual(self.staff("stf_comp", "POST", path + "/sign", {"hash": contract["hash"]})["status"], "offered")
        self.problem(self.staff("stf_manager", "POST", path + "/payments", self.payment(1800000), 409), "not-signed")
        whole = self.hers(page, "GET", mine)
        self.assertEqual((whole["text"], whole["payments"], whole["services"]), (doc, [], []))

        # She signs by a code; a wrong one is told, the right one is good once.
        sign = {"hash": contract["hash"], "code": "000000"}
        self.problem(self.hers(page, "POST", path + "/sign", sign, 403), "wrong-code")
        sign["code"] = self.ask_code(self.office, LIN)
        self.problem(self.hers(page, "POST", path + "/sign", {**sign, "hash": "0" * 64}, 409), "other-text")
        key = {"Idempotency-Key": "signature-of-lin-daiyu"}
        told = self.hers(page, "POST", path + "/sign", sign, **key)
        self.assertEqual((told["status"], told["state"]), ("signed", "cooling-off"))
        self.assertEqual(self.hers(page, "POST", path + "/sign", sign, **key), told)
        self.problem(self.hers(page, "POST", path + "/sign", sign, 409), "not-offered")
        signed, cooling = (datetime.datetime.fromisoformat(told[k]) for k in ("person_signed_at", "cooling_until"))
        self.assertEqual((cooling.hour, cooling.minute, cooling.second), (0, 0, 0))
        self.assertEqual((cooling.date() - signed.date()).days, 8)
        kinds = engine.rows(self.office, "SELECT kind AS a, actor AS b FROM journal ORDER BY seq DESC LIMIT 2")
        self.assertEqual([tuple(k) for k in kinds], [("persons", "person"), ("contracts", "person")])
        self.problem(self.staff("stf_manager", "PUT", path, {"contract": doc}, 409, **{"If-Match": "*"}), "not-draft")

        # Money goes to who signed, at most the total; an entry sent twice is one.
        pay = self.payment(1800000)
        self.problem(self.staff("stf_manager", "POST", path + "/payments", {**pay, "payee": "org_x"}, 422), "payee-differs")
        self.problem(self.staff("stf_manager", "POST", path + "/payments", {**pay, "amount_fen": 1800001}, 422), "over-total")
        key = {"Idempotency-Key": "payment-of-lin-daiyu"}
        for _ in range(2):
            self.staff("stf_manager", "POST", path + "/payments", pay, 201, **key)
        serve = {"item": 1, "count": 2, "at": self.when()}
        self.problem(self.staff("stf_manager", "POST", path + "/services", serve, 409), "cooling-off")
        refund = self.staff("stf_manager", "GET", path + "/refund?fault=client")
        self.assertEqual((refund["amount_fen"], refund["paid_fen"], refund["rule"]), (1800000, 1800000, "cooling-off"))

        # Eight days later it is in force: two of six dates, the vectors of the example.
        self.office.later(9 * DAY)
        serve["at"] = self.when()
        self.staff("stf_manager", "POST", path + "/services", serve, 201)
        self.problem(self.staff("stf_manager", "POST", path + "/services", {**serve, "count": 5}, 409), "count-used-up")
        for fault, fen in (("agency", 1200000), ("client", 1000000), ("none", 1200000)):
            self.assertEqual(self.staff("stf_manager", "GET", f"{path}/refund?fault={fault}")["amount_fen"], fen)
        page = self.member()
        third = self.staff("stf_manager", "POST", path + "/services", {**serve, "count": 1}, 201)["service"]
        first = self.hers(page, "GET", mine)["services"][0]["id"]
        services = [s for s in self.hers(page, "GET", mine)["services"] if s["id"] != third]
        self.hers(page, "POST", mine + "/services", {"service": services[0]["id"], "agree": True})
        self.hers(page, "POST", mine + "/services", {"service": third, "agree": False})
        self.problem(self.hers(page, "POST", mine + "/services", {"service": third, "agree": True}, 409), "already-answered")
        refund = self.staff("stf_manager", "GET", path + "/refund?fault=agency")
        self.assertEqual((refund["amount_fen"], refund["with_disputed_fen"], refund["disputed"]), (1200000, 900000, 1))
        self.assertIsNotNone(first)
        # Both sides read the same entries.
        self.assertEqual(self.staff("stf_manager", "GET", path, Purpose="service")["services"],
                         self.hers(page, "GET", mine)["services"])

        # She ends it; the refund is fixed, and paid once, by the route that she paid by.
        self.assertEqual(self.hers(page, "GET", mine)["refunds"]["client"]["amount_fen"], 1000000)
        now = self.when()
        for query in (f"?at={now}", f"?fault=client&at={now}", f"?fault=agency&at={now}", "?at=" + self.when(-9 * DAY)):
            self.assertEqual(self.hers(page, "GET", mine + "/refund" + query),
                             self.staff("stf_manager", "GET", path + "/refund" + query), query)
        self.assertEqual(self.hers(page, "GET", mine + "/refund?fault=client")["amount_fen"], 1000000)
        self.assertEqual(self.hers(page, "GET", mine + "/refund?at=tomorrow", status=400)["code"], "not-a-time")
        wrong = self.hers(page, "POST", mine + "/termination", {"fault": "client", "reason": "ring 138 0013 8000"}, 400)
        self.assertEqual([(e["pointer"], e["code"]) for e in wrong["errors"]], [("/reason", "number-in-text")])
        self.staff("stf_manager", "POST", path + "/termination", {"fault": "client", "reason": "ring 138 0013 8000"}, 400)
        ended = self.hers(page, "POST", mine + "/termination", {"fault": "client", "reason": "moves to Suzhou"})
        self.assertEqual((ended["status"], ended["fault"], ended["refund_fen"]), ("terminated", "client", 1000000))
        due, at = (datetime.datetime.fromisoformat(ended[k]) for k in ("refund_due_at", "ended_at"))
        self.assertEqual((due - at).days, 15)
        # What is told of one that has ended is what counted then.
        later = self.hers(page, "GET", f"{mine}/refund?fault=client&at=" + self.when(400 * DAY))
        self.assertEqual((later["amount_fen"], later["due_at"]), (1000000, ended["refund_due_at"]))
        self.problem(self.staff("stf_manager", "POST", path + "/termination", {"fault": "none"}, 409), "ended")
        self.problem(self.staff("stf_manager", "POST", path + "/payments", self.payment(-900000), 422), "refund-differs")
        self.problem(self.staff("stf_manager", "POST", path + "/payments", self.payment(-1000000, route="cash"), 422),
                     "route-differs")
        self.staff("stf_manager", "POST", path + "/payments", self.payment(-1000000), 201)
        whole = self.hers(page, "GET", mine)
        self.assertEqual([p["amount_fen"] for p in whole["payments"]], [1800000, -1000000])
        self.assertEqual(whole["reason"], "moves to Suzhou")
        self.assertEqual(self.staff("stf_manager", "GET", path, Purpose="service")["reason"], "moves to Suzhou")

    def test_a_renewal_is_signed_before_the_one_in_force_ends(self):
        def until():
            return engine.rows(self.office, "SELECT contract_until AS a FROM members WHERE id = 'per_lin'")[0][0] // 10**9

        def opens():
            """Does a look of staff show what the contract opens?"""
            return "marital" in self.staff("stf_manager", "GET", path, Purpose="service")["text"]["client"]
        contract, page = self.signed()
        path, mine = "/v1/contracts/" + contract["id"], "/v1/me/contracts/" + contract["id"]
        terms = [{"from": day(self.now(), first), "until": day(self.now(), last)} for first, last in ((364, 730), (365, 730), (731, 800))]
        early, follows, third = (self.offered(term=t) for t in terms)
        code = self.ask_code(self.office, LIN)

        def sign(which, status):
            return self.hers(page, "POST", f"/v1/contracts/{which['id']}/sign", {"hash": which["hash"], "code": code}, status)
        self.problem(sign(early, 409), "already-in-force")
        ends = until()
        told = sign(follows, 200)
        self.assertEqual((told["status"], until()), ("signed", ends))
        self.assertEqual(datetime.datetime.fromisoformat(told["from"]).timestamp(), ends)
        self.problem(sign(third, 409), "already-in-force")
        # The first is ended while the second waits: nothing is open until that begins.
        self.office.later(20 * DAY)
        page = self.member()
        renewal = "/v1/me/contracts/" + follows["id"]
        self.assertEqual([self.hers(page, "GET", x)["state"] for x in (mine, renewal)], ["in-force", "not-begun"])
        serve = {"item": 1, "count": 1, "at": self.when()}
        self.problem(self.staff("stf_manager", "POST", f"/v1/contracts/{follows['id']}/services", serve, 409), "not-begun")
        self.assertTrue(opens())
        self.hers(page, "POST", mine + "/termination", {"fault": "none"})
        self.assertLess(until(), ends)
        self.assertFalse(opens())
        self.office.later(345 * DAY)
        menshen.until(lambda: until() > ends, 30, "the renewal begins")
        menshen.until(opens, 10, "the gate acts on it")
        page = self.member()
        self.assertEqual(self.hers(page, "GET", renewal)["state"], "in-force")

    def test_costs_of_the_cooling_off(self):
        costs = [{"what": "proof of marriage", "amount_fen": 12000}, {"what": "register of education", "amount_fen": 8000}]
        end = {"fault": "none", "costs": costs}
        contract, page = self.signed()
        path, mine = "/v1/contracts/" + contract["id"], "/v1/me/contracts/" + contract["id"]
        self.staff("stf_manager", "POST", path + "/payments", self.payment(600000), 201)
        # What is no list of costs, and what she may not state.
        for wrong, at in (([], "/costs"), ({}, "/costs"), ([costs[0]] * 17, "/costs"), ([{"what": "x"}], "/costs/0/amount_fen"),
                          ([costs[0], {"what": "", "amount_fen": 1}], "/costs/1/what"), ([{**costs[0], "who": "A"}], "/costs/0/who"),
                          ([{"what": "x", "amount_fen": 0}], "/costs/0/amount_fen"), ([1], "/costs/0/what"),
                          ([{"what": "x", "amount_fen": 1 << 62}], "/costs/0/amount_fen"),
                          ([{"what": "x", "amount_fen": -1}], "/costs/0/amount_fen"),
                          ([{"what": "x" * 201, "amount_fen": 1}], "/costs/0/what"),
                          ([{"what": "calls to 138 0013 8000", "amount_fen": 1}], "/costs/0/what")):
            for where in ("/termination", "/costs"):
                body = {"costs": wrong} if where == "/costs" else {"fault": "none", "costs": wrong}
                answer = self.staff("stf_manager", "POST", path + where, body, 400)
                self.assertIn(at, [e["pointer"] for e in answer["errors"]], wrong)
                self.assertNotIn("8000", json.dumps(answer))
        self.hers(page, "POST", mine + "/termination", end, 400)
        self.hers(page, "POST", path + "/costs", {"costs": costs}, 403)
        self.problem(self.staff("stf_manager", "POST", path + "/costs", {"costs": costs}, 409), "no-costs")
        over = [costs[0], {"what": "rent", "amount_fen": 588001}]
        self.problem(self.staff("stf_manager", "POST", path + "/termination", {"fault": "none", "costs": over}, 422),
                     "costs-over-paid")
        # The agency ends it: what it keeps stands in the contract, for both.
        ended = self.staff("stf_manager", "POST", path + "/termination", end)
        self.assertEqual((ended["costs_fen"], ended["refund_fen"]), (20000, 580000))
        whole = self.hers(page, "GET", mine)
        self.assertEqual((whole["costs"], whole["refunds"]["none"]["amount_fen"]), (costs, 580000))
        self.assertEqual(self.hers(page, "GET", mine + "/refund")["rule"], "cooling-off")
        self.staff("stf_manager", "POST", path + "/payments", self.payment(-580000), 201)

        self.office.later(2 * 3600)
        # She ends the next: all goes back, unless the agency says in time what it spent.
        contract, page = self.signed()
        path, mine = "/v1/contracts/" + contract["id"], "/v1/me/contracts/" + contract["id"]
        self.staff("stf_manager", "POST", path + "/payments", self.payment(600000), 201)
        self.assertEqual(self.hers(page, "POST", mine + "/termination", {"fault": "none"})["refund_fen"], 600000)
        self.staff("stf_foreigncomp", "POST", path + "/costs", {"costs": costs}, 404)
        self.office.later(2 * 3600)  # what she was told of the offer is told again an hour later only
        told = len(self.messages())
        key = {"Idempotency-Key": "costs-of-lin-daiyu-1"}
        for _ in range(2):
            self.assertEqual(self.staff("stf_comp", "POST", path + "/costs", {"costs": costs}, **key)["refund_fen"], 580000)
        menshen.until(lambda: len(self.messages()) > told, 10, "she is told")
        self.assertNotIn("200", self.messages()[-1]["text"])
        self.problem(self.staff("stf_comp", "POST", path + "/costs", {"costs": costs}, 409), "costs-stated")
        self.assertEqual(self.hers(self.member(), "GET", mine)["costs"], costs)
        # Staff read it, too.
        self.assertEqual([c["costs_fen"] for c in self.staff("stf_manager", "GET", "/v1/contracts")["contracts"]], [20000, 20000])

    def test_nobody_else_learns_of_it_and_a_text_shows_what_a_look_shows(self):
        contract, page = self.signed()
        path, mine = "/v1/contracts/" + contract["id"], "/v1/me/contracts/" + contract["id"]
        nobody = self.staff("stf_manager", "GET", "/v1/contracts/ctr_" + "0" * 16, status=404, Purpose="service")
        for who in ("stf_foreign", "stf_sales", "stf_foreigncomp"):
            self.assertEqual(self.staff(who, "GET", path, status=404, Purpose="service"), nobody)
            self.assertEqual(self.staff(who, "GET", path + "/refund", status=404), nobody)
            self.assertEqual(self.staff(who, "GET", "/v1/contracts")["contracts"], [])
        xue = self.member(members.NUMBERS["per_xue"])
        self.assertEqual(self.hers(xue, "GET", mine, status=404)["code"], "not-found")
        self.assertEqual(self.hers(xue, "GET", mine + "/refund", status=404)["code"], "not-found")
        self.assertEqual(self.hers(xue, "POST", mine + "/termination", {"fault": "none"}, 404)["code"], "not-found")
        self.assertEqual(self.hers(xue, "GET", "/v1/me/contracts")["contracts"], [])

        # By the contract her name's part is masked contact: staff read an alias; she herself reads all.
        read = self.staff("stf_manager", "GET", path, Purpose="service")
        self.assertNotIn("Daiyu", json.dumps(read))
        self.assertNotIn("born", read["text"]["client"])
        self.assertEqual(read["text"]["client"]["marital"], "single")
        self.assertTrue(read["record"].startswith("rec_"))
        self.assertEqual(self.hers(page, "GET", mine)["text"]["client"]["name"], "Lin Daiyu")
        looks = self.hers(page, "GET", "/v1/me/looks")["looks"]
        self.assertIn(read["record"], [x["record"] for x in looks])
        self.assertEqual(self.staff("stf_manager", "GET", path, status=400)["status"], 400)
        # Her own copy holds it whole.
        self.hers(page, "POST", "/v1/session/confirm", {"code": self.ask_code(self.office, LIN)})
        copy = self.hers(page, "GET", "/v1/me/export")
        self.assertEqual([c["text"]["client"]["name"] for c in copy["contracts"]], ["Lin Daiyu"])
        # A token that the host made for her signs and ends nothing.
        token = {"Authorization": "Bearer " + self.office.token("all", "per_lin")}
        for body, to in (({"hash": contract["hash"], "code": "000000"}, path + "/sign"), ({"fault": "none"}, mine + "/termination")):
            self.assertEqual(self.office.http("POST", to, body, headers=token)[0], 401, to)

        # Whoever claims her works on her contract, too.
        self.staff("stf_sales", "POST", "/v1/persons/per_lin/claim")
        self.assertEqual([c["id"] for c in self.staff("stf_sales", "GET", "/v1/contracts")["contracts"]], [contract["id"]])

    def test_she_is_told_that_something_awaits_her(self):
        contract = self.draft()
        path, mine = "/v1/contracts/" + contract["id"], "/v1/me/contracts/" + contract["id"]
        self.staff("stf_manager", "POST", path + "/sign", {"hash": "0" * 64}, 409)
        self.assertEqual(self.messages(), [])
        self.staff("stf_manager", "POST", path + "/sign", {"hash": contract["hash"]})
        menshen.until(self.messages, 10, "a text is brought")
        told, = self.messages()
        self.assertEqual(told["number"], LIN)
        # Whoever sees the text learns of no contract, no agency and no name.
        for word in ("Daiyu", "org_a", "ctr_", "contract", "合同", "2026", "18000"):
            self.assertNotIn(word, told["text"])
        page = self.member()
        self.assertEqual(self.hers(page, "GET", mine)["status"], "offered")
        self.problem(self.hers(page, "GET", mine + "/refund", status=409), "not-signed")

    def test_who_wants_no_contact_is_brought_no_text(self):
        self.staff("stf_sales", "POST", "/v1/persons/per_lin/claim")
        self.staff("stf_sales", "POST", "/v1/persons/per_lin/followups", {"kind": "call", "outcome": "refuses-contact"}, 201)
        contract = self.offered()
        page = self.member()
        self.assertEqual(self.hers(page, "GET", "/v1/me/contracts")["contracts"][0]["id"], contract["id"])
        self.assertEqual(len(self.messages()), 1)  # the code

    def test_whoever_has_her_number_since_today_does_not_sign(self):
        contract = self.offered()
        sign, new = f"/v1/contracts/{contract['id']}/sign", "+8613911118888"
        text = f"id,organisation,number,name,pool\nper_lin,org_a,{new},Lin Daiyu,store\n"
        self.assertEqual(self.office.run("import", "persons", self.file("more.csv", text))[0], 0)
        page = self.member(new)
        body = {"hash": contract["hash"], "code": self.ask_code(self.office, new)}
        self.problem(self.hers(page, "POST", sign, body, 403), "number-changed")
        self.office.later(DAY + 60)
        page = self.member(new)
        body["code"] = self.ask_code(self.office, new)
        self.assertEqual(self.hers(page, "POST", sign, body)["status"], "signed")

    def test_nobody_is_told_the_same_all_day(self):
        contract = self.offered()
        path = "/v1/contracts/" + contract["id"]
        told = lambda number: [m for m in self.messages() if m["number"] == number]

        def offer_again():
            self.staff("stf_manager", "GET", path, Purpose="service")
            doc = {**document(self.edition_hash, self.now()), "number": self.when()}
            changed = self.staff("stf_manager", "PUT", path, {"contract": doc}, **{"If-Match": self.etag})
            self.staff("stf_manager", "POST", path + "/sign", {"hash": changed["hash"]})

        menshen.until(lambda: told(LIN), 10, "a text is brought")
        for _ in range(3):
            offer_again()
        self.offered("per_xue")
        menshen.until(lambda: told(members.NUMBERS["per_xue"]), 10, "another's text is brought")
        self.assertEqual(len(told(LIN)), 1)
        self.office.later(3600)
        offer_again()
        menshen.until(lambda: len(told(LIN)) == 2, 10, "an hour later she is told again")

    def test_what_does_not_conform_is_kept_but_not_signed(self):
        void = {"title": "Refund", "text": "一经售出概不退款。", "bold": True}
        contract = self.draft(clauses=[void], refund={"days": 60, "payments": 1, "route": "same", "agency_fault": "discounted",
                                                      "client_fault": "list", "unlimited": "time"},
                              verification=[{"what": "divorce", "channel": "court of Xuhui", "on": day(self.now())}])
        path = "/v1/contracts/" + contract["id"]
        self.assertEqual(contract["score"], "fails")
        checked = self.staff("stf_manager", "GET", path + "/check")
        self.assertEqual((checked["score"], len(checked["checks"])), ("fails", 27))
        failed = {c["check"]: c for c in checked["checks"] if not c["pass"]}
        self.assertEqual(failed[12]["pointer"], "/refund/days")
        self.assertIn("概不退款", failed[24]["quote"])
        # To see that is no look, so nothing of her is in it.
        self.assertEqual((failed[3]["pointer"], failed[3]["quote"]), ("/verification", None))
        self.assertNotIn("Daiyu", json.dumps(checked))
        self.staff("stf_foreign", "GET", path + "/check", status=404)
        self.problem(self.staff("stf_manager", "POST", path + "/sign", {"hash": contract["hash"]}, 422), "non-conforming")

    def test_what_a_draft_may_not_say(self):
        doc = document(self.edition_hash, self.now())
        clause = {"title": "Calls", "text": "She is called at 138 0013 8000.", "bold": False}
        wrong = self.staff("stf_manager", "POST", "/v1/contracts", {"contract": {**doc, "clauses": [clause]}}, 422)
        self.assertEqual((wrong["code"], wrong["errors"][0]["pointer"]), ("number-in-text", "/contract/clauses/0/text"))
        self.assertNotIn("8000", json.dumps(wrong))
        wrong = self.staff("stf_manager", "POST", "/v1/contracts", {"contract": {**doc, "gift": 1}}, 422)
        self.assertEqual((wrong["code"], wrong["errors"][0]["pointer"]), ("invalid-contract", "/contract/gift"))
        self.staff("stf_manager", "POST", "/v1/contracts", {"contract": None}, 422)
        self.staff("stf_manager", "POST", "/v1/contracts", {"other": doc}, 400)
        for person, organisation, status, word in (("per_far", "org_x", 404, "not-found"), ("per_none", "org_a", 404, "not-found"),
                                                   ("per_lin", "org_x", 422, "other-parties")):
            doc = document(self.edition_hash, self.now(), person, organisation)
            self.problem(self.staff("stf_manager", "POST", "/v1/contracts", {"contract": doc}, status), word)

    def test_an_erasure_leaves_the_contract_to_compliance(self):
        contract, page = self.signed()
        costs = [{"what": "proof of marriage", "amount_fen": 12000}]
        self.staff("stf_manager", "POST", f"/v1/contracts/{contract['id']}/payments", self.payment(600000), 201)
        self.hers(page, "POST", f"/v1/me/contracts/{contract['id']}/termination",
                  {"fault": "none", "reason": "found love elsewhere"})
        self.staff("stf_comp", "POST", f"/v1/contracts/{contract['id']}/costs", {"costs": costs})
        self.hers(page, "POST", "/v1/me/erasure", {}, 202)
        self.office.later(DAY + 60)
        path = "/v1/contracts/" + contract["id"]
        self.assertEqual(self.office.run("import", "refusals", self.file("r.csv", "number,organisation,at\n+8613700000009,org_u,2026-01-01\n"))[0], 0)
        menshen.until(lambda: self.office.http("GET", path + "/refund", token=self.tokens["stf_manager"])[0] == 404, 90,
                      "she is erased")
        self.assertEqual(self.staff("stf_manager", "GET", "/v1/contracts")["contracts"], [])
        kept = engine.rows(self.office, "SELECT label AS a FROM kept WHERE person = 'per_lin' AND label LIKE 'contract/%'")
        self.assertEqual([k[0] for k in kept], ["contract/" + contract["id"]])
        # Compliance reads it, with a further code and a reason; nobody else does.
        page = self.confirmed("stf_comp")
        path = f"/v1/persons/per_lin/kept?task=claim-7&label=contract/{contract['id']}"
        told, = self.hers(page, "GET", path, Purpose="retention.claim")["kept"]
        self.assertEqual((told["content"]["status"], told["text"]["number"]), ("terminated", "2026-001"))
        self.assertEqual((told["content"]["costs_fen"], told["costs"]), (12000, costs))
        self.assertEqual(told["reason"], "found love elsewhere")
        # What is owed to her is entered by compliance only.
        back = self.payment(-588000)
        self.staff("stf_manager", "POST", f"/v1/contracts/{contract['id']}/payments", back, 404)
        self.staff("stf_comp", "POST", f"/v1/contracts/{contract['id']}/payments", back, 201)


if __name__ == "__main__":
    engine.main()
