"""The SIP front of a running server, asked by a real sipp over UDP, TCP and TLS."""
import os
import re
import signal
import socket
import ssl
import unittest
import uuid

import menshen
import passport
import sip
import sipp

CONFIG = """\
ledger: {{deadline_ms: 30000}}
sip:
  next_hop: 10.0.0.5:5070
  tls:
    listen: 127.0.0.1:{tls}
    certificate: {cert}
    key: {key}
"""
PATIENT = "ledger: {deadline_ms: 30000}\n"  # a record that is late on a busy machine would change the answer
ALLOWED = {"caller": sipp.CALLER, "callee": sipp.CALLEE, "line": sipp.SUBSCRIBERS}
FAKED = {"caller": sipp.STRANGER, "callee": sipp.CALLEE, "line": sipp.SUBSCRIBERS}
UNWANTED = {"caller": sipp.OTHER_CALLER, "callee": sipp.BLOCKER, "line": sipp.SUBSCRIBERS}
ROAMER = {"caller": sipp.CALLER, "callee": sipp.CALLEE, "line": sipp.ABROAD}
CASES = (
    # keys, code, header, pattern
    (ALLOWED, 302, "Contact:", r"<sip:.8613900139000@10\.0\.0\.5:5070;user=phone>"),
    (ALLOWED, 302, "X-Menshen-Record:", "rec_[0-9a-f]+_[0-9]+"),
    (FAKED, 403, "Reason:", 'SIP;cause=403;text="caller-not-authorised"'),
    (UNWANTED, 603, "Reason:", 'SIP;cause=603;text="declined"'),
    (ROAMER, 302, "X-Menshen-Verdict:", "remind;reason=foreign-trunk-domestic-caller"),
)


class Sipp(menshen.Case):
    def start(self):
        cert, key = sipp.certificate(self)
        self.cert, self.key, self.tls_port = cert, key, menshen.free_port()
        text = CONFIG.format(tls=self.tls_port, cert=cert, key=key)
        server = self.server(start=False, config=self.file("config.yaml", text))
        sipp.load(self, server.data)
        return server.start()

    def ask_all(self, port, transport):
        for keys, code, header, pattern in CASES:
            with self.subTest(transport=transport, code=code, header=header):
                sipp.run(self, "dip.xml", port, code, header, pattern, keys, transport)

    def test_udp(self):
        server = self.start()
        self.ask_all(server.sip_port, "u1")
        sipp.run(self, "dip.xml", server.sip_port, 302, "Contact:", "13900139000", ALLOWED, calls=200,
                 more=["-r", "200"])

    def test_tcp(self):
        server = self.start()
        self.ask_all(server.sip_port, "t1")
        sipp.run(self, "dip.xml", server.sip_port, 302, "Contact:", "13900139000", ALLOWED, "tn", 50,
                 ["-r", "100", "-max_socket", "500"])

    def test_tls(self):
        self.start()
        self.ask_all(sipp.Tunnel(self, self.tls_port, self.cert).port, "t1")

    def test_404_without_a_next_hop(self):
        server = self.server(start=False, config=self.file("config.yaml", PATIENT))
        sipp.load(self, server.data)
        server.start()
        for transport in ("u1", "t1"):
            sipp.run(self, "dip.xml", server.sip_port, 404, "X-Menshen-Verdict:", "allow", ALLOWED, transport)

    def test_the_certificate_is_read_again_on_sighup(self):
        server = self.start()

        def shown():
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            with socket.create_connection(("127.0.0.1", self.tls_port)) as s:
                with context.wrap_socket(s) as t:
                    return t.getpeercert(binary_form=True)

        before = shown()
        self.assertEqual(shown(), before)
        sipp.certificate(self)
        server.process.send_signal(signal.SIGHUP)
        menshen.until(lambda: shown() != before, 10, "the new certificate is shown")


class Answers(menshen.Case):
    """What sipp cannot say: the same bytes twice, CANCEL, broken requests."""

    def start(self):
        server = self.server(start=False, config=self.file("config.yaml", PATIENT + "sip: {next_hop: '10.0.0.5:5060'}\n"))
        sipp.load(self, server.data)
        server.start()
        self.client = sip.Client(server.sip_port)
        self.addCleanup(self.client.close)
        return server

    def ask(self, data):
        self.client.send(data)
        return self.client.receive()

    def request(self, **more):
        return self.client.request(sipp.CALLER, sipp.CALLEE, sipp.SUBSCRIBERS, **more)

    def test_a_retransmission_is_answered_alike_and_counted_once(self):
        server = self.start()
        request = self.request()
        first, second = self.ask(request), self.ask(request)
        self.assertEqual(first.code, 302)
        self.assertEqual(first.raw, second.raw)
        server.stop()
        server.start()
        self.assertEqual(self.ask(request).raw, first.raw, "after a restart")
        server.kill()
        server.start()
        self.assertEqual(self.ask(request).raw, first.raw, "after a kill")
        code, out, err = server.run("ledger", "find", "--from", sipp.CALLER, "--to", sipp.CALLEE,
                                    "--since", "2020-01-01", "--json")
        self.assertEqual(code, 0, err)
        self.assertEqual(len(set(re.findall(r"rec_[0-9a-f]+_\d+", out))), 1, out)

    def test_another_call_in_the_same_transaction_is_judged_for_itself(self):
        server = self.start()
        same = {"call_id": "same", "branch": "z9hG4bKsame"}
        request = self.request(**same)
        allowed = self.ask(request)
        self.assertEqual(allowed.code, 302)
        faked = self.client.request(sipp.STRANGER, sipp.CALLEE, sipp.SUBSCRIBERS, **same)
        unwanted = self.client.request(sipp.OTHER_CALLER, sipp.BLOCKER, sipp.SUBSCRIBERS, **same)
        self.assertEqual(self.ask(faked).code, 403)
        server.stop()
        server.start()
        answer = self.ask(unwanted)
        self.assertEqual(answer.code, 603)
        self.assertNotEqual(answer.record, allowed.record)
        self.assertEqual(self.ask(request).raw, allowed.raw)

    def test_cancel(self):
        self.start()
        request = self.request(call_id="c", branch="z9hG4bKc")
        self.assertEqual(self.ask(request).code, 302)
        late = self.ask(self.request(method="CANCEL", call_id="c", branch="z9hG4bKc"))
        self.assertEqual((late.code, late.get("CSeq")), (200, "1 CANCEL"))
        unknown = self.ask(self.request(method="CANCEL"))
        self.assertEqual(unknown.code, 481)

    def test_other_methods(self):
        self.start()
        self.assertEqual(self.ask(self.request(method="OPTIONS")).code, 200)
        self.assertIn("INVITE", self.ask(self.request(method="OPTIONS")).get("Allow"))
        refused = self.ask(self.request(method="REGISTER"))
        self.assertEqual((refused.code, refused.get("Allow")), (405, "INVITE, ACK, CANCEL, OPTIONS"))
        self.client.send(self.request(method="ACK"))
        after = self.ask(self.request(method="OPTIONS", cseq=7))
        self.assertEqual(after.get("CSeq"), "7 OPTIONS", "an ACK is not answered")

    def test_what_is_wrong_is_said(self):
        self.start()
        good = self.request()
        for change, code, word in (
                ((b"Max-Forwards: 70", b"Max-Forwards: 0"), 483, "Hops"),
                ((b"Max-Forwards: 70", b"Max-Forwards: many"), 400, "Max-Forwards"),
                ((b"CSeq: 1 INVITE", b"CSeq: 1 BYE"), 400, "CSeq"),
                ((b"SIP/2.0\r\n", b"SIP/3.0\r\n"), 505, "SIP/2.0"),
                ((b"Content-Length: 0", b"Content-Length: 9"), 400, "Content-Length"),
                ((b"Content-Length: 0", b"Require: x\r\nContent-Length: 0"), 420, "Extension"),
                ((b"INVITE sip:" + sipp.CALLEE.encode(), b"INVITE sip:alice"), 400, "telephone number")):
            answer = self.ask(good.replace(*change, 1))
            self.assertIsNotNone(answer, change)
            self.assertEqual(answer.code, code, change)
            self.assertIn(word, answer.phrase)

    def test_emergency_numbers_ring_whatever_is_wrong(self):
        self.start()
        answer = self.client.invite("anonymous", "110", "lin_none")
        self.assertEqual(answer.code, 302)
        self.assertEqual(answer.get("Contact"), "<sip:110@10.0.0.5:5060;user=phone>")

    def test_a_person_s_reasons_are_not_told(self):
        self.start()
        answer = self.client.invite(sipp.OTHER_CALLER, sipp.BLOCKER, sipp.SUBSCRIBERS)
        self.assertEqual((answer.code, answer.phrase), (603, "Decline"))
        self.assertNotIn(b"callee-blocks", answer.raw)
        self.assertEqual(answer.get("X-Menshen-Verdict"), "block;reason=declined")

    def test_an_unknown_peer_gets_a_bare_403(self):
        server = self.server(start=False, config=self.file("config.yaml", PATIENT + "sip: {trusted_peers: [192.0.2.1]}\n"))
        sipp.load(self, server.data)
        server.start()
        client = sip.Client(server.sip_port)
        self.addCleanup(client.close)
        answer = client.invite(sipp.CALLER, sipp.CALLEE, sipp.SUBSCRIBERS)
        self.assertEqual(answer.code, 403)
        self.assertNotIn(b"X-Menshen", answer.raw)
        self.assertNotIn(b"Reason", answer.raw)

    def test_a_registered_trunk_is_not_limited_with_strangers(self):
        text = PATIENT + 'sip: {next_hop: "10.0.0.5:5070", trusted_peers: [192.0.2.1]}\n'
        server = self.server(start=False, config=self.file("config.yaml", text))
        sipp.load(self, server.data)
        server.start()
        client = sip.Client(server.sip_port)
        self.addCleanup(client.close)
        options = [client.request(sipp.CALLER, sipp.CALLEE, method="OPTIONS") for _ in range(100)]

        def answered(most):
            """How many of `options` are answered before an emergency call that follows them, or `most`."""
            for request in options:
                client.send(request)
            client.send(client.request(sipp.CALLER, "110", call_id="last" + uuid.uuid4().hex))
            n, last = 0, False
            while n < most and not (last and most > 100):
                answer = client.receive()
                self.assertIsNotNone(answer, f"{n} answers")
                last = last or answer.get("Call-ID").startswith("last")
                n += "OPTIONS" in answer.get("CSeq")
            return n

        self.assertLess(answered(101), 50)
        for _ in range(30):
            self.assertEqual(client.invite(sipp.CALLER, "110").code, 302)
        server.stop()
        trunk = sipp.FACTS["lines"].replace(",,licence", ",127.0.0.1,licence", 1)
        self.run_ok("import", "lines", self.file("trunk.csv", trunk), data=server.data)
        server.start()
        self.assertEqual(answered(100), 100)


@unittest.skipUnless(menshen.has_ipv6(), "the kernel has no IPv6 loopback")
class IPv6(menshen.Case):
    """Sockets, peers and literals of IPv6, over ::1."""

    CONFIG = """\
ledger: {{deadline_ms: 30000}}
sip:
  next_hop: "[2001:db8::5]:5070"
  trusted_peers: [{trusted}]
  tls:
    listen: "[::1]:{tls}"
    certificate: {cert}
    key: {key}
"""

    def start(self, host="[::1]", trusted='"::1", 127.0.0.1', line_peers=""):
        self.cert, key = sipp.certificate(self)
        self.tls_port = menshen.free_port()
        text = self.CONFIG.format(tls=self.tls_port, cert=self.cert, key=key, trusted=trusted)
        server = self.server(start=False, config=self.file("config.yaml", text), sip_host=host)
        sipp.load(self, server.data)
        lines = sipp.FACTS["lines"].replace(",,licence", f",{line_peers},licence", 1)
        self.run_ok("import", "lines", self.file("lines6.csv", lines), data=server.data)
        return server.start()

    def client(self, server, host="::1"):
        client = sip.Client(server.sip_port, host=host)
        self.addCleanup(client.close)
        return client

    def test_udp_answers_with_literals(self):
        client = self.client(self.start())
        answer = client.invite(sipp.CALLER, sipp.CALLEE, sipp.SUBSCRIBERS)
        self.assertEqual((answer.code, answer.get("Contact")),
                         (302, f"<sip:{sipp.CALLEE}@[2001:db8::5]:5070;user=phone>"))
        self.assertIn(f";received=::1;rport={client.port}", answer.get("Via"))
        request = client.request(sipp.CALLER, sipp.CALLEE, sipp.SUBSCRIBERS)
        client.send(request.replace(f"UDP [::1]:{client.port};".encode(), b"UDP [2001:db8::9]:9;"))
        self.assertIn(f"UDP [2001:db8::9]:9;branch", client.receive().get("Via"))
        # It already goes where the next hop is, however that is written.
        client.send(client.request(sipp.CALLER, sipp.CALLEE, sipp.SUBSCRIBERS)
                    .replace(b"@[::1];user=phone SIP", b"@[2001:DB8:0::5]:5070;user=phone SIP"))
        self.assertEqual(client.receive().code, 404)

    def test_a_registered_trunk_is_known_by_its_address(self):
        client = self.client(self.start(trusted="192.0.2.1", line_peers="0:0:0:0:0:0:0:1"))
        answer = client.invite(sipp.CALLER, sipp.CALLEE)
        self.assertEqual(answer.code, 302)
        self.assertNotIn(b"X-Menshen", answer.raw)
        self.assertEqual(client.invite(sipp.STRANGER, sipp.CALLEE).code, 403)

    def test_a_stranger_is_refused(self):
        client = self.client(self.start(trusted='"2001:db8::/32"'))
        answer = client.invite(sipp.CALLER, sipp.CALLEE, sipp.SUBSCRIBERS)
        self.assertEqual(answer.code, 403)
        self.assertNotIn(b"X-Menshen", answer.raw)

    def test_the_wildcard_takes_both(self):
        server = self.start(host="[::]", trusted='"::1", 127.0.0.1')
        for host in "::1", "127.0.0.1":
            with self.subTest(host=host):
                answer = self.client(server, host).invite(sipp.CALLER, sipp.CALLEE, sipp.SUBSCRIBERS)
                self.assertEqual(answer.code, 302)
                self.assertIn(f";received={host};", answer.get("Via"))

    def test_sipp_over_udp_and_tcp(self):
        server = self.start()
        contact = r"<sip:.8613900139000@\[2001:db8::5\]:5070;user=phone>"
        for transport in "u1", "t1":
            with self.subTest(transport=transport):
                sipp.run(self, "dip.xml", server.sip_port, 302, "Contact:", contact, ALLOWED, transport, host="::1")
                sipp.run(self, "dip.xml", server.sip_port, 403, "Reason:", "caller-not-authorised", FAKED,
                         transport, host="::1")

    def test_tls(self):
        client = self.client(self.start())
        context = ssl.create_default_context(cafile=self.cert)
        with socket.create_connection(("::1", self.tls_port), timeout=30) as plain:
            with context.wrap_socket(plain, server_hostname="::1") as tls:
                tls.sendall(client.request(sipp.CALLER, sipp.CALLEE, sipp.SUBSCRIBERS))
                got = b""
                while b"\r\n\r\n" not in got:
                    part = tls.recv(65536)
                    self.assertTrue(part, got)
                    got += part
        self.assertEqual(sip.Answer(got).code, 302)


class Identity(menshen.Case):
    """110 on a line between carriers: refused, unless a PASSporT proves it."""
    CALLER, CALLEE = "110", sipp.CALLEE[1:]

    def start(self, config="sip:\n  next_hop: 10.0.0.5:5070\n"):
        self.stir = passport.Stir(self)
        self.key = self.stir.certificate()
        self.narrow = self.stir.certificate("https://cr.example/narrow.pem", "30:07:a2:05:16:03:31:31:39")
        server = self.server(start=False, config=self.file("config.yaml", PATIENT + config + self.stir.config))
        sipp.load(self, server.data)
        server.start()
        self.client = sip.Client(server.sip_port)
        self.addCleanup(self.client.close)
        return server

    def ask(self, identity, caller=CALLER, **more):
        return self.client.invite(caller, sipp.CALLEE, sipp.BETWEEN, extra=[f"Identity: {identity}"], **more)

    def metric(self, server, result):
        text = server.get("/metrics", token=server.token("metrics"))[2]
        return int(re.search(f'menshen_sip_identities_total{{result="{result}"}} (\\d+)', text)[1])

    def test_a_proven_caller_is_believed(self):
        server = self.start()
        identity = self.stir.identity(self.key, self.CALLER, self.CALLEE)
        keys = {"caller": self.CALLER, "callee": sipp.CALLEE, "line": sipp.BETWEEN}
        for transport in "u1", "t1":
            sipp.run(self, "dip.xml", server.sip_port, 302, "X-Menshen-Verdict:", "allow",
                     dict(keys, identity=identity), transport, 50, ["-r", "200"])
            sipp.run(self, "dip.xml", server.sip_port, 403, "Reason:", "caller-not-authorised", keys, transport)
        self.assertEqual(self.metric(server, "verified"), 100)
        request = self.client.request(self.CALLER, sipp.CALLEE, sipp.BETWEEN, extra=[f"Identity: {identity}"])
        answers = []
        for _ in range(2):
            self.client.send(request)
            answers.append(self.client.receive())
        self.assertEqual(answers[0].code, 302)
        self.assertEqual(answers[0].raw, answers[1].raw, "a retransmission")

    def test_a_bad_passport_proves_nothing(self):
        server = self.start()
        good = self.stir.identity(self.key, self.CALLER, self.CALLEE)
        token, _, params = good.partition(";")
        swapped = token[:-2] + ("A" if token[-2] != "A" else "B") + token[-1]
        cases = {
            "signature": [f"{swapped};{params}", self.stir.identity(self.stir.new_key("x"), "110", self.CALLEE)],
            "stale": [self.stir.identity(self.key, "110", self.CALLEE, age=90),
                      self.stir.identity(self.key, "110", self.CALLEE, age=-90)],
            "other-number": [self.stir.identity(self.key, "119", self.CALLEE),
                             self.stir.identity(self.key, "110", "8613900139009")],
            "partial": [self.stir.identity(self.key, "110", self.CALLEE, attest=a) for a in "BC"],
            "unsupported": [self.stir.identity(self.key, "110", self.CALLEE, ppt="div"),
                            ".." + token.split(".")[2] + ";" + params],
            "malformed": ["x", "a.b.c;info=<https://cr.example/p.pem>", token, f"{token};info=<x",
                          "a" * 5000 + ";" + params],
            "no-certificate": [self.stir.identity(self.key, "110", self.CALLEE, url="https://cr.example/none.pem")],
            "certificate": [self.stir.identity(self.narrow, "110", self.CALLEE, url="https://cr.example/narrow.pem")],
        }
        for result, identities in cases.items():
            for identity in identities:
                with self.subTest(result=result):
                    self.assertEqual(self.ask(identity).code, 403)
            self.assertEqual(self.metric(server, result), len(identities), result)
        self.assertEqual(self.ask(good).code, 302)
        messages = server.messages()
        for number in "13900139000", "8613900139009":
            self.assertNotIn(number, messages)

    def test_without_anchors_an_identity_header_earns_nothing(self):
        stir = passport.Stir(self)
        identity = stir.identity(stir.certificate(), self.CALLER, self.CALLEE)
        server = self.server(start=False)
        sipp.load(self, server.data)
        server.start()
        self.client = sip.Client(server.sip_port)
        self.addCleanup(self.client.close)
        self.assertEqual(self.ask(identity).code, 403)
        self.assertEqual(self.metric(server, "verified"), 0)

    def test_a_certificate_may_come_later(self):
        server = self.start()
        url = "https://cr.example/later.pem"
        key = self.stir.new_key("later")
        self.assertEqual(self.ask(self.stir.identity(key, self.CALLER, self.CALLEE, url=url)).code, 403)
        key = self.stir.certificate(url)
        menshen.until(lambda: self.ask(self.stir.identity(key, self.CALLER, self.CALLEE, url=url)).code == 302, 20,
                      "the certificate is read")
        self.assertEqual(self.metric(server, "verified"), 1)

    def test_other_anchors_hold_after_sighup(self):
        server = self.start()
        identity = self.stir.identity(self.key, self.CALLER, self.CALLEE)
        self.assertEqual(self.ask(identity).code, 302)
        sipp.certificate(self, stem="other")
        os.replace(self.path("other.crt"), self.stir.anchors)
        server.process.send_signal(signal.SIGHUP)
        menshen.until(lambda: self.ask(self.stir.identity(self.key, self.CALLER, self.CALLEE)).code == 403, 10,
                      "the new anchors hold")

    def test_other_files_of_anchors_act_without_closing(self):
        server = self.start()
        opened = os.stat(os.path.join(server.data, "menshen.sock")).st_ctime_ns
        other, old = self.path("other-anchors.crt"), self.stir.config
        sipp.certificate(self, stem="other")
        os.replace(self.path("other.crt"), other)
        for config, code in ((old.replace(self.stir.anchors, other), 403), ("", 403), (old, 302)):
            self.file("config.yaml", PATIENT + "sip:\n  next_hop: 10.0.0.5:5070\n" + config)
            said = server.messages().count("was loaded again")
            server.process.send_signal(signal.SIGHUP)
            menshen.until(lambda: server.messages().count("was loaded again") > said, 20, "it is loaded")
            self.assertEqual(self.ask(self.stir.identity(self.key, self.CALLER, self.CALLEE)).code, code)
        self.assertEqual(os.stat(os.path.join(server.data, "menshen.sock")).st_ctime_ns, opened)

    def test_a_missing_file_of_anchors_is_told(self):
        text = "sip: {identity: {anchors: nowhere.crt, certificates: .}}\n"
        code, _, err = menshen.run("serve", "--sip", "127.0.0.1:0", "--http", "127.0.0.1:0", "--config",
                                   self.file("c.yaml", text), data=self.path("d"))
        self.assertNotEqual(code, 0)
        self.assertIn("sip.identity.anchors", err)


if __name__ == "__main__":
    unittest.main()
