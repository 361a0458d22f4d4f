/*
 * document_page: a paper as a page of HTML that prints on A4.
 *
 * Nothing is loaded from anywhere and nothing runs: one style sheet within, whose hash the
 * Content-Security-Policy names, and the code for verifying drawn as SVG. Whatever somebody wrote
 * stands there as text: markup is escaped, and characters that turn the direction of others are
 * left out.
 *
 * Pure; any thread.
 */
#pragma once
#include "core/buf.h"

enum { PAGE_MAX = 1 << 20, PAGE_POLICY = 200 };

struct document_page {
    struct str paper;    /* as document_read gives it */
    const char *hash;    /* in hex */
    const char *address; /* to verify it at, in full; NULL: nobody knows from outside */
    bool zh;
    bool annulled;
    bool sample; /* of a sample city: says so across each page, on paper too */
};

/* ERR_CORRUPT: `paper` is none. `policy` gets the header's value. */
MUST_USE enum err document_page(const struct document_page *, struct buf *out,
                                char policy[static PAGE_POLICY], struct problem *);

/* What stands behind a verification address: is it genuine, whose is it, since when. */
struct document_verdict {
    bool genuine, annulled;
    const char *number, *issuer, *at; /* if genuine; texts as they are shown */
    const char *hash;
    bool zh, sample;
};
void document_verdict_page(const struct document_verdict *, struct buf *out,
                           char policy[static PAGE_POLICY]);
