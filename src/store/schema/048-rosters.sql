-- Pages of members in the orders of lists (person/roster.c), read from where a page begins. The
-- columns behind an order are what a search looks at.
CREATE INDEX members_by_alias ON members
    ("organisation", (COALESCE("alias", '') COLLATE "C"), ("id" COLLATE "C"), "status", "alias")
    WHERE "status" = 'active';
CREATE INDEX members_by_pool ON members
    ("organisation", (COALESCE("pool", '') COLLATE "C"), ("id" COLLATE "C"))
    WHERE "status" = 'active';
CREATE INDEX members_by_owner ON members
    ("organisation", (COALESCE("owner", '') COLLATE "C"), ("id" COLLATE "C"))
    WHERE "status" = 'active';
CREATE INDEX members_by_claim ON members
    ("organisation", (COALESCE("claimed_at", 9223372036854775807)), ("id" COLLATE "C"))
    WHERE "status" = 'active';
CREATE INDEX members_free ON members
    ("organisation", "pool", (COALESCE("alias", '') COLLATE "C"), ("id" COLLATE "C"))
    WHERE "status" = 'active' AND "owner" IS NULL;
CREATE INDEX members_at_store ON members
    ("store", (COALESCE("alias", '') COLLATE "C"), ("id" COLLATE "C"))
    WHERE "status" = 'active' AND "owner" IS NULL AND "pool" = 'store';
CREATE INDEX members_held ON members
    ("organisation", "claimed_at", "followed_at", "contract_until", "status", "id")
    WHERE "status" = 'active' AND "owner" IS NOT NULL;
