-- What a person's own request obliges an organisation to look at (person/duty.h): "id" is
-- the request's. Rows of requests that are open already.
CREATE TABLE duties (
    "id"         TEXT NOT NULL,
    "person"     TEXT NOT NULL,
    "kind"       TEXT NOT NULL,
    "categories" TEXT NOT NULL,
    "from"       BIGINT NOT NULL,
    "until"      BIGINT,
    PRIMARY KEY ("id", "person")
);
CREATE INDEX duties_person ON duties ("person");
INSERT INTO duties ("id", "person", "kind", "categories", "from")
    SELECT "id", "person", 'correction', "category", "asked_at" FROM corrections WHERE "status" = 'open';

-- Her wait for a copy is a request too.
ALTER TABLE exports ADD COLUMN "id" TEXT;
