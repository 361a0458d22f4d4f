-- Harassment software, devices and listings that a platform has to take down (desk/takedown.h).
CREATE TABLE takedowns (
    "id"         TEXT NOT NULL PRIMARY KEY,
    "kind"       TEXT NOT NULL,
    "artefact"   TEXT,
    "url"        TEXT NOT NULL,
    "platform"   TEXT NOT NULL,
    "ground"     TEXT NOT NULL,
    "ordered_by" TEXT NOT NULL,
    "ordered_at" BIGINT NOT NULL,
    "due"        BIGINT NOT NULL,
    "receipt"    TEXT,
    "proof"      TEXT,
    "reason"     TEXT,
    "changed_at" BIGINT NOT NULL,
    "seen_at"    BIGINT,
    "seen_url"   TEXT,
    "sightings"  BIGINT NOT NULL,
    "status"     TEXT NOT NULL
);
CREATE INDEX takedowns_artefact ON takedowns ("artefact");
CREATE INDEX takedowns_platform ON takedowns ("platform", "ordered_at");
CREATE INDEX takedowns_giver ON takedowns ("ordered_by", "ordered_at");
