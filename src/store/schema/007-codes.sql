-- How persons sign in: a one-time code to their number (registry/code.h). A number is
-- here only as its blind link (person/link.h), or sealed under DATA/keys/accounts;
-- a code only as its keyed hash. No row here is journalled.

-- The last code of a number, and when its last five were sent, the newest first.
CREATE TABLE codes (
    "link"    BYTEA NOT NULL PRIMARY KEY,
    "hash"    BYTEA NOT NULL,
    "expires" BIGINT NOT NULL,
    "tries"   BIGINT NOT NULL,
    "sent_1"  BIGINT NOT NULL,
    "sent_2"  BIGINT NOT NULL,
    "sent_3"  BIGINT NOT NULL,
    "sent_4"  BIGINT NOT NULL,
    "sent_5"  BIGINT NOT NULL
);
CREATE INDEX codes_sent ON codes ("sent_1");

-- A person's session: her number, sealed; when a further code confirmed that it is her.
ALTER TABLE sessions ADD COLUMN "number" BYTEA;
ALTER TABLE sessions ADD COLUMN "confirmed" BIGINT;

-- Since when the member has the number; NULL: since she was added.
ALTER TABLE member_links ADD COLUMN "since" BIGINT;

-- When preferences were entered: those of a number's former holder are void.
CREATE INDEX journal_preferences ON journal ("subject", "at") WHERE "kind" = 'preferences';
