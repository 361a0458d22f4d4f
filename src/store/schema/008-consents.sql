-- Consents have versions and an end; members are asked for them.
--
-- A row of `consents` is one version, and is never changed but for its end. Who asked
-- a member for a consent, and what she answered, stands under her id, not her number.

ALTER TABLE consents ADD COLUMN "version" BIGINT;
ALTER TABLE consents ADD COLUMN "ended_at" BIGINT;
ALTER TABLE consents ADD COLUMN "ended" TEXT;
CREATE INDEX consents_ended ON consents ("organisation", "ended");

-- From a consent to the change that recorded it, for its receipt.
CREATE INDEX journal_consents ON journal ("subject") WHERE "kind" = 'consents';

-- By member; a consent that concerns several kinds of data is asked for one by one.
CREATE TABLE consent_requests (
    "person"       TEXT NOT NULL,
    "id"           TEXT NOT NULL,
    "organisation" TEXT NOT NULL,
    "staff"        TEXT NOT NULL,
    "purpose"      TEXT NOT NULL,
    "categories"   TEXT NOT NULL,
    "channels"     TEXT NOT NULL,
    "until"        BIGINT NOT NULL,
    "wording_zh"   TEXT NOT NULL,
    "wording_en"   TEXT NOT NULL,
    "asked_at"     BIGINT NOT NULL,
    "quiet"        BIGINT NOT NULL,
    "status"       TEXT NOT NULL,
    "answered_at"  BIGINT,
    PRIMARY KEY ("person", "id")
);
