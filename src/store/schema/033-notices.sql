-- What carriers and platforms were told of lines that they provide, and when (desk/notice.h).
CREATE TABLE notices (
    "id"           TEXT NOT NULL PRIMARY KEY,
    "to"           TEXT NOT NULL,
    "line"         TEXT NOT NULL,
    "ground"       TEXT NOT NULL,
    "organisation" TEXT NOT NULL,
    "by"           TEXT NOT NULL,
    "trace"        TEXT,
    "case"         TEXT,
    "served_at"    BIGINT NOT NULL,
    "known_at"     BIGINT,
    "known_trace"  TEXT
);
CREATE INDEX notices_line ON notices ("line", "served_at");
