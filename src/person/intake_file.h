/*
 * intake_file: the columns of a file of persons that are not of the table `members`:
 * number, name, and one for each field of a profile in the rule pack.
 */
#pragma once
#include "person/intake.h"
#include "registry/import.h"

struct intake_file {
    struct intake intake;
    struct import_column column[CSV_FIELDS];
    struct import_extra extra; /* for import_options */
};

/*
 * For one import, whose store is the one of the intake. Not to be moved or copied.
 * Without an officer's key the columns of sealed categories are kept out.
 * ERR_LIMIT: the pack has more fields than a file may have columns.
 */
MUST_USE enum err intake_file_init(struct intake_file *, const struct intake *, struct problem *);
