/*
 * fact_page: one page of a list, and where the next begins.
 *
 * Who lists asks the store for one row more than a page holds, so that the page knows
 * whether there is another. Pure; any thread.
 */
#pragma once
#include "registry/fact.h"

#include <jansson.h>

struct fact_page {
    json_t *list;
    size_t most; /* rows of a page */
    char last[ID_BYTES + 1];
    bool more;
};

struct fact_page fact_page_of(size_t most);

/*
 * Take the row `one`, which `id` finds again. False: it is not on this page (the page is full,
 * or memory out), and no further row need be read. Takes the reference either way.
 */
bool fact_page_add(struct fact_page *, struct str id, json_t *one);

/* {name: […], "next"?: …}. Takes the list. NULL: out of memory. */
json_t *fact_page_json(struct fact_page *, const char *name);
