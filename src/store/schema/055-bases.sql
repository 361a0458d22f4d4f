-- Which file of bulk facts in DATA/base holds (registry/base.h).
CREATE TABLE bases (
    name      TEXT NOT NULL PRIMARY KEY,
    hash      TEXT NOT NULL,
    numbers   BIGINT NOT NULL,
    copied_at BIGINT NOT NULL
);
