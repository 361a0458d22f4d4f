-- Exams of practitioners: the bank of questions, sittings, and the papers of candidates
-- (registry/question.h, exam.h, paper.h).
--
-- What a question asks and answers ("sealed") and a paper's "seed" are sealed under
-- DATA/keys/accounts; neither is in the journal. Answers are in no journal either: the
-- result is.
CREATE TABLE exam_questions (
    "id"      TEXT NOT NULL PRIMARY KEY,
    "course"  TEXT NOT NULL,
    "topic"   TEXT NOT NULL,
    "options" BIGINT NOT NULL,
    "version" BIGINT NOT NULL,
    "retired" BIGINT,
    "by"      TEXT NOT NULL,
    "at"      BIGINT NOT NULL,
    "sealed"  BYTEA
);
CREATE INDEX exam_questions_course ON exam_questions ("course", "version");

CREATE TABLE exams (
    "id"           TEXT NOT NULL PRIMARY KEY,
    "organisation" TEXT NOT NULL,
    "course"       TEXT NOT NULL,
    "topics"       TEXT NOT NULL,
    "bank"         BIGINT NOT NULL,
    "from"         BIGINT NOT NULL,
    "until"        BIGINT NOT NULL,
    "minutes"      BIGINT NOT NULL,
    "questions"    BIGINT NOT NULL,
    "pass"         BIGINT NOT NULL,
    "seats"        BIGINT NOT NULL,
    "by"           TEXT NOT NULL,
    "at"           BIGINT NOT NULL
);
CREATE INDEX exams_until ON exams ("until");

CREATE TABLE papers (
    "id"            TEXT NOT NULL PRIMARY KEY,
    "exam"          TEXT NOT NULL,
    "practitioner"  TEXT NOT NULL,
    "staff"         TEXT NOT NULL,
    "registered_at" BIGINT NOT NULL,
    "started_at"    BIGINT,
    "ends_at"       BIGINT,
    "handed_in_at"  BIGINT,
    "how"           TEXT,
    "score"         BIGINT,
    "passed"        BIGINT,
    "seed"          BYTEA
);
CREATE UNIQUE INDEX papers_exam ON papers ("exam", "practitioner");
CREATE UNIQUE INDEX papers_staff ON papers ("staff", "exam");
CREATE INDEX papers_practitioner ON papers ("practitioner", "registered_at");
CREATE INDEX papers_running ON papers ("ends_at") WHERE "handed_in_at" IS NULL;

CREATE TABLE paper_answers (
    "paper"  TEXT NOT NULL,
    "item"   TEXT NOT NULL,
    "option" TEXT NOT NULL,
    "at"     BIGINT NOT NULL,
    PRIMARY KEY ("paper", "item")
);
