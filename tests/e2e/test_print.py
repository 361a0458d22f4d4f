"""Every official paper printed by a real browser: pages, numbers, text, both languages, and nothing loaded."""
import http.server
import os
import re
import shutil
import subprocess
import threading
import unittest

import chromium
import menshen

PROGRAM = os.path.join(os.path.dirname(menshen.BINARY), "tests", "unit", "test_desk_document")
A4 = (594, 596, 841, 843)  # points
TITLES = {"summons": "约谈通知书", "rectification": "责令改正通知书", "inspection-record": "现场检查记录",
          "penalty-notice": "行政处罚事先告知书", "penalty-decision": "行政处罚决定书", "service": "送达回证",
          "listing-exit": "移出决定书", "recommendation": "整改建议书", "refusal": "投诉不予受理告知书"}


def flat(text):
    return re.sub(r"\s", "", text)


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

    def address(self, name):
        return f"http://127.0.0.1:{self.server.server_address[1]}/{name}.html"

    def read(self, name, pdf):
        """Text of each page, and their size."""
        path = self.path(name + ".pdf")
        with open(path, "wb") as f:
            f.write(pdf)
        text = subprocess.run(["pdftotext", "-layout", path, "-"], check=True, capture_output=True).stdout.decode()
        size = re.search(r"Page size: +([\d.]+) x ([\d.]+)",
                         subprocess.run(["pdfinfo", path], check=True, capture_output=True).stdout.decode())
        return text.rstrip("\f\n").split("\f"), (float(size[1]), float(size[2]))

    def check(self, name, pages, size, words):
        whole = flat("".join(pages))
        self.assertIn(len(pages), (1, 2))
        self.assertTrue(A4[0] < size[0] < A4[1] and A4[2] < size[1] < A4[3], size)
        number = re.search(r"\S+〔2026〕\d+号", pages[0])[0]
        # Every word of the page is on the paper: nothing is cut, nothing stands over another thing.
        margins = re.compile(r"第\d页共\d页|Page\dof\d|" + number)
        text = "".join(flat(line) for page in pages for line in page.splitlines() if not margins.fullmatch(flat(line)))
        for line in words.splitlines():
            self.assertIn(margins.sub("", flat(line)), text, "cut off on paper")
        for n, page in enumerate(pages, 1):
            self.assertIn(f"第{n}页共{len(pages)}页" if name.endswith(".zh") else f"Page{n}of{len(pages)}", flat(page))
            self.assertIn(number, flat(page))
        self.assertIn("（印章）" if name.endswith(".zh") else "(seal)", whole)
        self.assertIn("menshen.example/v1/public/documents/", whole)
        self.assertNotRegex(whole, r"[{}�]|null|undefined")
        self.assertNotRegex("".join(pages), r"[：:]\s*\n\s*(特此|This is to)", "a label without what it announces")
        if name.endswith(".zh"):
            body = re.sub(r"https?://\S+|SHA-256|[0-9a-f]{20,}", "", "".join(pages).replace("\n", " "))
            self.assertNotRegex(re.sub(r"https?\S+|menshen\S*|/\S+", "", body), r"[A-Za-z]{3,}|_", "no Chinese")
        else:
            self.assertIn("theChinesetextprevails", whole)
            self.assertNotRegex("".join(pages), r"特此|联系方式|依据", "the paper's own words in Chinese")

    def test_every_paper(self):
        names = sorted(n[:-5] for n in os.listdir(self.pages) if n.endswith(".html"))
        texts = {}
        with chromium.Chromium(self.path("profile")) as browser:
            for name in names:
                pdf = browser.pdf(self.address(name))
                words = browser.value("document.querySelector('main').innerText")
                pages, size = self.read(name, pdf)
                texts[name] = "".join(pages)
                with self.subTest(paper=name):
                    self.check(name, pages, size, words)
        self.assertEqual([a for a in Pages.asked if a != "favicon.ico"], [])
        self.assertGreaterEqual(len(names), 60)
        for kind, title in TITLES.items():
            self.assertIn(title, flat(texts[kind + ".zh"]))
        self.assertIn("人民币10,000.00元（大写：壹万元整）", flat(texts["penalty-decision.zh"]))
        self.assertIn("afineofRMB10,000.00", flat(texts["penalty-decision.en"]))


if __name__ == "__main__":
    unittest.main()
