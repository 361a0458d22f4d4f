-- Matters that were handed on to other departments (desk/dispatch.h). What was written with one
-- lies sealed in desk_texts.
CREATE TABLE dispatches (
    "id"           TEXT NOT NULL PRIMARY KEY,
    "case"         TEXT NOT NULL,
    "matters"      TEXT NOT NULL,
    "department"   TEXT NOT NULL,
    "organisation" TEXT,
    "by"           TEXT NOT NULL,
    "sent_at"      BIGINT NOT NULL,
    "follows"      TEXT,
    "bound"        TEXT NOT NULL,
    "status"       TEXT NOT NULL,
    "status_at"    BIGINT NOT NULL,
    "ground"       TEXT,
    "designated"   TEXT
);
CREATE INDEX dispatches_case ON dispatches ("case", "id");
CREATE INDEX dispatches_by ON dispatches ("by", "id");
CREATE INDEX dispatches_organisation ON dispatches ("organisation", "id");
CREATE UNIQUE INDEX dispatches_follows ON dispatches ("follows") WHERE "follows" IS NOT NULL;
CREATE UNIQUE INDEX dispatches_open ON dispatches ("case", "department")
    WHERE "status" IN ('sent', 'accepted', 'disputed');
