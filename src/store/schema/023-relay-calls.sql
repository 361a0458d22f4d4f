-- Attempts at members by relay that count (person/relay_call.h): each node counts those of the
-- others. "organisation" is the legal entity.
CREATE TABLE relay_calls (
    "id"           TEXT NOT NULL PRIMARY KEY,
    "binding"      TEXT NOT NULL,
    "person"       TEXT NOT NULL,
    "organisation" TEXT NOT NULL,
    "at"           BIGINT NOT NULL
);
CREATE INDEX relay_calls_at ON relay_calls ("at");
