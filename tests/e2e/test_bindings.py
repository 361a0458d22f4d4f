"""Calls without numbers: staff ask, the gate judges, a relay number stands for hers and goes with its time."""
import datetime
import json
import os
import shutil
import time
from concurrent.futures import ThreadPoolExecutor

import engine
import members
import menshen
import proof
import sip

CARRIER = "id,name,kind,sector,licence,region,status\norg_c,C,carrier,telecom,,31,active\n"
RANGES = """first,last,organisation,use,direction,status
+8613900000000,+8613999999999,org_c,person,both,active
+862160007000,+862160007009,org_a,service,both,active
+862160008000,+862160008007,org_c,relay,both,active
"""
DOCUMENTS = "licence;permit;number-certificate;filing;plan"
LINES = f"""id,organisation,carrier,location,purpose,callers,peers,documents,status,service
lin_a,org_a,org_c,31,service,02160007000-02160007009,,{DOCUMENTS},active,care
lin_relay,org_a,org_c,31,relay,02160008000-02160008007,,{DOCUMENTS},active,
lin_people,org_c,org_c,31,person,13900000000-13999999999,,{DOCUMENTS},active,
"""
CONSENTS = "number,organisation,purposes,categories,channels,from,until,wording,evidence\n" + "".join(
    f"{members.NUMBERS[p]},org_a,{members.INTRODUCE},contact,call,2020-01-01,,You may.,{members.evidence('call' + p)}\n"
    for p in ("per_lin", "per_xue", "per_shi"))
# It is tested at any hour.
CONFIG = "limits: {sign_ins_per_address: 1000}\nmode: {rules: {cn.call.hours: observe}}\n"


class Agency(menshen.Case):
    sip = False

    def setUp(self):
        super().setUp()
        hook, self.sent = members.hook(self)
        config = self.file("menshen.yaml", hook + CONFIG)
        self.gate = self.server(start=False, sip=self.sip, config=config).clock().start()
        self.tokens, self.pages = {}, {}
        facts = [("organisations", CARRIER), *members.FACTS, ("ranges", RANGES), ("lines", LINES), ("consents", CONSENTS)]
        for i, (kind, text) in enumerate(facts):
            status, out, err = self.gate.run("import", kind, self.file(f"{i}.csv", text))
            self.assertEqual(status, 0, out + err)

    def clean(self, text):
        for n in members.NUMBERS.values():
            for form in (n, n[1:], n[3:], "0" + n[3:]):
                self.assertNotIn(form, text)
        return text

    def staff(self, method, path, body=None, who="stf_sales", headers=None):
        if who not in self.tokens:
            self.tokens[who] = self.gate.token("all", subject=who)
        status, answer, text = self.gate.http(method, path, body, token=self.tokens[who], headers=headers)
        self.clean(text + str(answer))
        return status, json.loads(text), answer

    def ask(self, person="per_lin", who="stf_sales", expires_in=1800, **more):
        return self.staff("POST", "/v1/bindings", {"person": person, "purpose": members.INTRODUCE,
                                                   "expires_in": expires_in, **more}, who)

    def opened(self, *args, **more):
        status, body, _ = self.ask(*args, **more)
        self.assertEqual(status, 201, body)
        return body

    def refused(self, answer, status, code):
        self.assertEqual((answer[0], answer[1]["code"]), (status, code), answer[1])

    def state(self, id, who="stf_sales"):
        status, body, _ = self.staff("GET", f"/v1/bindings/{id}", who=who)
        self.assertEqual(status, 200, body)
        self.assertEqual("dial" in body, body["state"] == "open")
        return body

    def ended(self, id, why, state="closed"):
        body = self.state(id, "stf_manager")
        self.assertEqual((body["state"], body.get("why")), (state, why))

    def rung(self, caller, relay, line, node=None):
        """What a node answers the carrier's proxy."""
        client = sip.Client((node or self.gate).sip_port)
        answer = client.invite(caller, relay, line)
        client.close()
        return answer

    def ring(self, caller, relay, line, node=None):
        """(status, reason, whom the answer names) to the carrier's proxy."""
        a = self.rung(caller, relay, line, node)
        named = [n for n in (*members.NUMBERS.values(), "+862160007000") if n in (a.get("Contact") or "")]
        return a.code, a.get("X-Menshen-Verdict") or "", named[0] if named else None

    def her(self, person, method="GET", path="/v1/me/bindings", body=None, headers=None):
        if person not in self.pages:
            self.pages[person] = members.sign_in_person(self.gate, self.sent, members.NUMBERS[person])
        status, _, text = self.gate.http(method, path, body, headers={**self.pages[person], **(headers or {})})
        return status, json.loads(text)


@engine.both
class Bindings(Agency):
    # -- Opening ----------------------------------------------------------------------------

    def test_what_staff_get_is_a_relay_number_and_its_end(self):
        body = self.opened(max_call_seconds=600, recording="off")
        self.assertEqual(body["dial"]["type"], "relay")
        self.assertRegex(body["dial"]["number"], r"^\+86216000800[0-7]$")
        self.assertEqual((body["state"], body["person"], body["staff"], body["max_call_seconds"]),
                         ("open", "per_lin", "stf_sales", 600))
        life = datetime.datetime.fromisoformat(body["expires_at"]) - datetime.datetime.fromisoformat(body["opened_at"])
        self.assertEqual(life, datetime.timedelta(minutes=30))
        self.assertEqual(self.state(body["id"]), body)
        self.assertEqual(self.staff("GET", "/v1/bindings")[1]["bindings"], [body])
        # The record of the verdict: a dry run, which is nobody's call, and names no number.
        status, record, _ = self.staff("GET", f"/v1/records/{body['record']}", who="stf_comp")
        if status == 200:
            self.assertTrue(record["dry_run"])
        status, out, err = self.gate.run("ledger", "show", body["record"])
        self.assertEqual(status, 0, out + err)

    def test_what_is_asked_for_is_checked(self):
        for expires in (59, 86401, None, "30min", 0, -1, 1e3):
            self.refused(self.ask(expires_in=expires), 422, "expires-in")
        for expires, person in ((60, "per_lin"), (86400, "per_xue")):
            self.opened(person, expires_in=expires)
        self.refused(self.ask("per_shi", recording="on"), 422, "recording")
        self.refused(self.ask("per_shi", number="+8613911110003"), 400, "invalid-binding")
        self.refused(self.ask("per_shi", max_call_seconds=0), 400, "invalid-binding")
        self.refused(self.ask("per_shi", purpose="matchmaking.nothing"), 422, "purpose-unknown")
        for person in ("per_none", "per_far", "org_a", "stf_other"):
            self.refused(self.ask(person), 404, "not-found")

    def test_it_is_judged_as_the_call(self):
        self.refused(self.ask("per_you"), 403, "do-not-call")  # no consent to calls
        self.refused(self.ask("per_lin", purpose="matchmaking.verify"), 422, "purpose-unknown")
        self.refused(self.ask("per_shi", purpose=members.FOLLOWUP), 403, "do-not-call")
        self.refused(self.ask("per_shi", who="stf_late"), 403, "certificate-invalid")
        status, body = self.her("per_xue", "PUT", "/v1/me/preferences", {
            "sectors": ["matchmaking"], "classes": [], "hours": [], "block": [], "allow": []})
        self.assertEqual(status, 200, body)
        self.refused(self.ask("per_xue"), 403, "do-not-call")
        self.assertEqual(self.staff("GET", "/v1/bindings", who="stf_manager")[1]["bindings"], [])

    def told(self, kind, text):
        status, out, err = self.gate.run("import", kind, self.file("more.csv", text))
        self.assertEqual(status, 0, out + err)

    def test_only_numbers_in_use_are_drawn(self):
        head, ranges = RANGES.split("\n", 1)[0] + "\n", "+862160008{},org_c,relay,both,{}\n"
        self.told("ranges", head + ranges.format("000,+862160008003", "suspended") + ranges.format("004,+862160008004", "active")
                  + ranges.format("005,+862160008007", "active"))
        head = LINES.split("\n", 1)[0] + "\n"
        line = "lin_{},org_a,org_c,31,relay,{},," + DOCUMENTS + ",{},\n"
        self.told("lines", head + line.format("relay", "02160008000-02160008004", "active")
                  + line.format("former", "02160008005-02160008007", "suspended"))
        self.assertEqual(self.opened("per_lin")["dial"]["number"], "+862160008004")
        self.refused(self.ask("per_xue"), 503, "no-relay-number")

    def test_her_call_back_rings_a_number_of_the_organisations_own(self):
        head, row = RANGES.split("\n", 1)[0] + "\n", "+862160007000,+862160007009,{},service,both,{}\n"
        for whose, status in (("org_c", "active"), ("org_a", "suspended")):
            self.told("ranges", head + row.format(whose, status))
            self.refused(self.ask(), 409, "no-answering-number")
        self.told("ranges", head + row.format("org_a", "active"))
        self.opened()

    def test_one_with_a_legal_entity_at_a_time(self):
        body = self.opened()
        answer = self.ask()
        self.refused(answer, 409, "already-open")
        self.assertIn(body["id"], answer[1]["detail"])
        for who in ("stf_other", "stf_store"):
            answer = self.ask(who=who)
            self.refused(answer, 409, "already-open")
            self.assertNotIn("bnd_", answer[1]["detail"])
        key = {"Idempotency-Key": "a" * 32}
        terms = {"person": "per_xue", "purpose": members.INTRODUCE, "expires_in": 600}
        again = [self.staff("POST", "/v1/bindings", terms, headers=key)[:2] for _ in range(2)]
        self.assertEqual(again[0], again[1])
        self.assertEqual(again[0][0], 201)

    def test_others_do_not_see_it(self):
        id = self.opened()["id"]
        for who in ("stf_other", "stf_store", "stf_foreign", "stf_foreigncomp"):
            for method in ("GET", "DELETE"):
                self.refused(self.staff(method, f"/v1/bindings/{id}", who=who), 404, "not-found")
            self.assertEqual(self.staff("GET", "/v1/bindings", who=who)[1]["bindings"], [])
        for who in ("stf_manager", "stf_comp"):
            self.assertEqual(self.state(id, who)["state"], "open")
        self.assertEqual(self.her("per_xue")[1]["bindings"], [])
        self.assertEqual(self.her("per_xue", "DELETE", f"/v1/me/bindings/{id}")[0], 404)

    def test_a_number_rests(self):
        seen = set()
        for _ in range(8):
            body = self.opened()
            seen.add(body["dial"]["number"])
            self.assertEqual(self.staff("DELETE", f"/v1/bindings/{body['id']}")[0], 200)
        self.assertEqual(len(seen), 8)
        answer = self.ask()
        self.refused(answer, 503, "no-relay-number")
        self.assertGreater(int(answer[2]["Retry-After"]), 89 * 86400)
        self.refused(self.ask(who="stf_other"), 503, "no-relay-number")
        self.refused(self.ask("per_xue"), 503, "no-relay-number")
        self.assertIn(self.opened("per_xue", who="stf_other")["dial"]["number"], seen)

    def test_eight_at_once_each_get_their_own(self):
        who = ["stf_sales", "stf_other", "stf_manager", "stf_store"]
        for w in who:
            self.staff("GET", "/v1/bindings", who=w)
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda i: self.ask(("per_lin", "per_xue", "per_shi")[i % 3], who[i % 4]), range(12)))
        won = [a[1] for a in answers if a[0] == 201]
        self.assertEqual(sorted(b["person"] for b in won), ["per_lin", "per_shi", "per_xue"])
        self.assertEqual(len({b["dial"]["number"] for b in won}), 3)
        for a in answers:
            self.assertIn(a[0], (201, 409), a[1])

    def test_her_copy_has_them_all(self):
        first = self.opened(expires_in=60)
        self.staff("DELETE", f"/v1/bindings/{first['id']}")
        second = self.opened()
        self.opened("per_xue")
        self.pages["per_lin"] = members.sign_in_person(self.gate, self.sent, members.NUMBERS["per_lin"], confirm=True)
        status, copy = self.her("per_lin", path="/v1/me/export")
        self.assertEqual(status, 200, copy)
        told = [(b["id"], b["organisation"], b["purpose"], b["state"], b["relay"], b["opened_at"], b["expires_at"])
                for b in copy["bindings"]]
        self.assertEqual(told, [(b["id"], "E", members.INTRODUCE, state, b["dial"]["number"], b["opened_at"], b["expires_at"])
                                for b, state in ((second, "open"), (first, "closed"))])
        self.assertNotIn("dial", copy["bindings"][1])
        self.assertEqual(copy["bindings"], self.her("per_lin")[1]["bindings"])

    # -- Ends -------------------------------------------------------------------------------

    def test_staff_end_it_and_so_does_she(self):
        id = self.opened()["id"]
        for _ in range(2):
            status, body, _ = self.staff("DELETE", f"/v1/bindings/{id}", who="stf_manager")
            self.assertEqual((status, body["state"], body["why"]), (200, "closed", "closed"))
        body = self.opened("per_xue")
        status, hers = self.her("per_xue")
        self.assertEqual([(b["id"], b["dial"], b["organisation"]) for b in hers["bindings"]], [(body["id"], body["dial"], "E")])
        self.assertNotIn("staff", hers["bindings"][0])
        status, after = self.her("per_xue", "DELETE", f"/v1/me/bindings/{body['id']}")
        self.assertEqual((status, after["state"]), (200, "closed"))
        self.assertNotIn("dial", after)
        self.ended(body["id"], "closed")

    def test_its_time_ends_it(self):
        id = self.opened(expires_in=60)["id"]
        self.gate.later(60)
        self.assertEqual(self.state(id)["state"], "expired")
        menshen.until(lambda: self.state(id).get("why") == "expired", 30, "the sweep")

    def test_it_goes_with_whoever_leaves(self):
        id = self.opened()["id"]
        status, body, _ = self.staff("PATCH", "/v1/staff/stf_sales", {"status": "left"}, "stf_manager", {"If-Match": "*"})
        self.assertEqual(status, 200, body)
        self.ended(id, "left")

    def test_a_withdrawal_of_the_last_consent_to_calls_ends_it(self):
        # What she agreed to with another agency, or without calls, carries none of this one's.
        row = f"{members.NUMBERS['per_lin']},{{}},{members.INTRODUCE},{{}},{{}},2020-01-01,,You may.,{members.evidence('more')}\n"
        self.told("consents", CONSENTS.split("\n", 1)[0] + "\n" + row.format("org_x", "contact", "call")
                  + row.format("org_b", "photo", "app"))
        id = self.opened()["id"]
        listed = self.her("per_lin", path="/v1/me/consents")[1]["consents"]
        others = [c for c in listed if c["status"] == "active" and members.INTRODUCE not in c["purposes"]]
        calls = [c for c in listed if c["status"] == "active" and "call" in c["channels"]
                 and members.INTRODUCE in c["purposes"] and c["organisation"] != "org_x"]
        self.assertTrue(others and calls)
        for c in others[:1]:
            self.her("per_lin", "PUT", "/v1/me/consents", {"changes": [{"act": "withdraw", "id": c["id"]}]})
            self.assertEqual(self.state(id)["state"], "open")
        for i, c in enumerate(calls):
            self.assertEqual(self.state(id)["state"], "open")
            status, body = self.her("per_lin", "PUT", "/v1/me/consents", {"changes": [{"act": "withdraw", "id": c["id"]}]})
            self.assertEqual(status, 200, body)
        self.ended(id, "do-not-call")
        self.assertEqual(self.her("per_lin")[1]["bindings"][0]["why"], "refused")
        self.refused(self.ask(), 403, "do-not-call")

    def wish(self, person, **wishes):
        status, body = self.her(person, "PUT", "/v1/me/preferences", {
            "sectors": [], "classes": [], "hours": [], "block": [], "allow": [], **wishes})
        self.assertEqual(status, 200, body)

    def test_a_wish_that_covers_it_ends_it(self):
        other = self.opened("per_xue")["id"]
        for wishes in ({"sectors": ["matchmaking"]}, {"sectors": ["*"]}, {"classes": ["fixed"]}, {"block": ["org_a"]},
                       {"block": ["02160008000-02160008007"]}, {"block": ["org_b"], "allow": ["org_a"]}):
            body = self.opened()
            # What covers it not, or what she welcomes, leaves it.
            self.wish("per_lin", sectors=["education"], classes=["95"], hours=["00:00-00:01"], block=["org_g", "+44*"])
            self.wish("per_lin", sectors=["*"], classes=["fixed"], allow=["org_a"])
            self.assertEqual(self.state(body["id"])["state"], "open")
            self.wish("per_lin", **wishes)
            self.ended(body["id"], "do-not-call")
            self.wish("per_lin")
        self.assertEqual(self.state(other)["state"], "open")
        self.assertEqual(self.staff("GET", "/v1/bindings", who="stf_manager")[1]["bindings"][0]["why"], "do-not-call")

    def test_what_she_disowns_ends_it(self):
        id = self.opened()["id"]
        listed = self.her("per_lin", path="/v1/me/consents")[1]["consents"]
        other = next(c for c in listed if c["status"] == "active" and members.INTRODUCE not in c["purposes"])
        status, body = self.her("per_lin", "PUT", "/v1/me/consents", {"changes": [{"act": "disown", "id": other["id"]}]})
        self.assertEqual(status, 200, body)
        self.ended(id, "do-not-call")

    def test_a_freeze_ends_it(self):
        id = self.opened("per_xue")["id"]
        other = self.opened("per_lin")["id"]
        status, body, _ = self.staff("POST", "/v1/persons/per_xue/claim")
        self.assertEqual(status, 200, body)
        status, body, _ = self.staff("POST", "/v1/persons/per_xue/followups",
                                     {"kind": "call", "outcome": "refuses-contact", "note": "She asked not to be rung."})
        self.assertIn(status, (200, 201), body)
        self.ended(id, "do-not-call")
        self.assertEqual(self.state(other)["state"], "open")

    def test_the_journal_and_the_files_hold_no_number_of_hers(self):
        body = self.opened()
        self.staff("DELETE", f"/v1/bindings/{body['id']}")
        status, out, err = self.gate.run("ledger", "verify")
        self.assertEqual(status, 0, out + err)
        self.clean(self.gate.messages())


@engine.both
class Rings(Agency):
    """What the carrier's proxy is told of it."""
    sip = True

    def test_both_ways_while_it_lives(self):
        body = self.opened()
        relay, her = body["dial"]["number"], members.NUMBERS["per_lin"]
        status, verdict, whom = self.ring("+862160007001", relay, "lin_a")
        self.assertEqual((status, whom), (302, her), verdict)
        status, verdict, whom = self.ring(her, relay, "lin_people")
        self.assertEqual((status, whom), (302, "+862160007000"), verdict)
        for caller, line in ((members.NUMBERS["per_xue"], "lin_people"), ("+8613912345678", "lin_people")):
            status, verdict, whom = self.ring(caller, relay, line)
            self.assertEqual(whom, None)
            self.assertIn("relay-closed", verdict)
        # Once a day: the ring counted by her own number, the asking did not.
        status, verdict, whom = self.ring("+862160007001", relay, "lin_a")
        self.assertEqual((status != 302, whom), (True, None), verdict)
        # She reads who rang: the relay number, and for whom.
        calls = menshen.until(lambda: (c := self.her("per_lin", path="/v1/me/calls")[1]["calls"])[1:] and c, 20, "the index")
        self.assertEqual([(c["caller"], c["organisation"], c["verdict"]) for c in calls],
                         [(relay, "org_a", "block"), (relay, "org_a", "allow")])
        self.assertEqual({(c["binding"], c["purpose"]) for c in calls}, {(body["id"], members.INTRODUCE)})
        self.staff("DELETE", f"/v1/bindings/{body['id']}")
        for caller, line in (("+862160007001", "lin_a"), (her, "lin_people")):
            status, verdict, whom = self.ring(caller, relay, line)
            self.assertEqual(whom, None)
            self.assertIn("relay-closed", verdict)
        # A number nobody has is closed in the same words.
        free = next(n for n in range(862160008000, 862160008008) if f"+{n}" != relay)
        self.assertEqual(self.ring("+862160007001", f"+{free}", "lin_a")[1], verdict)

    def test_what_is_said_of_a_ring_and_to_whom(self):
        body = self.opened()
        relay, her = body["dial"]["number"], members.NUMBERS["per_lin"]
        # The host's command judges the call that it would be, and names nobody.
        for caller, line, reason in (("+862160007001", "lin_a", "allowed"), ("+8613912345678", "lin_people", "relay-closed")):
            answer = self.gate.call(caller, relay, line, "--dry-run")
            self.assertEqual(answer["reason"], reason)
            self.clean(json.dumps(answer))
        status, _, text = self.gate.http("POST", "/v1/calls", {"caller": "+862160007001", "callee": relay, "line": "lin_a"},
                                         token=self.gate.token("call"))
        self.assertEqual(status, 200, text)
        self.assertNotEqual(json.loads(text)["reason"], "relay-closed")
        self.assertEqual(self.ring("+862160007001", relay, "lin_a")[0], 302)
        # Whoever opens the log reads between whom, and over which number.
        record = menshen.until(lambda: (c := self.her("per_lin", path="/v1/me/calls")[1]["calls"]) and c[0]["record"], 20, "the index")
        shown = json.loads(self.gate.run("ledger", "show", record, "--json")[1])
        self.assertEqual((shown["caller"], shown["callee"], shown["relay"], shown["binding"]),
                         ("+862160007001", her, relay, body["id"]))
        # She reads it in full and keeps a proof; her agency reads of it, too; nobody else.
        path = f"/v1/records/{record}"
        status, mine = self.her("per_lin", path=path)
        self.assertEqual((status, mine["reason"], mine["principal"]), (200, "allowed", "org_a"))
        answer = menshen.until(lambda: (a := self.gate.get(path + "/proof", headers=self.pages["per_lin"]))[0] == 200 and a,
                               10, "a checkpoint")
        proof.check(answer[2])
        # Opened it would tell her the number behind the relay.
        self.refused((lambda a: (a[0], json.loads(a[2])))(
            self.gate.get(path + "/proof?opened=yes", headers=self.pages["per_lin"])), 403, "opening-withheld")
        for who in ("stf_sales", "stf_store"):
            status, theirs, _ = self.staff("GET", path, who=who)
            self.assertEqual((status, theirs["verdict"]), (200, "allow"))
        for who in ("stf_foreign", "stf_foreigncomp"):
            self.refused(self.staff("GET", path, who=who), 404, "not-found")
        self.assertEqual(self.her("per_xue", path=path)[0], 404)
        # What she refuses is her own to read; to the agency it is do-not-call, and has no proof.
        self.assertEqual(self.ring("+862160007001", relay, "lin_a")[0], 603)
        again = menshen.until(lambda: (c := self.her("per_lin", path="/v1/me/calls")[1]["calls"])[1:] and c[0]["record"], 20, "the index")
        self.assertEqual(self.her("per_lin", path=f"/v1/records/{again}")[1]["reason"], "frequency-cap")
        self.assertEqual(self.staff("GET", f"/v1/records/{again}")[1]["reason"], "do-not-call")
        self.refused(self.staff("GET", f"/v1/records/{again}/proof"), 403, "proof-withheld")
        # What was only asked for rang nobody, and is no call of hers.
        self.assertEqual(self.her("per_lin", path=f"/v1/records/{body['record']}")[0], 404)
        self.assertTrue(self.staff("GET", f"/v1/records/{body['record']}")[1]["dry_run"])
        # Her copy has who rang, and over which number.
        page = members.sign_in_person(self.gate, self.sent, her, confirm=True)
        copy = json.loads(self.gate.get("/v1/me/export", headers=page)[2])
        self.assertEqual(([b["id"] for b in copy["bindings"]], [c["record"] for c in copy["calls"]]), ([body["id"]], [again, record]))

    def test_it_outlives_a_restart_but_not_its_time(self):
        body = self.opened(expires_in=60)
        self.gate.kill()
        self.gate.start()
        relay, her = body["dial"]["number"], members.NUMBERS["per_lin"]
        self.assertEqual(self.ring(her, relay, "lin_people")[2], "+862160007000")
        self.gate.later(60)
        status, verdict, whom = self.ring(her, relay, "lin_people")
        self.assertEqual(whom, None)
        self.assertIn("relay-closed", verdict)


class TwoNodes(Agency):
    """Each may judge a call of any binding."""
    sip, on_postgres = True, True

    def setUp(self):
        super().setUp()
        shutil.copytree(self.gate.data + "/keys", self.path("two") + "/keys")
        self.two = self.server("two", start=False, sip=True, store=self.gate.store, config=self.path("menshen.yaml"))
        self.two.clock().start()

    def refused_after_one(self, answer, node):
        """By the cap, and the judgement found one attempt of the principal, and of all."""
        status, out, err = node.run("ledger", "show", answer.get("X-Menshen-Record"), "--json")
        self.assertEqual(status, 0, out + err)
        told = json.loads(out)
        self.assertEqual((told["reason"], told["attempts_principal"], told["attempts_all"]), ("frequency-cap", 1, 1))

    def test_what_rang_at_one_counts_at_the_other_within_a_second(self):
        relay, her = self.opened()["dial"]["number"], members.NUMBERS["per_lin"]
        agency = ("+862160007001", relay, "lin_a")
        menshen.until(lambda: self.ring(her, relay, "lin_people", self.two)[2], 10, "the binding")
        self.assertEqual(self.ring(*agency)[2], her)
        time.sleep(1)
        for node in self.two, self.gate:
            self.refused_after_one(self.rung(*agency, node), node)
        # Neither from its log nor from what it reads at its start does a node count one again.
        for node in self.two, self.gate:
            node.kill()
            node.start()
            self.refused_after_one(self.rung(*agency, node), node)
        kept = lambda: [tuple(row) for row in engine.rows(self.gate, "SELECT person, organisation FROM relay_calls")]
        self.assertEqual(kept(), [("per_lin", "E")])
        # Nor does it matter whose clock is ahead.
        self.two.later(-30)
        relay = self.opened("per_xue")["dial"]["number"]
        menshen.until(lambda: self.ring(members.NUMBERS["per_xue"], relay, "lin_people", self.two)[2], 10, "the binding")
        # What a crash kept from the others follows out of the log.
        self.gate.kill()
        engine.write(self.gate, "DELETE FROM relay_calls")
        shutil.rmtree(self.gate.data + "/counts", ignore_errors=True)
        self.gate.start()
        menshen.until(lambda: kept() == [("per_lin", "E")], 10, "the row")


if __name__ == "__main__":
    engine.main()
