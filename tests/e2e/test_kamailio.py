"""A real Kamailio with packaging/kamailio in front: calls reach a sipp callee, or do not, as menshen says."""
import unittest

import kamailio
import menshen
import passport
import sipp


class Kamailio(kamailio.Case):
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
