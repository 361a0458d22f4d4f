-- Bearer tokens, by the BLAKE2b-256 hash of their text; scopes are bits
-- (registry/token.h).
CREATE TABLE tokens (
    "hash"    BYTEA NOT NULL PRIMARY KEY,
    "subject" TEXT NOT NULL,
    "scopes"  BIGINT NOT NULL,
    "created" BIGINT NOT NULL,
    "expires" BIGINT NOT NULL
);

-- Rows scrubbed for a campaign on a local day.
CREATE TABLE scrub_quota (
    "campaign" TEXT NOT NULL,
    "day"      BIGINT NOT NULL,
    "used"     BIGINT NOT NULL,
    PRIMARY KEY ("campaign", "day")
);
