"""Who signs in at the sample agency of `serve --demo`, for tests over HTTP."""
import json
import re
import time

import menshen


class Visitor:
    """Somebody who asks: by a session's cookie, by a bearer token, or as nobody."""

    def __init__(self, server, role=None, token=None, cookie=None, csrf=None):
        self.server, self.role, self.token, self.cookie, self.csrf = server, role, token, cookie, csrf

    def headers(self):
        headers = {}
        if self.token:
            headers["Authorization"] = "Bearer " + self.token
        if self.cookie:
            headers.update({"Cookie": self.cookie, "X-CSRF-Token": self.csrf})
        return headers

    def ask(self, method, path, body=None, headers=None):
        """(status, headers, text)."""
        return self.server.http(method, path, body, headers={**self.headers(), **(headers or {})})


def logins(server):
    """{login: {password, secret, role, organisation, staff}} of DATA/demo-logins."""
    names = ("login", "password", "secret", "role", "organisation", "staff")
    with open(server.data + "/demo-logins") as f:
        rows = [dict(zip(names, line.split())) for line in f if not line.startswith("#")]
    return {row["login"]: row for row in rows}


def sign_in(server, login):
    """A Visitor with a session. A code that somebody used already is waited out."""
    row = logins(server)[login]
    for _ in range(4):
        body = {"login": login, "password": row["password"], "code": server.run("demo", "code", login)[1].strip()}
        status, headers, text = server.http("POST", "/v1/session", body)
        if status == 200:
            break
        time.sleep(10)
    else:
        raise AssertionError(f"{login}: {status} {text}")
    session = json.loads(text)
    kind = session["kind"]
    role = session["role"] if kind == "agency" or session["role"] in ("auditor", "examiner") else kind
    return Visitor(server, role, cookie=headers["Set-Cookie"].split(";")[0], csrf=session["csrf"])


def sign_in_person(server, number):
    """A Visitor with the session of whoever has the number: the code is in the sample city's outbox."""
    server.http("POST", "/v1/session/codes", {"number": number})
    sent = lambda: [m for m in json.loads(server.get("/v1/outbox")[2])["messages"] if number in m["number"]]
    message = menshen.until(lambda: (sent() or [None])[-1], 10, "a code in the outbox")
    code = re.search(r"[0-9]{6}", message["text"])[0]
    status, headers, text = server.http("POST", "/v1/session", {"number": number, "code": code})
    if status != 200:
        raise AssertionError(f"{status} {text}")
    return Visitor(server, "person", cookie=headers["Set-Cookie"].split(";")[0], csrf=json.loads(text)["csrf"])


def visitors(server):
    """Nobody, machines, an organisation, a person, and staff of every role that the agency has."""
    found = [Visitor(server),
             Visitor(server, "machine", server.token("all")),
             Visitor(server, "machine", server.token("metrics")),
             Visitor(server, "business", server.token("all", "org_xique")),
             Visitor(server, "carrier", server.token("all", "org_jiangnan")),
             sign_in_person(server, "13800000101")]
    return found + [sign_in(server, login)
                    for login in ("ruoxi", "mingzhu", "jingzhi", "bingheng", "ruolan", "yanqiu", "zhangping")]
