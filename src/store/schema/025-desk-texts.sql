-- Texts of the desk, sealed under DATA/keys/accounts (desk/text.h): what persons wrote or said,
-- what officers noted, telephone numbers. In no journal. "owner" is the id of what a text is of.
CREATE TABLE desk_texts (
    "owner"  TEXT NOT NULL,
    "name"   TEXT NOT NULL,
    "sealed" BYTEA NOT NULL,
    PRIMARY KEY ("owner", "name")
);
