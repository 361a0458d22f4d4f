#include "http/tls.h"

#include <openssl/err.h>

enum err tls_load(const struct config *c, SSL_CTX **out, struct problem *problem)
{
    SSL_CTX *ssl = SSL_CTX_new(TLS_server_method());
    enum err e = OK;
    ERR_clear_error();
    if (ssl == NULL || SSL_CTX_set_min_proto_version(ssl, TLS1_2_VERSION) != 1)
        e = problem_set(problem, ERR_MEMORY, "http.tls: OpenSSL does not start");
    else if (SSL_CTX_use_certificate_chain_file(ssl, c->http.tls.certificate) != 1)
        e = problem_set(problem, ERR_INVALID, "http.tls.certificate: %s: %s",
                        c->http.tls.certificate, ERR_reason_error_string(ERR_peek_last_error()));
    else if (SSL_CTX_use_PrivateKey_file(ssl, c->http.tls.key, SSL_FILETYPE_PEM) != 1 ||
             SSL_CTX_check_private_key(ssl) != 1)
        e = problem_set(problem, ERR_INVALID, "http.tls.key: %s: %s", c->http.tls.key,
                        ERR_reason_error_string(ERR_peek_last_error()));
    if (e != OK) {
        SSL_CTX_free(ssl);
        return e;
    }
    *out = ssl;
    return OK;
}
