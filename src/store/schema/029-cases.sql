-- Cases and their acts (desk/case.h). How a case stands is what its acts make of it; what was
-- written in an act lies in desk_texts.
CREATE TABLE cases (
    "id"         TEXT NOT NULL PRIMARY KEY,
    "respondent" TEXT NOT NULL,
    "opened_by"  TEXT NOT NULL,
    "opened_as"  TEXT NOT NULL,
    "sector"     TEXT,
    "region"     TEXT,
    "opened_at"  BIGINT NOT NULL,
    "filed_by"   TEXT,
    "filed_at"   BIGINT,
    "status"     TEXT NOT NULL,
    "version"    BIGINT NOT NULL
);
CREATE INDEX cases_respondent ON cases ("respondent");
CREATE INDEX cases_opened_by ON cases ("opened_by");
CREATE INDEX cases_filed_by ON cases ("filed_by");

CREATE TABLE case_acts (
    "id"           TEXT NOT NULL PRIMARY KEY,
    "case"         TEXT NOT NULL,
    "seq"          BIGINT NOT NULL,
    "kind"         TEXT NOT NULL,
    "side"         TEXT NOT NULL,
    "by"           TEXT NOT NULL,
    "organisation" TEXT,
    "at"           BIGINT NOT NULL,
    "due"          BIGINT,
    "terms"        TEXT NOT NULL,
    UNIQUE ("case", "seq")
);
