"""Calls over a relay number, through a real Kamailio: each party learns that number and no other.

sipp plays both parties, each of whom writes its own number into every header and line of SDP that
it can. What the agency's leg carried is then searched for the member's number in every coding.
"""
import base64
import json
import os
import re
import shutil
import socket
import subprocess
import threading
import time
import unittest

import codings
import engine
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


# A relay that leaves headers and SDP as they are.
LETS_ALL_OUT = (('if ($si != ASSERTS) {', 'if ($si == "0.0.0.0") {'),
                ('remove_hf("P-Asserted-Identity");\n        append_hf', 'append_hf'),
                ('if (!($hfitname(h) =~ "^(Via|', 'if ($hfitname(h) =~ "^(From|To|Contact)$" && !($hfitname(h) =~ "^(Via|'),
                ('if ($rb == $null || $rb == "") {', 'if ($rs >= 0) {'))


def noise(number):
    """Headers and SDP that hold the number wherever they can."""
    token = base64.b64encode(f'{{"orig":{{"tn":"{number[1:]}"}}}}'.encode()).decode().rstrip("=")
    forms = {"n": number, "d": number[1:], "h": number.encode().hex(), "b": token}
    return HEADERS.format(**forms).replace("\n", "\n      "), SDP.format(**forms).replace("\n", "\n      ")


class Answers:
    """Says what menshen would: a 302 to `target`, who shall see `shown`, for at most `seconds`."""

    def __init__(self, case, target, shown, seconds=None):
        self.target, self.shown = target, shown
        self.more = [f"X-Menshen-Max-Seconds: {seconds}"] if seconds else []
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
                          f"X-Menshen-Relay: {self.shown}", *self.more]
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

    def parties(self, caller, callee, ends, broken=()):
        there = Party(self, "relay_callee.xml", callee, keys={"ends": ends})
        answers = Answers(self, f"{callee}@127.0.0.1:{there.port}", RELAY)
        port = self.proxy(answers.port, broken=broken)
        return Party(self, "relay_caller.xml", caller, to=port, keys={"callee": RELAY, "ends": ends}), there

    def call(self, caller, callee, ends):
        here, there = self.parties(caller, callee, ends)
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

    def test_what_a_broken_configuration_lets_out_is_found(self):
        """Each header and each line of SDP that holds the number, by itself: the search is blind to none of them."""
        names = {line.split(":")[0] for line in HEADERS.split("\n")} - {"TH"}  # topoh takes it for its own
        lines = {line.split("{")[0] for line in SDP.split("\n") if "{" in line}
        for caller, callee in ((DESK, MEMBER), (MEMBER, DESK)):
            here, there = self.parties(caller, callee, "caller", LETS_ALL_OUT)
            menshen.until(lambda: os.path.exists(here.log) and b"\na=sendrecv" in here.carried(), 60, "an answer")
            for party, number in ((there, caller), (here, callee)):
                seen = [x.decode("latin-1").strip() for x in party.carried().splitlines()]
                seen = [x for x in seen if codings.found(x.encode("latin-1"), number)]
                self.assertEqual(names - {x.split(":")[0] for x in seen}, set())
                self.assertEqual({x for x in lines if not any(s.startswith(x) for s in seen)}, set())

    def begin(self, caller, callee, seconds=None):
        """A call under way: the caller, the callee, the INVITE as each of them has it."""
        phone = Phone(self)
        answers = Answers(self, f"{callee}@127.0.0.1:{phone.port}", RELAY, seconds)
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

    def test_after_its_seconds_both_sides_are_sent_a_bye(self):
        for caller, callee in ((DESK, MEMBER), (MEMBER, DESK)):
            with self.subTest(caller=caller):
                client, phone, invite, request = self.begin(caller, callee, seconds=2)
                phone.answer(request, "200 OK", [f"Contact: <sip:{callee}@127.0.0.1:{phone.port}>"])
                answer = self.final(client)
                answered = time.monotonic()
                line = lambda name: re.search(rf"(?m)^{name}: ([^\r\n]*)", answer.raw.decode())[1]
                ack = [f"ACK {line('Contact').strip('<>')} SIP/2.0", f"Via: SIP/2.0/UDP 127.0.0.1:{client.port};branch=z9hG4bKack",
                       "Max-Forwards: 70", *(f"{x}: {line(x)}" for x in ("From", "To", "Call-ID")),
                       f"Route: {line('Record-Route')}", "CSeq: 1 ACK", "Content-Length: 0", "", ""]
                client.send("\r\n".join(ack).encode())
                phone.take("ACK")
                bye = phone.take("BYE")
                phone.answer(bye, "200 OK")
                self.assertGreater(time.monotonic() - answered, 1)
                # The dialog that each of them knows: its Call-ID and tags.
                for name in ("Call-ID", "From"):
                    kept = lambda lines: next(x for x in lines if x.startswith(name + ":"))
                    self.assertEqual(kept(bye), kept(request))
                self.assertIn(";tag=callee", next(x for x in bye if x.startswith("To:")))
                while not (hung_up := client.socket.recv(65535)).startswith(b"BYE "):
                    continue
                self.assertIn(f"Call-ID: {line('Call-ID')}".encode(), hung_up)
                self.assertIn(f"From: <sip:{RELAY}@".encode(), hung_up)
                self.assertIn(b";tag=callee\r\n", hung_up)
                self.assertEqual(codings.found(hung_up, callee), [])
                self.assertEqual(codings.found(phone.carried, caller), [])

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


ORGANISATIONS = """\
id,name,kind,sector,licence,region,status,filing
org_carrier,Test Carrier,carrier,telecom,T-1,31,active,
org_a,A,agency,matchmaking,M-1,31,active,F-1
"""
RANGES = """\
first,last,organisation,use,direction,status
+8613900000000,+8613999999999,org_carrier,person,both,active
+862161230000,+862161230099,org_a,marketing,both,active
+8617000000000,+8617000000009,org_carrier,relay,both,active
"""
LINES = f"""\
id,organisation,carrier,location,purpose,callers,peers,documents,status
lin_subscribers,org_carrier,org_carrier,SH,person,+8613900000000-+8613999999999,127.0.0.1,{sipp.PAPERS},active
lin_desk,org_a,org_carrier,SH,marketing,+862161230000-+862161230099,,{sipp.PAPERS},active
lin_relay,org_a,org_carrier,SH,relay,+8617000000000-+8617000000009,,{sipp.PAPERS},active
"""
STAFF = """\
id,organisation,name,role,login,certificate,status
stf_sales,org_a,S,sales,sales@a,C1:2099-12-31,active
"""
PERSONS = f"""\
id,organisation,number,name,pool,store
per_lin,org_a,{MEMBER},Lin,store,org_a
"""
CONSENTS = f"""\
number,organisation,purposes,categories,channels,from,until,wording,evidence
{MEMBER},org_a,matchmaking.introduce,basic;contact,call,2020-01-01,,You may.,sha256:{"0" * 64}
"""
FACTS = (("organisations", ORGANISATIONS), ("ranges", RANGES), ("lines", LINES), ("staff", STAFF),
         ("persons", PERSONS), ("consents", CONSENTS))
DESK_HOST = "127.0.0.2"
STRANGER = "+8613900139009"


def bind(case, node, seconds=600, **more):
    """A relay number between the member and the agency; no answer names hers."""
    status, _, text = node.http(
        "POST", "/v1/bindings", {"person": "per_lin", "purpose": "matchmaking.introduce", "expires_in": seconds, **more},
        token=node.token("members", "stf_sales"), headers={"Idempotency-Key": os.urandom(8).hex()})
    case.assertEqual(status, 201, text)
    case.assertEqual(codings.found(text.encode(), MEMBER), [])
    return json.loads(text)["dial"]["number"]


def until_morning(now):
    """Seconds to the next ten o'clock there, when everybody may be rung."""
    return int((2 * 3600 - now) % 86400)


@engine.both
class Bound(kamailio.Case):
    """The whole way: staff ask for a number, menshen resolves it, Kamailio hides who is behind it."""

    def setUp(self):
        super().setUp()
        self.phone, self.booth = menshen.free_port(), menshen.free_port()
        config = kamailio.PATIENT + f"sip: {{relay_announcement: 'sip:ended@127.0.0.1:{self.booth}'}}\n"
        self.menshen = self.server(start=False, config=self.file("config.yaml", config)).clock()
        for kind, text in FACTS:
            code, out, err = self.menshen.run("import", kind, self.file(kind + ".csv", text))
            self.assertEqual(code, 0, out + err)
        self.menshen.later(until_morning(time.time()))
        self.menshen.start()
        self.port = self.proxy(self.menshen.sip_port, "lin_desk", self.phone, [f'LINE_FROM="{DESK_HOST}"'], 30000)

    def ring(self, caller, callee, relay, ends="caller"):
        there = Party(self, "relay_callee.xml", callee, keys={"ends": ends}, port=self.phone)
        here = Party(self, "relay_caller.xml", caller, to=self.port, keys={"callee": relay, "ends": ends},
                     host=DESK_HOST if caller == DESK else "127.0.0.1", diverts=False)
        here.check()
        there.check()
        return here.carried(), there.carried()

    def each_way(self, ends):
        """Once only: she may be rung once a day."""
        relay = bind(self, self.menshen)
        at_desk, at_hers = self.ring(DESK, MEMBER, relay, ends)
        self.assertEqual(codings.found(at_desk, MEMBER), [])
        self.assertEqual(codings.found(at_hers, DESK), [])
        self.assertIn(f"From: <sip:{relay}@".encode(), at_hers)
        at_hers, at_desk = self.ring(MEMBER, DESK, relay, ends)
        self.assertEqual(codings.found(at_desk, MEMBER), [])
        self.assertEqual(codings.found(at_hers, DESK), [])
        self.assertIn(f"From: <sip:{relay}@".encode(), at_desk)

    def test_each_way_the_caller_hangs_up(self):
        self.each_way("caller")

    def test_each_way_the_callee_hangs_up(self):
        self.each_way("callee")

    def ended(self, caller, relay, source="127.0.0.1"):
        booth = sipp.Callee(self, pattern="INVITE sip:ended@127.0.0.1", port=self.booth)
        sipp.run(self, "caller.xml", self.port, keys={"caller": caller, "callee": relay}, source=source)
        booth.check()

    def test_after_its_time_both_hear_the_announcement_as_strangers_do(self):
        relay = bind(self, self.menshen, 60)
        self.ended(STRANGER, relay)
        self.menshen.later(61)
        self.ended(DESK, relay, DESK_HOST)
        self.ended(MEMBER, relay)

    def test_a_repeat_after_a_restart_is_answered_byte_for_byte_alike(self):
        relay = bind(self, self.menshen, 60, max_call_seconds=45)
        client = sip.Client(self.menshen.sip_port)
        self.addCleanup(client.close)
        invite = client.request(DESK, relay, line="lin_desk")
        client.send(invite)
        first = client.receive()
        self.assertEqual((first.code, first.get("X-Menshen-Relay")), (302, relay), first.raw)
        self.assertIn(MEMBER, first.get("Contact"))
        self.assertEqual(first.get("X-Menshen-Max-Seconds"), "45")
        self.menshen.kill()
        self.menshen.later(20)
        self.menshen.start()
        client.send(invite)
        self.assertEqual(client.receive().raw, first.raw)
        again = client.request(DESK, relay, line="lin_desk")
        self.menshen.later(45)
        client.send(again)
        self.assertIn("ended@", client.receive().get("Contact"))


class Nodes(menshen.Case):
    def test_what_one_node_bound_the_other_resolves_within_a_second(self):
        store = engine.database(type(self))
        config = self.file("config.yaml", kamailio.PATIENT)
        one, two = (self.server(name, start=False, store=store, config=config).clock() for name in ("one", "two"))
        for kind, text in FACTS:
            code, out, err = one.run("import", kind, self.file(kind + ".csv", text))
            self.assertEqual(code, 0, out + err)
        shutil.copytree(one.data + "/keys", two.data + "/keys")
        morning = until_morning(time.time())
        for node in (one, two):
            node.later(morning)
            node.start()
        client = sip.Client(two.sip_port)
        self.addCleanup(client.close)
        relay = bind(self, one)
        bound = time.monotonic()
        # She rings back: that is not counted, and may be tried again and again.
        while (answer := client.invite(MEMBER, relay, line="lin_subscribers")).code != 302:
            self.assertIn("relay-closed", answer.get("X-Menshen-Verdict"))
            self.assertLess(time.monotonic() - bound, 1.0 * menshen.SHADOW, "the other node does not know it")
        self.assertIn("sip:+8621612300", answer.get("Contact"))
        self.assertEqual(answer.get("X-Menshen-Relay"), relay)


if __name__ == "__main__":
    engine.main()
