"""Running sipp with a scenario of tests/e2e/sip, and the facts that its calls are judged by.

    sipp.run(case, "dip.xml", port, code=302, header="Contact:", pattern="10.0.0.5",
             keys={"caller": "+86…", "callee": "+86…", "line": "lin_subscribers"})
"""
import os
import shutil
import socket
import ssl
import subprocess
import threading

import menshen

SCENARIOS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "sip")
PAPERS = "licence;permit;number-certificate;filing;plan"
SUBSCRIBERS, ABROAD, BETWEEN = "lin_subscribers", "lin_abroad", "lin_between"
CALLER, OTHER_CALLER, STRANGER = "+8613800138000", "+8613800138001", "+8613700137000"
CALLEE, BLOCKER = "+8613900139000", "+8613900139001"

FACTS = {
    "organisations": """\
id,name,kind,sector,licence,region,status
org_carrier,Test Carrier,carrier,telecom,T-1,31,active
""",
    "ranges": """\
first,last,organisation,use,direction,status
+8613800000000,+8613899999999,org_carrier,person,both,active
""",
    "lines": f"""\
id,organisation,carrier,location,purpose,callers,peers,documents,status
{SUBSCRIBERS},org_carrier,org_carrier,Shanghai,person,+8613800000000-+8613899999999,,{PAPERS},active
{ABROAD},org_carrier,org_carrier,Shanghai,international,*,,{PAPERS},active
{BETWEEN},org_carrier,org_carrier,Shanghai,interconnect,*,,{PAPERS},active
""",
    "preferences": f"""\
number,sectors,classes,hours,block,allow
{BLOCKER},,,,{OTHER_CALLER},
""",
}


def load(case, data):
    for kind, text in FACTS.items():
        case.run_ok("import", kind, case.file(kind + ".csv", text), data=data)


def scenario(case, name, replace):
    with open(os.path.join(SCENARIOS, name), encoding="utf-8") as f:
        text = f.read()
    for key, value in replace.items():
        text = text.replace(key, str(value).replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;"))
    return case.file(name, text)


def command(case, name, port=None, replace=None, keys=None, transport="u1", calls=1, more=(),
            host="127.0.0.1", source=None):
    if shutil.which("sipp") is None:
        case.skipTest("sipp is not installed (make deps-test)")
    if "identity" in (keys or {}):
        replace = dict(replace or {}, **{"      Call-ID:": "      Identity: [identity]\n      Call-ID:"})
    args = ["sipp", "-sf", scenario(case, name, replace or {}), "-t", transport, "-i", source or host,
            "-m", str(calls), "-nostdin", "-timeout", "120s", "-timeout_error", "-recv_timeout", "60000",
            "-trace_err", "-error_file", case.path(name + ".errors")]
    for key, value in (keys or {}).items():
        args += ["-key", key, value]
    args += list(more)
    if port is not None:
        args.append(f"[{host}]:{port}" if ":" in host else f"{host}:{port}")
    return args


def errors(case, name):
    try:
        with open(case.path(name + ".errors"), errors="replace") as f:
            return f.read()[-4000:]
    except OSError:
        return ""


def run(case, name, port, code=None, header=None, pattern=None, keys=None, transport="u1", calls=1, more=(),
        host="127.0.0.1", source=None, callees=()):
    """The scenario must go through, every call of it; with `callees` one to each of them."""
    replace = {"CODE": code, "HEADER": header, "PATTERN": pattern}
    replace = {k: v for k, v in replace.items() if v is not None}
    if callees:
        replace["[callee]"], calls = "[field0]", len(callees)
        more = [*more, "-inf", case.file(name + ".csv", "SEQUENTIAL\n" + "\n".join(callees) + "\n")]
    args = command(case, name, port, replace, keys, transport, calls, more, host, source)
    p = subprocess.run(args, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace",
                       timeout=180, cwd=case.folder, env=dict(os.environ, TERM="dumb"))
    case.assertEqual(p.returncode, 0, f"sipp {name}\n{errors(case, name)}\n{p.stderr[-2000:]}")


class Callee:
    """A sipp that takes calls in the background."""

    def __init__(self, case, name="callee.xml", calls=1, pattern="INVITE", port=None):
        self.case, self.name, self.port = case, name, port or menshen.free_port()
        args = command(case, name, None, {"PATTERN": pattern}, None, "u1", calls, ["-p", str(self.port)])
        self.process = subprocess.Popen(args, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL, cwd=case.folder,
                                        env=dict(os.environ, TERM="dumb"))
        case.addCleanup(self.stop)
        menshen.until(self._listens, 60, "sipp takes calls")

    def _listens(self):
        with open("/proc/net/udp") as f:
            return any(line.split()[1].endswith(f":{self.port:04X}") for line in f)

    def stop(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def check(self):
        """All its calls came as the scenario says."""
        code = self.process.wait(150)
        self.case.assertEqual(code, 0, f"sipp {self.name}\n{errors(self.case, self.name)}")


class Tunnel:
    """TCP here, TLS there: Debian's sipp is built without TLS."""

    def __init__(self, case, port, certificate):
        self.context = ssl.create_default_context(cafile=certificate)
        self.port = menshen.free_port()
        self.to = port
        self.listener = socket.create_server(("127.0.0.1", self.port))
        case.addCleanup(self.listener.close)
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                here, _ = self.listener.accept()
            except OSError:
                return
            there = self.context.wrap_socket(socket.create_connection(("127.0.0.1", self.to)),
                                             server_hostname="localhost")
            for a, b in ((here, there), (there, here)):
                threading.Thread(target=self._copy, args=(a, b), daemon=True).start()

    @staticmethod
    def _copy(a, b):
        try:
            while data := a.recv(65536):
                b.sendall(data)
        except OSError:
            pass
        for s in (a, b):
            try:
                s.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        a.close()


def certificate(case, name="localhost", stem="tls"):
    """A self-signed certificate and its key, as two paths."""
    cert, key = case.path(stem + ".crt"), case.path(stem + ".key")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                    "-nodes", "-keyout", key, "-out", cert, "-days", "2", "-subj", f"/CN={name}",
                    "-addext", f"subjectAltName=DNS:{name},IP:127.0.0.1,IP:::1"],
                   check=True, capture_output=True)
    return cert, key
