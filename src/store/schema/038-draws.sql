-- Draws of organisations and inspectors (desk/draw_kept.h). The seed lies in desk_texts until it
-- is revealed. Lists are ids joined by ";".
CREATE TABLE draws (
    "id"            TEXT NOT NULL PRIMARY KEY,
    "by"            TEXT NOT NULL,
    "organisation"  TEXT NOT NULL,
    "at"            BIGINT NOT NULL,
    "commit"        TEXT NOT NULL,
    "organisations" TEXT NOT NULL,
    "inspectors"    TEXT NOT NULL,
    "recusals"      TEXT,
    "wanted"        BIGINT NOT NULL,
    "team"          BIGINT NOT NULL,
    "revealed_at"   BIGINT,
    "seed"          TEXT,
    "drawn"         TEXT,
    "team_drawn"    TEXT
);
CREATE INDEX draws_organisation ON draws ("organisation", "revealed_at");
