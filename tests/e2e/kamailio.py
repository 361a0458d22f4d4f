"""A real Kamailio, with packaging/kamailio, before a menshen or something that answers like one."""
import os
import shutil
import signal
import subprocess

import menshen
import sip
import sipp

# A record or an answer that is late on a busy machine would let a call ring.
PATIENT = "ledger: {deadline_ms: 20000}\n"
CONFIG = os.path.join(menshen.ROOT, "packaging", "kamailio", "kamailio.cfg")
KEY = '#!define MASK_KEY "of the test"\n'


class Case(menshen.Case):
    def start(self, config="", line=sipp.SUBSCRIBERS, callee=None, more=()):
        """menshen, and a Kamailio that asks it; the port of the latter."""
        self.menshen = self.server(start=False, config=self.file("config.yaml", PATIENT + config))
        sipp.load(self, self.menshen.data)
        self.menshen.start()
        return self.proxy(self.menshen.sip_port, line, callee, more, patience=30000)

    def proxy(self, menshen_port, line=sipp.SUBSCRIBERS, callee=None, more=(), patience=600, broken=(), host="127.0.0.1",
              name="kamailio"):
        """A Kamailio before it, with the configuration as it is, or `broken`: pairs of what stands there and what instead.
        Several of a test are told apart by `name`."""
        if shutil.which("kamailio") is None:
            self.skipTest("kamailio is not installed (make deps-test)")
        port = menshen.free_port()
        with open(CONFIG, encoding="utf-8") as f:
            text = f.read()
        for old, new in broken:
            self.assertEqual(text.count(old), 1, old)
            text = text.replace(old, new)
        config = self.file(name + ".cfg", text)
        self.file("menshen.key", KEY)
        nodes = self.file(name + ".list", f"1 sip:{host}:{menshen_port}\n")
        log = open(self.path(name + ".log"), "wb")
        self.addCleanup(log.close)
        defines = [f"LISTEN=udp:127.0.0.1:{port}", f'NODES="{nodes}"', f'LINE="{line}"',
                   f'NEXT_HOP="sip:127.0.0.1:{callee or 9}"', f"PATIENCE={patience}", *more]
        args = ["kamailio", "-f", config, "-DD", "-E", "-m", "64", "-M", "8", "-Y", self.folder]
        for d in defines:
            args += ["-A", d]
        process = subprocess.Popen(args, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        self.addCleanup(self.end, process)
        client = sip.Client(port, timeout=1.0)
        self.addCleanup(client.close)

        def answers():
            if process.poll() is not None:
                with open(self.path(name + ".log"), errors="replace") as f:
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
