-- Whoever was served a notice says that it has it.
ALTER TABLE notices ADD COLUMN "acknowledged_at" BIGINT;
ALTER TABLE notices ADD COLUMN "acknowledged_by" TEXT;

-- A traced call's line, and its user, as they were registered then.
CREATE INDEX journal_registry ON journal ("subject", "seq") WHERE "kind" IN ('lines', 'organisations');
