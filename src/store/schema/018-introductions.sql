-- Two members of one legal entity who are introduced to each other (person/introduction.h).
-- "first" is before "second" in the order of their bytes, so that a pair is one pair.
CREATE TABLE introductions (
    "id"             TEXT NOT NULL PRIMARY KEY,
    "organisation"   TEXT NOT NULL,
    "first"          TEXT NOT NULL,
    "second"         TEXT NOT NULL,
    "staff"          TEXT NOT NULL,
    "first_shows"    TEXT NOT NULL,
    "second_shows"   TEXT NOT NULL,
    "proposed_at"    BIGINT NOT NULL,
    "until"          BIGINT NOT NULL,
    "first_answer"   TEXT,
    "first_at"       BIGINT,
    "second_answer"  TEXT,
    "second_at"      BIGINT,
    "meeting_at"     BIGINT,
    "status"         TEXT NOT NULL,
    "first_outcome"  TEXT,
    "second_outcome" TEXT,
    "contract"       TEXT,
    "ended_at"       BIGINT
);
CREATE UNIQUE INDEX introductions_open ON introductions ("first", "second")
    WHERE "status" IN ('proposed', 'accepted');
CREATE INDEX introductions_first ON introductions ("first", "proposed_at");
CREATE INDEX introductions_second ON introductions ("second", "proposed_at");
CREATE INDEX introductions_due ON introductions ("status", "until");

-- Who meets on which day, in the time of the rules: at most once.
CREATE TABLE meetings (
    "person"       TEXT NOT NULL,
    "day"          BIGINT NOT NULL,
    "introduction" TEXT NOT NULL,
    PRIMARY KEY ("person", "day")
);
CREATE INDEX meetings_introduction ON meetings ("introduction");
