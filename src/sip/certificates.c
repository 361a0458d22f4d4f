#include "sip/certificates.h"

#include "core/log.h"
#include "core/tls.h"
#include "ledger/jws.h"
#include "sip/tn_list.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    CHAIN_MAX = 5, /* leaf to anchor */
    FILE_MAX = 64 * 1024,
    ANCHORS_FILE_MAX = 1024 * 1024,
    LIST_MAX = 16 * 1024,
    NAME = 2 * URL_HASH + sizeof ".pem" - 1,
    PATH_BYTES = 4096,
};

/* RFC 8226 §8, RFC 9118: what a certificate lets its tokens claim. Not read here. */
static const char *const constraints[] = {"1.3.6.1.5.5.7.1.27", "1.3.6.1.5.5.7.1.33"};

struct list {
    char *der;
    size_t n;
};

struct certificate {
    uint8_t url[URL_HASH], content[URL_HASH];
    EVP_PKEY *key; /* NULL: refused */
    when from, until;
    struct list list[CHAIN_MAX];
    size_t lists;
};

struct certificates {
    _Atomic unsigned users;
    const struct disk *disk;
    char *anchors_file, *folder;
    uint8_t anchors[URL_HASH];
    size_t count;
    struct certificate *at; /* by URL */
};

static void hash(const void *bytes, size_t n, uint8_t out[static URL_HASH])
{
    if (EVP_Digest(bytes, n, out, NULL, EVP_sha256(), NULL) != 1)
        memset(out, 0, URL_HASH);
}

void certificates_hash(struct str url, uint8_t out[static URL_HASH])
{
    hash(url.p, url.n, out);
}

/* -- One file ----------------------------------------------------------------- */

static bool is(const X509_EXTENSION *e, const char *oid)
{
    char text[64];
    int n = OBJ_obj2txt(text, sizeof text, X509_EXTENSION_get_object((X509_EXTENSION *)e), 1);
    return n > 0 && n < (int)sizeof text && strcmp(text, oid) == 0;
}

static bool keep_list(struct certificate *c, const X509_EXTENSION *e)
{
    const ASN1_OCTET_STRING *value = X509_EXTENSION_get_data((X509_EXTENSION *)e);
    int n = ASN1_STRING_length(value);
    const char *der = (const char *)ASN1_STRING_get0_data(value);
    if (n <= 0 || n > LIST_MAX || c->lists == CHAIN_MAX ||
        tn_list_covers((struct str){.p = der, .n = (size_t)n}, STR("0")) == TN_BROKEN)
        return false;
    struct list *list = &c->list[c->lists];
    list->der = malloc((size_t)n);
    if (list->der == NULL)
        return false;
    memcpy(list->der, der, (size_t)n);
    list->n = (size_t)n;
    c->lists++;
    return true;
}

/* NULL, or what is wrong with an extension of this certificate. */
static const char *read_extensions(struct certificate *c, X509 *x)
{
    for (int i = 0; i < X509_get_ext_count(x); i++) {
        X509_EXTENSION *e = X509_get_ext(x, i);
        for (size_t k = 0; k < sizeof constraints / sizeof *constraints; k++)
            if (is(e, constraints[k]))
                return "it constrains claims, which is not supported";
        if (is(e, TN_LIST_OID)) {
            if (!keep_list(c, e))
                return "its TNAuthList cannot be read";
        } else if (X509_EXTENSION_get_critical(e) && !X509_supported_extension(e)) {
            return "it has an unknown critical extension";
        }
    }
    return NULL;
}

static bool time_of(const ASN1_TIME *t, when *out)
{
    struct tm tm;
    if (ASN1_TIME_to_tm(t, &tm) != 1)
        return false;
    struct date d = {.year = tm.tm_year + 1900, .month = tm.tm_mon + 1, .day = tm.tm_mday};
    int64_t second = day_of_date(d) * 86400 + tm.tm_hour * 3600 + tm.tm_min * 60 + tm.tm_sec;
    /* 9999-12-31 says "never" (RFC 5280 §4.1.2.5), and does not fit; nor does the year 1. */
    *out = second > INT64_MAX / WHEN_SECOND   ? WHEN_NEVER
           : second < INT64_MIN / WHEN_SECOND ? INT64_MIN
                                              : second * WHEN_SECOND;
    return true;
}

static const char *read_chain(struct certificate *c, const STACK_OF(X509) * chain)
{
    c->from = INT64_MIN;
    c->until = INT64_MAX;
    if (sk_X509_num(chain) > CHAIN_MAX)
        return "its chain is too long";
    for (int i = 0; i < sk_X509_num(chain); i++) {
        X509 *x = sk_X509_value(chain, i);
        when from, until;
        const char *wrong = read_extensions(c, x);
        if (wrong != NULL)
            return wrong;
        if (!time_of(X509_get0_notBefore(x), &from) || !time_of(X509_get0_notAfter(x), &until))
            return "its validity cannot be read";
        if (i == 0 && c->lists != 1)
            return "it has no TNAuthList, and so speaks for no number";
        c->from = from > c->from ? from : c->from;
        c->until = until < c->until ? until : c->until;
    }
    return NULL;
}

static const char *verify(struct certificate *c, X509_STORE *anchors, STACK_OF(X509) * certificates)
{
    const char *wrong = "out of memory";
    X509 *leaf = sk_X509_value(certificates, 0);
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    if (context != NULL && X509_STORE_CTX_init(context, anchors, leaf, certificates) == 1) {
        /* The time is asked for each call, and critical extensions in read_extensions. */
        X509_VERIFY_PARAM *param = X509_STORE_CTX_get0_param(context);
        X509_VERIFY_PARAM_set_depth(param, CHAIN_MAX - 2);
        X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_NO_CHECK_TIME | X509_V_FLAG_IGNORE_CRITICAL);
        if (X509_verify_cert(context) != 1)
            wrong = X509_verify_cert_error_string(X509_STORE_CTX_get_error(context));
        else if (!jws_key_fits(X509_get0_pubkey(leaf)))
            wrong = "its key is not of P-256";
        else if ((X509_get_key_usage(leaf) & KU_DIGITAL_SIGNATURE) == 0)
            wrong = "its key is not for signatures";
        else
            wrong = read_chain(c, X509_STORE_CTX_get0_chain(context));
    }
    X509_STORE_CTX_free(context);
    if (wrong == NULL)
        c->key = X509_get_pubkey(leaf);
    return wrong;
}

/* All certificates of a PEM text, at most `max`. */
static STACK_OF(X509) * read_pem(const void *bytes, size_t n, int max)
{
    STACK_OF(X509) *list = sk_X509_new_null();
    BIO *bio = BIO_new_mem_buf(bytes, (int)n);
    X509 *x;
    while (list != NULL && bio != NULL && sk_X509_num(list) < max &&
           (x = PEM_read_bio_X509(bio, NULL, tls_no_password, NULL)) != NULL)
        if (sk_X509_push(list, x) == 0)
            X509_free(x);
    BIO_free(bio);
    return list;
}

static void free_pem(STACK_OF(X509) * list)
{
    sk_X509_pop_free(list, X509_free);
}

static const char *read_certificate(struct certificate *c, X509_STORE *anchors, const void *bytes,
                                    size_t n)
{
    STACK_OF(X509) *list = read_pem(bytes, n, CHAIN_MAX);
    const char *wrong = list != NULL && sk_X509_num(list) > 0 ? verify(c, anchors, list)
                                                              : "it holds no certificate in PEM";
    free_pem(list);
    return wrong;
}

/* -- The folder --------------------------------------------------------------- */

struct reading {
    const struct certificates *before; /* read with the same anchors, or NULL */
    X509_STORE *anchors;
    struct certificates *out;
    bool full;
};

static bool read_name(struct str name, uint8_t out[static URL_HASH])
{
    static const char digits[] = "0123456789abcdef";
    if (name.n != NAME || !str_eq(str_skip(name, 2 * (size_t)URL_HASH), STR(".pem")))
        return false;
    for (size_t i = 0; i < 2 * (size_t)URL_HASH; i++) {
        const char *at = strchr(digits, name.p[i]);
        if (at == NULL)
            return false;
        out[i / 2] = (uint8_t)(out[i / 2] << 4 | (at - digits));
    }
    return true;
}

static bool take_over(struct certificate *c, const struct certificate *old)
{
    if (old == NULL || memcmp(old->content, c->content, URL_HASH) != 0)
        return false;
    for (size_t i = 0; i < old->lists; i++) {
        c->list[i].der = malloc(old->list[i].n);
        if (c->list[i].der == NULL)
            return false;
        memcpy(c->list[i].der, old->list[i].der, old->list[i].n);
        c->list[i].n = old->list[i].n;
        c->lists++;
    }
    c->from = old->from;
    c->until = old->until;
    c->key = old->key;
    if (c->key != NULL)
        EVP_PKEY_up_ref(c->key);
    return true;
}

static const struct certificate *find(const struct certificates *t, const uint8_t url[URL_HASH]);

static void read_one(void *to, const char *name)
{
    struct reading *r = to;
    struct certificates *t = r->out;
    struct certificate c = {.key = NULL};
    char path[PATH_BYTES];
    void *bytes;
    size_t n;
    if (!read_name(str_of(name), c.url))
        return;
    if (t->count == CERTIFICATES_MAX) {
        r->full = true;
        return;
    }
    if ((size_t)snprintf(path, sizeof path, "%s/%s", t->folder, name) >= sizeof path)
        return;
    enum err e = disk_load(t->disk, path, FILE_MAX, &bytes, &n);
    if (e != OK) {
        log_warning("sip: %s cannot be read (%s)", path, err_name(e));
        return;
    }
    hash(bytes, n, c.content);
    if (!take_over(&c, r->before == NULL ? NULL : find(r->before, c.url))) {
        const char *wrong = read_certificate(&c, r->anchors, bytes, n);
        if (wrong != NULL)
            log_warning("sip: %s is refused: %s; calls signed with it stay unverified", path,
                        wrong);
    }
    free(bytes);
    t->at[t->count++] = c;
}

static int by_url(const void *a, const void *b)
{
    return memcmp(((const struct certificate *)a)->url, ((const struct certificate *)b)->url,
                  URL_HASH);
}

/* A setting that names what is not there is wrong, whatever the disk says. */
static enum err unusable(const char *key, const char *path, enum err e, struct problem *problem)
{
    if (e == ERR_NOT_FOUND)
        return problem_set(problem, ERR_INVALID, "sip.identity.%s: %s: No such file or directory",
                           key, path);
    return problem_set(problem, e, "sip.identity.%s: %s cannot be read (%s)", key, path,
                       err_name(e));
}

static enum err read_anchors(const struct disk *disk, const char *path, X509_STORE *store,
                             uint8_t content[static URL_HASH], struct problem *problem)
{
    void *bytes;
    size_t n;
    enum err e = disk_load(disk, path, ANCHORS_FILE_MAX, &bytes, &n);
    if (e != OK)
        return unusable("anchors", path, e, problem);
    STACK_OF(X509) *list = read_pem(bytes, n, 1024);
    hash(bytes, n, content);
    free(bytes);
    int count = list == NULL ? 0 : sk_X509_num(list);
    for (int i = 0; e == OK && i < count; i++)
        if (X509_STORE_add_cert(store, sk_X509_value(list, i)) != 1)
            e = problem_set(problem, ERR_INVALID, "sip.identity.anchors: %s: OpenSSL refuses it",
                            path);
    free_pem(list);
    if (e == OK && count == 0)
        e = problem_set(problem, ERR_INVALID,
                        "sip.identity.anchors: %s holds no certificate in PEM", path);
    return e;
}

static struct certificates *new_table(const struct disk *disk, const char *anchors,
                                      const char *folder)
{
    struct certificates *t = calloc(1, sizeof *t);
    if (t == NULL)
        return NULL;
    atomic_init(&t->users, 1);
    t->disk = disk;
    t->anchors_file = strdup(anchors);
    t->folder = strdup(folder);
    t->at = calloc(CERTIFICATES_MAX, sizeof *t->at);
    if (t->anchors_file != NULL && t->folder != NULL && t->at != NULL)
        return t;
    certificates_drop(t);
    return NULL;
}

static enum err read_folder(struct certificates *t, const struct certificates *before,
                            X509_STORE *anchors, struct problem *problem)
{
    struct reading r = {.anchors = anchors, .out = t};
    enum err e = read_anchors(t->disk, t->anchors_file, anchors, t->anchors, problem);
    if (e != OK)
        return e;
    if (before != NULL && memcmp(before->anchors, t->anchors, URL_HASH) == 0)
        r.before = before;
    e = t->disk->list(t->disk->context, t->folder, read_one, &r);
    if (e != OK)
        return unusable("certificates", t->folder, e, problem);
    if (r.full)
        log_warning("sip: %s holds more than %d certificates; remove those out of use", t->folder,
                    CERTIFICATES_MAX);
    qsort(t->at, t->count, sizeof *t->at, by_url);
    return OK;
}

static enum err read_all(const struct disk *disk, const char *anchors_file, const char *folder,
                         const struct certificates *before, struct certificates **out,
                         struct problem *problem)
{
    struct certificates *t = new_table(disk, anchors_file, folder);
    X509_STORE *anchors = X509_STORE_new();
    enum err e = t != NULL && anchors != NULL
                     ? read_folder(t, before, anchors, problem)
                     : problem_set(problem, ERR_MEMORY, "sip: out of memory");
    X509_STORE_free(anchors);
    if (e != OK) {
        certificates_drop(t);
        t = NULL;
    }
    *out = t;
    return e;
}

enum err certificates_read(const struct disk *disk, const char *anchors, const char *folder,
                           struct certificates **out, struct problem *problem)
{
    return read_all(disk, anchors, folder, NULL, out, problem);
}

enum err certificates_read_again(const struct certificates *before, struct certificates **out,
                                 struct problem *problem)
{
    return read_all(before->disk, before->anchors_file, before->folder, before, out, problem);
}

struct certificates *certificates_keep(struct certificates *t)
{
    if (t != NULL)
        atomic_fetch_add(&t->users, 1);
    return t;
}

void certificates_drop(struct certificates *t)
{
    if (t == NULL || atomic_fetch_sub(&t->users, 1) > 1)
        return;
    for (size_t i = 0; t->at != NULL && i < t->count; i++) {
        EVP_PKEY_free(t->at[i].key);
        for (size_t k = 0; k < t->at[i].lists; k++)
            free(t->at[i].list[k].der);
    }
    free(t->at);
    free(t->anchors_file);
    free(t->folder);
    free(t);
}

size_t certificates_count(const struct certificates *t)
{
    size_t n = 0;
    for (size_t i = 0; i < t->count; i++)
        n += t->at[i].key != NULL;
    return n;
}

static const struct certificate *find(const struct certificates *t, const uint8_t url[URL_HASH])
{
    struct certificate wanted;
    memcpy(wanted.url, url, URL_HASH);
    return bsearch(&wanted, t->at, t->count, sizeof *t->at, by_url);
}

const struct certificate *certificates_find(const struct certificates *t,
                                            const uint8_t url[static URL_HASH])
{
    const struct certificate *c = find(t, url);
    return c != NULL && c->key != NULL ? c : NULL;
}

EVP_PKEY *certificate_key(const struct certificate *c)
{
    return c->key;
}

bool certificate_speaks_for(const struct certificate *c, struct str tn, when at)
{
    if (at < c->from || at > c->until)
        return false;
    for (size_t i = 0; i < c->lists; i++)
        if (tn_list_covers((struct str){.p = c->list[i].der, .n = c->list[i].n}, tn) != TN_COVERED)
            return false;
    return true;
}
