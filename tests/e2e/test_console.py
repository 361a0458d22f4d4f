"""The console as the server hands it out: the page, its files, its policy, and the addresses of its screens."""
import glob
import gzip
import os
import re
import urllib.request

import menshen

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def addresses():
    """Those that the console knows, an id in the place of each parameter."""
    found = set()
    for source in glob.glob(ROOT + "/console/src/app/screens.ts") + glob.glob(ROOT + "/console/src/screens/*/screens.ts"):
        with open(source, encoding="utf-8") as f:
            found.update(re.findall(r"path: '(/[^']*)'", f.read()))
    return sorted(re.sub(r":\w+[?*]?", "x_1", path) for path in found)


class Console(menshen.Case):
    def setUp(self):
        super().setUp()
        self.node = self.server(sip=False)

    def page(self, path="/", **headers):
        return self.node.get(path, headers=headers)

    def packed(self, path):
        """(headers, bytes as they came)"""
        url = f"http://{self.node.http_host}:{self.node.http_port}{path}"
        ask = urllib.request.Request(url, headers={"Accept-Encoding": "gzip, deflate, br"})
        with urllib.request.urlopen(ask, timeout=30) as answer:
            return answer.headers, answer.read()

    def test_the_page_states_a_policy_without_exceptions(self):
        status, headers, text = self.page()
        self.assertEqual((status, headers["Content-Type"]), (200, "text/html; charset=utf-8"))
        policy = headers["Content-Security-Policy"]
        self.assertIn("default-src 'none'; script-src 'self'; style-src 'self'", policy)
        self.assertNotIn("unsafe", policy)
        self.assertEqual(headers["Referrer-Policy"], "no-referrer")
        self.assertEqual(headers["Cache-Control"], "no-cache")
        self.assertNotRegex(text, r"<script(?![^>]*\bsrc=)|<style| style=| on\w+=")
        self.assertEqual(re.findall(r"(?:src|href)=\"(?!/assets/|data:)([^\"]*)", text), [])

    def test_the_page_is_sent_once_to_who_has_it(self):
        tag = self.page()[1]["ETag"]
        self.assertEqual(self.page(**{"If-None-Match": tag})[0], 304)
        self.assertEqual(self.page(**{"If-None-Match": '"another"'})[0], 200)

    def test_its_files_are_compressed_and_never_change(self):
        files = re.findall(r"\"(/assets/[^\"]+)", self.page()[2])
        self.assertGreaterEqual(len(files), 2)
        for file in files:
            headers, data = self.packed(file)
            self.assertEqual(headers["Content-Encoding"], "gzip")
            self.assertIn("immutable", headers["Cache-Control"])
            self.assertRegex(headers["Content-Type"], "^text/(javascript|css); charset=utf-8$")
            self.assertGreater(len(gzip.decompress(data)), len(data))
            self.assertEqual(self.page(file)[0], 406)
            self.assertEqual(self.page(file, **{"Accept-Encoding": "br"})[0], 406)
        self.assertEqual(self.page("/assets/app-00000000.js", **{"Accept-Encoding": "gzip"})[0], 404)

    def test_every_address_of_a_screen_can_be_opened_and_reloaded(self):
        first = self.page()[2]
        self.assertIn("/sign-in", addresses())
        for path in addresses():
            status, headers, text = self.page(path)
            self.assertEqual((path, status, text), (path, 200, first))
        self.assertEqual(self.page("/nowhere")[0], 404)

    def test_screens_are_no_part_of_the_api(self):
        description = self.node.get("/openapi.json")[2]
        self.assertIn('"/v1/session"', description)
        self.assertNotIn("/assets/", description)
        self.assertNotIn("/agency/", description)


if __name__ == "__main__":
    import unittest
    unittest.main()
