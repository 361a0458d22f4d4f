-- Since when a member has a number that is not her first: what its holder agreed to before
-- was not about her (person/member.h).
ALTER TABLE members ADD COLUMN "number_since" BIGINT;
UPDATE members SET "number_since" = (SELECT MAX(l."since") FROM member_links l
    WHERE l."person" = members."id" AND l."since" > COALESCE(members."added_at", 0));
