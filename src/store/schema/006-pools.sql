-- Pools: how an organisation runs them, and who held whom. Who owns a member now
-- stands in members; each change of it is in the journal.

-- NULL: the default, or what the organisation above says (person/pool_rule.h).
CREATE TABLE pool_settings (
    "organisation"         TEXT NOT NULL PRIMARY KEY,
    "claims_per_day"       BIGINT,
    "views_per_day"        BIGINT,
    "capacity"             BIGINT,
    "first_remind_days"    BIGINT,
    "first_copy_days"      BIGINT,
    "first_release_days"   BIGINT,
    "recycle_days"         BIGINT,
    "amber_days"           BIGINT,
    "red_days"             BIGINT,
    "cool_down_days"       BIGINT,
    "cool_down_owner_days" BIGINT,
    "protection_hours"     BIGINT,
    "contract_rest_days"   BIGINT,
    "freeze_days"          BIGINT,
    "claim_needs_consent"  BIGINT
);

-- A new member may be claimed from then on; NULL: at once.
ALTER TABLE members ADD COLUMN "protected_until" BIGINT;

CREATE INDEX members_store ON members ("store", "pool");
CREATE INDEX members_frozen ON members ("frozen_until") WHERE "frozen_until" IS NOT NULL;

-- Each time that somebody came to hold a member, and how it ended. Ended rows stay:
-- the day's claims and the cool-down are read from them.
CREATE TABLE claims (
    "person"   TEXT NOT NULL,
    "staff"    TEXT NOT NULL,
    "at"       BIGINT NOT NULL,
    "how"      TEXT NOT NULL,
    "ended_at" BIGINT,
    "why"      TEXT,
    PRIMARY KEY ("person", "at", "staff")
);
CREATE INDEX claims_staff ON claims ("staff", "at");

-- What was done with a member, and when she is to be contacted next. The note is
-- sealed under her key.
CREATE TABLE followups (
    "id"      TEXT NOT NULL PRIMARY KEY,
    "person"  TEXT NOT NULL,
    "at"      BIGINT NOT NULL,
    "staff"   TEXT NOT NULL,
    "kind"    TEXT NOT NULL,
    "outcome" TEXT NOT NULL,
    "next_at" BIGINT,
    "note"    BYTEA
);
CREATE INDEX followups_person ON followups ("person", "at");
CREATE INDEX followups_next ON followups ("staff", "next_at");

-- What two persons lifted for one claim.
CREATE TABLE overrides (
    "person"    TEXT NOT NULL,
    "staff"     TEXT NOT NULL,
    "lifts"     TEXT NOT NULL,
    "reason"    TEXT NOT NULL,
    "first"     TEXT NOT NULL,
    "first_at"  BIGINT NOT NULL,
    "second"    TEXT,
    "second_at" BIGINT,
    "used_at"   BIGINT,
    PRIMARY KEY ("person", "staff", "lifts")
);
