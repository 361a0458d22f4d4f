-- Consents have versions and an end; members are asked for them.
--
-- A row of `consents` is one version, and is never changed but for its end. Who asked
-- a member for a consent, and what she answered, stands under her id, not her number.

ALTER TABLE consents ADD COLUMN "version" BIGINT;
ALTER TABLE consents ADD COLUMN "ended_at" BIGINT;
ALTER TABLE consents ADD COLUMN "ended" TEXT;
CREATE INDEX consents_ended ON consents ("organisation", "ended");

-- From a consent to the change that recorded it, for its receipt.
CREATE INDEX journal_consents ON journal ("subject") WHERE "kind" = 'consents';
