/*
 * complaint_file: a complaint centre's file: the columns that are not of the table `complaints`,
 * which are sealed beside it (facts, request), and who complains (name, number, address).
 *
 * A row with an id that is there already is left as it is, so that the same file again, or the
 * rest of one that was interrupted, changes nothing twice.
 */
#pragma once
#include "desk/complaint.h"
#include "person/link.h"
#include "registry/import.h"

struct complaint_file {
    struct desk_work work; /* without who acts, and when */
    const struct link *link;
    struct import_extra extra; /* for import_options */
};

/* For one import, on its store. Not to be moved or copied. */
void complaint_file_init(struct complaint_file *, const struct desk_work *, const struct link *);
