/* The console: one page for every screen's address, and the files that it is made of. */
#include "http/console.h"
#include "http/etag.h"
#include "http/route.h"

/* Everything from here, nothing inline, in nobody's frame. */
static const char policy[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'";

static const struct console_file *find(const struct request *r, struct str path)
{
    const struct console_file *f = request_console(r);
    for (; f != NULL && f->path != NULL; f++)
        if (str_eq(str_of(f->path), path))
            return f;
    return NULL;
}

/* Without a console: what there is instead. */
static void point_on(struct request *r)
{
    static const char text[] = "menshen: a gate before people's phones and data.\n\n"
                               "/openapi.json  what is served here\n"
                               "/healthz       the process answers\n"
                               "/readyz        it is ready to judge\n"
                               "/checkpoint    the ledger's newest signed checkpoint\n"
                               "/shards        the ledger's logs, one a month\n\n"
                               "This program was built without its web console.\n";
    respond(r, 200, "text/plain; charset=utf-8", text, sizeof text - 1);
}

void api_console(struct request *r)
{
    const struct console_file *page = find(r, STR("/"));
    if (page == NULL) {
        point_on(r);
        return;
    }
    char tag[ETAG_TEXT];
    etag_of((struct str){.p = (const char *)page->bytes, .n = page->size}, tag);
    respond_header(r, "Content-Security-Policy", policy);
    respond_header(r, "Cache-Control", "no-cache");
    respond_header(r, "ETag", tag);
    /* The page asks nothing before it has to; so it learns here that there is a demo to ask. */
    if (request_demo(r))
        respond_header(r, "Set-Cookie", "menshen-demo=1; Path=/; SameSite=Strict");
    if (etag_known(request_header(r, "If-None-Match"), tag))
        respond(r, 304, page->type, NULL, 0);
    else
        respond(r, 200, page->type, page->bytes, page->size);
}

/* Every browser takes gzip; it says so as "gzip, deflate, br". */
static bool takes_gzip(const struct request *r)
{
    struct str all = request_header(r, "Accept-Encoding"), one, name;
    while (str_split(&all, ',', &one))
        if (str_split(&one, ';', &name) &&
            (str_ieq(str_trim(name), STR("gzip")) || str_eq(str_trim(name), STR("*"))))
            return true;
    return false;
}

void api_console_asset(struct request *r)
{
    const struct console_file *f = find(r, r->path);
    if (f == NULL) {
        respond_problem(r, 404, "not-found",
                        "no file of this console; reload the page, it may be of an older version",
                        NULL);
        return;
    }
    if (!takes_gzip(r)) {
        respond_problem(r, 406, "gzip-only", "ask with Accept-Encoding: gzip", NULL);
        return;
    }
    respond_header(r, "Content-Encoding", "gzip");
    respond_header(r, "Vary", "Accept-Encoding");
    respond_header(r, "Cache-Control", "public, max-age=31536000, immutable");
    respond(r, 200, f->type, f->bytes, f->size);
}
