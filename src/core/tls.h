/*
 * tls: a server's certificate and key, replaceable while connections use them.
 *
 * TLS 1.2 or later; clients show no certificate. Any thread.
 */
#pragma once
#include "core/config.h"

#include <openssl/types.h>

struct tls;

/*
 * Read the PEM files of `c`. ERR_INVALID: one is missing, is no PEM, is locked by a password, or
 * the key is not the certificate's; the problem names the file and the setting below `name`, as
 * in "sip.tls". *out is then NULL.
 */
MUST_USE enum err tls_open(const char *name, const struct tls_config *c, struct tls **out,
                           struct problem *);
void tls_close(struct tls *);

/* For connections from now on; those that are open keep the old ones. On an error nothing changes.
 */
MUST_USE enum err tls_reload(struct tls *, const struct tls_config *, struct problem *);

/*
 * For OpenSSL's readers of PEM: what is locked by a password is refused. Nobody sits at a server's
 * terminal; without this OpenSSL would ask there, and wait.
 */
int tls_no_password(char *buffer, int size, int writing, void *context);

/* The TLS state of one more connection, which the caller frees. NULL: out of memory. */
SSL *tls_session(struct tls *);
