#include "http/account_made.h"
#include "desk/qr.h"
#include "http/work.h"

enum { QR_MAX = 64 << 10 };

void account_made(struct request *r, const char *organisation, const char *staff, const char *role,
                  const struct account_secret *s)
{
    struct problem problem = {.text = ""};
    struct buf qr;
    buf_init(&qr, QR_MAX);
    enum err e = qr_svg(s->uri, "qr", "otpauth", &qr, &problem);
    if (e == OK && qr.failed)
        e = problem_set(&problem, ERR_MEMORY, "out of memory");
    if (e == OK)
        outcome_json(r, 201,
                     json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s%}", "organisation", organisation,
                               "staff", staff, "role", role, "login", s->login, "secret", s->text,
                               "uri", s->uri, "qr", (const char *)qr.p, qr.n));
    else
        outcome_failed(r, e, &problem);
    buf_fini(&qr);
}
