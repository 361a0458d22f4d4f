-- Requests that were carried out, for those who send one again (http/idempotency.h).
--
-- `key` and `question` are keyed hashes, `answer` is sealed under DATA/keys/accounts;
-- NULL: it is not known yet, or was lost.

CREATE TABLE idempotency (
    "key"      BYTEA NOT NULL PRIMARY KEY,
    "question" BYTEA NOT NULL,
    "answer"   BYTEA,
    "created"  BIGINT NOT NULL
);
CREATE INDEX idempotency_created ON idempotency ("created");
