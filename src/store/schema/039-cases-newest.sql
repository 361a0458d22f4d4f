-- Cases are listed the newest first.
CREATE INDEX cases_opened_at ON cases ("opened_at", "id");
