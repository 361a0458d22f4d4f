/* tls: certificate and key of http.tls, TLS 1.2 or later. */
#pragma once
#include "core/config.h"

#include <openssl/ssl.h>

/* ERR_INVALID: a file is missing, no PEM, or the key does not fit; the problem names it. */
MUST_USE enum err tls_load(const struct config *, SSL_CTX **out, struct problem *);
