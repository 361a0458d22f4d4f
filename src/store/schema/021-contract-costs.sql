-- What an agency keeps of what was paid on a contract that ended while it cooled off: the sum,
-- and sealed under the member's KEY_CONTRACT what each part was (desk/contract_costs.h).
ALTER TABLE contracts ADD COLUMN "costs_fen" BIGINT;
ALTER TABLE contracts ADD COLUMN "costs" BYTEA;
