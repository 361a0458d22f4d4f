/*
 * document_words: a template filled in.
 *
 * Pure; any thread.
 */
#pragma once
#include "desk/document.h"

#include <jansson.h>

/*
 * {"title", "body": [text, or a list of texts], "signs": [text]} in one language. A paragraph
 * with a field that says nothing is left out, and so is the one before a list that is left out,
 * if it ends with a colon. NULL: out of memory.
 */
json_t *document_words(const struct rules *, const struct rule_paper *, const struct document *,
                       bool zh);

/* "2026年11月27日9时30分", "27 November 2026, 09:30"; and without the time of day. */
void document_put_time(const struct rules *, when, bool zh, struct buf *);
void document_put_day(const struct rules *, when, bool zh, struct buf *);
