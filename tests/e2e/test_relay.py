"""Calls over a relay number, through a real Kamailio: each party learns that number and no other.

sipp plays both parties, each of whom writes its own number into every header and line of SDP that
it can. What the agency's leg carried is then searched for the member's number in every coding.
"""
import base64
import os
import re
import socket
import subprocess
import threading
import unittest

import codings
import kamailio
import menshen
import sip
import sipp

MEMBER, DESK, RELAY = "+8613900139000", "+862161230001", "+8617000000001"

HEADERS = """\
P-Asserted-Identity: "{n}" <tel:{n}>
P-Preferred-Identity: <sip:{n}@example.org>
Remote-Party-ID: "{n}" <sip:{n}@example.org>;party=calling
Identity: eyJ0eXAiOiJwYXNzcG9ydCJ9.{b}.c2ln;info=<https://cr.example.org/{n}>
Diversion: <tel:{n}>;reason=unconditional
History-Info: <sip:{n}@example.org>;index=1
P-Called-Party-ID: <sip:{n}@example.org>
P-Charging-Vector: icid-value={n}
P-Access-Network-Info: 3GPP-UTRAN-TDD;utran-cell-id-3gpp={n}
Referred-By: <sip:{n}@example.org>
Reply-To: <sip:{n}@example.org>
Reason: SIP;cause=200;text="{n}"
Warning: 399 example.org "{n}"
Call-Info: <http://example.org/{n}>;purpose=icon
Alert-Info: <http://example.org/{n}>
User-Agent: {n}
Server: {n}
Organization: {n}
Subject: {n}
Supported: timer, {n}
Allow: INVITE, {n}
Accept: application/{n}
Session-Expires: 1800;refresher={n}
Geolocation: <cid:{n}@example.org>
User-to-User: {h};encoding=hex
Timestamp: {d}
TH: {n}
X-Number: {n}
Date: {n}"""

SDP = """\
v=0
o={d} {d} {d} IN IP4 {d}
s={n}
i={n}
u=http://example.org/{n}
e={n}@example.org
p={n}
c=IN IP4 127.0.0.1
t={d} {d}
k=clear:{n}
a=tool:{n}
m=audio 40000 RTP/AVP 8 101
i={n}
a=rtpmap:8 PCMA/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 {d}
a=ssrc:1 cname:{n}
a=label:{n}
a=sendrecv"""


def noise(number):
    """Headers and SDP that hold the number wherever they can."""
    token = base64.b64encode(f'{{"orig":{{"tn":"{number[1:]}"}}}}'.encode()).decode().rstrip("=")
    forms = {"n": number, "d": number[1:], "h": number.encode().hex(), "b": token}
    return HEADERS.format(**forms).replace("\n", "\n      "), SDP.format(**forms).replace("\n", "\n      ")


class Answers:
    """Says what menshen would: a 302 to `target`, who shall see `shown`."""

    def __init__(self, case, target, shown):
        self.target, self.shown = target, shown
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        case.addCleanup(self.socket.close)
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            try:
                data, peer = self.socket.recvfrom(65535)
            except OSError:
                return
            lines = data.decode("latin-1").split("\r\n")
            method = lines[0].split()[0]
            kept = [x for x in lines[1:] if re.match(r"(Via|From|To|Call-ID|CSeq):", x, re.I)]
            if method == "INVITE":
                answer = ["SIP/2.0 302 Moved Temporarily", *kept, f"Contact: <sip:{self.target};user=phone>",
                          f"P-Asserted-Identity: <tel:{self.shown}>", "X-Menshen-Verdict: allow",
                          f"X-Menshen-Relay: {self.shown}"]
            elif method == "OPTIONS":
                answer = ["SIP/2.0 200 OK", *kept]
            else:
                continue
            self.socket.sendto("\r\n".join(answer + ["Content-Length: 0", "", ""]).encode("latin-1"), peer)


class Party:
    """A sipp in the background, and what its leg carried."""

    def __init__(self, case, scenario, number, to=None, keys=None, pattern="INVITE", port=None, host="127.0.0.1",
                 diverts=True):
        self.case, self.name, self.port = case, scenario, port or menshen.free_port()
        self.log = case.path(f"{scenario}.{self.port}")
        headers, sdp = noise(number)
        if not diverts:
            headers = re.sub(r"Diversion:.*\n *", "", headers)
        with open(os.path.join(sipp.SCENARIOS, scenario), encoding="utf-8") as f:
            text = f.read()
        for mark, value in (("OWN_HEADERS", headers), ("OWN_SDP", sdp), ("PATTERN", pattern)):
            text = text.replace(mark, value)
        args = ["sipp", "-sf", case.file("party-" + scenario, text), "-i", host, "-p", str(self.port), "-m", "1",
                "-nostdin", "-timeout", "60s", "-timeout_error", "-trace_msg", "-message_file", self.log,
                "-trace_err", "-error_file", case.path(scenario + ".errors")]
        for key, value in {"me": number, **(keys or {})}.items():
            args += ["-key", key, value]
        if to:
            args.append(f"127.0.0.1:{to}")
        self.process = subprocess.Popen(args, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL, cwd=case.folder, env=dict(os.environ, TERM="dumb"))
        case.addCleanup(self.stop)
        if not to:
            menshen.until(self.listens, 60, "sipp takes calls")

    def listens(self):
        with open("/proc/net/udp") as f:
            return any(line.split()[1].endswith(f":{self.port:04X}") for line in f)

    def stop(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def check(self):
        code = self.process.wait(90)
        if code != 0:
            self.case.fail(f"sipp {self.name}\n{sipp.errors(self.case, self.name)}\n"
                           f"{self.carried().decode('utf-8', 'replace')[-6000:]}")

    def carried(self):
        """All that came to it, without what it wrote itself."""
        with open(self.log, "rb") as f:
            messages = re.split(rb"-{40,} [^\n]*\n", f.read())
        return b"".join(m for m in messages if b" message received " in m[:60])


class Phone:
    """A callee by hand, who has the answers' text for itself."""

    def __init__(self, case):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.settimeout(30)
        self.port = self.socket.getsockname()[1]
        self.carried = b""
        case.addCleanup(self.socket.close)

    def take(self, method):
        """The next request of this method, as lines."""
        while True:
            data, self.peer = self.socket.recvfrom(65535)
            if data.startswith(method.encode() + b" "):
                self.carried += data
                return data.decode().split("\r\n")

    def answer(self, request, status, more=(), tag="callee"):
        kept = [x for x in request[1:] if re.match(r"(Via|From|To|Call-ID|CSeq|Record-Route):", x)]
        kept = [x + f";tag={tag}" if x.startswith("To:") and ";tag=" not in x else x for x in kept]
        lines = [f"SIP/2.0 {status}", *kept, *more, "Content-Length: 0", "", ""]
        self.socket.sendto("\r\n".join(lines).encode(), self.peer)


class Hidden(kamailio.Case):
    """The configuration alone: what menshen would say is said by a stand-in."""

    def call(self, caller, callee, ends):
        there = Party(self, "relay_callee.xml", callee, keys={"ends": ends})
        answers = Answers(self, f"{callee}@127.0.0.1:{there.port}", RELAY)
        port = self.proxy(answers.port)
        here = Party(self, "relay_caller.xml", caller, to=port, keys={"callee": RELAY, "ends": ends})
        here.check()
        there.check()
        return here, there

    def test_each_way_neither_party_reads_the_other_s_number(self):
        for caller, callee in ((DESK, MEMBER), (MEMBER, DESK)):
            for ends in ("caller", "callee"):
                with self.subTest(caller=caller, ends=ends):
                    here, there = self.call(caller, callee, ends)
                    self.assertEqual(codings.found(here.carried(), callee), [])
                    self.assertEqual(codings.found(there.carried(), caller), [])
                    self.assertIn(f"tel:{RELAY}".encode(), there.carried())

    def begin(self, caller, callee):
        """A call under way: the caller, the callee, the INVITE as each of them has it."""
        phone = Phone(self)
        answers = Answers(self, f"{callee}@127.0.0.1:{phone.port}", RELAY)
        client = sip.Client(self.proxy(answers.port))
        self.addCleanup(client.close)
        noisy = [x.strip() for x in noise(caller)[0].split("\n")]
        invite = client.request(caller, RELAY, call_id=f"{caller}-{sip.uuid.uuid4().hex}", extra=noisy)
        client.send(invite)
        return client, phone, invite, phone.take("INVITE")

    @staticmethod
    def final(client):
        while (answer := client.receive()) is not None and answer.code < 200:
            continue
        return answer

    def test_a_refusal_has_its_standard_words_and_no_others(self):
        noisy = [x.strip() for x in noise(MEMBER)[0].split("\n")] + [f"Contact: <sip:{MEMBER}@127.0.0.1>"]
        for status, code, phrase in ((486, 486, "Busy Here"), (603, 603, "Decline"), (302, 480, "Temporarily Unavailable"),
                                     (499, 480, "Temporarily Unavailable"), (699, 480, "Temporarily Unavailable")):
            with self.subTest(status=status):
                client, phone, _, request = self.begin(DESK, MEMBER)
                phone.answer(request, f"{status} {MEMBER}", noisy)
                answer = self.final(client)
                self.assertEqual((answer.code, answer.phrase), (code, phrase))
                self.assertEqual(codings.found(answer.raw, MEMBER), [])
                self.assertEqual(codings.found(phone.carried, DESK), [])

    def test_a_call_given_up_tells_no_more(self):
        client, phone, invite, request = self.begin(MEMBER, DESK)
        phone.answer(request, "180 Ringing")
        while client.receive().code != 180:
            continue
        cancel = invite.decode().replace("INVITE", "CANCEL", 1).replace("1 INVITE", "1 CANCEL")
        client.send(cancel.encode())
        cancelled = phone.take("CANCEL")
        phone.answer(cancelled, "200 OK")
        phone.answer(request, f"487 {DESK}")
        phone.take("ACK")
        self.assertEqual(codings.found(phone.carried, MEMBER), [])

    def test_what_belongs_to_no_known_call_is_not_let_through(self):
        """A Kamailio started anew does not know who hides behind what; what would follow is not let through."""
        client = sip.Client(self.proxy(Answers(self, "x", RELAY).port))
        self.addCleanup(client.close)
        route = f"Route: <sip:127.0.0.1:{client.server[1]};lr;ftag=none;did=1.1>"
        bye = client.request(MEMBER, "x", method="BYE", extra=[route]).decode()
        bye = bye.replace(f"To: <sip:x@{client.host}>", "To: <sip:x@127.0.0.1>;tag=callee")
        bye = bye.replace("BYE sip:x@127.0.0.1;user=phone", f"BYE sip:{RELAY}@relay.invalid")
        client.send(bye.encode())
        self.assertEqual(self.final(client).code, 481)


if __name__ == "__main__":
    unittest.main()
