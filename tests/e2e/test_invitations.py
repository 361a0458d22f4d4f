"""How everybody after the first comes in: added by who keeps the staff, invited, joining by a link; and the first, from the host."""
import json
import shutil
import sqlite3
import tempfile

import menshen
from members import code

PASSWORD, HERS = "correct horse battery", "a horse of her own"


class Place(menshen.Case):
    def setUp(self):
        super().setUp()
        self.folder = tempfile.mkdtemp(prefix="menshen-test-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.place = menshen.Server(self.folder + "/data", sip=False)

    def setup_by_host(self, *options, kind="agency", login="li@anju", stdin=PASSWORD + "\n"):
        return self.place.run("setup", "--organisation", "安居", "--kind", kind, "--name", "李娟", "--login", login, "--json",
                              *options, stdin=stdin)

    def first(self, kind="agency"):
        """Started, with the first account; headers of her page."""
        status, out, err = self.setup_by_host(kind=kind)
        self.assertEqual(status, 0, err)
        self.made = json.loads(out)
        self.place.start()
        self.addCleanup(self.place.stop)
        return self.sign_in("li@anju", PASSWORD, self.made["secret"])

    def sign_in(self, login, password, secret):
        answer = self.place.http("POST", "/v1/session", {"login": login, "password": password, "code": code(secret)})
        self.assertEqual(answer[0], 200, answer[2])
        return {"Cookie": answer[1]["Set-Cookie"].split(";")[0], "X-CSRF-Token": json.loads(answer[2])["csrf"]}

    def told(self, answer, status=200):
        self.assertEqual(answer[0], status, answer[2])
        return json.loads(answer[2])

    def problem(self, answer, status, word):
        self.assertEqual(self.told(answer, status)["code"], word)

    def bring_others(self):
        """An agency of others, with somebody in it."""
        for kind, text in (("organisations", "id,name,kind,sector,licence,region,status\norg_other,B,agency,matchmaking,,31,active\n"),
                           ("staff", "id,organisation,name,role,login,certificate,status\nstf_other,org_other,B,sales,b@b,,active\n")):
            with open(f"{self.folder}/{kind}.csv", "w", encoding="utf-8") as f:
                f.write(text)
            status, out, err = self.place.run("import", kind, f"{self.folder}/{kind}.csv")
            self.assertEqual(status, 0, out + err)

    def add(self, page, role="sales", login="wang@anju", organisation=None):
        return self.place.http("POST", "/v1/staff", {"organisation": organisation or self.made["organisation"], "name": "王芳",
                                                     "role": role, "login": login}, headers=page)

    def invite(self, page, staff):
        return self.place.http("POST", f"/v1/staff/{staff}/invitation", headers=page)

    def join(self, token, password=HERS, **headers):
        return self.place.http("POST", "/v1/join", {"token": token, "password": password}, headers=headers)


class First(Place):
    def test_the_host_makes_the_first_account_without_a_browser(self):
        page = self.first()
        self.assertEqual(self.told(self.place.get("/v1/session", headers=page))["access"], "manager")
        self.assertEqual(self.told(self.place.get("/v1/setup")), {"open": False})
        # Through the running server, too, and only once.
        status, _, err = self.setup_by_host(login="other@anju")
        self.assertEqual(status, 6, err)
        self.assertIn("sign in here already", err)
        with sqlite3.connect(self.place.data + "/menshen.db", timeout=20) as db:
            journal = db.execute("SELECT actor, kind, payload FROM journal WHERE kind IN ('organisations', 'staff', 'account')"
                                 " ORDER BY seq").fetchall()
        self.assertEqual([kind for _, kind, _ in journal], ["organisations", "staff", "account"])
        self.assertEqual({actor.split(":")[0] for actor, _, _ in journal}, {"host"})
        self.assertNotIn(PASSWORD, str(journal) + self.place.messages())

    def test_of_a_running_server_the_link_ends(self):
        self.place.start()
        self.addCleanup(self.place.stop)
        with open(self.place.data + "/setup-link") as f:
            token = f.read().strip().split("#")[1]
        self.assertEqual(self.setup_by_host()[0], 0)
        self.problem(self.place.http("POST", "/v1/setup", {
            "token": token, "organisation": {"name": "B", "kind": "agency"}, "name": "B", "login": "b@b", "password": PASSWORD}),
            409, "already-set-up")

    def test_what_is_wrong_is_named_by_its_option(self):
        for options, word in (({"kind": "shop"}, "--kind: "), ({"login": " "}, "--login: "), ({"stdin": "short\n"}, "a password has")):
            status, _, err = self.setup_by_host(**options)
            self.assertEqual(status, 1, err)
            self.assertIn(word, err)
        status, _, err = self.setup_by_host("--sector", "astrology")
        self.assertEqual(status, 1, err)
        self.assertIn("--sector: ", err)
        self.assertEqual(self.setup_by_host()[0], 0)  # nothing was left of them


class Invitations(Place):
    def test_a_colleague_is_invited_sets_her_password_and_works(self):
        page = self.first()
        staff = self.told(self.add(page), 201)
        self.assertIs(staff["account"], False)
        made = self.told(self.invite(page, staff["id"]), 201)
        self.problem(self.join("x" * 43), 403, "invitation-refused")
        answer = self.told(self.join(made["token"], "short"), 422)
        self.assertEqual(answer["errors"][0]["pointer"], "/password")
        self.problem(self.join(made["token"], Origin="https://elsewhere.example"), 403, "foreign-page")
        joined = self.told(self.join(made["token"]), 201)
        self.assertEqual((joined["staff"], joined["organisation"], joined["role"], joined["login"]),
                         (staff["id"], self.made["organisation"], "sales", "wang@anju"))
        self.assertTrue(joined["qr"].startswith("<svg "))
        self.problem(self.join(made["token"]), 403, "invitation-refused")
        hers = self.sign_in("wang@anju", HERS, joined["secret"])
        self.assertEqual(self.told(self.place.get("/v1/session", headers=hers))["id"], staff["id"])
        # Who has a password keeps it, whatever the manager wants; and who does not keep staff invites nobody.
        self.problem(self.invite(page, staff["id"]), 409, "has-account")
        self.problem(self.invite(hers, staff["id"]), 403, "role-missing")
        self.assertIs(self.told(self.place.get("/v1/staff/" + staff["id"], headers=page))["account"], True)
        for secret in made["token"], HERS, joined["secret"]:
            self.assertNotIn(secret, self.place.messages())
        self.place.stop()
        self.place.start()
        self.sign_in_again(hers)

    def sign_in_again(self, page):
        self.assertEqual(self.place.get("/v1/session", headers=page)[0], 200)

    def test_it_is_good_for_three_days_until_the_next_and_for_who_may_act(self):
        self.place.clock()
        page = self.first()
        staff = self.told(self.add(page), 201)["id"]
        first = self.told(self.invite(page, staff), 201)["token"]
        second = self.told(self.invite(page, staff), 201)["token"]
        self.problem(self.join(first), 403, "invitation-refused")
        tag = self.place.get("/v1/staff/" + staff, headers=page)[1]["ETag"]
        self.told(self.place.http("PATCH", "/v1/staff/" + staff, {"status": "suspended"}, headers={**page, "If-Match": tag}))
        self.problem(self.invite(page, staff), 409, "not-active")
        self.problem(self.join(second), 403, "invitation-refused")
        self.place.later(3 * 86400 + 1)
        self.problem(self.join(second), 403, "invitation-refused")

    def test_who_has_no_login_or_is_not_ones_own_is_not_invited(self):
        page = self.first()
        bare = self.told(self.add(page, login=None), 201)["id"]
        self.problem(self.invite(page, bare), 422, "no-login")
        self.bring_others()
        self.problem(self.invite(page, "stf_other"), 404, "not-found")
        self.problem(self.invite(page, "stf_nobody"), 404, "not-found")

    def test_carriers_and_authorities_keep_their_own_staff_and_no_others(self):
        page = self.first(kind="authority")
        self.bring_others()
        officer = self.told(self.add(page, role="officer"), 201)["id"]
        joined = self.told(self.join(self.told(self.invite(page, officer), 201)["token"]), 201)
        hers = self.sign_in("wang@anju", HERS, joined["secret"])
        # An authority reads everybody; a manager of it changes its own, an officer nobody.
        answer = self.place.get("/v1/staff/stf_other", headers=page)
        self.assertIsNone(self.told(answer)["login"])
        change = lambda who, staff: self.place.http(
            "PATCH", "/v1/staff/" + staff, {"name": "C"},
            headers={**who, "If-Match": self.place.get("/v1/staff/" + staff, headers=who)[1]["ETag"]})
        self.problem(change(page, "stf_other"), 404, "not-found")
        self.problem(self.invite(page, "stf_other"), 404, "not-found")
        self.problem(self.add(page, organisation="org_other", login="x@b"), 422, "unknown-organisation")
        self.problem(change(hers, officer), 403, "role-missing")
        self.problem(self.add(hers, role="approver", login="friend@b"), 403, "role-missing")
        self.assertEqual(self.told(change(page, officer))["name"], "C")

    def test_a_carriers_operators_do_not_read_the_list(self):
        page = self.first(kind="carrier")
        operator = self.told(self.add(page, role="operator"), 201)["id"]
        joined = self.told(self.join(self.told(self.invite(page, operator), 201)["token"]), 201)
        hers = self.sign_in("wang@anju", HERS, joined["secret"])
        self.assertEqual(len(self.told(self.place.get("/v1/staff", headers=page))["staff"]), 2)
        self.problem(self.place.get("/v1/staff", headers=hers), 403, "role-missing")
        self.assertEqual(self.told(self.place.get("/v1/staff/" + operator, headers=hers))["id"], operator)


if __name__ == "__main__":
    import unittest
    unittest.main()
