-- What a token is for, in its holder's words, and who made it: NULL for those of before, and for
-- the host's command line.
ALTER TABLE tokens ADD COLUMN "name" TEXT;
ALTER TABLE tokens ADD COLUMN "by" TEXT;
