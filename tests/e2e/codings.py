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


class Seeker:
    """Many numbers at once: `in_(data)` names each that is there, as (number, form)."""

    def __init__(self, numbers):
        self.lower, self.exact = {}, {}
        for number in numbers:
            for forms, by_length in ((of(number), self.lower), (of_base64(number), self.exact)):
                for name, text in forms:
                    by_length.setdefault(len(text), {}).setdefault(text, (number, name))

    @staticmethod
    def windows(data, by_length):
        for length, patterns in by_length.items():
            for at in range(len(data) - length + 1):
                if (hit := patterns.get(data[at:at + length])) is not None:
                    yield hit

    def in_(self, data):
        """`data` is cut at what stands in no form, and each piece is looked at once."""
        pieces = {p for p in re.split(rb'[\r\n",{}\[\]<>();=&|]+', data) if len(p) >= 8}
        hits = set()
        for piece in pieces:
            hits.update(self.windows(piece.lower(), self.lower))
            hits.update(self.windows(piece, self.exact))
        return hits


def found(data, e164):
    """The names of the forms in which `data` (bytes) holds the number."""
    return sorted({name for _, name in Seeker([e164]).in_(data)})
