"""Every official paper printed by a real browser: pages, numbers, text, both languages, and nothing loaded."""
import http.server
import os
import re
import shutil
import subprocess
import threading
import unittest

import menshen

PROGRAM = os.path.join(os.path.dirname(menshen.BINARY), "tests", "unit", "test_desk_document")
A4 = (594, 596, 841, 843)  # points
TITLES = {"summons": "约谈通知书", "rectification": "责令改正通知书", "inspection-record": "现场检查记录",
          "penalty-notice": "行政处罚事先告知书", "penalty-decision": "行政处罚决定书", "service": "送达回证",
          "listing-exit": "移出决定书", "recommendation": "整改建议书", "refusal": "投诉不予受理告知书"}


class Pages(http.server.SimpleHTTPRequestHandler):
    """The folder, with the policy that the gate sends; whatever else is asked for is noted."""
    asked = []

    def do_GET(self):
        name = self.path.lstrip("/")
        if not re.fullmatch(r"[a-z-]+\.(zh|en)\.html", name):
            Pages.asked.append(name)
            self.send_error(404)
            return
        with open(os.path.join(self.directory, name), "rb") as f:
            page = f.read()
        with open(os.path.join(self.directory, name.replace(".html", ".policy")), encoding="ascii") as f:
            policy = f.read()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Security-Policy", policy)
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *_):
        pass


class Print(menshen.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for tool in ("chromium", "pdftotext", "pdfinfo"):
            if shutil.which(tool) is None:
                raise cls.failureException(f"{tool} is missing; scripts/deps test installs it")

    def setUp(self):
        super().setUp()
        self.pages = self.path("pages")
        os.mkdir(self.pages)
        subprocess.run([PROGRAM], env={**os.environ, "MENSHEN_PAGES": self.pages}, check=True, capture_output=True)
        Pages.asked = []
        folder = self.pages

        class Here(Pages):
            def __init__(self, *arguments):
                super().__init__(*arguments, directory=folder)
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Here)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)

    def printed(self, name):
        """Text of each page of the PDF, and its size."""
        pdf = self.path(name + ".pdf")
        subprocess.run(["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                        "--user-data-dir=" + self.path("profile"), "--no-pdf-header-footer",
                        "--print-to-pdf=" + pdf, f"http://127.0.0.1:{self.server.server_address[1]}/{name}.html"],
                       check=True, capture_output=True, timeout=120)
        text = subprocess.run(["pdftotext", "-layout", pdf, "-"], check=True, capture_output=True).stdout.decode()
        size = re.search(r"Page size: +([\d.]+) x ([\d.]+)",
                         subprocess.run(["pdfinfo", pdf], check=True, capture_output=True).stdout.decode())
        return text.rstrip("\f\n").split("\f"), (float(size[1]), float(size[2]))

    def test_papers_print_on_a4_with_number_and_pages(self):
        names = sorted(n[:-5] for n in os.listdir(self.pages) if n.endswith(".html"))
        self.assertGreaterEqual(len(names), 60)
        for kind, title in TITLES.items():
            pages, (width, height) = self.printed(kind + ".zh")
            with self.subTest(paper=kind):
                self.assertIn(len(pages), (1, 2))
                self.assertTrue(A4[0] < width < A4[1] and A4[2] < height < A4[3], (width, height))
                number = re.search(r"\S+〔2026〕\d+号", pages[0])[0]
                self.assertIn(title, re.sub(r"\s", "", pages[0]))
                for n, page in enumerate(pages, 1):
                    flat = re.sub(r"\s", "", page)
                    self.assertIn(f"第{n}页共{len(pages)}页", flat)
                    self.assertIn(number, flat)
                whole = re.sub(r"\s", "", "".join(pages))
                self.assertIn("（印章）", whole)
                self.assertIn("menshen.example/v1/public/documents/", whole)
                self.assertNotRegex(whole, r"[{}�]")
        self.assertEqual([a for a in Pages.asked if a != "favicon.ico"], [])

    def test_english(self):
        pages, _ = self.printed("penalty-decision.en")
        whole = " ".join("".join(pages).split())
        self.assertIn("Decision on an Administrative Penalty", whole)
        self.assertIn("Fine: RMB 10,000.00", whole)
        self.assertIn(f"Page 1 of {len(pages)}", whole)
        self.assertIn("the Chinese text prevails", whole)

    def test_amount_in_the_digits_of_accounts(self):
        pages, _ = self.printed("penalty-decision.zh")
        self.assertIn("人民币10,000.00元（大写：壹万元整）", re.sub(r"\s", "", "".join(pages)))


if __name__ == "__main__":
    unittest.main()
