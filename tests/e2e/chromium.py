"""Headless Chromium, one run for many pages: spoken to over a pipe (its DevTools protocol), closed with the block."""
import base64
import json
import os
import subprocess


class Chromium:
    """`with Chromium(folder) as browser: browser.pdf(url)`."""

    def __init__(self, profile):
        self.profile = profile
        self.sent = 0
        self.rest = b""

    def __enter__(self):
        theirs_in, self.out = os.pipe()
        self.come, theirs_out = os.pipe()

        def pipes():
            # The protocol reads descriptor 3 and writes 4; both ends may have had these numbers.
            into, out = os.dup(theirs_in), os.dup(theirs_out)
            os.dup2(into, 3)
            os.dup2(out, 4)
        self.process = subprocess.Popen(
            ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
             "--user-data-dir=" + self.profile, "--remote-debugging-pipe", "about:blank"],
            preexec_fn=pipes, pass_fds=(3, 4, theirs_in, theirs_out), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(theirs_in)
        os.close(theirs_out)
        target = self.ask("Target.createTarget", {"url": "about:blank"})["targetId"]
        self.session = self.ask("Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"]
        self.ask("Page.enable", session=self.session)
        return self

    def __exit__(self, *_):
        try:
            self.ask("Browser.close")
        except OSError:
            self.process.kill()
        self.process.wait()
        os.close(self.out)
        os.close(self.come)

    def read(self):
        while b"\0" not in self.rest:
            more = os.read(self.come, 1 << 16)
            if not more:
                raise OSError("the browser has gone")
            self.rest += more
        text, _, self.rest = self.rest.partition(b"\0")
        return json.loads(text)

    def ask(self, method, params=None, session=None):
        self.sent += 1
        question = {"id": self.sent, "method": method, "params": params or {}, **({"sessionId": session} if session else {})}
        os.write(self.out, json.dumps(question).encode() + b"\0")
        while True:
            answer = self.read()
            if answer.get("id") == self.sent:
                if "error" in answer:
                    raise OSError(f"{method}: {answer['error']}")
                return answer["result"]

    def open(self, url):
        self.ask("Page.navigate", {"url": url}, self.session)
        while self.read().get("method") != "Page.loadEventFired":
            pass

    def pdf(self, url):
        """The page as it prints, of the size that it names itself."""
        self.open(url)
        return base64.b64decode(self.ask("Page.printToPDF", {"preferCSSPageSize": True}, self.session)["data"])

    def value(self, expression):
        """Of an expression in the page that is open."""
        return self.ask("Runtime.evaluate", {"expression": expression, "returnByValue": True}, self.session)["result"]["value"]
