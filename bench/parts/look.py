"""A recorded look at one profile over HTTP, in turns with PostgreSQL doing the like.

menshen: session of a token, judge, durable record in the ledger, decrypt, JSON, HTTP.
PostgreSQL: row-level security by consent and an audit row in the same transaction, over
its own protocol (pgbench, prepared statements). Both on one disk, whose rate of
fdatasync is taken in the same round.
"""
import os
import random
import subprocess
import sys
import time

import menshen
from harness.base import Part, durable_postgres, syncs
from harness.samples import OURS, Goal, Measure

CLIENTS = 64  # each a member of staff
SEEN = 20  # profiles that one opens: a day's budget
FIELDS = "gender,birth_year,height_cm,district,marital_status,requirements,introduction,education,school,occupation"
VALUES = "F,1992,165,徐汇区,未婚,希望真诚稳重,喜欢爬山和摄影,本科,复旦大学,教师"

SCHEMA = """
CREATE TABLE profiles (id BIGINT PRIMARY KEY, organisation TEXT NOT NULL, profile JSONB NOT NULL);
CREATE TABLE consents (person BIGINT NOT NULL, organisation TEXT NOT NULL, purpose TEXT NOT NULL, until TIMESTAMPTZ,
                       PRIMARY KEY (person, organisation, purpose));
CREATE TABLE audit (id BIGSERIAL PRIMARY KEY, at TIMESTAMPTZ NOT NULL DEFAULT now(), staff TEXT NOT NULL,
                    person BIGINT NOT NULL, purpose TEXT NOT NULL);
INSERT INTO profiles SELECT i, 'org_agency', '{"gender":"F","birth_year":1992,"height_cm":165,"district":"徐汇区",
  "marital_status":"未婚","requirements":"希望真诚稳重","introduction":"喜欢爬山和摄影","education":"本科",
  "school":"复旦大学","occupation":"教师"}' FROM generate_series(1, PEOPLE) i;
INSERT INTO consents SELECT i, 'org_agency', 'matchmaking.introduce', now() + interval '1 year'
  FROM generate_series(1, PEOPLE) i;
ALTER TABLE profiles ENABLE ROW LEVEL SECURITY;
CREATE POLICY look ON profiles FOR SELECT USING (organisation = current_setting('gate.organisation') AND EXISTS (
  SELECT 1 FROM consents c WHERE c.person = profiles.id AND c.organisation = current_setting('gate.organisation')
  AND c.purpose = current_setting('gate.purpose') AND c.until > now()));
CREATE ROLE agency LOGIN PASSWORD 'bench';
GRANT SELECT ON profiles, consents TO agency;
GRANT INSERT ON audit TO agency;
GRANT USAGE ON SEQUENCE audit_id_seq TO agency;
ANALYZE;
"""

LOOK = f"""\\set p random(1, {CLIENTS * SEEN})
BEGIN;
SELECT set_config('gate.organisation', 'org_agency', true), set_config('gate.purpose', 'matchmaking.introduce', true);
INSERT INTO audit (staff, person, purpose) VALUES ('stf_' || :client_id, :p, 'matchmaking.introduce');
SELECT profile FROM profiles WHERE id = :p;
COMMIT;
"""

# Each connection is one member of staff, who opens her own twenty members.
LUA = """
local tokens = {TOKENS}
local requests = {}
for i = 1, #tokens * SEEN do
  local staff = i % #tokens
  local person = staff * SEEN + math.floor(i / #tokens) % SEEN + 1
  requests[i] = wrk.format("GET", "/v1/persons/per_" .. person, {
    ["Authorization"] = "Bearer " .. tokens[staff + 1], ["Purpose"] = "matchmaking.introduce"})
end
local i = 0
request = function()
  i = i % #requests + 1
  return requests[i]
end
done = function(summary)
  print(string.format("looks %d in %d us, %d refused", summary.requests, summary.duration, summary.errors.status))
end
"""


def lines(*rows):
    return "".join(",".join(map(str, r)) + "\n" for r in rows)


class Menshen:
    def start(self, folder):
        self.data = os.path.join(folder, "data")
        people = CLIENTS * SEEN
        evidence = "sha256:" + "0" * 64
        files = {
            "organisations": lines(("id", "name", "kind", "sector", "licence", "region", "status"),
                                   ("org_agency", "Agency", "agency", "matchmaking", "M-1", "31", "active")),
            "staff": lines(("id", "organisation", "name", "role", "login", "certificate", "status"),
                           *((f"stf_{i}", "org_agency", f"S{i}", "sales", f"s{i}@bench", f"SH{i}:2099-12-31", "active")
                             for i in range(CLIENTS))),
            "persons": lines(("id", "organisation", "number", "name", "pool", *FIELDS.split(",")),
                             *((f"per_{i}", "org_agency", f"+86138{i:08}", f"P{i}", "store", *VALUES.split(","))
                               for i in range(1, people + 1))),
            "consents": lines(("number", "organisation", "purposes", "categories", "channels", "from", "until",
                               "wording", "evidence"),
                              *((f"+86138{i:08}", "org_agency", "matchmaking.introduce", "basic;education", "call",
                                 "2020-01-01", "", "w", evidence) for i in range(1, people + 1))),
        }
        for kind, text in files.items():
            code, out, err = menshen.run("import", kind, "-", data=self.data, stdin=text, timeout=600)
            if code != 0:
                sys.exit(f"import {kind}: exit {code}: {err}")
        tokens = []
        for i in range(CLIENTS):
            code, out, err = menshen.run("user", "token", f"stf_{i}", "--scopes", "look", data=self.data)
            if code != 0:
                sys.exit(f"user token: exit {code}: {err}")
            tokens.append(out.strip())
        self.script = os.path.join(folder, "look.lua")
        with open(os.open(self.script, os.O_WRONLY | os.O_CREAT, 0o600), "w") as f:
            f.write(LUA.replace("TOKENS", ",".join(f'"{t}"' for t in tokens)).replace("SEEN", str(SEEN)))
        config = os.path.join(folder, "config.yaml")
        with open(config, "w") as f:
            f.write("limits: {http_per_address: 256}\n")
        self.server = menshen.Server(self.data, config=config)
        self.server.start()

    def round(self, seconds):
        out = subprocess.run(["wrk", "-t", "1", "-c", str(CLIENTS), "-d", f"{seconds}s", "-s", self.script,
                              f"http://127.0.0.1:{self.server.http_port}"], capture_output=True, text=True, check=True)
        last = [line for line in out.stdout.splitlines() if line.startswith("looks ")]
        if not last or not last[-1].endswith(" 0 refused"):
            sys.exit(f"wrk: not every look was answered 200:\n{out.stdout}{out.stderr}")
        words = last[-1].split()
        return int(words[1]) / (int(words[3]) / 1e6)

    def stop(self):
        self.server.stop()


class Postgres:
    def start(self, folder):
        self.script = os.path.join(folder, "look.sql")
        with open(self.script, "w") as f:
            f.write(LOOK)
        self.url = durable_postgres()
        subprocess.run(["psql", "-q", "-v", "ON_ERROR_STOP=1", self.url],
                       input=SCHEMA.replace("PEOPLE", str(CLIENTS * SEEN)), text=True, check=True)

    def round(self, seconds):
        url = self.url.replace("//postgres@", "//agency@")
        out = subprocess.run(["pgbench", "-n", "-M", "prepared", "-c", str(CLIENTS), "-j", "1", "-T", str(max(seconds, 3)), "-f",
                              self.script, url], capture_output=True, text=True, env={**os.environ, "PGPASSWORD": "bench"})
        tps = [line for line in out.stdout.splitlines() if line.startswith("tps = ")]
        if out.returncode != 0 or not tps:
            sys.exit(f"pgbench: {out.stdout}{out.stderr}")
        return float(tps[0].split()[2])


class Look(Part):
    name, title = "look", f"A look: one profile over HTTP, {CLIENTS} clients, judged, recorded durably, decrypted"
    postgres = True
    measures = [Measure("look.rate", "recorded looks", "looks/s",
                        {"postgres": ("PostgreSQL, row-level security and an audit row in the transaction", Goal(least=5)),
                         "sync": ("fdatasync of 4 KiB, one after the other", None)})]

    who = {}

    def start(self, folder, full):
        super().start(folder, full)
        random.seed(1)
        self.who = {OURS: Menshen(), "postgres": Postgres()}
        for p in self.who.values():
            p.start(folder)

    def round(self, samples, seconds):
        for name, p in self.who.items():
            samples.add("look.rate", name, p.round(seconds))
        samples.add("look.rate", "sync", syncs(self.folder, 0.5))

    def stop(self):
        if getattr(self.who.get(OURS), "server", None):
            self.who[OURS].stop()
