"""Who signs in at the sample agency of `serve --demo`, for tests over HTTP."""
import json
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
    role = session["role"] if kind == "agency" or session["role"] == "auditor" else kind
    return Visitor(server, role, cookie=headers["Set-Cookie"].split(";")[0], csrf=session["csrf"])


def visitors(server):
    """Nobody, machines, an organisation, and staff of every role that the agency has."""
    found = [Visitor(server),
             Visitor(server, "machine", server.token("all")),
             Visitor(server, "machine", server.token("metrics")),
             Visitor(server, "business", server.token("all", "org_xique")),
             Visitor(server, "carrier", server.token("all", "org_jiangnan"))]
    return found + [sign_in(server, login)
                    for login in ("ruoxi", "mingzhu", "jingzhi", "bingheng", "ruolan", "zhangping")]
