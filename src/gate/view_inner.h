/*
 * view_inner: what the files of the view share: view.c, rows applied and seen, and view_load.c,
 * rows read from the store.
 */
#pragma once
#include "core/buf.h"
#include "gate/bindings.h"
#include "gate/book.h"
#include "gate/introduced.h"
#include "gate/members.h"
#include "gate/people.h"
#include "gate/view.h"

#include <stdatomic.h>

struct view {
    const struct rules *rules;
    const struct config *config;
    struct people *people;
    const char *base_folder;
    uint8_t base_hash[32];
    atomic_bool base_lacks; /* the file that the facts name is not there, or damaged */
    bool suppressing;       /* the row before was a suppression */
    size_t roll_least;
    struct buf ageless; /* numbers: view_ages */
    struct members *members;
    struct introductions *introductions;
    struct bindings *bindings;
    struct shelf shelves[SHELVES];
    uint32_t changed; /* shelves, since the last book; a bit each */
    view_count *count;
    void *count_to;
    _Atomic(struct book *) book;
    _Atomic int64_t journal;
};
