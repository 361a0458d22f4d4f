#include "core/tls.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct tls {
    char name[16];
    pthread_mutex_t lock; /* of ctx */
    SSL_CTX *ctx;
};

int tls_no_password(char *buffer, int size, int writing, void *context)
{
    (void)writing;
    (void)context;
    if (size > 0)
        buffer[0] = '\0';
    return -1;
}

static enum err refuse(const char *name, const char *setting, const char *path,
                       struct problem *problem)
{
    unsigned long first = ERR_peek_error();
    const char *reason = ERR_reason_error_string(ERR_peek_last_error());
    ERR_clear_error();
    if (ERR_SYSTEM_ERROR(first)) {
        char words[128];
        return problem_set(problem, ERR_INVALID, "%s.%s: %s: %s", name, setting, path,
                           strerror_r(ERR_GET_REASON(first), words, sizeof words));
    }
    if (ERR_GET_LIB(first) == ERR_LIB_PEM && ERR_GET_REASON(first) == PEM_R_NO_START_LINE)
        return problem_set(problem, ERR_INVALID,
                           "%s.%s: %s holds nothing in PEM, which begins "
                           "with -----BEGIN",
                           name, setting, path);
    return problem_set(problem, ERR_INVALID, "%s.%s: %s cannot be used (%s)", name, setting, path,
                       reason != NULL ? reason : "unreadable");
}

static enum err load(const char *name, const struct tls_config *c, SSL_CTX **out,
                     struct problem *problem)
{
    SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
    enum err e = OK;
    *out = NULL;
    ERR_clear_error();
    if (ctx == NULL || SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION) != 1) {
        SSL_CTX_free(ctx);
        return problem_set(problem, ERR_MEMORY, "%s: OpenSSL does not start", name);
    }
    SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_default_passwd_cb(ctx, tls_no_password);
    if (SSL_CTX_use_certificate_chain_file(ctx, c->certificate) != 1)
        e = refuse(name, "certificate", c->certificate, problem);
    else if (SSL_CTX_use_PrivateKey_file(ctx, c->key, SSL_FILETYPE_PEM) != 1 ||
             SSL_CTX_check_private_key(ctx) != 1)
        e = refuse(name, "key", c->key, problem);
    if (e == OK)
        *out = ctx;
    else
        SSL_CTX_free(ctx);
    return e;
}

enum err tls_open(const char *name, const struct tls_config *c, struct tls **out,
                  struct problem *problem)
{
    struct tls *t = calloc(1, sizeof *t);
    *out = NULL;
    if (t == NULL)
        return problem_set(problem, ERR_MEMORY, "%s: out of memory", name);
    snprintf(t->name, sizeof t->name, "%s", name);
    enum err e = load(name, c, &t->ctx, problem);
    if (e != OK) {
        free(t);
        return e;
    }
    pthread_mutex_init(&t->lock, NULL);
    *out = t;
    return OK;
}

void tls_close(struct tls *t)
{
    if (t == NULL)
        return;
    SSL_CTX_free(t->ctx);
    pthread_mutex_destroy(&t->lock);
    free(t);
}

enum err tls_reload(struct tls *t, const struct tls_config *c, struct problem *problem)
{
    SSL_CTX *fresh;
    enum err e = load(t->name, c, &fresh, problem);
    if (e != OK)
        return e;
    pthread_mutex_lock(&t->lock);
    SSL_CTX *old = t->ctx;
    t->ctx = fresh;
    pthread_mutex_unlock(&t->lock);
    SSL_CTX_free(old);
    return OK;
}

SSL *tls_session(struct tls *t)
{
    pthread_mutex_lock(&t->lock);
    SSL *ssl = SSL_new(t->ctx);
    pthread_mutex_unlock(&t->lock);
    return ssl;
}
