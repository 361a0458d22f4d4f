-- What an officer says that a report is, where the reporter's choice was wrong (desk/report.h).
-- NULL: as the reporter said.
ALTER TABLE reports ADD COLUMN "triaged" TEXT;
