/*
 * json_file: facts in JSON, streamed, as rows of fields with names.
 *
 * Takes a list of objects, objects one after another (a line each, or not), and pages as
 * GET /v1/exports/persons answers them, {"persons": […], …}, also several of each in one
 * file. An object is an element: at most FEED_RECORD bytes and CSV_FIELDS fields; the file
 * has no bound. A member "shown", {category: {field: …}} of such a page, gives its fields
 * as if they stood in the element.
 *
 * One thread. A damaged element is an error of that element only, as long as it can be
 * told where it ends; else the rest of the file goes with it, as one error.
 */
#pragma once
#include "core/csv.h"

/* Does a file that begins so hold JSON? No line that names columns begins like it. */
bool json_file_begins(struct str head);

struct json_file;

struct json_field {
    struct str name;
    struct str value; /* `p` NULL: neither text, nor a whole number, nor a list of these */
};

struct json_row {
    struct json_field field[CSV_FIELDS]; /* valid until the next json_file_next */
    size_t count;
    uint64_t element; /* from 1 */
    uint64_t line;    /* where it begins */
};

/* Takes over a feed that is unread, also when it fails. */
MUST_USE enum err json_file_over(struct feed *, struct json_file **out, struct problem *);
void json_file_close(struct json_file *);

/*
 * The next element. ERR_NOT_FOUND: the file has ended. ERR_INVALID, ERR_LIMIT: this one is
 * damaged or too long; `problem` says "FILE: element N (line L): …". ERR_IO: reading failed.
 */
MUST_USE enum err json_file_next(struct json_file *, struct json_row *, struct problem *);
