#include "http/sign_in.h"
#include "core/address.h"

/* A password does not cross a network in the clear; a proxy that holds TLS is told by its URL. */
static bool may_send_passwords(struct request *r)
{
    const char *url = request_public_url(r);
    if (request_tls(r) || address_is_loopback(&r->from) ||
        (url != NULL && str_starts(str_of(url), STR("https://"))))
        return true;
    respond_problem(r, 403, "tls-required",
                    "sign in over TLS: see http.tls, or http.public_url for a proxy in front",
                    NULL);
    return false;
}

bool sign_in_page(struct request *r)
{
    return may_send_passwords(r) && authorise_page(r);
}

bool sign_in_attempt(struct request *r)
{
    if (request_attempt(r))
        return true;
    respond_header(r, "Retry-After", "60");
    respond_problem(r, 429, "too-many-attempts",
                    "this address has tried too often; wait a minute "
                    "(limits.sign_ins_per_address)",
                    NULL);
    return false;
}
