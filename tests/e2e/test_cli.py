"""The command line: parsing, help, exit codes, languages, and the questions asked through it."""
import csv
import hashlib
import io
import json
import os
import re
import socket
import stat
import subprocess
import sys
import threading
import time

import menshen

MORNING = "2026-11-23T10:30:00+08:00"
ESTATE = ("--from", "057982100001", "--line", "lin_estate", "--campaign", "cmp_estate")


def calls_on_record(server):
    return json.loads(server.run("report", "observe", "--json")[1])["calls"]


class Words(menshen.Case):
    def expect(self, code, *args, **options):
        got, out, err = menshen.run(*args, **options)
        self.assertEqual(got, code, f"menshen {args}\n{out}\n{err}")
        return out, err

    def test_without_a_command_it_lists_them_and_exits_2(self):
        out, err = self.expect(2)
        self.assertEqual(out, "")
        self.assertIn("serve", err)

    def test_every_command_has_help(self):
        out, _ = self.expect(0, "help")
        commands = re.findall(r"^  (\w[\w ]*?)(?:  .*)?$", out, re.M)
        self.assertGreater(len(commands), 10, out)
        for command in commands:
            words = command.split()
            for lang in "en", "zh":
                text, _ = self.expect(0, *words, "-h", "--lang", lang)
                self.assertIn(f"menshen {command}", text)
                self.assertIn("--help", text)

    def test_every_text_is_translated(self):
        p = subprocess.run([sys.executable, os.path.join(menshen.ROOT, "tools/po_missing.py"),
                            os.path.join(menshen.ROOT, "po/zh_CN.po"), os.path.join(menshen.ROOT, "src/cli")],
                           capture_output=True, text=True)
        self.assertEqual(p.returncode, 0, p.stdout + p.stderr)

    def test_a_mistyped_command_gets_a_hint(self):
        _, err = self.expect(2, "servve")
        self.assertIn('did you mean "serve"', err)
        _, err = self.expect(2, "number", "relese")
        self.assertIn('did you mean "number release"', err)
        for without in "xyzzyxyzzy", "report":
            _, err = self.expect(2, without)
            self.assertNotIn("did you mean", err)

    def test_a_mistyped_option_gets_a_hint(self):
        _, err = self.expect(2, "call", "--form", "1")
        self.assertIn('did you mean "--from"', err)

    def test_usage_errors_exit_2_and_name_what_is_wrong(self):
        for args, words in [
            (("call", "--from", "1", "--to", "13800000001"), "--line"),
            (("call", "--from"), "--from"),
            (("call", "--from", "1", "--from", "2"), "twice"),
            (("call", "--dry-run=yes"), "no value"),
            (("call", "stray"), "stray"),
            (("version", "--lang", "fr"), "fr"),
            (("number", "release"), "NUMBER"),
            (("completion", "tcsh"), "tcsh"),
            (("version", "-x"), "-x"),
            (("ledger", "find", "--to", "abc"), "--to"),
            (("ledger", "find", "--from", ""), "--from"),
            (("ledger", "find", "--since", "banana"), "--since"),
            (("report", "observe", "--since", "x"), "--since"),
            (("number", "release", "110", "--for", "1h", "--reason", " "), "--reason"),
            (("ledger", "show", "rec_7f3a09c1_1042:x"), "record id"),
            (("ledger", "show", "rec_7f3a09c1_1042:0"), "record id"),
        ]:
            _, err = self.expect(2, *args)
            self.assertIn(words, err, args)

    def test_what_only_reads_makes_no_node(self):
        empty = self.path("empty")
        os.mkdir(empty)
        for data in self.path("none"), empty:
            for args in (("ledger", "find", "--to", "110"), ("ledger", "show", "rec_7f3a09c1_1042"),
                         ("report", "observe")):
                _, err = self.expect(5, *args, data=data)
                self.assertIn("there is no ledger", err)
        self.assertEqual(os.listdir(empty), [])
        self.assertFalse(os.path.exists(self.path("none")))

    def test_messages_come_in_the_users_language(self):
        _, err = self.expect(2, "servve", env={"LC_ALL": "zh_CN.UTF-8"})
        self.assertIn("没有命令", err)
        _, err = self.expect(2, "servve", "--lang", "zh")
        self.assertIn("没有命令", err)
        _, err = self.expect(2, "servve", "--lang", "en", env={"LC_ALL": "zh_CN.UTF-8"})
        self.assertIn("no command", err)

    def test_version(self):
        out, _ = self.expect(0, "version")
        self.assertRegex(out, r"^menshen \d+\.\d+\.\d+\n$")
        self.assertEqual(out, self.expect(0, "--version")[0])
        self.assertEqual(json.loads(self.expect(0, "version", "--json")[0])["version"], out.split()[1])

    def test_completion_is_a_script_that_the_shell_takes(self):
        out, _ = self.expect(0, "completion", "bash")
        check = out + '\nCOMP_WORDS=(menshen ca); COMP_CWORD=1; _menshen; echo "${COMPREPLY[@]}"' \
                      '\nCOMP_WORDS=(menshen call --ca); COMP_CWORD=2; _menshen; echo "${COMPREPLY[@]}"'
        p = subprocess.run(["bash", "-c", check], capture_output=True, text=True)
        self.assertEqual((p.returncode, p.stderr, p.stdout.split()), (0, "", ["call", "case", "--campaign"]))
        for shell in "zsh", "fish":
            self.assertIn("menshen", self.expect(0, "completion", shell)[0])

    def test_man_pages_name_every_option(self):
        out, _ = self.expect(0, "man", "call")
        self.assertTrue(out.startswith(".TH "))
        for option in "from", "to", "line", "campaign", "at":
            self.assertIn(f"\\-\\-{option}", out)
        self.expect(0, "man")
        self.expect(2, "man", "nothing")

    def test_a_full_standard_output_is_a_failure(self):
        with open("/dev/full", "w") as full:
            p = subprocess.run([menshen.BINARY, "help"], stdout=full, stderr=subprocess.PIPE)
        self.assertEqual(p.returncode, 1)
        self.assertNotEqual(p.stderr, b"")

    def test_the_interface_description_is_json(self):
        d = json.loads(self.expect(0, "openapi")[0])
        self.assertEqual(d["openapi"], "3.1.0")
        self.assertIn("/v1/calls", d["paths"])

    def test_the_route_table_in_the_docs_is_the_programs(self):
        out, _ = self.expect(0, "openapi", "--markdown")
        with open(os.path.join(menshen.ROOT, "docs/api.md"), encoding="utf-8") as f:
            self.assertIn(out, f.read(), "run: make docs")

    def test_an_address_of_the_store_holds_no_password(self):
        for store, word in (("postgresql://u:secret@db/x", "password"), ("mysql://u:secret@db/x", "another kind")):
            _, err = self.expect(2, "doctor", store=store, data=self.path("data"))
            self.assertIn(word, err)
            self.assertNotIn("secret", err)

    def test_a_mode_of_no_rule_is_found(self):
        path = self.file("menshen.yaml", "mode:\n  rules: {cn.call.hours: observe, cn.cal.hours: observe}\n")
        out, _ = self.expect(1, "doctor", "--json", "--config", path, data=self.path("data"))
        wrong = [f["what"] for f in json.loads(out)["findings"] if f["state"] == "wrong"]
        self.assertEqual(wrong, ["mode.rules names cn.cal.hours, which is no rule of the pack"])
        server = self.server(sip=False, config=path)
        self.assertIn("mode.rules names cn.cal.hours,", server.messages())

    def test_the_doctor_reads_what_the_fronts_will_read(self):
        for about, key, text in (
                ("sip", "sip.tls.certificate", "sip: {tls: {listen: '127.0.0.1:5061', certificate: n.crt, key: n.key}}"),
                ("sip", "sip.identity.anchors", "sip: {identity: {anchors: n.crt, certificates: n}}"),
                ("http", "redress.certificate", "http: {public_url: 'https://a.example'}\n"
                 "redress: {name: A, tel: +86-21-1, certificate: n.crt, key: n.key}")):
            path = self.file("menshen.yaml", text + "\n")
            out, _ = self.expect(1, "doctor", "--json", "--config", path, data=self.path("data"))
            wrong = [f for f in json.loads(out)["findings"] if f["state"] == "wrong"]
            self.assertEqual([f["about"] for f in wrong], [about])
            self.assertIn(key, wrong[0]["what"])
            _, err = self.expect(3, "serve", "--config", path, data=self.path("data"))
            self.assertIn(wrong[0]["what"], err)

    def test_a_wrong_configuration_exits_3_with_its_place(self):
        path = self.file("menshen.yaml", "sip:\n  workers: 2\n  lisen: x\n")
        for args in ("doctor",), ("serve",), ("call", "--from", "1", "--to", "13800000001", "--line", "x"):
            _, err = self.expect(3, *args, "--config", path, data=self.path("data"))
            self.assertIn("menshen.yaml:3", err)


class Questions(menshen.Case):
    """Without a server: the command owns the folder itself, and asks the same way."""

    def city(self):
        server = self.server(sip=False, demo=True)
        server.stop()
        return server

    def unprivileged(self, *args):
        """Run a command as a user whom the rights of files bind."""
        as_nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.geteuid() == 0 else []
        p = subprocess.run(as_nobody + [menshen.BINARY, *args], capture_output=True, text=True,
                           env=dict(os.environ, LANG="C.UTF-8"))
        return p.returncode, p.stdout, p.stderr

    def test_what_the_system_denies_is_a_failure_and_no_refusal(self):
        try:
            if self.unprivileged("rules", "list")[0] != 0:
                self.skipTest("another user cannot run the program here")
        except OSError as e:
            self.skipTest(f"no other user: {e}")
        folder = self.path("closed")
        os.mkdir(folder)
        os.chmod(self.path("."), 0o755)
        os.chmod(folder, 0o555)
        data = os.path.join(folder, "data")
        code, _, err = self.unprivileged("call", "--from", "1", "--to", "110", "--line", "x", "-d", data)
        self.assertEqual(code, 1, err)
        self.assertIn("cannot be made", err)
        code, out, err = self.unprivileged("doctor", "-d", data)
        self.assertEqual(code, 1, out + err)
        self.assertIn("cannot be made (denied)", out)
        os.chmod(folder, 0o000 if os.geteuid() != 0 else 0o700)
        for args in ("ledger", "show", "rec_00000000_1"), ("doctor",):
            code, out, err = self.unprivileged(*args, "-d", data)
            self.assertEqual(code, 1, out + err)
        os.chmod(folder, 0o755)

    def test_a_fresh_folder_knows_no_line(self):
        code, out, _ = menshen.run("call", "--from", "13800000001", "--to", "13900000001", "--line", "lin_x", "--json",
                                   data=self.path("data"))
        self.assertEqual((code, json.loads(out)["reason"]), (4, "line-unknown"))

    def test_answers_with_and_without_a_server_are_alike(self):
        server = self.city()
        questions = [
            (ESTATE + ("--to", "13800000001"), 0, "allow", "allowed"),
            (ESTATE + ("--to", "13800000000"), 4, "block", "no-consent"),
            (ESTATE + ("--to", "13800000002"), 4, "block", "refused"),
            (ESTATE + ("--to", "13800000003"), 4, "block", "sector-refused"),
            (ESTATE + ("--to", "13800000004"), 4, "block", "outside-hours"),
            (ESTATE + ("--to", "13800000005"), 4, "block", "callee-blocks-caller"),
            (ESTATE + ("--to", "13800000006"), 0, "allow", "allowed"),
            (ESTATE + ("--to", "13800000007"), 0, "allow", "allowed"),
            (ESTATE + ("--to", "110"), 0, "allow", "callee-emergency"),
            (("--from", "nobody", "--to", "13800000001", "--line", "lin_estate"), 4, "block", "caller-malformed"),
            (("--from", "9" * 3000, "--to", "13800000001", "--line", "lin_estate"), 4, "block", "caller-malformed"),
            (("--from", "057982100001", "--to", "13800000001", "--line", "lin_x"), 4, "block", "line-unknown"),
            (("--from", "057982100001", "--to", "13800000001", "--line", "lin_closed"), 4, "block", "line-inactive"),
            (("--from", "057982100001", "--to", "13800000001", "--line", "lin_insurance"), 4, "block",
             "caller-not-authorised"),
            (("--from", "13900000007", "--to", "13800000001", "--line", "lin_gateway"), 0, "remind",
             "foreign-trunk-domestic-caller"),
            (("--from", "13800000010", "--to", "13900000010", "--line", "lin_jiangnan"), 0, "allow", "allowed"),
        ]

        def ask(args):
            code, out, err = server.run("call", *args, "--dry-run", "--json", "--at", MORNING)
            answer = json.loads(out)
            self.assertRegex(answer.pop("record") or "", r"^rec_[0-9a-f]{8}_\d+$", err)
            self.assertEqual(answer["at"], MORNING)
            return code, answer

        alone = []
        for args, code, verdict, reason in questions:
            got, answer = ask(args)
            self.assertEqual((got, answer["verdict"], answer["reason"]), (code, verdict, reason), args)
            self.assertTrue(answer["rule"].startswith("cn."), answer)
            self.assertTrue(answer["basis"], answer)
            alone.append((got, answer))
        server.start()
        self.assertEqual([ask(q[0]) for q in questions], alone)

    def test_for_people_one_line_and_the_reason_in_their_language(self):
        server = self.city()
        for lang, word in ("en", "block"), ("zh", "拦截"):
            code, out, _ = server.run("call", *ESTATE, "--to", "13800000002", "--at", MORNING, "--lang", lang)
            self.assertEqual(code, 4)
            first, why = out.splitlines()
            self.assertRegex(first, rf"^{word} · refused · rec_[0-9a-f]{{8}}_\d+ · {re.escape(MORNING)}$")
            self.assertRegex(why, r"\(cn\.")

    def test_bytes_that_are_no_text_are_named(self):
        server = self.server(sip=False, demo=True)
        code, _, err = server.run("call", "--from", "1", "--to", "13800000001", "--line", b"lin\xff")
        self.assertEqual(code, 1)
        self.assertIn("not UTF-8", err)

    def test_a_record_is_shown_in_one_language(self):
        server = self.server(sip=False, demo=True)
        _, out, _ = server.run("call", "--from", "1", "--to", "13800000001", "--line", "x", "--json")
        answer = json.loads(out)
        shown = {lang: server.run("ledger", "show", answer["record"], "--lang", lang)[1] for lang in ("en", "zh")}
        self.assertTrue(shown["en"].isascii(), shown["en"])
        self.assertIn(answer["basis"], shown["zh"])
        self.assertNotRegex(shown["zh"], r"(?m)^[a-z_]+:")
        self.assertEqual(json.loads(server.run("ledger", "show", answer["record"], "--json")[1])["basis"],
                         answer["basis"])

    def test_a_witness_key_is_json_too(self):
        server = self.city()
        _, plain, _ = server.run("witness", "--key")
        self.assertEqual({"key": plain.strip()}, json.loads(server.run("witness", "--key", "--json")[1]))

    def test_a_callee_that_is_no_number_is_a_usage_error(self):
        code, _, err = menshen.run("call", "--from", "1", "--to", "hello", "--line", "x", data=self.path("data"))
        self.assertEqual(code, 2)
        self.assertIn("hello", err)

    def test_a_time_that_is_none_is_a_usage_error(self):
        code, _, err = menshen.run("call", "--from", "1", "--to", "110", "--line", "x", "--at", "yesterday",
                                   data=self.path("data"))
        self.assertEqual(code, 2)
        self.assertIn("yesterday", err)

    def test_dry_runs_do_not_count_and_attempts_do(self):
        server = self.city()
        ask = ESTATE + ("--to", "13800000001", "--json", "--at", MORNING)
        for _ in range(8):
            self.assertEqual(server.run("call", *ask, "--dry-run")[0], 0)
        codes = [server.run("call", *ask)[0] for _ in range(6)]
        self.assertEqual(codes[0], 0)
        self.assertEqual(codes[-1], 4, codes)
        code, out, _ = server.run("call", *ask, "--dry-run")
        self.assertEqual((code, json.loads(out)["reason"]), (4, "frequency-cap"))

    def test_a_locked_folder_is_a_conflict(self):
        import fcntl
        server = self.city()
        with open(os.path.join(server.data, "lock"), "r+") as f:
            fcntl.flock(f, fcntl.LOCK_EX)
            code, _, err = server.run("call", *ESTATE, "--to", "13800000001")
        self.assertEqual(code, 6, err)

    def test_a_release_is_recorded_and_acts(self):
        server = self.server(sip=False, demo=True)
        code, out, err = server.run("number", "release", "057982100001", "--for", "24h", "--reason", "ticket 4711",
                                    "--json")
        self.assertEqual(code, 0, err)
        self.assertIn("until", json.loads(out))
        for args in (("057982100001", "--for", "x", "--reason", "r"), ("057982100001", "--for", "1h")):
            self.assertEqual(server.run("number", "release", *args)[0], 2)
        code, _, err = server.run("number", "release", "hello", "--for", "1h", "--reason", "r")
        self.assertEqual(code, 2, err)

    def test_the_doctor_finds_a_healthy_city(self):
        server = self.server(sip=False, demo=True)
        code, out, err = server.run("doctor", "--json")
        report = json.loads(out)
        wrong = [f for f in report["findings"] if f["state"] == "wrong"]
        self.assertEqual((code, wrong), (0, []), err)
        self.assertIn({"key": "ledger.deadline_ms", "value": "200", "origin": "default"}, report["configuration"])
        about = {f["about"] for f in report["findings"]}
        self.assertLessEqual({"rules", "clock", "permissions", "disk", "store", "server", "ledger", "journal"}, about)

    def test_the_doctor_names_what_is_wrong(self):
        server = self.city()
        os.chmod(os.path.join(server.data, "keys"), 0o755)
        code, out, _ = server.run("doctor")
        self.assertEqual(code, 1)
        self.assertIn("chmod", out)

    def test_observed_calls_are_reported(self):
        config = self.file("menshen.yaml", "mode:\n  default: enforce\n  lines:\n    lin_estate: observe\n")
        server = self.server(sip=False, demo=True, config=config)
        city = calls_on_record(server)
        for to in "13800000002", "13800000002", "13800000003":
            answer = server.call("057982100001", to, "lin_estate", "--campaign", "cmp_estate", "--at", MORNING)
            self.assertEqual((answer["verdict"], answer["would"]), ("allow", "block"))
        dry = server.call("057982100001", "13800000002", "lin_estate", "--campaign", "cmp_estate", "--at", MORNING, "--dry-run")
        self.assertEqual((dry["verdict"], dry["would"]), ("allow", "block"))
        code, out, err = server.run("report", "observe", "--json")
        self.assertEqual(code, 0, err)
        report = json.loads(out)
        self.assertEqual((report["calls"] - city, report["observed"]), (3, 3))
        self.assertEqual([(g["reason"], g["would"], g["calls"], g["protected"]) for g in report["groups"]],
                         [("refused", "block", 2, False), ("sector-refused", "block", 1, False)])
        self.assertIn("057982100001", report["groups"][0]["caller"].replace("+86", "0"))
        self.assertEqual(json.loads(server.run("report", "observe", "--since", "2099-01-01", "--json")[1])["calls"], 0)


class Scrubs(menshen.Case):
    OPTIONS = ESTATE + ("--at", MORNING)

    def scrub(self, server, text, *more, code=0):
        path, out = self.file("list.csv", text), self.path("out.csv")
        got, printed, err = server.run("scrub", path, "-o", out, *self.OPTIONS, *more)
        self.assertEqual(got, code, printed + err)
        with open(out, encoding="utf-8", newline="") as f:
            return f.read(), printed, err

    def test_rows_pass_through_with_their_answers(self):
        server = self.server(sip=False, demo=True)
        text = 'name,number,note\nA,13800000001,"a, b"\nB,13800000002,\nC,13800000000,"two\nlines"\nD,13800000004,x\n'
        out, _, _ = self.scrub(server, text)
        rows = list(csv.DictReader(io.StringIO(out)))
        self.assertEqual([(r["name"], r["note"], r["verdict"], r["reason"]) for r in rows],
                         [("A", "a, b", "allow", "allowed"), ("B", "", "block", "do-not-call"),
                          ("C", "two\nlines", "block", "no-consent"), ("D", "x", "block", "do-not-call")])
        record, first = rows[0]["record"].split(":")
        self.assertEqual([r["record"] for r in rows], [f"{record}:{i}" for i in range(1, 5)])
        self.assertEqual(first, "1")
        self.assertEqual([bool(r["rule"]) for r in rows], [True, False, True, False])
        self.assertEqual(os.stat(self.path("out.csv")).st_mode & 0o777, 0o600)

    def test_a_scrub_is_one_record_and_counts_nothing(self):
        server = self.server(sip=False, demo=True)
        before = json.loads(server.run("doctor", "--json")[1])
        text = "number\n" + "13800000001\n" * 50
        out, printed, _ = self.scrub(server, text, "--json")
        summary = json.loads(printed)
        self.assertEqual((summary["rows"], summary["allow"]), (50, 50))
        self.assertRegex(summary["root"], "^[0-9a-f]{64}$")
        self.assertIn(summary["record"], out)
        answer = server.call("057982100001", "13800000001", "lin_estate", "--campaign", "cmp_estate", "--at", MORNING)
        self.assertEqual(answer["verdict"], "allow")
        self.assertIsNotNone(before)

    def found(self, server, number, *more):
        code, out, err = server.run("ledger", "find", "--to", number, "--json", *more)
        self.assertIn(code, (0, 5), err)
        return [json.loads(line) for line in out.splitlines()]

    def test_each_number_finds_who_asked_about_it(self):
        server = self.server(sip=False, demo=True)
        city = calls_on_record(server)
        out, printed, _ = self.scrub(server, "number\n13800000001\n13800000002\nhello\n13800000004\n13800000002\n",
                                     "--json", code=7)
        closing = json.loads(server.run("ledger", "show", json.loads(printed)["record"], "--json")[1])
        told = [("13800000001", "1", "allow", "allowed"), ("13800000002", "2", "block", "refused"),
                ("13800000004", "4", "block", "outside-hours")]
        for number, row, verdict, reason in told:
            seen = self.found(server, number, "--since", time.strftime("%Y-%m-%d", time.gmtime(time.time() - 86400)))
            self.assertEqual([(c["kind"], c["verdict"], c["reason"], c["principal"], c["caller"], c["record"].split(":")[1])
                              for c in seen][:1],
                             [("scrub-part", verdict, reason, "org_anju", "+8657982100001", row)])
            self.assertEqual(len(seen), 2 if row == "2" else 1)
            shown = json.loads(server.run("ledger", "show", seen[0]["record"], "--json")[1])
            self.assertEqual((shown["kind"], shown["row"], shown["rows"], shown["verdict"], shown["reason"],
                              shown["callee"], shown["campaign"], shown["asked"], shown["scrub"]),
                             ("scrub-part", int(row), 5, verdict, reason, "+86" + number, "cmp_estate", MORNING,
                              closing["scrub"]))
        part = seen[0]["record"].split(":")[0]
        self.assertEqual([c["record"] for c in self.found(server, "13800000002")], [part + ":2", part + ":5"])
        whole = server.run("ledger", "show", part)[1]
        self.assertIn("scrub-part", whole)
        self.assertNotRegex(whole, "138000000|refused|verdict")
        self.assertEqual(json.loads(server.run("ledger", "show", part + ":3", "--json")[1])["reason"], "number-malformed")
        for record in part + ":6", part + ":0", json.loads(printed)["record"] + ":6":
            self.assertIn(server.run("ledger", "show", record)[0], (2, 5))
        self.assertEqual(server.run("ledger", "prove", part + ":3")[0], 0)
        self.assertRegex(server.run("ledger", "find", "--to", "13800000004")[1], r"scrub-part .* block .* org_anju")
        self.assertEqual(len(self.found(server, "13800000003")), 0)
        server.stop()
        server.start()
        self.assertEqual([c["record"] for c in self.found(server, "13800000002")], [part + ":2", part + ":5"])
        self.assertEqual(calls_on_record(server), city)

    def test_many_parts_are_listed_whole(self):
        server = self.server(sip=False, demo=True)
        self.scrub(server, "number\n" + "".join(f"138{n:08d}\n" for n in range(5100)))
        code, out, err = server.run("ledger", "find", "--from", "057982100001", "--since", "2026-01-01", "--json")
        self.assertEqual(code, 0, err)
        rows = [c for c in map(json.loads, out.splitlines()) if c["kind"] == "scrub-part"]
        self.assertEqual([c["callee"] for c in rows], [f"+86138{n:08d}" for n in range(5100)])
        self.assertEqual([int(c["record"].split(":")[1]) for c in rows], list(range(1, 5101)))
        self.assertEqual(len({c["record"].split(":")[0] for c in rows}), 21)  # 20 of 250, and 100

    def control(self, server):
        s = socket.socket(socket.AF_UNIX)
        self.addCleanup(s.close)
        s.connect(os.path.join(server.data, "menshen.sock"))
        lines = s.makefile("rw")

        def ask(**request):
            lines.write(json.dumps(request) + "\n")
            lines.flush()
            return json.loads(lines.readline())
        ask.end = lambda: (lines.close(), s.close())
        return ask

    def begin(self, ask):
        self.assertEqual(ask(do="scrub-begin", caller="057982100001", line="lin_estate", campaign="cmp_estate",
                             at=MORNING), {})

    def test_who_goes_away_with_the_answers_stays_on_record(self):
        server = self.server(sip=False, demo=True)
        ask = self.control(server)
        self.begin(ask)
        self.assertEqual(len(ask(do="scrub-rows", numbers=["13800000001", "13800000002"])["rows"]), 2)
        self.assertEqual(len(ask(do="scrub-rows", numbers=["13800000004"])["rows"]), 1)
        ask.end()
        server.kill()
        server.start()
        scrubs = set()
        for i, number in enumerate(("13800000001", "13800000002", "13800000004"), 1):
            record = self.found(server, number)[-1]["record"]
            self.assertTrue(record.endswith(f":{i}"), record)
            scrubs.add(json.loads(server.run("ledger", "show", record, "--json")[1])["scrub"])
        self.assertEqual(len(scrubs), 1)

    def test_a_chunk_that_fails_ends_the_scrub(self):
        server = self.server(sip=False, demo=True)
        ask = self.control(server)
        self.begin(ask)
        self.assertEqual(ask(do="scrub-rows", numbers=["13800000001", 2])["error"], "invalid")
        self.assertEqual(ask(do="scrub-end", input="0" * 64, output="0" * 64)["error"], "invalid")
        self.assertEqual(self.found(server, "13800000001"), [])

    def test_its_record_commits_to_list_answers_and_rows(self):
        server = self.server(sip=False, demo=True)
        text = "number\n" + "".join(f"138{n:08d}\n" for n in (*range(20000), *range(1, 14)))  # two chunks, and a bit of one
        out, printed, _ = self.scrub(server, text, "--json")
        summary = json.loads(printed)
        shown = json.loads(server.run("ledger", "show", summary["record"], "--json")[1])
        self.assertEqual((shown["kind"], shown["campaign"], shown["rows"]), ("scrub", "cmp_estate", 20013))
        self.assertEqual(shown["input"], hashlib.sha256(text.encode()).hexdigest())
        row = json.loads(server.run("ledger", "show", summary["record"] + ":20013", "--json")[1])
        self.assertEqual(row, dict(shown, row=20013))
        self.assertEqual(server.run("ledger", "show", summary["record"] + ":20014")[0], 5)
        lines = out.splitlines(keepends=True)
        bare = lines[0] + "".join(re.sub(r"rec_\w+:\d+\n$", "\n", line) for line in lines[1:])
        self.assertEqual(shown["output"], hashlib.sha256(bare.encode()).hexdigest())

        def leaf(i, row):
            row = ",".join((row["number"], row["verdict"], row["reason"], row["rule"])).encode()
            keyed = hashlib.blake2b(i.to_bytes(8, "big") + row, key=bytes.fromhex(shown["key"]), digest_size=32)
            return hashlib.sha256(b"\0" + keyed.digest()).digest()

        def root(leaves):
            if len(leaves) == 1:
                return leaves[0]
            k = 1 << (len(leaves) - 1).bit_length() - 1
            return hashlib.sha256(b"\1" + root(leaves[:k]) + root(leaves[k:])).digest()
        self.assertEqual([c["record"].split(":")[1] for c in self.found(server, "13800000012")], ["13", "20012"])
        rows = list(csv.DictReader(io.StringIO(out)))
        self.assertEqual([(r["number"], r["reason"]) for r in rows[20000:]], [(r["number"], r["reason"]) for r in rows[1:14]])
        leaves = [leaf(i, row) for i, row in enumerate(rows, 1)]
        self.assertEqual(root(leaves).hex(), shown["root"])
        self.assertEqual(summary["root"], shown["root"])

    def test_a_server_of_another_version_is_not_believed(self):
        folder = self.path("other")
        os.mkdir(folder, 0o700)
        listener = socket.socket(socket.AF_UNIX)
        self.addCleanup(listener.close)
        listener.bind(os.path.join(folder, "menshen.sock"))
        listener.listen()
        listener.settimeout(30)
        allowed = ["allow", "allowed", ""]
        for answer in ({}, {"rows": [0]}, {"rows": [0, 1], "outcomes": [allowed]}, {"rows": [0, -1], "outcomes": [allowed]},
                       {"rows": [0, "0"], "outcomes": [allowed]}, {"rows": [0, 0, 0], "outcomes": [allowed]},
                       {"rows": [0, 0], "outcomes": [["allow", "allowed"]]}, {"rows": [0, 0], "outcomes": [["maybe", "x", ""]]},
                       {"rows": [0, 0], "outcomes": [["allow", "x" * 300, ""]]},
                       {"rows": [0, 0], "outcomes": [allowed] * 5000}):
            def serve(answer=answer):
                peer = listener.accept()[0]
                with peer, peer.makefile("rw") as lines:
                    for told in {}, answer:
                        lines.readline()
                        lines.write(json.dumps(told) + "\n")
                        lines.flush()
            with self.subTest(str(answer)[:80]):
                thread = threading.Thread(target=serve)
                thread.start()
                path = self.file("list.csv", "number\n13800000001\n13800000002\n")
                code, _, err = menshen.run("scrub", path, "-o", self.path("out.csv"), *self.OPTIONS, data=folder)
                thread.join()
                self.assertIn("the server answers as another version does; restart it", err)
                self.assertNotEqual(code, 0)
                self.assertFalse(os.path.exists(self.path("out.csv")))

    def test_it_is_alike_without_a_server_and_through_pipes(self):
        server = self.server(sip=False, demo=True)
        text = "number\n" + "".join(f"138{n:08d}\n" for n in range(2500))
        served, _, _ = self.scrub(server, text)
        server.stop()
        code, alone, err = server.run("scrub", "-", "-o", "-", *self.OPTIONS, stdin=text)
        self.assertEqual(code, 0, err)

        def strip(t):
            return re.sub(r"rec_\w+:", ":", t)
        self.assertEqual(strip(alone), strip(served))
        self.assertEqual(len(alone.splitlines()), 2501)

    def test_what_is_no_number_is_said_and_exits_7(self):
        server = self.server(sip=False, demo=True)
        out, _, err = self.scrub(server, "number\n13800000001\nhello\n", code=7)
        self.assertEqual([r["reason"] for r in csv.DictReader(io.StringIO(out))], ["allowed", "number-malformed"])
        self.assertIn("1 rows hold no telephone number", err)

    def test_it_needs_a_campaign_in_force(self):
        server = self.server(sip=False, demo=True)
        path = self.file("list.csv", "number\n13800000001\n")
        for line, campaign, reason in [("lin_estate", "cmp_none", "campaign-unknown"),
                                       ("lin_estate", "cmp_spring", "campaign-inactive"),
                                       ("lin_none", "cmp_estate", "line-unknown"),
                                       ("lin_insurance", "cmp_insurance", "caller-not-authorised")]:
            code, _, err = server.run("scrub", path, "-o", self.path("o.csv"), "--from", "057982100001", "--line", line,
                                      "--campaign", campaign, "--at", MORNING)
            self.assertEqual(code, 4, err)
            self.assertIn(reason, err)
            self.assertTrue(err.isascii(), err)
            self.assertFalse(os.path.exists(self.path("o.csv")))

    def test_a_campaign_has_a_quota_a_day(self):
        config = self.file("menshen.yaml", "limits:\n  scrub_rows: 10\n")
        server = self.server(sip=False, demo=True, config=config)
        self.scrub(server, "number\n" + "13800000001\n" * 10)
        path = self.file("more.csv", "number\n13800000001\n")
        code, _, err = server.run("scrub", path, "-o", self.path("more.out"), *self.OPTIONS)
        self.assertEqual(code, 4, err)
        self.assertIn("limits.scrub_rows", err)
        self.assertFalse(os.path.exists(self.path("more.out")))

    def test_what_is_no_regular_file_is_written_to_and_not_replaced(self):
        server = self.server(sip=False, demo=True)
        path = self.file("list.csv", "number\n13800000001\n")
        # A node of our own, lest a fault replaces the machine's.
        full, fifo, link, real = (self.path(n) for n in ("full", "fifo", "link", "real.csv"))
        try:
            os.mknod(full, 0o600 | stat.S_IFCHR, os.makedev(1, 7))
            open(full, "w").close()
        except PermissionError:
            os.path.exists(full) and os.unlink(full)
        if os.path.exists(full):
            code, _, err = server.run("scrub", path, "-o", full, *self.OPTIONS)
            self.assertEqual(code, 1, err)
            self.assertIn(full, err)
            self.assertTrue(stat.S_ISCHR(os.lstat(full).st_mode))
        os.mkfifo(fifo)
        reader = subprocess.Popen(["cat", fifo], stdout=subprocess.PIPE, text=True)
        code, _, err = server.run("scrub", path, "-o", fifo, *self.OPTIONS)
        self.assertEqual(code, 0, err)
        self.assertTrue(stat.S_ISFIFO(os.lstat(fifo).st_mode))
        self.assertIn("13800000001,allow", reader.communicate(timeout=10)[0])
        os.symlink("real.csv", link)
        for _ in "missing", "there":
            code, _, err = server.run("scrub", path, "-o", link, *self.OPTIONS)
            self.assertEqual((code, os.path.islink(link)), (0, True), err)
            with open(real) as f:
                self.assertIn("13800000001,allow", f.read())
            self.assertEqual(os.stat(real).st_mode & 0o777, 0o600)
        code, _, err = server.run("scrub", path, "-o", self.path("."), *self.OPTIONS)
        self.assertEqual(code, 1, err)
        self.assertEqual([n for n in os.listdir(self.path(".")) if n.startswith("real.csv.")], [])

    def test_the_added_columns_stand_under_their_names(self):
        server = self.server(sip=False, demo=True)
        text = "number,name,note\n13800000001\n13800000000,B\n13800000001,C,x,,\n13800000001,D,x,y\n"
        out, _, err = self.scrub(server, text, code=7)
        rows = list(csv.DictReader(io.StringIO(out)))
        self.assertEqual([(r["name"], r["note"], r["verdict"]) for r in rows],
                         [("", "", "allow"), ("B", "", "block"), ("C", "x", "allow")])
        self.assertIn("list.csv:5: more fields", err)

    def test_a_judged_list_can_be_judged_again(self):
        server = self.server(sip=False, demo=True)
        first, _, _ = self.scrub(server, 'name,number\n"a, ""b""",13800000001\nB,13800000000\n')
        again, _, _ = self.scrub(server, first)
        self.assertEqual(re.sub(r"rec_\w+", "", again), re.sub(r"rec_\w+", "", first))
        self.assertNotEqual(again, first)
        code, _, err = server.run("scrub", self.path("list.csv"), "-o", "-", "--json", *self.OPTIONS)
        self.assertEqual(code, 2)
        self.assertIn("standard output", err)

    def test_a_list_without_its_column_or_its_file(self):
        server = self.server(sip=False, demo=True)
        path = self.file("list.csv", "phone\n13800000001\n")
        self.assertEqual(server.run("scrub", path, "-o", self.path("o.csv"), *self.OPTIONS)[0], 1)
        self.assertEqual(server.run("scrub", self.path("none"), "-o", self.path("o.csv"), *self.OPTIONS)[0], 5)
        code, _, err = server.run("scrub", path, "-o", "/nonexistent/o.csv", *self.OPTIONS)
        self.assertIn(code, (1, 5), err)


if __name__ == "__main__":
    import unittest
    unittest.main()
