-- That a campaign was paused by itself: on what, and until when (desk/campaign_pause.h).
CREATE TABLE campaign_pauses (
    "id"        TEXT NOT NULL PRIMARY KEY,
    "campaign"  TEXT NOT NULL,
    "principal" TEXT NOT NULL,
    "at"        BIGINT NOT NULL,
    "ground"    TEXT NOT NULL,
    "since"     BIGINT NOT NULL,
    "calls"     BIGINT NOT NULL,
    "declined"  BIGINT NOT NULL,
    "reports"   BIGINT NOT NULL,
    "threshold" BIGINT NOT NULL,
    "ended_at"  BIGINT,
    "ended_by"  TEXT
);
CREATE INDEX campaign_pauses_campaign ON campaign_pauses ("campaign", "at");
