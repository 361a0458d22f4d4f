"""The server: starting, saying where to look, stopping, reloading, being asked by commands."""
import datetime
import json
import os
import re
import resource
import signal
import socket
import ssl
import stat
import subprocess
import threading
import time
import urllib.error
import urllib.request

import engine
import menshen
import sip

MORNING = "2026-11-23T10:30:00+08:00"


class Serve(menshen.Case):
    def test_it_says_where_to_look_and_what_to_try(self):
        server = self.server(demo=True)
        text = server.messages()
        for words in f"127.0.0.1:{server.sip_port}", f"http://127.0.0.1:{server.http_port}", server.data, "demo try":
            self.assertIn(words, text)
        self.assertTrue(text.rstrip().endswith(f"http://127.0.0.1:{server.http_port}/"), text)

    def test_the_examples_that_it_prints_give_what_it_says(self):
        server = self.server(demo=True)
        said = server.run("demo", "try")[1]
        lines = said.splitlines()
        seen = []
        for comment, command in zip(lines, lines[1:]):
            if not comment.startswith("  # "):
                continue
            if " call " not in command:
                subprocess.run(command, shell=True, capture_output=True, check=True)
                continue
            p = subprocess.run(command, shell=True, capture_output=True, text=True,
                               env=dict(os.environ, LANG="C.UTF-8"))
            expected = comment.rsplit(": ", 1)[1].split()[0]
            self.assertEqual(p.stdout.split()[0], expected, comment + "\n" + command + "\n" + p.stdout + p.stderr)
            seen.append(expected)
        self.assertEqual(set(seen), {"allow", "block", "remind"})
        self.assertIn("603", said)
        self.assertIn("403", said)

    def test_a_second_start_keeps_the_city(self):
        server = self.server(sip=False, demo=True)
        head = self.journal(server)
        self.assertGreater(head, 2000)
        self.assertEqual(server.stop(), 0)
        server.start()
        self.assertEqual(self.journal(server), head)

    def journal(self, server):
        report = json.loads(server.run("doctor", "--json")[1])
        text = next(f["what"] for f in report["findings"] if f["about"] == "store")
        return int(text.rsplit(" ", 1)[1])

    def test_the_city_is_the_same_everywhere(self):
        a, b = (self.server(name, start=False, sip=False, demo=True).start() for name in ("a", "b"))
        for name in os.listdir(os.path.join(a.data, "demo")):
            with open(os.path.join(a.data, "demo", name), "rb") as x, open(os.path.join(b.data, "demo", name), "rb") as y:
                same = x.read() == y.read()
            self.assertEqual(same, not name.endswith(".key"), name)  # but nobody has another city's keys

    def test_each_state_of_the_desk_can_be_seen(self):
        server = self.server(sip=False, demo=True)
        for table, column, states in (
                ("complaints", "status", "accepted closed joined received refused"), ("cases", "status", "closed open"),
                ("listings", "register", "abnormal market penalty"), ("listings", "status", "listed removed"),
                ("listings", "objection", "open"), ("dispatches", "status", "accepted returned"),
                ("clocks", "status", "dropped met running"), ("reports", "status", "counted"),
                ("restraints", "kind", "cap review"), ("traces", "status", "found lost"), ("appeals", "status", "open upheld"),
                ("orders", "act", "restore restrict suspend"), ("takedowns", "status", "ordered reappeared")):
            rows = engine.rows(server, f"SELECT DISTINCT {column} FROM {table} WHERE {column} IS NOT NULL ORDER BY 1")
            self.assertLessEqual(set(states.split()), {r[0] for r in rows}, f"{table}.{column}")
        self.assertEqual(engine.rows(server, "SELECT COUNT(*) FROM notices WHERE known_at IS NOT NULL")[0][0], 1)
        self.assertEqual(engine.rows(server, "SELECT body FROM complaints WHERE respondent = 'org_hunxie'")[0][0], "org_minzheng")

    def test_it_moves_in_on_any_day(self):
        """In holidays, at the end of the calendar and after it: what the desk has seen is counted in days at work."""
        for day in "2027-02-08", "2027-10-03", "2027-12-30", "2028-05-01":
            server = self.server(day, start=False, sip=False, demo=True).clock()
            server.later(int(datetime.datetime.fromisoformat(day + "T15:00:00+00:00").timestamp() - time.time()))
            server.start()
            status, out, err = server.run("case", "list", "--staff", "stf_g01", "--json")
            self.assertEqual(status, 0, out + err)
            self.assertEqual({c["status"] for c in json.loads(out)["cases"]}, {"open", "closed"}, day)
            self.assertEqual(server.stop(), 0)

    def test_everything_in_the_folder_is_private(self):
        server = self.server(sip=False, demo=True)
        for folder, names, files in os.walk(server.data):
            for name in names + files:
                mode = os.lstat(os.path.join(folder, name)).st_mode
                self.assertEqual(stat.S_IMODE(mode) & 0o077, 0, f"{folder}/{name}")
        self.assertTrue(stat.S_ISSOCK(os.stat(os.path.join(server.data, "menshen.sock")).st_mode))
        with open(f"/proc/{server.process.pid}/limits") as f:
            core = next(line for line in f if line.startswith("Max core file size"))
        self.assertEqual(core.split()[4:6], ["0", "0"])

    def test_signals_stop_it_cleanly(self):
        for how in signal.SIGTERM, signal.SIGINT:
            server = self.server(f"data-{int(how)}", demo=True)
            started = time.monotonic()
            self.assertEqual(server.stop(how), 0, server.messages())
            self.assertLess(time.monotonic() - started, 10)
            self.assertFalse(os.path.exists(os.path.join(server.data, "menshen.sock")))

    def test_it_stops_cleanly_while_it_is_asked(self):
        """Over HTTP and SIP at once, again and again; a sanitizer's report would show in the exit code."""
        server = self.server(start=False)
        server.start()
        token = server.token("call")
        question = {"caller": "13800000001", "callee": "13900000001", "line": "lin_x"}
        for _ in range(int(os.environ.get("MENSHEN_STOPS", "5"))):
            answers, stop = [0, 0], threading.Event()

            def ask_http():
                while not stop.is_set():
                    try:
                        answers[0] += server.http("POST", "/v1/calls", question, token=token)[0] == 200
                    except OSError:
                        continue

            def ask_sip():
                client = sip.Client(server.sip_port, timeout=0.01)
                while not stop.is_set():
                    for _ in range(20):
                        client.send(client.request("13800000001", "13900000001", "lin_x"))
                    answers[1] += sum(1 for _ in iter(client.receive, None))
                client.close()
            threads = [threading.Thread(target=ask_http) for _ in range(8)] + [threading.Thread(target=ask_sip)]
            for t in threads:
                t.start()
            try:
                menshen.until(lambda: min(answers) > 20, 60, "both are answered")
                self.assertEqual(server.stop(), 0, server.messages())
            finally:
                stop.set()
                for t in threads:
                    t.join()
            server.start()

    def test_a_second_server_on_the_folder_is_a_conflict(self):
        server = self.server(sip=False)
        code, _, err = server.run("serve", "--http", "", "--sip", "", timeout=60)
        self.assertEqual(code, 6, err)
        self.assertIn(str(server.process.pid), err)

    def test_a_taken_port_is_said(self):
        server = self.server(sip=False)
        code, _, err = menshen.run("serve", "--http", f"127.0.0.1:{server.http_port}", "--sip", "",
                                   data=self.path("other"))
        self.assertNotEqual(code, 0)
        self.assertIn(str(server.http_port), err)
        code, _, err = menshen.run("serve", "--http", "nonsense", "--sip", "", data=self.path("other"))
        self.assertEqual(code, 3, err)
        self.assertIn("nonsense", err)

    def test_a_store_url_with_a_password_is_refused(self):
        code, _, err = menshen.run("serve", "--http", "", "--sip", "", data=self.path("x"),
                                   store="postgresql://u:secret@127.0.0.1/x")
        self.assertNotEqual(code, 0)
        self.assertNotIn("secret", err)

    def test_it_tells_the_service_manager(self):
        path = self.path("notify")
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.bind(path)
            manager.settimeout(60)
            server = self.server(sip=False, env={"NOTIFY_SOCKET": path})
            self.assertIn(b"READY=1", manager.recv(4096))
            server.process.send_signal(signal.SIGHUP)
            self.assertIn(b"RELOADING=1", manager.recv(4096))
            self.assertIn(b"READY=1", manager.recv(4096))
            server.stop()
            self.assertIn(b"STOPPING=1", manager.recv(4096))

    def test_hangup_loads_the_configuration_again(self):
        config = self.file("menshen.yaml", "mode:\n  default: enforce\n")
        server = self.server(demo=True, config=config)

        def ask():
            return server.call("057982100001", "13800000002", "lin_estate", "--campaign", "cmp_estate", "--at",
                               MORNING)["verdict"]
        self.assertEqual(ask(), "block")
        self.file("menshen.yaml", "mode:\n  default: observe\n")
        server.process.send_signal(signal.SIGHUP)


        def acts():
            try:
                return ask() == "allow"
            except AssertionError:  # asked while the gate was being opened anew
                return False
        menshen.until(acts, 20, "the new mode acts")
        self.file("menshen.yaml", "mode:\n  default: nonsense\n")
        server.process.send_signal(signal.SIGHUP)
        menshen.until(lambda: "stays in force" in server.messages(), 20, "the error is said")
        self.assertIn("menshen.yaml:2", server.messages())
        self.assertEqual(ask(), "allow")

    def test_commands_of_many_ask_one_server(self):
        server = self.server(sip=False, demo=True)
        command = [menshen.BINARY, "call", "-d", server.data, "--from", "057982100001", "--to", "13800000002",
                   "--line", "lin_estate", "--json"]
        running = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(30)]
        records = set()
        for p in running:
            out, _ = p.communicate(timeout=60)
            self.assertEqual(p.returncode, 4)
            records.add(json.loads(out)["record"])
        self.assertEqual(len(records), 30)

    def test_the_socket_takes_one_object_a_line_and_says_what_is_wrong(self):
        server = self.server(sip=False)
        with socket.socket(socket.AF_UNIX) as s:
            s.connect(os.path.join(server.data, "menshen.sock"))
            lines = s.makefile("rw")

            def ask(text):
                lines.write(text + "\n")
                lines.flush()
                return json.loads(lines.readline())
            self.assertIn("journal", ask('{"do":"status"}'))
            self.assertEqual(ask('{"do":"fly"}')["error"], "invalid")
            self.assertEqual(ask('{}')["error"], "invalid")
            self.assertEqual(ask('{"do":"call"}')["error"], "invalid")
            self.assertEqual(ask('{"do":"reach","seq":-1}')["error"], "invalid")
            self.assertEqual(ask('{"do":"scrub-rows","numbers":["1"]}')["error"], "invalid")
            self.assertEqual(ask('{"do":"scrub-end"}')["error"], "invalid")
            self.assertEqual(ask('{"do":"record","record":"rec_x"}')["error"], "invalid")
            lines.write("no object\n")
            lines.flush()
            self.assertEqual(lines.readline(), "")
        self.assertEqual(server.get("/healthz")[0], 200)

    def test_a_client_that_says_nothing_does_not_hold_up_the_stop(self):
        server = self.server(sip=False)
        with socket.socket(socket.AF_UNIX) as s:
            s.connect(os.path.join(server.data, "menshen.sock"))
            s.sendall(b'{"do":')
            self.assertEqual(server.stop(seconds=10), 0)

    def test_a_folder_with_a_long_path_has_a_socket_too(self):
        server = self.server("d" * 120, sip=False)
        self.assertEqual(server.call("13800000001", "13900000001", "lin_x")["reason"], "line-unknown")

    def certificate(self, name):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", self.path("key.pem"),
                        "-out", self.path("cert.pem"), "-days", "2", "-subj", f"/CN={name}",
                        "-addext", "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)

    def test_https_and_a_renewed_certificate(self):
        self.certificate("first")
        port = menshen.free_port()
        config = self.file("menshen.yaml", f"http:\n  tls:\n    listen: 127.0.0.1:{port}\n"
                                           f"    certificate: {self.path('cert.pem')}\n    key: {self.path('key.pem')}\n")
        server = self.server(config=config)

        def get():
            trust = ssl.create_default_context(cafile=self.path("cert.pem"))
            try:
                with urllib.request.urlopen(f"https://127.0.0.1:{port}/healthz", context=trust, timeout=30) as answer:
                    self.assertIn("max-age", answer.headers["Strict-Transport-Security"])
                    return answer.status
            except urllib.error.URLError:
                return None
        self.assertEqual(get(), 200)
        self.certificate("second")
        self.assertIsNone(get())
        server.process.send_signal(signal.SIGHUP)
        menshen.until(lambda: get() == 200, 20, "the renewed certificate is shown")
        self.file("cert.pem", "nonsense")
        server.process.send_signal(signal.SIGHUP)
        menshen.until(lambda: "http.tls.certificate" in server.messages(), 20, "the error is said")
        self.assertEqual(server.get("/healthz")[0], 200)

    def reload(self, server, wait_for):
        """SIGHUP; returns when the log says how it went."""
        said = os.path.getsize(server.log_path)

        def heard():
            with open(server.log_path, "rb") as f:
                f.seek(said)
                return wait_for.encode() in f.read()
        server.process.send_signal(signal.SIGHUP)
        menshen.until(heard, menshen.START_SECONDS, wait_for)

    def asked(self, server):
        """While the body runs, ask over HTTP without pause: (answers that came, all of them allowed or blocked)."""
        token = server.token("call")
        question = {"caller": "13800000001", "callee": "13900000001", "line": "lin_x"}
        answers, stop = [], threading.Event()

        def ask():
            while not stop.is_set():
                try:
                    answers.append(server.http("POST", "/v1/calls", question, token=token))
                except OSError as e:
                    answers.append((0, None, str(e)))
        thread = threading.Thread(target=ask)
        thread.start()

        def end():
            stop.set()
            thread.join()
            return answers
        self.addCleanup(end)
        menshen.until(lambda: answers, 30, "questions are answered")
        return end

    def test_a_reload_that_cannot_succeed_is_not_begun(self):
        self.certificate("good")
        os.rename(self.path("key.pem"), self.path("other-key.pem"))
        self.certificate("other")
        good = "ledger: {checkpoint_ms: 900}\n"
        config = self.file("menshen.yaml", good)
        server = self.server(config=config)
        before = self.opened(server)
        end = self.asked(server)
        taken = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(taken.close)
        port, free = taken.getsockname()[1], menshen.free_port()
        files = "certificate: {0}, key: {1}".format(self.path("cert.pem"), self.path("key.pem"))
        wrong = "certificate: {0}, key: {1}".format(self.path("cert.pem"), self.path("other-key.pem"))
        self.file("pack.yaml", "nonsense: [\n")
        for text, said in (
                (f"http: {{tls: {{listen: '127.0.0.1:{port}', {files}}}}}", f"http.tls.listen: 127.0.0.1:{port}"),
                (f"sip: {{tls: {{listen: '127.0.0.1:{port}', {files}}}}}", f"sip.tls.listen: 127.0.0.1:{port}"),
                (f"http: {{tls: {{listen: '127.0.0.1:{free}', {files}}}}}\n"
                 f"sip: {{tls: {{listen: '127.0.0.1:{free}', {files}}}}}", f"127.0.0.1:{free}"),
                (f"http: {{tls: {{listen: 'localhost:{free}', {files}}}}}", "localhost"),
                (f"http: {{tls: {{listen: '127.0.0.1:{free}', {wrong}}}}}", "http.tls.key"),
                (f"sip: {{tls: {{listen: '127.0.0.1:{free}', {wrong}}}}}", "sip.tls.key"),
                ("rules: [pack.yaml]", "pack.yaml:"), ("rules: [nowhere.yaml]", "nowhere.yaml"),
                ("store: nowhere/facts.db", "nowhere/facts.db"),
                ("ledger: {witness_for: [{origin: x, vkey: y}]}", "witness_for"),
                ("sip: {next_hop: 'a b'}", "menshen.yaml:1:17")):
            with self.subTest(said):
                self.file("menshen.yaml", text + "\n")
                self.reload(server, "the old configuration stays in force")
                self.assertIn(said, server.messages())
        answers = end()
        self.assertEqual({a[0] for a in answers}, {200}, "somebody noticed")
        self.assertEqual(self.opened(server), before)
        self.file("menshen.yaml", "ledger: {checkpoint_ms: 800}\n")
        self.reload(server, "was loaded again")
        menshen.until(server.ready, 30, "it answers")
        self.assertNotEqual(self.opened(server), before)

    def opened(self, server):
        """When the house was opened: then its control socket was made."""
        return os.stat(os.path.join(server.data, "menshen.sock")).st_ctime_ns

    def test_no_answered_record_is_lost_by_reloads(self):
        config = self.file("menshen.yaml", "ledger: {checkpoint_ms: 900}\n")
        server = self.server(config=config)
        end = self.asked(server)
        for n in range(5):
            self.file("menshen.yaml", f"ledger: {{checkpoint_ms: {800 + n}}}\n")
            self.reload(server, "was loaded again")
        answers = [a for a in end() if a[0] == 200]
        records = {json.loads(a[2])["record"] for a in answers}
        self.assertEqual(len(records), len(answers))
        token = server.token("explain")
        self.assertEqual({server.get("/v1/records/" + r, token=token)[0] for r in records}, {200})
        self.run_ok("ledger", "verify", data=server.data)

    def test_a_configuration_that_does_not_open_gives_way_to_the_old_one(self):
        # What only the opening can tell: that there is not memory enough.
        few = "allocator_may_return_null=1"
        env = {name: os.environ.get(name, "") + " " + few for name in ("ASAN_OPTIONS", "TSAN_OPTIONS")}
        config = self.file("menshen.yaml", "sip: {next_hop: '10.0.0.5:5060'}\n")
        server = self.server(config=config, env=env)
        before, record = self.opened(server), server.call("13800000001", "13900000001", "lin_x")["record"]
        with open(f"/proc/{server.process.pid}/status") as f:
            used = int(re.search(r"VmSize:\s+(\d+)", f.read())[1]) << 10
        resource.prlimit(server.process.pid, resource.RLIMIT_AS, (used + (1 << 30), used + (1 << 30)))
        self.file("menshen.yaml", "sip: {next_hop: '10.0.0.6:5060', max_pending: 10000000}\n")
        self.reload(server, "the old configuration stays in force")
        self.assertIn("found after closing", server.messages())
        menshen.until(server.ready, 30, "it answers")
        self.assertNotEqual(self.opened(server), before)
        self.assertEqual(server.get("/v1/records/" + record, token=server.token("explain"))[0], 200)
        client = sip.Client(server.sip_port)
        self.addCleanup(client.close)
        self.assertEqual(client.invite("13800000001", "110").get("Contact"), "<sip:110@10.0.0.5:5060;user=phone>")
        self.assertEqual(server.stop(), 0)

    def test_metrics_count_sip(self):
        server = self.server()
        text = server.get("/metrics", token=server.token("metrics"))[2]
        self.assertIn('menshen_sip_requests_total{method="INVITE"} 0', text)


class Witnesses(menshen.Case):
    def key(self, server, *args):
        return self.run_ok(*args, data=server.data).strip()

    def test_two_nodes_cosign_each_other(self):
        a, b = self.server("a", sip=False, demo=True), self.server("b", sip=False)
        names = {s: (self.key(s, "ledger", "key"), self.key(s, "witness", "--key")) for s in (a, b)}
        for s, other in (a, b), (b, a):
            log, witness = names[other]
            s.stop()
            s.config = self.file(os.path.basename(s.data) + ".yaml",
                                 f"ledger:\n  witnesses:\n    - url: http://127.0.0.1:{other.http_port}\n"
                                 f"      vkey: {witness}\n  witness_for:\n    - origin: log\n      vkey: {log}\n")
        a.start()
        b.start()
        for s in a, b:
            code, out, err = s.run("witness", "--json", "--config", s.config)
            self.assertEqual(code, 0, out + err)
            self.assertEqual([w["state"] for w in json.loads(out)["witnesses"]], ["done"])

    def test_without_witnesses_it_says_so(self):
        server = self.server(sip=False)
        code, _, err = server.run("witness")
        self.assertEqual(code, 3)
        self.assertIn("ledger.witnesses", err)


if __name__ == "__main__":
    import unittest
    unittest.main()
