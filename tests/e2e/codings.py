"""A telephone number in every form in which a program might let it out.

    for name, text in codings.of("+8613900139000"):
        assert text not in captured.lower()

Forms are bytes in lower case, to be looked for in what has been made lower case; base64, which
knows two cases, stands apart.
"""
import base64
import hashlib
import re
import urllib.parse


def written(e164):
    """(name, text): as a person or a program writes it."""
    digits = e164.lstrip("+")
    national = digits[2:]
    yield "E.164", e164
    yield "E.164 without plus", digits
    yield "national", national
    yield "national with 0", "0" + national
    yield "0086", "0086" + national
    yield "00 86", "00 86 " + national
    for sign, mark in ((" ", "blanks"), ("-", "dashes"), (".", "dots")):
        yield mark + " 3-4-4", sign.join((national[:3], national[3:7], national[7:]))
        yield mark + " 3-3-5", sign.join((national[:3], national[3:6], national[6:]))
    yield "percent", urllib.parse.quote(e164, safe="")
    yield "tel URI", "tel:" + e164
    yield "full width", "".join(chr(ord("０") + int(d)) for d in national)
    yield "reversed", national[::-1]


def coded(text):
    """(name, bytes): one text under the usual codings."""
    data = text.encode()
    yield "plain", data
    yield "hex", data.hex().encode()
    yield "percent for each byte", "".join(f"%{b:02x}" for b in data).encode()
    yield "escapes of JSON", "".join(f"\\u{ord(c):04x}" for c in text).encode()
    for hash_name in ("md5", "sha1", "sha256"):
        yield hash_name, hashlib.new(hash_name, data).hexdigest().encode()


def in_base64(text):
    """(name, bytes): what of it is the same whatever stands before and behind it."""
    for offset in range(3):
        data = b"\0" * offset + text.encode()
        core = base64.b64encode(data)[(0, 2, 3)[offset]:len(data) * 8 // 6]
        yield f"base64 at {offset}", core
        yield f"base64url at {offset}", core.replace(b"+", b"-").replace(b"/", b"_")


def of(e164):
    """(name, bytes in lower case): every form but base64."""
    for form, text in written(e164):
        for coding, data in coded(text):
            yield f"{form}, {coding}", data.lower()
    number = int(e164.lstrip("+"))
    yield "BIGINT, big-endian hex", number.to_bytes(8, "big").hex().lstrip("0").encode()
    yield "BIGINT, little-endian hex", number.to_bytes(8, "little").hex().rstrip("0").encode()


def of_base64(e164):
    """(name, bytes as they are)."""
    for form, text in written(e164):
        if form in ("E.164", "E.164 without plus", "national"):
            for coding, data in in_base64(text):
                yield f"{form}, {coding}", data


def of_raw(e164):
    """(name, bytes as they are): as a store or a record may hold it, not text."""
    number = int(e164.lstrip("+"))
    size = 6 if number < 1 << 48 else 8  # of the eight bytes, those that are not 0 in any number; SQLite's six
    yield "BIGINT, big-endian", number.to_bytes(size, "big")
    yield "BIGINT, little-endian", number.to_bytes(size, "little")


class Seeker:
    """Many numbers at once: `in_(data)` names each that is there, as (number, form)."""
    ANCHOR = 6  # bytes by which a form is known; none is shorter

    def __init__(self, numbers):
        self.lower, self.exact, self.clean = {}, {}, set()
        for number in numbers:
            for forms, table in ((of(number), self.lower), (of_base64(number), self.exact), (of_raw(number), self.exact)):
                for name, text in forms:
                    assert len(text) >= self.ANCHOR, name
                    table.setdefault(text[:self.ANCHOR], []).append((text, (number, name)))

    def windows(self, data, table):
        get, width = table.get, self.ANCHOR
        for at in range(len(data) - width + 1):
            if (begun := get(data[at:at + width])) is not None:
                for text, hit in begun:
                    if data.startswith(text, at):
                        yield hit

    def in_(self, data, whole=False):
        """Unless it is to be read `whole`, text is cut at what stands in no form, and no piece is looked at twice."""
        pieces = {data} if whole else {p for p in re.split(rb'[\r\n",{}\[\]<>();=&|]+', data) if len(p) >= self.ANCHOR}
        hits = set()
        for piece in pieces - self.clean:
            found_here = {*self.windows(piece.lower(), self.lower), *self.windows(piece, self.exact)}
            hits |= found_here
            if not whole and not found_here:
                self.clean.add(piece)
        return hits


def found(data, e164):
    """The names of the forms in which `data` (bytes) holds the number."""
    return sorted({name for _, name in Seeker([e164]).in_(data)})
