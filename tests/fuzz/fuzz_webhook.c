/*
 * The address of a webhook: what may be kept and is numeric is reached as it stands there, and is
 * public or, without TLS, this machine; of what may not be kept nothing is looked up.
 */
#include "http/webhook_url.h"

#include <event2/http.h>
#include <stdint.h>
#include <stdlib.h>

static struct config none;
static const struct webhook_reach reach = {.config = &none};

static void find(const char *url, struct str host)
{
    struct in6_addr written, found;
    char out[ADDRESS_TEXT];
    if (!address_parse_host(host, &written))
        return; /* a name: the resolver's */
    if (webhook_url_find(url, &reach, out) != OK || !address_parse(str_of(out), &found) ||
        memcmp(&written, &found, sizeof found) != 0)
        abort();
    const bool tls = strncmp(url, "https", 5) == 0;
    if (tls ? !address_is_public(&found) : !address_is_loopback(&found))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct str url = {.p = (const char *)data, .n = size};
    char text[WEBHOOK_ADDRESS + 1];
    if (webhook_url_fault(url, &reach) != NULL)
        return 0;
    if (!str_copy(url, text, sizeof text))
        abort();
    struct evhttp_uri *uri = evhttp_uri_parse(text);
    if (uri == NULL || evhttp_uri_get_host(uri) == NULL)
        abort();
    find(text, str_of(evhttp_uri_get_host(uri)));
    evhttp_uri_free(uri);
    return 0;
}
