"""An authority, certificates for telephone numbers and PASSporTs, made by the openssl command.

    stir = passport.Stir(case)                  anchors.crt and a folder certificates/
    key = stir.certificate("https://cr.example/p.pem")
    header = stir.identity(key, caller="110", callee="8613900139000")
"""
import base64
import hashlib
import json
import os
import subprocess
import time

URL = "https://cr.example/p.pem"
PROVIDER = "30:08:a0:06:16:04:37:30:39:4a"  # the code 709J: all its numbers


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def openssl(*args, stdin=None):
    return subprocess.run(["openssl", *args], input=stdin, check=True, capture_output=True).stdout


def raw(der):
    """r and s of an ECDSA signature, 32 bytes each."""
    out, at = b"", 2
    for _ in range(2):
        n = der[at + 1]
        out += der[at + 2:at + 2 + n].lstrip(b"\0").rjust(32, b"\0")
        at += 2 + n
    return out


def der(signature):
    out = b""
    for half in signature[:32], signature[32:]:
        half = half.lstrip(b"\0")
        half = b"\0" + half if half[:1] >= b"\x80" else half
        out += b"\x02" + bytes([len(half)]) + half
    return b"\x30" + bytes([len(out)]) + out


class Stir:
    def __init__(self, case):
        self.case, self.serial = case, 0
        self.anchors, self.folder = case.path("anchors.crt"), case.path("certificates")
        os.mkdir(self.folder)
        self.authority = self.new_key("authority")
        openssl("req", "-x509", "-key", self.authority, "-out", self.anchors, "-days", "2", "-subj", "/CN=Authority")
        # For below `sip:`, with a long ledger.deadline_ms: on a busy machine a quarter of 200 ms is short.
        self.config = f"  identity: {{anchors: '{self.anchors}', certificates: '{self.folder}'}}\n"

    def new_key(self, name):
        path = self.case.path(name + ".key")
        openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", path)
        return path

    def certificate(self, url=URL, numbers=PROVIDER, days="2"):
        """A leaf in the folder; the path of its key."""
        self.serial += 1
        key = self.new_key(f"leaf{self.serial}")
        request = openssl("req", "-new", "-key", key, "-subj", "/CN=SHAKEN 709J")
        extensions = self.case.file("extensions", f"1.3.6.1.5.5.7.1.26 = DER:{numbers}\n" if numbers else "\n")
        pem = openssl("x509", "-req", "-CA", self.anchors, "-CAkey", self.authority, "-days", days, "-set_serial",
                      str(self.serial), "-extfile", extensions, stdin=request)
        with open(os.path.join(self.folder, hashlib.sha256(url.encode()).hexdigest() + ".pem"), "wb") as f:
            f.write(pem)
        return key

    @staticmethod
    def identity(key, caller, callee, attest="A", age=0, url=URL, ppt="shaken"):
        """The value of an Identity header."""
        header = {"alg": "ES256", "ppt": ppt, "typ": "passport", "x5u": url}
        payload = {"attest": attest, "dest": {"tn": [callee]}, "iat": int(time.time()) - age,
                   "orig": {"tn": caller}, "origid": "123e4567-e89b-12d3-a456-426655440000"}
        text = ".".join(encode(json.dumps(part, separators=(",", ":")).encode()) for part in (header, payload))
        signature = raw(openssl("dgst", "-sha256", "-sign", key, stdin=text.encode()))
        return f"{text}.{encode(signature)};info=<{url}>;alg=ES256;ppt={ppt}"
