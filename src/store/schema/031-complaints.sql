-- Complaints about organisations (desk/complaint.h). Texts lie sealed in desk_texts; "link" leads
-- from a number to its complaints (person/link.h), and stands in no journal.
CREATE TABLE complaints (
    "id"             TEXT NOT NULL PRIMARY KEY,
    "respondent"     TEXT NOT NULL,
    "issue"          TEXT NOT NULL,
    "happened_at"    BIGINT,
    "received_at"    BIGINT NOT NULL,
    "anonymous"      TEXT NOT NULL,
    "channel"        TEXT NOT NULL,
    "body"           TEXT NOT NULL,
    "status"         TEXT NOT NULL,
    "ground"         TEXT,
    "decided_by"     TEXT,
    "decided_at"     BIGINT,
    "joined_to"      TEXT,
    "representative" TEXT,
    "case"           TEXT,
    "replied_at"     BIGINT,
    "upheld"         TEXT,
    "closed_at"      BIGINT,
    "link"           BYTEA
);
CREATE INDEX complaints_of_respondent ON complaints ("respondent", "issue", "received_at");
CREATE INDEX complaints_of_body ON complaints ("body", "received_at");
CREATE INDEX complaints_of_link ON complaints ("link");

-- Who opened what of a complaint (desk/disclosure.h).
CREATE TABLE disclosures (
    "id"           TEXT NOT NULL PRIMARY KEY,
    "complaint"    TEXT NOT NULL,
    "what"         TEXT NOT NULL,
    "evidence"     TEXT,
    "staff"        TEXT NOT NULL,
    "organisation" TEXT NOT NULL,
    "at"           BIGINT NOT NULL
);
CREATE INDEX disclosures_of_complaint ON disclosures ("complaint", "at");
CREATE INDEX disclosures_of_staff ON disclosures ("staff", "at");

-- Evidence, and its bytes in sealed parts (desk/evidence.h).
CREATE TABLE evidence (
    "id"        TEXT NOT NULL PRIMARY KEY,
    "complaint" TEXT NOT NULL,
    "media"     TEXT NOT NULL,
    "size"      BIGINT NOT NULL,
    "hash"      TEXT NOT NULL,
    "at"        BIGINT NOT NULL
);
CREATE INDEX evidence_of_complaint ON evidence ("complaint");
CREATE TABLE evidence_parts (
    "evidence" TEXT NOT NULL,
    "part"     BIGINT NOT NULL,
    "sealed"   BYTEA NOT NULL,
    PRIMARY KEY ("evidence", "part")
);
