-- From a reported call to the line it came from (desk/trace.h), and what other carriers were
-- answered here (desk/trace_answered.h). Numbers lie sealed in desk_texts; "caller" and "callee" are keyed
-- hashes. "tries" and "next_at" say when a hop is asked for again: no fact.
CREATE TABLE traces (
    "id"           TEXT NOT NULL PRIMARY KEY,
    "kind"         TEXT NOT NULL,
    "caller"       TEXT NOT NULL,
    "callee"       TEXT,
    "at"           BIGINT NOT NULL,
    "organisation" TEXT,
    "by"           TEXT NOT NULL,
    "report"       TEXT,
    "case"         TEXT,
    "opened_at"    BIGINT NOT NULL,
    "status"       TEXT NOT NULL,
    "why"          TEXT,
    "closed_at"    BIGINT
);
CREATE INDEX traces_call ON traces ("caller", "at");
CREATE INDEX traces_open ON traces ("opened_at") WHERE "status" = 'open';

CREATE TABLE trace_hops (
    "trace"       TEXT NOT NULL,
    "n"           BIGINT NOT NULL,
    "carrier"     TEXT,
    "status"      TEXT NOT NULL,
    "why"         TEXT,
    "asked_at"    BIGINT NOT NULL,
    "due"         BIGINT,
    "answered_at" BIGINT,
    "at"          BIGINT,
    "line"        TEXT,
    "purpose"     TEXT,
    "holder"      TEXT,
    "holder_name" TEXT,
    "principal"   TEXT,
    "campaign"    TEXT,
    "record"      TEXT,
    "previous"    TEXT,
    "proven"      BIGINT,
    "known"       TEXT,
    "tries"       BIGINT,
    "next_at"     BIGINT,
    PRIMARY KEY ("trace", "n")
);
CREATE INDEX trace_hops_waiting ON trace_hops ("next_at") WHERE "status" IN ('asked', 'overdue');
CREATE INDEX trace_hops_line ON trace_hops ("line", "at");

CREATE TABLE trace_answers (
    "asker"    TEXT NOT NULL,
    "trace"    TEXT NOT NULL,
    "n"        BIGINT NOT NULL,
    "question" TEXT NOT NULL,
    "at"       BIGINT NOT NULL,
    "status"   TEXT NOT NULL,
    "why"      TEXT,
    "line"     TEXT,
    "record"   TEXT,
    "previous" TEXT,
    PRIMARY KEY ("asker", "trace", "n")
);
CREATE INDEX trace_answers_asker ON trace_answers ("asker", "at");
