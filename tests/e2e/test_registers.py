"""Registers: an association's list and the market regulator's, published penalties, and what the public sees of them."""
import csv
import io
import json
import re
import time

import engine
import menshen

ORGANISATIONS = """id,name,kind,sector,licence,region,status
org_red,红线婚介,agency,matchmaking,,310104,active
org_far,远方婚介,agency,matchmaking,,330100,active
org_union,上海婚介协会,association,matchmaking,,310000,active
org_city,市民政局,authority,matchmaking,,310000,active
org_market,市市场监管局,authority,,,310000,active
"""
# Names of persons, each where one could be typed.
NAMES = {"sales": "钱多多", "manager": "孙小店", "compliance": "李合规", "officer": "周协会", "city": "吴民政", "market": "郑市场",
         "reason": "王举报", "objection": "冯当事", "proof": "陈修复", "answer": "褚处理", "mitigating": "卫从轻", "withdraw": "蒋撤回"}
STAFF = """id,organisation,name,role,login,certificate,status
stf_sal,org_red,钱多多,sales,sal@r,SH1:2036-12-31,active
stf_man,org_red,孙小店,manager,man@r,,active
stf_com,org_red,李合规,compliance,com@r,,active
stf_far,org_far,F,compliance,far@f,,active
stf_uni,org_union,周协会,officer,uni@u,,active
stf_cit,org_city,吴民政,officer,cit@c,,active
stf_mar,org_market,郑市场,officer,mar@m,,active
"""
DAY = 86400


@engine.both
class Registers(menshen.Case):
    on_postgres = False

    def setUp(self):
        super().setUp()
        self.office = self.server(sip=False, start=False, store=engine.store_for(self))
        self.office.clock()
        self.office.start()
        for kind, text in (("organisations", ORGANISATIONS), ("staff", STAFF)):
            status, out, err = self.office.run("import", kind, self.file(kind + ".csv", text))
            self.assertEqual(status, 0, out + err)
        self.tokens = {}

    def ask(self, staff, method, path, body=None, status=200):
        if staff not in self.tokens:
            self.tokens[staff] = self.office.token("all", staff)
        answer = self.office.http(method, path, body, token=self.tokens[staff])
        self.assertEqual(answer[0], status, answer[2])
        return json.loads(answer[2])

    def code(self, *args, status):
        return self.ask(*args, status=status)["code"]

    def enter(self, staff="stf_uni", status=201, **more):
        return self.ask(staff, "POST", "/v1/listings", {
            "register": "abnormal", "organisation": "org_red", "ground": "rectification-overdue", "exit": "rectified",
            "reason": "王举报 said that what was promised was not put right", **more}, status)

    def publish(self, staff="stf_cit", status=201, **more):
        return self.ask(staff, "POST", "/v1/penalties", {
            "measure": "fine", "organisation": "org_red", "violation": "data_misuse", "count": 2, "amount_fen": 1000000,
            "document": "沪民罚〔2026〕7号", "committed_at": "2026-01-05T10:00:00+08:00",
            "decided_at": "2026-02-02T10:00:00+08:00", **more}, status)

    def public(self, what="listings", **query):
        status, _, text = self.office.http("GET", f"/v1/public/{what}?" + "&".join(f"{k}={v}" for k, v in query.items()))
        self.assertEqual(status, 200, text)
        return text

    def shown(self, what="listings", **query):
        return json.loads(self.public(what, **query))[what]

    def later(self, days):
        self.office.later(days * DAY)

    def listed(self, entry):
        """Once its window is over."""
        self.later(20)
        return menshen.until(lambda: self.shown(), 20, "the entry in the list")[0]

    def test_noticed_listed_objected_repaired_removed(self):
        entry = self.enter(document="沪民婚协列〔2026〕3号")
        self.assertEqual((entry["status"], entry["from"], self.shown()), ("noticed", None, []))
        self.assertEqual(self.ask("stf_far", "GET", "/v1/listings")["listings"], [])
        self.assertEqual(self.code("stf_far", "GET", f"/v1/listings/{entry['id']}", status=404), "not-found")
        own = self.ask("stf_com", "GET", f"/v1/listings/{entry['id']}")
        self.assertIn("王举报", own["texts"]["reason"])
        shown = self.listed(entry)
        self.assertEqual((shown["organisation"]["name"], shown["by"]["name"], shown["objection"], shown["exit"]["code"]),
                         ("红线婚介", "上海婚介协会", False, "rectified"))
        self.assertNotIn("texts", self.ask("stf_far", "GET", f"/v1/listings/{entry['id']}"))
        self.assertEqual(self.code("stf_far", "POST", f"/v1/listings/{entry['id']}/objection",
                                   {"text": "it is not about us at all, is it"}, status=404), "not-found")
        at = f"/v1/listings/{entry['id']}"
        self.ask("stf_com", "POST", at + "/objection", {"text": "冯当事 kept every promise by its day"})
        self.assertTrue(self.shown()[0]["objection"])
        clock, = self.ask("stf_uni", "GET", f"/v1/clocks?subject={entry['id']}")["clocks"]
        self.assertEqual((clock["rule"], clock["state"]), ("cn.clock.credit.correct", "running"))
        self.ask("stf_uni", "POST", at + "/answer", {"outcome": "rejected", "text": "褚处理 looked at it again: it was not"})
        self.assertFalse(self.shown()[0]["objection"])
        self.ask("stf_com", "POST", at + "/repair", {"text": "陈修复 shows that all of it is done"})
        gone = self.ask("stf_uni", "POST", at + "/review", {"outcome": "accepted", "text": "seen at the shop, it is done"})
        self.assertEqual((gone["status"], gone["end"], self.shown()), ("removed", "rectified", []))

    def test_the_two_lists_are_two(self):
        own = self.enter()
        self.assertEqual(self.enter("stf_cit", 403)["code"], "not-association")
        theirs = {"register": "market", "ground": "address-unreachable", "exit": "address-reachable"}
        self.assertEqual(self.enter("stf_uni", 403, **theirs)["code"], "not-authority")
        self.assertEqual(self.enter("stf_cit", 403, **theirs)["code"], "not-market-regulator")
        self.assertEqual(self.enter("stf_mar", 422, **{**theirs, "ground": "rectification-overdue"})["code"], "unknown-ground")
        self.enter("stf_mar", **theirs)
        self.listed(own)
        menshen.until(lambda: len(self.shown()) == 2, 20, "both")
        by = {one["register"]: one for one in self.shown()}
        self.assertEqual(set(by), {"abnormal", "market"})
        self.assertFalse(set(by["abnormal"]["label"].values()) & set(by["market"]["label"].values()))
        self.assertEqual([e["register"] for e in self.shown(register="market")], ["market"])
        self.assertEqual([e["register"] for e in self.shown(register="abnormal")], ["abnormal"])
        self.assertEqual(self.shown("penalties"), [])

    def test_a_list_labels_and_closes_no_door(self):
        status, _, err = self.office.run("import", "persons", self.file("persons.csv", 
                                         "id,organisation,number,name,pool,district\nper_lin,org_red,13800138000,Lin,store,徐汇\n"))
        self.assertEqual(status, 0, err)

        def look():
            out = self.office.run("look", "--staff", "stf_sal", "--person", "per_lin", "--purpose", "matchmaking.introduce",
                                  "--fields", "basic", "--json", "--dry-run")[1]
            return {k: v for k, v in json.loads(out).items() if k in ("verdicts", "verdict", "reason")}
        before = look()
        self.listed(self.enter())
        self.assertEqual(look(), before)

    def test_decisions_are_published_for_their_time(self):
        self.assertEqual(self.publish("stf_uni", 403)["code"], "not-authority")
        self.assertEqual(self.publish(amount_fen=50000, status=422)["code"], "fine-out-of-range")
        self.assertEqual(self.publish(amount_fen=4500000, status=422)["code"], "fine-out-of-range")
        self.assertEqual(self.publish(measure="warning", status=409)["code"], "warning-not-published")
        self.assertEqual(self.publish(document="见王举报的来信", status=422)["code"], "invalid-document")
        fine = self.publish()
        self.assertTrue(fine["late"])  # decided long ago
        self.publish(measure="criticism", document="沪民评〔2026〕1号")
        self.assertEqual(self.publish(status=409)["code"], "published-already")
        self.assertEqual(len(self.shown("penalties")), 2)
        self.assertEqual(self.shown(), [])
        self.later(100)  # the three months of criticism are over
        self.assertEqual([p["register"] for p in self.shown("penalties")], ["penalty"])
        self.assertEqual(self.shown("penalties")[0]["amount_fen"], 1000000)
        gone = self.ask("stf_cit", "POST", f"/v1/listings/{fine['id']}/withdraw",
                        {"ground": "annulled", "text": "蒋撤回 on review: the decision was annulled"})
        self.assertEqual((gone["status"], gone["late"], self.shown("penalties")), ("withdrawn", True, []))
        menshen.until(lambda: self.ask("stf_cit", "GET", "/v1/penalties?status=expired")["penalties"], 20, "the criticism to expire")

    def complaints(self, respondent, issue, count, **more):
        """So many, one a day, the last yesterday; beside what tells of them."""
        now = int(time.time())
        for i in range(count):
            at = (now - (i + 1) * DAY) * 10 ** 9
            row = {"id": f"cpl_{respondent}_{issue}_{i}", "respondent": respondent, "issue": issue, "received_at": at,
                   "anonymous": "no", "channel": "portal", "body": "org_union", "status": "accepted", **more}
            if "replied_at" in row:
                row["replied_at"] = at + row["replied_at"] * DAY * 10 ** 9
            engine.write(self.office, "INSERT INTO complaints ({}) VALUES ({})".format(
                ", ".join(f'"{k}"' for k in row), ", ".join(str(v) if isinstance(v, int) else f"'{v}'" for v in row.values())))

    def test_a_ranking_is_fair(self):
        people = "id,organisation,number,name,pool,district\n" + "".join(
            f"per_{i},{'org_red' if i < 10 else 'org_big'},138001{i:05d},Lin,store,徐汇\n" for i in range(210))
        more = ORGANISATIONS + "org_big,大红娘,agency,matchmaking,,310106,active\norg_few,小红娘,agency,matchmaking,,310106,active\n"
        for kind, text in (("organisations", more), ("persons", people)):
            status, out, err = self.office.run("import", kind, self.file(kind + ".csv", text))
            self.assertEqual(status, 0, out + err)
        self.complaints("org_red", "privacy", 6, upheld="yes", replied_at=9)
        self.complaints("org_big", "refund", 9, upheld="no", replied_at=1)
        self.complaints("org_few", "privacy", 3)
        self.complaints("org_far", "privacy", 9)    # of another city
        self.complaints("org_union", "privacy", 9)  # the authority's matter
        self.complaints("org_big", "vague_terms", 4, status="refused")
        ranking = self.ask("stf_uni", "GET", "/v1/rankings")
        red, big, few = ranking["rows"]
        self.assertEqual([r["organisation"] for r in (red, big, few)], ["org_red", "org_big", "org_few"])
        self.assertEqual((red["members"], red["complaints"], red["per_1000"]["rate"], red["upheld_rate"]), (10, 6, 600.0, 1.0))
        self.assertEqual((red["per_1000"]["low"], red["per_1000"]["high"]), (220.189, 1305.947))  # Garwood of 6, of 10
        self.assertEqual((red["median_reply_days"], big["median_reply_days"]), (9.0, 1.0))
        self.assertEqual((big["complaints"], big["per_1000"]["rate"], big["upheld"]), (9, 45.0, 0))
        self.assertEqual((len(red["parts"]), sum(red["parts"]), red["open_cases"]), (13, 6, 0))
        self.assertEqual(set(red["reasons"]), {"above-average", "same-issue", "upheld", "rising", "after-upheld", "slow-reply"})
        self.assertEqual((few["complaints"], few["suppressed"]), (3, True))
        for rate in ("per_1000", "upheld_rate", "trend", "parts", "median_reply_days", "repeat_rate"):
            self.assertIsNone(few[rate], rate)
        self.assertEqual(few["reasons"], ["same-issue"])
        self.assertEqual({c["organisation"] for c in ranking["candidates"]}, {"org_red", "org_big", "org_few"})
        self.assertIn("Garwood", ranking["method"]["en"])
        self.assertEqual([r["organisation"] for r in self.ask("stf_uni", "GET", "/v1/rankings?issue=refund")["rows"]], ["org_big"])
        self.assertEqual(self.ask("stf_uni", "GET", "/v1/rankings?from=2020-01-01&until=2021-01-01")["rows"], [])
        self.assertIn("org_union", [r["organisation"] for r in self.ask("stf_cit", "GET", "/v1/rankings")["rows"]])
        self.ask("stf_uni", "GET", "/v1/rankings?from=tomorrow", status=400)
        self.ask("stf_com", "GET", "/v1/rankings", status=403)

    def test_persons_are_nowhere_in_what_is_public(self):
        entry = self.enter()
        self.enter("stf_mar", register="market", ground="address-unreachable", exit="address-reachable")
        fine = self.publish(count=1, amount_fen=300000, mitigating="卫从轻 put all of it right before the visit")
        self.listed(entry)
        for one in (entry, fine):
            self.ask("stf_com", "POST", f"/v1/listings/{one['id']}/objection", {"text": "冯当事 says that none of it is so"})
            self.ask("stf_com", "POST", f"/v1/listings/{one['id']}/repair", {"text": "陈修复 shows that it is all done"})
        self.ask("stf_uni", "POST", f"/v1/listings/{entry['id']}/answer", {"outcome": "rejected", "text": "褚处理 found it to be so"})
        everything = ""
        for what in ("listings", "penalties"):
            for form in ("json", "csv", "feed"):
                text = self.public(what, format=form)
                self.assertIn("红线婚介", text)
                self.assertEqual(text[0], "i" if form == "csv" else "{")
                everything += text
        for where, name in NAMES.items():
            self.assertNotIn(name, everything, where)
        everything = re.sub("lst_[0-9a-f]{32}", "", everything)
        for word in ("stf_", "per_", "138", "texts", "reason", "mitigating"):
            self.assertNotIn(word, everything)
        rows = list(csv.DictReader(io.StringIO(self.public("penalties", format="csv"))))
        self.assertEqual([(r["register"], r["name"], r["amount_fen"], r["objection"]) for r in rows],
                         [("penalty", "红线婚介", "300000", "marked")])
        feed = json.loads(self.public(format="feed"))
        self.assertEqual(feed["version"], "https://jsonfeed.org/version/1.1")
        self.assertEqual(len(feed["items"]), 2)
        # Neither the facts' journal nor a row holds what was written.
        content = engine.content(self.office)
        for where in ("reason", "objection", "proof", "answer"):
            self.assertNotIn(NAMES[where].encode(), content, where)


if __name__ == "__main__":
    engine.main()
