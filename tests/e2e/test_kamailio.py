"""A real Kamailio with packaging/kamailio in front: calls reach a sipp callee, or do not, as menshen says."""
import os
import shutil
import signal
import subprocess
import unittest

import menshen
import passport
import sip
import sipp

# A record or an answer that is late on a busy machine would let a call ring.
PATIENT = "ledger: {deadline_ms: 20000}\n"
CONFIG = os.path.join(menshen.ROOT, "packaging", "kamailio", "kamailio.cfg")


class Kamailio(menshen.Case):
    def start(self, config="", line=sipp.SUBSCRIBERS, callee=None, more=()):
        """menshen, and a Kamailio that asks it; the port of the latter."""
        self.menshen = self.server(start=False, config=self.file("config.yaml", PATIENT + config))
        sipp.load(self, self.menshen.data)
        self.menshen.start()
        return self.proxy(self.menshen.sip_port, line, callee, more, patience=30000)

    def proxy(self, menshen_port, line=sipp.SUBSCRIBERS, callee=None, more=(), patience=600):
        if shutil.which("kamailio") is None:
            self.skipTest("kamailio is not installed (make deps-test)")
        port = menshen.free_port()
        nodes = self.file("nodes.list", f"1 sip:127.0.0.1:{menshen_port}\n")
        log = open(self.path("kamailio.log"), "wb")
        self.addCleanup(log.close)
        defines = [f"LISTEN=udp:127.0.0.1:{port}", f'NODES="{nodes}"', f'LINE="{line}"',
                   f'NEXT_HOP="sip:127.0.0.1:{callee or 9}"', f"PATIENCE={patience}", *more]
        args = ["kamailio", "-f", CONFIG, "-DD", "-E", "-m", "64", "-M", "8", "-Y", self.folder]
        for d in defines:
            args += ["-A", d]
        process = subprocess.Popen(args, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        self.addCleanup(self.end, process)
        client = sip.Client(port, timeout=1.0)
        self.addCleanup(client.close)

        def answers():
            if process.poll() is not None:
                with open(self.path("kamailio.log"), errors="replace") as f:
                    raise AssertionError("kamailio ended\n" + f.read()[-3000:])
            request = client.request("x", "x", method="OPTIONS")
            client.send(request.replace(b"sip:x@127.0.0.1;user=phone SIP", f"sip:127.0.0.1:{port} SIP".encode()))
            return client.receive()

        menshen.until(answers, 60, "Kamailio answers")
        return port

    @staticmethod
    def end(process):
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def keys(self, caller=sipp.CALLER, callee=sipp.CALLEE):
        return {"caller": caller, "callee": callee}

    def test_an_allowed_call_reaches_the_callee_at_menshen_s_next_hop(self):
        callee = sipp.Callee(self, calls=20, pattern=r"INVITE sip:.8613900139000@127.0.0.1")
        port = self.start(f"sip: {{next_hop: '127.0.0.1:{callee.port}'}}\n")
        sipp.run(self, "caller.xml", port, keys=self.keys(), calls=20, more=["-r", "20"])
        callee.check()

    def test_an_allowed_call_reaches_the_callee_by_own_routing(self):
        callee = sipp.Callee(self)
        port = self.start(callee=callee.port)
        sipp.run(self, "caller.xml", port, keys=self.keys())
        callee.check()

    def test_a_blocked_call_is_rejected_with_code_and_reason(self):
        callee = sipp.Callee(self)
        port = self.start(callee=callee.port)
        sipp.run(self, "rejected.xml", port, 403, "Reason:", 'SIP;cause=403;text="caller-not-authorised"',
                 self.keys(caller=sipp.STRANGER))
        sipp.run(self, "rejected.xml", port, 603, "Reason:", 'SIP;cause=603;text="declined"',
                 self.keys(sipp.OTHER_CALLER, sipp.BLOCKER))
        self.assertIsNone(callee.process.poll(), "the callee was called")

    def test_a_reminded_call_carries_its_label(self):
        callee = sipp.Callee(self, pattern='P-Asserted-Identity: "[^"]+" <tel:.8613800138000>')
        port = self.start(line=sipp.ABROAD, callee=callee.port)
        sipp.run(self, "caller.xml", port, keys=self.keys())
        callee.check()

    def test_a_reminded_call_carries_where_to_read_about_it(self):
        callee = sipp.Callee(self, pattern="Call-Info: <http[^>]+/v1/records/rec_[0-9a-f]+_[0-9]+>;purpose=info")
        port = self.start(f"sip: {{next_hop: '127.0.0.1:{callee.port}'}}\n", line=sipp.ABROAD)
        sipp.run(self, "caller.xml", port, keys=self.keys())
        callee.check()

    def test_a_passport_reaches_menshen(self):
        stir = passport.Stir(self)
        identity = stir.identity(stir.certificate(), "110", sipp.CALLEE[1:])
        callee = sipp.Callee(self)
        port = self.start("sip:\n" + stir.config, line=sipp.BETWEEN, callee=callee.port)
        sipp.run(self, "rejected.xml", port, 403, "Reason:", 'SIP;cause=403;text="caller-not-authorised"',
                 self.keys(caller="110"))
        sipp.run(self, "caller.xml", port, keys=dict(self.keys(caller="110"), identity=identity))
        callee.check()

    def test_calls_ring_when_menshen_is_silent(self):
        callee = sipp.Callee(self)
        port = self.proxy(menshen.free_port(), callee=callee.port)
        sipp.run(self, "caller.xml", port, keys=self.keys())
        callee.check()

    def test_calls_are_refused_when_menshen_is_silent_if_so_configured(self):
        port = self.proxy(menshen.free_port(), more=["FAIL_CLOSED"])
        sipp.run(self, "rejected.xml", port, 503, "CSeq:", "INVITE", self.keys())


if __name__ == "__main__":
    unittest.main()
