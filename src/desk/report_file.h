/*
 * report_file: reports of a complaint centre, from a file (person,number,at,caller,kind,note).
 *
 * Each row is a report that waits; a server that has the record of its call settles it
 * (gate/reported.h). The same row again is left alone.
 */
#pragma once
#include "desk/report.h"
#include "person/link.h"
#include "registry/import.h"

/* number, at, caller, kind; `person` is read by who traces leaks, and not here. Of no table. */
extern const struct fact_kind report_file_kind;

struct report_file {
    struct store *store;
    const struct rules *rules;
    const struct account_key *key;
    const struct link *link;
    struct import_extra extra;
};

/* Not to be moved or copied. */
void report_file_init(struct report_file *, struct store *, const struct rules *,
                      const struct account_key *, const struct link *);
