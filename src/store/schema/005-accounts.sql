-- How staff sign in. Secrets are hashed (Argon2id, BLAKE2b-256) or sealed under
-- DATA/keys/accounts; no row here is journalled, only that an account was reset is.

CREATE TABLE accounts (
    "staff"        TEXT NOT NULL PRIMARY KEY,
    "password"     TEXT NOT NULL,
    "totp"         BYTEA NOT NULL,
    "totp_step"    BIGINT NOT NULL,
    "failures"     BIGINT NOT NULL,
    "locked_until" BIGINT NOT NULL,
    "reset_at"     BIGINT NOT NULL
);

CREATE TABLE sessions (
    "hash"    BYTEA NOT NULL PRIMARY KEY,
    "subject" TEXT NOT NULL,
    "created" BIGINT NOT NULL,
    "expires" BIGINT NOT NULL,
    "used"    BIGINT NOT NULL
);
CREATE INDEX sessions_subject ON sessions ("subject");
CREATE INDEX sessions_expires ON sessions ("expires");
