#include "gate/verdict.h"

enum { VERSION = 1, OPENING_RELAYED = 2, OPENING_LIMITED = 3 };
enum {
    DRY = 1,
    OBSERVED = 2,
    COMMERCIAL = 4,
    PROTECTED = 8,
    COUNTS = 16,
    PROVEN = 32,
    RELAYED = 64
};

const char *verdict_word(enum verdict_kind kind)
{
    switch (kind) {
    case VERDICT_BLOCK:
        return "block";
    case VERDICT_WARN:
        return "warn";
    case VERDICT_REMIND:
        return "remind";
    case VERDICT_ALLOW:
        return "allow";
    }
    return "block";
}

static bool take_kind(struct cursor *c, enum verdict_kind *out)
{
    uint8_t kind = cursor_u8(c);
    *out = VERDICT_BLOCK;
    if (kind > VERDICT_ALLOW)
        return false;
    *out = (enum verdict_kind)kind;
    return true;
}

void call_record_encode(const struct call_record *r, struct buf *out)
{
    const struct verdict *v = &r->verdict;
    buf_u8(out, VERSION);
    buf_u8(out, (uint8_t)((r->dry ? DRY : 0) | (v->observed ? OBSERVED : 0) |
                          (v->commercial ? COMMERCIAL : 0) | (v->protected_caller ? PROTECTED : 0) |
                          (v->counts ? COUNTS : 0) | (v->proven_caller ? PROVEN : 0) |
                          (v->relayed ? RELAYED : 0)));
    buf_u8(out, (uint8_t)v->kind);
    buf_u8(out, (uint8_t)v->would);
    buf_u64be(out, (uint64_t)r->asked);
    buf_u64be(out, (uint64_t)v->journal);
    buf_bytes(out, r->pack, sizeof r->pack);
    buf_u8(out, v->count_principal);
    buf_u8(out, v->count_all);
    buf_word(out, check_word(v->check));
    buf_word(out, check_word(v->would_check));
    buf_word(out, r->rule);
    buf_word(out, r->reason);
    buf_bytes(out, r->commitment, sizeof r->commitment);
}

enum err call_record_decode(struct str body, struct call_record *out)
{
    *out = (struct call_record){.verdict = {.sector = -1}};
    struct verdict *v = &out->verdict;
    struct cursor c = cursor_of(body.p, body.n);
    if (cursor_u8(&c) != VERSION)
        return ERR_CORRUPT;
    uint8_t flags = cursor_u8(&c);
    out->dry = flags & DRY;
    v->observed = flags & OBSERVED;
    v->commercial = flags & COMMERCIAL;
    v->protected_caller = flags & PROTECTED;
    v->counts = flags & COUNTS;
    v->proven_caller = flags & PROVEN;
    v->relayed = flags & RELAYED;
    bool good = take_kind(&c, &v->kind);
    good &= take_kind(&c, &v->would);
    out->asked = (when)cursor_u64be(&c);
    v->journal = (int64_t)cursor_u64be(&c);
    struct str pack = cursor_take(&c, sizeof out->pack);
    if (pack.n)
        memcpy(out->pack, pack.p, sizeof out->pack);
    v->count_principal = cursor_u8(&c);
    v->count_all = cursor_u8(&c);
    good &= check_find(cursor_word(&c), &v->check);
    good &= check_find(cursor_word(&c), &v->would_check);
    good &= cursor_word_copy(&c, out->rule, sizeof out->rule);
    good &= cursor_word_copy(&c, out->reason, sizeof out->reason);
    struct str commitment = cursor_take(&c, sizeof out->commitment);
    if (commitment.n)
        memcpy(out->commitment, commitment.p, sizeof out->commitment);
    if (good && !c.failed && c.n == 0)
        return OK;
    *out = (struct call_record){.verdict = {.sector = -1}};
    return ERR_CORRUPT;
}

void call_opening_encode(const struct call_record *r, struct buf *out)
{
    buf_u8(out, !r->verdict.relayed ? VERSION : r->max_call_s ? OPENING_LIMITED : OPENING_RELAYED);
    buf_u64be(out, r->caller);
    buf_u64be(out, r->callee);
    buf_u64be(out, (uint64_t)r->asked);
    buf_u32be(out, r->person_seq);
    buf_u64be(out, r->verdict.principal_key);
    buf_u64be(out, r->window_seq[0]);
    buf_u64be(out, r->window_seq[1]);
    buf_word(out, r->verdict.line);
    buf_word(out, r->verdict.campaign);
    buf_word(out, r->verdict.principal);
    if (!r->verdict.relayed)
        return;
    buf_u64be(out, r->dialled);
    buf_word(out, r->verdict.binding);
    if (r->max_call_s)
        buf_u32be(out, r->max_call_s);
}

enum err call_opening_decode(struct str plaintext, struct call_record *out)
{
    struct verdict *v = &out->verdict;
    struct cursor c = cursor_of(plaintext.p, plaintext.n);
    const uint8_t version = cursor_u8(&c);
    const bool limited = version == OPENING_LIMITED,
               relayed = limited || version == OPENING_RELAYED;
    if (version != VERSION && !relayed)
        return ERR_CORRUPT;
    number caller = cursor_u64be(&c), callee = cursor_u64be(&c);
    when asked = (when)cursor_u64be(&c);
    uint32_t person_seq = cursor_u32be(&c);
    uint64_t principal = cursor_u64be(&c);
    uint64_t first = cursor_u64be(&c), second = cursor_u64be(&c);
    struct str line = cursor_word(&c), campaign = cursor_word(&c), id = cursor_word(&c);
    number dialled = relayed ? cursor_u64be(&c) : 0;
    struct str binding = relayed ? cursor_word(&c) : STR("");
    uint32_t max_call_s = limited ? cursor_u32be(&c) : 0;
    if (c.failed || c.n || line.n >= ID_MAX || campaign.n >= ID_MAX || id.n >= ID_MAX ||
        binding.n >= ID_MAX)
        return ERR_CORRUPT;
    out->caller = caller;
    out->callee = callee;
    out->asked = asked;
    out->person_seq = person_seq;
    out->window_seq[0] = first;
    out->window_seq[1] = second;
    out->dialled = dialled;
    out->max_call_s = max_call_s;
    v->relayed = relayed;
    v->principal_key = principal;
    bool whole = str_copy(line, v->line, sizeof v->line) &&
                 str_copy(campaign, v->campaign, sizeof v->campaign) &&
                 str_copy(id, v->principal, sizeof v->principal) &&
                 str_copy(binding, v->binding, sizeof v->binding);
    return whole ? OK : ERR_CORRUPT;
}

bool call_index_row(struct str plaintext, struct index_row *out)
{
    struct call_record r = {0};
    if (call_opening_decode(plaintext, &r) != OK)
        return false;
    out->caller = r.caller;
    out->callee = r.callee;
    out->at = r.asked;
    return true;
}
