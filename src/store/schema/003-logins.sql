-- A login names one member of staff, whichever organisation she works for. Asked by
-- import before a row is stored; not UNIQUE, since older databases may hold doubles.

CREATE INDEX staff_login ON staff ("login");
