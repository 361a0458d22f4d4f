-- Packets of evidence that were issued of a case (desk/packet.h), each by the hash of its index.
CREATE TABLE packets (
    "id"           TEXT NOT NULL PRIMARY KEY,
    "case"         TEXT NOT NULL,
    "by"           TEXT NOT NULL,
    "organisation" TEXT NOT NULL,
    "at"           BIGINT NOT NULL,
    "records"      BIGINT NOT NULL,
    "evidence"     BIGINT NOT NULL,
    "index"        TEXT NOT NULL
);
CREATE INDEX packets_case ON packets ("case");

-- From facts of a case to the journal's rows of them, and so to their records.
CREATE INDEX journal_desk ON journal ("subject") WHERE "kind" IN ('cases', 'case_acts', 'complaints', 'evidence', 'disclosures', 'documents', 'dispatches', 'listings', 'traces', 'trace_hops', 'notices', 'packets');
CREATE INDEX traces_case ON traces ("case") WHERE "case" IS NOT NULL;
CREATE INDEX notices_case ON notices ("case") WHERE "case" IS NOT NULL;
CREATE INDEX listings_case ON listings ("case") WHERE "case" IS NOT NULL;
CREATE INDEX complaints_case ON complaints ("case") WHERE "case" IS NOT NULL;
