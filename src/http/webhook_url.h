/*
 * webhook_url: where webhooks may be posted to.
 *
 * Whoever keeps webhooks has the server call addresses that he chooses. So that he reaches nothing
 * that is open to the server only: https://, or http:// to this machine; to public addresses, and
 * those of `webhooks.networks`. What a name stands for is looked up once for each attempt, looked
 * at, and that address connected to, so that a name cannot stand for another one in between.
 */
#pragma once
#include "core/address.h"
#include "core/config.h"
#include "registry/webhook.h"

/* Which addresses may be reached, but for public ones. */
struct webhook_reach {
    const struct config *config;
    bool loopback; /* of the sample city, whose visitor is alone on his machine */
};

/* NULL: it may be kept; else a static sentence that says what is wrong with it. */
const char *webhook_url_fault(struct str url, const struct webhook_reach *);

/*
 * The address to connect to, numeric. ERR_NOT_FOUND: the name is not known. ERR_REFUSED: what it
 * stands for may not be reached. Waits for the resolver.
 */
MUST_USE enum err webhook_url_find(const char *url, const struct webhook_reach *,
                                   char out[static ADDRESS_TEXT]);
