#include "http/card.h"

#include "core/disk.h"
#include "core/tls.h"
#include "ledger/jws.h"

#include <jansson.h>
#include <openssl/pem.h>
#include <pthread.h>
#include <stdlib.h>

enum { PEM_MAX = 64 * 1024, URL_TEXT = 1100 };

/* A key and what certifies it. */
struct pair {
    EVP_PKEY *key;
    struct buf pem;
};

struct card {
    const struct config *config;
    pthread_mutex_t lock;
    struct pair pair; /* under lock */
};

static void pair_fini(struct pair *p)
{
    EVP_PKEY_free(p->key);
    buf_fini(&p->pem);
}

static BIO *open_pem(const char *path, void **bytes)
{
    size_t n;
    *bytes = NULL;
    if (disk_load(&disk_real, path, PEM_MAX, bytes, &n) != OK)
        return NULL;
    return BIO_new_mem_buf(*bytes, (int)n);
}

/* Nothing of the file but certificates is kept to be served: it may hold the key too. */
static X509 *read_certificates(const char *path, struct buf *pem)
{
    void *bytes;
    X509 *first = NULL, *x;
    char *text;
    BIO *in = open_pem(path, &bytes), *out = BIO_new(BIO_s_mem());
    while (in != NULL && out != NULL &&
           (x = PEM_read_bio_X509(in, NULL, tls_no_password, NULL)) != NULL) {
        pem->failed |= PEM_write_bio_X509(out, x) != 1;
        if (first == NULL)
            first = x;
        else
            X509_free(x);
    }
    if (first != NULL) {
        long n = BIO_get_mem_data(out, &text);
        buf_bytes(pem, text, n < 0 ? 0 : (size_t)n);
    }
    BIO_free(in);
    BIO_free(out);
    free(bytes);
    return first;
}

static EVP_PKEY *read_key(const char *path)
{
    void *bytes;
    BIO *in = open_pem(path, &bytes);
    EVP_PKEY *key = in == NULL ? NULL : PEM_read_bio_PrivateKey(in, NULL, tls_no_password, NULL);
    BIO_free(in);
    free(bytes);
    return key;
}

static enum err pair_load(const struct config *c, struct pair *p, struct problem *problem)
{
    enum err e = OK;
    *p = (struct pair){.key = read_key(c->redress.key)};
    buf_init(&p->pem, PEM_MAX);
    X509 *x = read_certificates(c->redress.certificate, &p->pem);
    if (x == NULL || p->pem.failed)
        e = problem_set(problem, ERR_INVALID,
                        "redress.certificate: %s has no certificate in PEM, or is not there",
                        c->redress.certificate);
    else if (!jws_key_fits(p->key))
        e = problem_set(problem, ERR_INVALID,
                        "redress.key: %s holds no P-256 key in PEM, which RFC 8688 wants, or it is "
                        "locked by a password",
                        c->redress.key);
    else if (X509_check_private_key(x, p->key) != 1)
        e = problem_set(problem, ERR_INVALID,
                        "redress.key: %s is not the key of the certificate in %s", c->redress.key,
                        c->redress.certificate);
    X509_free(x);
    if (e != OK)
        pair_fini(p);
    return e;
}

enum err card_open(const struct config *config, struct card **out, struct problem *problem)
{
    *out = NULL;
    if (config->redress.certificate == NULL)
        return OK;
    struct card *c = calloc(1, sizeof *c);
    if (c == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    c->config = config;
    enum err e = pair_load(config, &c->pair, problem);
    if (e != OK) {
        free(c);
        return e;
    }
    pthread_mutex_init(&c->lock, NULL);
    *out = c;
    return OK;
}

void card_close(struct card *c)
{
    if (c == NULL)
        return;
    pair_fini(&c->pair);
    pthread_mutex_destroy(&c->lock);
    free(c);
}

enum err card_reload(struct card *c, struct problem *problem)
{
    struct pair fresh;
    if (c == NULL)
        return OK;
    enum err e = pair_load(c->config, &fresh, problem);
    if (e != OK)
        return e;
    pthread_mutex_lock(&c->lock);
    struct pair old = c->pair;
    c->pair = fresh;
    pthread_mutex_unlock(&c->lock);
    pair_fini(&old);
    return OK;
}

/* RFC 7095 §3.3: name, parameters, type, value. */
static void add(json_t *properties, const char *name, const char *type, const char *value)
{
    if (value != NULL)
        json_array_append_new(properties, json_pack("[s,{},s,s]", name, type, value));
}

static char *write_payload(const struct config *c, when now)
{
    char tel[URL_TEXT];
    json_t *properties = json_array();
    add(properties, "version", "text", "4.0");
    add(properties, "fn", "text", c->redress.name);
    add(properties, "url", "uri", c->redress.url);
    if (c->redress.tel != NULL && snprintf(tel, sizeof tel, "tel:%s", c->redress.tel) > 0)
        add(properties, "tel", "uri", tel);
    add(properties, "email", "text", c->redress.email);
    json_t *payload = json_pack("{s:I, s:[s,o]}", "iat", (json_int_t)(now / WHEN_SECOND), "jcard",
                                "vcard", properties);
    char *text = payload == NULL ? NULL : json_dumps(payload, JSON_COMPACT);
    json_decref(payload);
    return text;
}

static char *write_header(const struct config *c)
{
    char url[URL_TEXT];
    size_t n = strlen(c->http.public_url);
    while (n > 0 && c->http.public_url[n - 1] == '/')
        n--;
    snprintf(url, sizeof url, "%.*s/jwscard.pem", (int)n, c->http.public_url);
    json_t *header = json_pack("{s:s, s:s, s:s}", "alg", "ES256", "typ", "vcard+json", "x5u", url);
    char *text = header == NULL ? NULL : json_dumps(header, JSON_COMPACT);
    json_decref(header);
    return text;
}

enum err card_sign(struct card *c, when now, struct buf *out)
{
    char *header = write_header(c->config), *payload = write_payload(c->config, now);
    enum err e = ERR_MEMORY;
    if (header != NULL && payload != NULL) {
        pthread_mutex_lock(&c->lock);
        e = jws_sign(str_of(header), str_of(payload), c->pair.key, out);
        pthread_mutex_unlock(&c->lock);
    }
    free(header);
    free(payload);
    return e;
}

enum err card_certificate(struct card *c, struct buf *out)
{
    pthread_mutex_lock(&c->lock);
    buf_str(out, buf_view(&c->pair.pem));
    pthread_mutex_unlock(&c->lock);
    return out->failed ? ERR_LIMIT : OK;
}
