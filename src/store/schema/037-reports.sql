-- Reports of calls, what they led to, appeals (desk/report.h, restrain.h, appeal.h). "link" is the
-- blind link of the number of who reported, whose number is restrained, who appeals: in no journal.
CREATE TABLE reports (
    "id"           TEXT NOT NULL PRIMARY KEY,
    "kind"         TEXT NOT NULL,
    "at"           BIGINT NOT NULL,
    "received_at"  BIGINT NOT NULL,
    "channel"      TEXT NOT NULL,
    "entered_by"   TEXT,
    "cluster"      TEXT NOT NULL,
    "sender"       TEXT,
    "line"         TEXT,
    "organisation" TEXT,
    "record"       TEXT,
    "status"       TEXT NOT NULL,
    "ground"       TEXT,
    "weight"       BIGINT NOT NULL,
    "stage"        TEXT NOT NULL,
    "link"         BYTEA
);
CREATE INDEX reports_sender ON reports ("sender", "received_at");
CREATE INDEX reports_line ON reports ("line", "received_at");
CREATE INDEX reports_link ON reports ("link", "received_at");
CREATE INDEX reports_cluster ON reports ("cluster", "received_at");
CREATE INDEX reports_status ON reports ("status", "received_at");
CREATE INDEX reports_received ON reports ("received_at", "id");

CREATE TABLE restraints (
    "id"        TEXT NOT NULL PRIMARY KEY,
    "kind"      TEXT NOT NULL,
    "sender"    TEXT NOT NULL,
    "line"      TEXT,
    "holder"    TEXT,
    "reports"   BIGINT NOT NULL,
    "calls"     BIGINT,
    "at"        BIGINT NOT NULL,
    "until"     BIGINT NOT NULL,
    "lifted_at" BIGINT,
    "link"      BYTEA
);
CREATE INDEX restraints_sender ON restraints ("sender", "kind");
CREATE INDEX restraints_holder ON restraints ("holder", "at");
CREATE INDEX restraints_link ON restraints ("link", "at");
CREATE INDEX restraints_at ON restraints ("at", "id");

CREATE TABLE appeals (
    "id"           TEXT NOT NULL PRIMARY KEY,
    "against"      TEXT NOT NULL,
    "organisation" TEXT,
    "at"           BIGINT NOT NULL,
    "status"       TEXT NOT NULL,
    "decided_by"   TEXT,
    "decided_at"   BIGINT,
    "link"         BYTEA
);
CREATE INDEX appeals_against ON appeals ("against");
CREATE INDEX appeals_organisation ON appeals ("organisation", "at");
CREATE INDEX appeals_link ON appeals ("link", "at");
CREATE INDEX appeals_at ON appeals ("at", "id");
