/*
 * person_page: a page of members as one look, for lists and exports.
 *
 * What was asked is read from the query (`pool`, `q`, `sort`, `cursor`, `limit`, as far as
 * the route has them). An export shows what a file would; the other surfaces bands.
 */
#pragma once
#include "gate/look.h"
#include "http/request.h"

/* Answers with rows that are on the record; takes both references. `next`: a cursor or null. */
typedef void page_answer(struct request *, json_t *persons, json_t *next);

/* `limit`: rows of a page for which no other was asked. */
void person_page(struct request *, enum surface, unsigned limit, page_answer *);

/* {"persons": […], "next": …} */
page_answer page_json;
