-- Organisations that stand more than once in a draw's list, and those left out of it with the word
-- for why (desk/draw_kept.h). NULL: none.
ALTER TABLE draws ADD COLUMN "weights" TEXT;
ALTER TABLE draws ADD COLUMN "exclusions" TEXT;
-- The record of a draw is found by the draw.
CREATE INDEX documents_subject ON documents ("subject");
