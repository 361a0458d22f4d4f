/* GET /jwscard, /jwscard.pem (RFC 8688) */
#include "http/card.h"
#include "http/route.h"

enum { CARD_MAX = 128 * 1024 };

static void answer(struct request *r, enum err e, const char *type, struct buf *b)
{
    if (e != OK)
        respond_problem(r, 500, "out-of-memory", "out of memory", NULL);
    else
        respond(r, 200, type, b->p, b->n);
    buf_fini(b);
}

/* NULL: answered. */
static struct card *card_of(struct request *r)
{
    struct card *card = request_card(r);
    if (card == NULL)
        respond_problem(r, 404, "not-found",
                        "this node has no contact to sign for (redress.certificate)", NULL);
    return card;
}

void api_card(struct request *r)
{
    struct buf b;
    struct card *card = card_of(r);
    if (card == NULL)
        return;
    buf_init(&b, CARD_MAX);
    enum err e = card_sign(card, clock_now(gate_clock(request_gate(r))), &b);
    answer(r, e, "application/jose", &b);
}

void api_card_certificate(struct request *r)
{
    struct buf b;
    struct card *card = card_of(r);
    if (card == NULL)
        return;
    buf_init(&b, CARD_MAX);
    enum err e = card_certificate(card, &b);
    answer(r, e, "application/pem-certificate-chain", &b);
}
