-- What a person set right of her profile, or asked to have set right.
--
-- "value" until it is answered, and "reason", are sealed under her KEY_PROFILE
-- (person/correction.h); neither is in the journal.
CREATE TABLE corrections (
    "id"           TEXT NOT NULL PRIMARY KEY,
    "person"       TEXT NOT NULL,
    "organisation" TEXT NOT NULL,
    "category"     TEXT NOT NULL,
    "field"        TEXT NOT NULL,
    "asked_at"     BIGINT NOT NULL,
    "due_at"       BIGINT,
    "status"       TEXT NOT NULL,
    "staff"        TEXT,
    "answered_at"  BIGINT,
    "value"        BYTEA,
    "reason"       BYTEA
);
CREATE INDEX corrections_person ON corrections ("person", "asked_at");
CREATE INDEX corrections_open ON corrections ("organisation", "due_at") WHERE "status" = 'open';
