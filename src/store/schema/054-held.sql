-- The ends of claims are sorted in the index alone: what is asked of a row stands in it.
DROP INDEX members_held;
CREATE INDEX members_held ON members
    ("organisation", "claimed_at", "followed_at", "contract_until", "status", "id", "owner")
    WHERE "status" = 'active' AND "owner" IS NOT NULL;
