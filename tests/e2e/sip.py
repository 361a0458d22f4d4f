"""Just enough of a SIP client for tests that count answers: INVITEs over UDP, answers matched by Call-ID."""
import re
import socket
import uuid


class Answer:
    def __init__(self, data):
        head = data.decode("utf-8", "replace").split("\r\n\r\n")[0].split("\r\n")
        self.code = int(head[0].split()[1])
        self.phrase = head[0].split(" ", 2)[2]
        self.headers = {}
        for line in head[1:]:
            name, _, value = line.partition(":")
            self.headers.setdefault(name.strip().lower(), value.strip())
        self.raw = data

    def get(self, name):
        return self.headers.get(name.lower(), "")

    @property
    def record(self):
        return self.get("X-Menshen-Record")

    @property
    def tag(self):
        m = re.search(r";tag=([^;>\s]+)", self.get("To"))
        return m[1] if m else ""


class Client:
    def __init__(self, port, timeout=30.0, host="127.0.0.1"):
        self.server = (host, port)
        self.host = f"[{host}]" if ":" in host else host
        self.socket = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((host, 0))
        self.socket.settimeout(timeout)
        self.port = self.socket.getsockname()[1]

    def close(self):
        self.socket.close()

    def request(self, caller, callee, line="", campaign="", method="INVITE", call_id=None, branch=None,
                extra=(), cseq=1):
        call_id = call_id or uuid.uuid4().hex
        branch = branch or "z9hG4bK" + uuid.uuid4().hex[:16]
        lines = [
            f"{method} sip:{callee}@{self.host};user=phone SIP/2.0",
            f"Via: SIP/2.0/UDP {self.host}:{self.port};branch={branch};rport",
            "Max-Forwards: 70",
            f"From: <sip:{caller}@{self.host}>;tag={call_id[:8]}",
            f"To: <sip:{callee}@{self.host}>",
            f"Call-ID: {call_id}",
            f"CSeq: {cseq} {method}",
            f"Contact: <sip:test@{self.host}:{self.port}>",
        ]
        if line:
            lines.append(f"X-Menshen-Line: {line}")
        if campaign:
            lines.append(f"X-Menshen-Campaign: {campaign}")
        lines += list(extra) + ["Content-Length: 0", "", ""]
        return "\r\n".join(lines).encode()

    def send(self, data):
        self.socket.sendto(data, self.server)

    def receive(self):
        """The next answer, or None when none comes in time."""
        try:
            return Answer(self.socket.recv(65535))
        except (socket.timeout, ConnectionError):
            return None

    def invite(self, caller, callee, line="", campaign="", **more):
        """The answer to this call: late ones to others are passed over."""
        call_id = uuid.uuid4().hex
        self.send(self.request(caller, callee, line, campaign, call_id=call_id, **more))
        while (answer := self.receive()) is not None and answer.get("Call-ID") != call_id:
            continue
        return answer
