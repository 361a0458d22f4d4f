-- What was addressed to an organisation, and when it was read (desk/inbox.h).
CREATE TABLE inbox (
    "id"           TEXT NOT NULL PRIMARY KEY,
    "organisation" TEXT NOT NULL,
    "kind"         TEXT NOT NULL,
    "subject"      TEXT NOT NULL,
    "at"           BIGINT NOT NULL,
    "read_at"      BIGINT,
    "read_by"      TEXT
);
CREATE INDEX inbox_organisation ON inbox ("organisation", "at");
CREATE INDEX inbox_subject ON inbox ("subject");
