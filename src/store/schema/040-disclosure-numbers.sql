-- The running number of a disclosure within its complaint (desk/disclosure.h), by which she sees
-- that none is kept from her. Those from before have none.
ALTER TABLE disclosures ADD COLUMN "number" BIGINT;

-- From a disclosure to the journal's row of it, and so to its record.
CREATE INDEX journal_disclosures ON journal ("subject") WHERE "kind" = 'disclosures';
