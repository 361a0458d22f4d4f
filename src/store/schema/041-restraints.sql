-- On which ground a restraint is, and what officers made of it (desk/restrain.h).
ALTER TABLE restraints ADD COLUMN "ground" TEXT;
ALTER TABLE restraints ADD COLUMN "protected" TEXT;
ALTER TABLE restraints ADD COLUMN "status" TEXT;
ALTER TABLE restraints ADD COLUMN "why" TEXT;
ALTER TABLE restraints ADD COLUMN "decided_by" TEXT;
ALTER TABLE restraints ADD COLUMN "decided_at" BIGINT;
UPDATE restraints SET "status" = 'open' WHERE "lifted_at" IS NULL;
UPDATE restraints SET "status" = 'lifted', "why" = 'appeal' WHERE "lifted_at" IS NOT NULL;
