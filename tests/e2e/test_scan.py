"""wapiti, a scanner that somebody else wrote, finds nothing of high severity: signed in and not, on every GET of
/openapi.json with each of its parameters. At most two minutes."""
import json
import os
import re
import subprocess

import agency
import menshen

MODULES = "backup,blindsql,cookieflags,crlf,csp,csrf,exec,file,http_headers,methods,redirect,shellshock,sql,xss"
HIGH = 3  # of 4 (wapitiCore.language.vulnerability)
SECONDS = 55
PLACES = {"/v1/persons/": "per_x001", "/v1/records/": "rec_00000000_0", "/v1/staff/": "stf_x01",
          "/v1/public/certificates/": "HJ-310104-0017", "/shards/": "2026-11",
          "/v1/documents/": "doc_" + "0" * 32, "/v1/me/documents/": "doc_" + "0" * 32,
          "/v1/public/documents/": "0" * 64,
          "/v1/me/introductions/": "int_" + "0" * 32,
          "/v1/contracts/": "ctr_" + "0" * 16, "/v1/me/contracts/": "ctr_" + "0" * 16,
          "/v1/me/bindings/": "bnd_" + "0" * 32}


class Scan(menshen.Case):
    def targets(self, server):
        """Every path that answers a GET, and once more for each parameter that it takes."""
        paths = json.loads(server.get("/openapi.json")[2])["paths"]
        for path, methods in paths.items():
            if "get" not in methods:
                continue
            for begin, value in PLACES.items():
                if path.startswith(begin):
                    path = re.sub(r"\{\w+\}", value, path, count=1)
            path = re.sub(r"\{\w+\}", "0", path)
            query = [p["name"] for p in methods["get"].get("parameters", []) if p["in"] == "query"]
            yield path + ("?" + "&".join(f"{name}=1" for name in query) if query else "")
            yield path + "?id=1"

    def scan(self, server, name, headers):
        base = f"http://127.0.0.1:{server.http_port}"
        report = self.path(name + ".json")
        os.mkdir(self.path(name + ".config"))
        self.file(name + ".config/apps.json", '{"technologies": {}, "categories": {}}')  # else it is fetched
        command = ["wapiti", "-u", base + "/", "--scope", "folder", "-d", "1", "-m", MODULES, "-f", "json", "-o", report,
                   "--max-scan-time", str(SECONDS), "--max-attack-time", "12", "-t", "5", "--no-bugreport", "--flush-session",
                   "--store-session", self.path(name), "--store-config", self.path(name + ".config"), "-v", "0"]
        for path in self.targets(server):
            command += ["-s", base + path]
        for header, value in headers.items():
            command += ["-H", f"{header}: {value}"]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, timeout=SECONDS + 60)
        self.assertEqual(done.returncode, 0, done.stdout[-3000:])
        # A module that breaks has looked at nothing.
        self.assertNotRegex(done.stdout, r"Traceback|(?m:^\w+Error .*\n +File )", done.stdout[-3000:])
        pages = re.search(r"Wapiti found (\d+) URLs", done.stdout)
        self.assertTrue(pages, done.stdout[-3000:])
        self.assertGreater(int(pages[1]), 12, "the scanner has hardly seen anything")
        with open(report) as f:
            return json.load(f)

    def findings(self, report):
        found = [(kind, one) for part in ("vulnerabilities", "anomalies") for kind, list_ in report[part].items()
                 for one in list_]
        return [f"{one['level']} {kind}: {one['method']} {one['path']}: {one['info']}" for kind, one in found
                if int(one["level"]) >= HIGH or "500" in one["info"]]

    def test_nothing_of_high_severity(self):
        server = self.server(sip=False, demo=True)
        visitor = agency.sign_in(server, "ruoxi")
        for name, headers in (("nobody", {}), ("staff", {**visitor.headers(), "Purpose": "matchmaking.introduce"})):
            with self.subTest(name):
                report = self.scan(server, name, headers)
                self.assertEqual(self.findings(report), [])
        self.assertIsNone(server.process.poll(), server.messages())
        self.assertEqual(server.get("/readyz")[0], 200)


if __name__ == "__main__":
    import unittest
    unittest.main()
