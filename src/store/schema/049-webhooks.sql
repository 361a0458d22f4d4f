-- Where an organisation has its events posted (registry/webhook.h). The secret is sealed under
-- DATA/keys/accounts; `status` is what its keepers decided, and from `seq` on stands how far
-- posting has come: `node` posts, and nobody else before `until`.
CREATE TABLE webhooks (
    "id"            TEXT NOT NULL PRIMARY KEY,
    "organisation"  TEXT NOT NULL,
    "url"           TEXT NOT NULL,
    "topics"        TEXT NOT NULL,
    "secret"        BYTEA NOT NULL,
    "status"        TEXT NOT NULL,
    "by"            TEXT NOT NULL,
    "at"            BIGINT NOT NULL,
    "seq"           BIGINT NOT NULL,
    "failures"      BIGINT NOT NULL,
    "failing_since" BIGINT,
    "next_at"       BIGINT NOT NULL,
    "ended"         TEXT,
    "ping"          TEXT,
    "attempts"      BIGINT NOT NULL,
    "node"          TEXT,
    "until"         BIGINT NOT NULL
);
CREATE INDEX webhooks_organisation ON webhooks ("organisation");

-- The newest attempts of each, numbered.
CREATE TABLE webhook_deliveries (
    "webhook" TEXT NOT NULL,
    "n"       BIGINT NOT NULL,
    "message" TEXT NOT NULL,
    "topic"   TEXT NOT NULL,
    "subject" TEXT,
    "at"      BIGINT NOT NULL,
    "attempt" BIGINT NOT NULL,
    "outcome" TEXT NOT NULL,
    "status"  BIGINT,
    "ms"      BIGINT NOT NULL,
    PRIMARY KEY ("webhook", "n")
);
