-- Invitations by which staff set their first password, by the BLAKE2b-256 hash of their text; one
-- a member of staff (registry/invitation.h).
CREATE TABLE invitations (
    "staff"   TEXT NOT NULL PRIMARY KEY,
    "hash"    BYTEA NOT NULL,
    "by"      TEXT NOT NULL,
    "expires" BIGINT NOT NULL
);
CREATE UNIQUE INDEX invitations_hash ON invitations ("hash");
