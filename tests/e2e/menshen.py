"""What end-to-end tests share: a data folder, a running server, commands, free ports.

    class Calls(menshen.Case):
        def test_unknown_line(self):
            server = self.server(demo=True)
            answer = server.call("+8613800138000", "+8613900139000", "lin_none")
            self.assertEqual(answer["reason"], "line-unknown")

A server is stopped and its folder removed at the end of the test, also when the
test fails; then the end of its messages is shown. MENSHEN names the binary.
"""
import atexit
import contextlib
import functools
import json
import os
import random
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import time
import unittest
import urllib.error
import urllib.request

import engine
from engine import ROOT

BINARY = os.environ.get("MENSHEN", os.path.join(ROOT, "build", "menshen"))
START_SECONDS = 120  # sanitizer builds on a busy machine
SHADOW = 4 if os.path.basename(os.path.dirname(BINARY)).endswith("thread") else 1  # memory that a sanitizer adds
QUARANTINE = 256 << 10 if "address" in os.path.basename(os.path.dirname(BINARY)) else 0  # KiB that one keeps back


def free_port():
    """A loopback port free for UDP and TCP, and not one that the kernel gives to who connects: other suites
    run beside this one, and a server may come back to its port."""
    with open("/proc/sys/net/ipv4/ip_local_port_range") as f:
        given = int(f.read().split()[0])
    for _ in range(100):
        port = random.randrange(10000, max(given, 20000))
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tcp, \
                socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            with contextlib.suppress(OSError):
                tcp.bind(("127.0.0.1", port))
                udp.bind(("127.0.0.1", port))
                return port
    raise RuntimeError("no free port")


def has_ipv6():
    """Whether the kernel has given the loopback its IPv6 address; then tests must work with it."""
    try:
        with open("/proc/net/if_inet6") as f:
            return any(line.split()[0] == "0" * 31 + "1" for line in f)
    except FileNotFoundError:
        return False


def until(condition, seconds, what):
    """Wait for condition() to be true; its value."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.02)


def run(*args, data=None, store=None, stdin=None, env=None, timeout=120):
    """Run `menshen ARGS`; (exit code, stdout, stderr)."""
    command = [BINARY, *args]
    if data:
        command += ["-d", data]
    if store:
        command += ["--store", store]
    p = subprocess.run(command, input=stdin, capture_output=True, timeout=timeout, text=True,
                       env=dict(os.environ, LANG="C.UTF-8", **(env or {})))
    return p.returncode, p.stdout, p.stderr


class Server:
    def __init__(self, data, sip=True, config=None, demo=False, store=None, env=None, sip_host="127.0.0.1",
                 http_host="127.0.0.1"):
        self.data, self.config, self.demo, self.store, self.env = data, config, demo, store, env
        self.sip_port, self.sip_host = free_port() if sip else None, sip_host
        self.http_port, self.http_host = free_port(), http_host
        self.process = None
        self.log_path = data + ".log"

    def start(self, wait=True):
        command = [BINARY, "serve", "-d", self.data, "--http", f"{self.http_host}:{self.http_port}"]
        command += ["--sip", f"{self.sip_host}:{self.sip_port}" if self.sip_port else ""]
        if self.config:
            command += ["--config", self.config]
        if self.demo:
            command += ["--demo"]
        if self.store:
            command += ["--store", self.store]
        self.log = open(self.log_path, "ab")
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log,
                                        env=dict(os.environ, LANG="C.UTF-8", **(self.env or {})))
        if wait:
            until(self.ready, START_SECONDS, "the server is ready\n" + self.messages())
        return self

    def clock(self):
        """Give it, from its next start on, a wall clock that `later` moves (moved_clock.c)."""
        module = os.path.join(os.path.dirname(BINARY), "tests", "e2e", "moved_clock.so")
        if not os.path.exists(module):
            raise AssertionError(f"{module} is not built; run tests/run.py")
        self.clock_path = self.data + ".clock"
        with open(self.clock_path, "wb") as f:
            f.write(struct.pack("=q", 0))
        checks = os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"
        self.env = {**(self.env or {}), "LD_PRELOAD": module, "MOVED_CLOCK": self.clock_path, "ASAN_OPTIONS": checks}
        return self

    def moved(self):
        with open(self.clock_path, "rb") as f:
            return struct.unpack("=q", f.read(8))[0]

    def later(self, seconds):
        """Move its wall clock, running or not."""
        moved = struct.pack("=q", self.moved() + seconds)
        with open(self.clock_path, "r+b") as f:
            f.write(moved)

    def ready(self):
        if self.process.poll() is not None:
            raise AssertionError(f"the server ended with {self.process.returncode}\n{self.messages()}")
        try:
            return self.get("/readyz")[0] == 200
        except OSError:
            return False

    def stop(self, how=signal.SIGTERM, seconds=30):
        """Exit code; None if it was not running."""
        if self.process is None:
            return None
        if self.process.poll() is None:
            self.process.send_signal(how)
        try:
            code = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"the server did not stop within {seconds} s\n{self.messages()}")
        finally:
            self.log.close()
            self.process = None
        return code

    def kill(self):
        return self.stop(signal.SIGKILL)

    def messages(self):
        try:
            with open(self.log_path, errors="replace") as f:
                return f.read()[-6000:]
        except OSError:
            return ""

    def run(self, *args, **options):
        return run(*args, data=self.data, store=self.store, **{"env": self.env, **options})

    def call(self, caller, callee, line, *more):
        """Ask through the command; the verdict object."""
        code, out, err = self.run("call", "--from", caller, "--to", callee, "--line", line, "--json", *more)
        if code not in (0, 4):
            raise AssertionError(f"menshen call: exit {code}: {err}")
        return json.loads(out)

    def http(self, method, path, body=None, token=None, headers=None):
        """(status, headers, text). What a busy machine could not record in time is asked again, as it says."""
        for _ in range(4):
            answer = self.http_once(method, path, body, token, headers)
            if answer[0] != 503 or '"not-recorded"' not in answer[2]:
                break
            time.sleep(0.2)
        return answer

    def http_once(self, method, path, body=None, token=None, headers=None):
        data = json.dumps(body).encode() if isinstance(body, (dict, list)) else body
        request = urllib.request.Request(f"http://{self.http_host}:{self.http_port}{path}", data=data, method=method)
        if isinstance(body, (dict, list)):
            request.add_header("Content-Type", "application/json")
        if token:
            request.add_header("Authorization", "Bearer " + token)
        for name, value in (headers or {}).items():
            request.add_header(name, value)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.headers, answer.read().decode("utf-8", "replace")
        except urllib.error.HTTPError as e:
            return e.code, e.headers, e.read().decode("utf-8", "replace")

    def get(self, path, **options):
        return self.http("GET", path, **options)

    def token(self, scopes, subject="test"):
        code, out, err = self.run("user", "token", subject, "--scopes", scopes)
        if code != 0:
            raise AssertionError(f"menshen user token: exit {code}: {err}")
        return out.strip()


@functools.cache
def city():
    """A data folder with the sample city, filled once for all tests of a suite; to copy."""
    folder = tempfile.TemporaryDirectory(prefix="menshen-city-")
    atexit.register(folder.cleanup)
    server = Server(folder.name + "/data", sip=False, demo=True).start()
    server.stop()
    return server.data


class Case(unittest.TestCase):
    on_postgres = False  # engine.both
    maxDiff = None

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="menshen-test-")
        self.servers = []
        self.addCleanup(self._clean)

    def _clean(self):
        for s in self.servers:
            if s.process is not None:
                s.process.kill()
                s.process.wait()
                s.log.close()
        if self._failed():
            for s in self.servers:
                print(f"--- {os.path.basename(s.data)}\n{s.messages()}")
        shutil.rmtree(self.folder, ignore_errors=True)

    def _failed(self):
        result = self._outcome.result
        return any(test is self for test, _ in result.failures + result.errors)

    def path(self, name):
        return os.path.join(self.folder, name)

    def file(self, name, text, encoding="utf-8"):
        with open(self.path(name), "w", encoding=encoding, newline="") as f:
            f.write(text)
        return self.path(name)

    def server(self, name="data", start=True, **options):
        if "store" not in options:
            options["store"] = engine.store_for(type(self))
        if options.get("demo") and "config" not in options:  # a late record would change answers on a busy machine
            options["config"] = self.file(name + "-patient.yaml", "ledger: {deadline_ms: 20000}\n")
        s = Server(self.path(name), **options)
        self.servers.append(s)
        if start and s.demo and not s.store and not os.path.exists(s.data):
            shutil.copytree(city(), s.data)
        return s.start() if start else s

    def run_ok(self, *args, **options):
        """Run a command that must exit 0; its standard output."""
        code, out, err = run(*args, **options)
        self.assertEqual(code, 0, f"menshen {' '.join(args)}\n{out}\n{err}")
        return out
