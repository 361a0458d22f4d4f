"""A proof of the log (C2SP tlog-proof), checked with nothing but hashing."""
import base64
import hashlib
import struct


def sha(b):
    return hashlib.sha256(b).digest()


def check(text):
    """What it proves: entry and index, extra as it came, and of a receipt what it opens. ValueError if it does not."""
    head, note = text.split("\n\n", 1)
    lines = head.split("\n")
    if lines[0] != "c2sp.org/tlog-proof@v1":
        raise ValueError(lines[0])
    extra = base64.b64decode(lines[1].removeprefix("extra "), validate=True)
    found = {"extra": extra, "entry": extra, "index": int(lines[2].removeprefix("index ")), "note": note}
    if extra[0] == 2:
        n, = struct.unpack(">H", extra[1:3])
        found["entry"], rest = extra[3:3 + n], extra[3 + n:]
        n, = struct.unpack(">H", rest[:2])
        found["opening"], rest = rest[2:2 + n], rest[2 + n:]
        n, = struct.unpack(">I", rest[:4])
        found["content"] = rest[4:]
        if len(found["content"]) != n:
            raise ValueError("a length")
    # The tree leads from the entry to the root that the log has signed (RFC 9162, 2.1.3.2).
    size, root = int(note.split("\n")[1]), base64.b64decode(note.split("\n")[2])
    fn, sn, r = found["index"], size - 1, sha(b"\0" + found["entry"])
    for p in (base64.b64decode(line) for line in lines[3:]):
        if sn == 0:
            raise ValueError("a path that is too long")
        if fn & 1 or fn == sn:
            r = sha(b"\1" + p + r)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = sha(b"\1" + r + p)
        fn, sn = fn >> 1, sn >> 1
    if (sn, r) != (0, root):
        raise ValueError("the path does not lead to the root")
    return found
