"""The sample city: whose folder it takes, where it listens, and what its visitors may do in it."""
import json
import os
import unittest

import facts
import menshen


class Folder(menshen.Case):
    def refused(self, server, code, *words):
        server.start(wait=False)
        self.assertEqual(server.process.wait(menshen.START_SECONDS), code, server.messages())
        for word in words:
            self.assertIn(word, server.messages())

    def test_it_listens_on_the_loopback_only(self):
        for key, host in (("http.listen", {"http_host": "0.0.0.0"}), ("sip.listen", {"sip_host": "0.0.0.0"})):
            with self.subTest(key):
                server = self.server(key, start=False, demo=True, **host)
                self.refused(server, 3, key, "0.0.0.0", "loopback")
                self.assertFalse(os.path.exists(server.data), "nothing was made")
        server = self.server("six", start=False, sip=False, demo=True, http_host="[::1]") if menshen.has_ipv6() else None
        if server:
            server.start()

    def test_somebody_s_facts_are_left_alone(self):
        server = self.server(start=False, sip=False, demo=True)
        facts.load(self, server.data, people=5)
        before = server.run("ledger", "verify")[1]
        self.refused(server, 6, "holds facts", "-d FOLDER")
        self.assertEqual(server.run("ledger", "verify")[1], before, "nothing was recorded")
        server.demo = False
        server.start()

    def test_half_a_city_is_none(self):
        server = self.server(sip=False, demo=True)
        server.stop()
        os.remove(server.data + "/demo/city")
        self.refused(server, 6, "no complete sample city")

    def test_it_ends_with_the_address_to_open(self):
        server = self.server(sip=False, demo=True)
        base = f"http://127.0.0.1:{server.http_port}"
        said = server.messages()
        for role in "agency", "carrier", "regulator", "person":
            self.assertIn(f"{base}/try/{role}\n", said)
        self.assertTrue(said.rstrip().endswith(base + "/"), said)
        self.assertLess(len(said.splitlines()), 20, said)


if __name__ == "__main__":
    unittest.main()
