-- What persons wrote at the desk ends (desk/forget.h): when it did, by its time or because she asked,
-- and since when a complaint is kept for an authority's case alone.
ALTER TABLE complaints ADD COLUMN "restricted_at" BIGINT;
ALTER TABLE complaints ADD COLUMN "forgotten_at" BIGINT;
ALTER TABLE reports ADD COLUMN "forgotten_at" BIGINT;
ALTER TABLE appeals ADD COLUMN "forgotten_at" BIGINT;
CREATE INDEX complaints_kept ON complaints ("received_at") WHERE "forgotten_at" IS NULL;
CREATE INDEX reports_kept ON reports ("received_at") WHERE "forgotten_at" IS NULL;

-- Erasures that persons asked for at the desk, by the blind link of the number; gone once nothing is
-- left to erase.
CREATE TABLE desk_erasures (
    "id"       TEXT NOT NULL PRIMARY KEY,
    "link"     BYTEA NOT NULL,
    "since"    BIGINT NOT NULL,
    "asked_at" BIGINT NOT NULL,
    "due_at"   BIGINT NOT NULL,
    "status"   TEXT NOT NULL
);
CREATE INDEX desk_erasures_link ON desk_erasures ("link");
