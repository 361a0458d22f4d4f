-- Deadlines (desk/clock.h) and when they stood still. "due" is the first instant that is late;
-- "breached_at" is "due", written when it has passed, and is never changed.
CREATE TABLE clocks (
    "id"           TEXT NOT NULL PRIMARY KEY,
    "subject"      TEXT NOT NULL,
    "rule"         TEXT NOT NULL,
    "organisation" TEXT,
    "calendar"     TEXT,
    "provisional"  TEXT NOT NULL,
    "amount"       BIGINT,
    "unit"         TEXT,
    "started_at"   BIGINT NOT NULL,
    "due"          BIGINT NOT NULL,
    "due_before"   BIGINT,
    "paused_at"    BIGINT,
    "remind_at"    BIGINT,
    "reminded_at"  BIGINT,
    "breached_at"  BIGINT,
    "done_at"      BIGINT,
    "status"       TEXT NOT NULL
);
CREATE UNIQUE INDEX clocks_open ON clocks ("subject", "rule")
    WHERE "status" IN ('running', 'paused');
CREATE INDEX clocks_due ON clocks ("due") WHERE "status" = 'running';
CREATE INDEX clocks_organisation ON clocks ("organisation", "due", "id");

CREATE TABLE clock_pauses (
    "clock"  TEXT NOT NULL,
    "at"     BIGINT NOT NULL,
    "until"  BIGINT,
    "ground" TEXT NOT NULL,
    PRIMARY KEY ("clock", "at")
);
