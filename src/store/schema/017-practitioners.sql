-- Who may work in the trade: humans, their accounts, certificates, bars, training
-- (registry/practitioner.h, certificate.h, bar.h, training.h).
--
-- "identity" is a keyed hash of an id number, "born" a date sealed under DATA/keys/accounts,
-- which is in no journal.
CREATE TABLE practitioners (
    "id"                TEXT NOT NULL PRIMARY KEY,
    "identity"          TEXT NOT NULL UNIQUE,
    "name"              TEXT NOT NULL,
    "full_capacity"     BIGINT NOT NULL,
    "education"         TEXT NOT NULL,
    "documents_seen_at" BIGINT NOT NULL,
    "seen_by"           TEXT NOT NULL,
    "born"              BYTEA
);

CREATE TABLE practitioner_staff (
    "staff"        TEXT NOT NULL PRIMARY KEY,
    "practitioner" TEXT NOT NULL,
    "since"        BIGINT NOT NULL
);
CREATE INDEX practitioner_staff_of ON practitioner_staff ("practitioner");

CREATE TABLE certificates (
    "number"       TEXT NOT NULL PRIMARY KEY,
    "practitioner" TEXT NOT NULL,
    "staff"        TEXT NOT NULL,
    "course"       TEXT NOT NULL,
    "exam"         TEXT NOT NULL,
    "score"        BIGINT NOT NULL,
    "issued_at"    BIGINT NOT NULL,
    "issued_by"    TEXT NOT NULL,
    "until"        BIGINT NOT NULL,
    "renews"       TEXT,
    "status"       TEXT NOT NULL,
    "from"         BIGINT NOT NULL,
    "ground"       TEXT,
    "document"     TEXT,
    "by"           TEXT NOT NULL
);
CREATE INDEX certificates_staff ON certificates ("staff", "issued_at");
CREATE INDEX certificates_practitioner ON certificates ("practitioner");

CREATE TABLE bars (
    "id"           TEXT NOT NULL PRIMARY KEY,
    "practitioner" TEXT NOT NULL,
    "ground"       TEXT NOT NULL,
    "from"         BIGINT NOT NULL,
    "until"        BIGINT,
    "by"           TEXT NOT NULL,
    "document"     TEXT NOT NULL,
    "status"       TEXT NOT NULL
);
CREATE INDEX bars_practitioner ON bars ("practitioner");

CREATE TABLE misconduct (
    "practitioner" TEXT NOT NULL,
    "organisation" TEXT NOT NULL,
    "staff"        TEXT NOT NULL,
    "ground"       TEXT NOT NULL,
    "at"           BIGINT NOT NULL,
    "by"           TEXT NOT NULL,
    "document"     TEXT NOT NULL,
    PRIMARY KEY ("practitioner", "organisation")
);

CREATE TABLE trainings (
    "id"           TEXT NOT NULL PRIMARY KEY,
    "staff"        TEXT NOT NULL,
    "course"       TEXT NOT NULL,
    "hours"        BIGINT NOT NULL,
    "from"         BIGINT NOT NULL,
    "until"        BIGINT NOT NULL,
    "delivered_by" TEXT NOT NULL,
    "entered_by"   TEXT NOT NULL,
    "at"           BIGINT NOT NULL
);
CREATE INDEX trainings_staff ON trainings ("staff", "until");
