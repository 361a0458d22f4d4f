-- Whom it was told to that a call rang, and who traced it here.
CREATE INDEX trace_answers_record ON trace_answers ("record");
CREATE INDEX trace_hops_record ON trace_hops ("record");
