-- Questions of an exam that were found wrong (registry/annulment.h).
CREATE TABLE exam_annulments (
    "exam"     TEXT NOT NULL,
    "question" TEXT NOT NULL,
    "ground"   TEXT NOT NULL,
    "by"       TEXT NOT NULL,
    "at"       BIGINT NOT NULL,
    PRIMARY KEY ("exam", "question")
);
