-- Relay numbers between a member and her agency (person/binding.h): neither learns the
-- other's number, and hers is in no row. "organisation" is the legal entity.
CREATE TABLE bindings (
    "id"           TEXT NOT NULL PRIMARY KEY,
    "relay"        BIGINT NOT NULL,
    "person"       TEXT NOT NULL,
    "staff"        TEXT NOT NULL,
    "organisation" TEXT NOT NULL,
    "purpose"      TEXT NOT NULL,
    "answers"      BIGINT NOT NULL,
    "record"       TEXT NOT NULL,
    "opened_at"    BIGINT NOT NULL,
    "expires_at"   BIGINT NOT NULL,
    "max_call_s"   BIGINT,
    "status"       TEXT NOT NULL,
    "closed_at"    BIGINT,
    "why"          TEXT
);
CREATE UNIQUE INDEX bindings_relay ON bindings ("relay") WHERE "status" = 'open';
CREATE UNIQUE INDEX bindings_pair ON bindings ("organisation", "person") WHERE "status" = 'open';
CREATE INDEX bindings_rest ON bindings ("relay", "closed_at");
CREATE INDEX bindings_staff ON bindings ("staff", "opened_at");
CREATE INDEX bindings_person ON bindings ("person");
