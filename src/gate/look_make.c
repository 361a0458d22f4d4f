#include "gate/look_make.h"

void look_make_begin(struct gate *g, struct look_making *m)
{
    m->gate = g;
    memcpy(m->record.pack, rules_hash(g->rules), sizeof m->record.pack);
    buf_init(&m->beside, BESIDE_MAX);
}

enum err look_make_person(struct look_making *m, size_t i, struct str id, bool member)
{
    struct looked *p = &m->person[i];
    str_copy(id, p->id, sizeof p->id);
    id = str_of(p->id);
    enum err e =
        (member ? unwrap_take : unwrap_take_known)(m->gate->unwrap, id, KEY_RECORD, &p->key);
    p->known = !e;
    if (e == ERR_NOT_FOUND || e == ERR_CLOSED)
        e = OK;
    if (!e)
        look_handle_of(&p->key, p->handle);
    return e;
}

static enum err seal_asker(struct look_making *m)
{
    uint8_t memory[LOOK_OPENING_MAX], sealed_memory[LOOK_OPENING_MAX + OPENING_OVERHEAD];
    static const struct look_verdict several;
    struct gate *g = m->gate;
    struct buf plain, sealed;
    buf_fixed(&plain, memory, sizeof memory);
    buf_fixed(&sealed, sealed_memory, sizeof sealed_memory);
    look_asker_encode(&m->asker, m->record.persons == 1 ? &m->verdict[0] : &several, &plain);
    if (plain.failed)
        return ERR_LIMIT;
    enum err e = opening_seal(g->keys, OPENING_FACT, clock_now(g->clock), buf_view(&plain),
                              m->record.asker, &sealed);
    if (!e)
        look_parts_begin(&m->beside, buf_view(&sealed));
    return e;
}

/* Of nobody too, with a key of nobody's: else time would tell who is a member somewhere. */
static enum err seal_person(struct look_making *m, size_t i)
{
    struct gate *g = m->gate;
    struct looked *p = &m->person[i];
    struct look_part part = {.place = (uint8_t)i, .handle = p->handle};
    uint8_t memory[LOOK_SEALED_MAX];
    struct buf sealed;
    if (p->known && !m->record.dry) {
        p->number = window_next_number(g->windows, look_number_key(p->handle));
        if (p->number == 0)
            return ERR_FULL;
    }
    struct look_opening o = {.person_seq = p->number,
                             .asked = m->record.asked,
                             .asker = m->asker,
                             .verdict = m->verdict[i]};
    memcpy(o.person, p->id, sizeof o.person);
    buf_fixed(&sealed, memory, sizeof memory);
    enum err e = look_seal(&p->key, &o, m->record.commitment[i], &sealed);
    unwrap_drop(&p->key);
    if (!e && p->known && m->record.imported)
        e = look_mark(g->unwrap, &o, &m->record, &part.mark);
    part.person_seq = p->number;
    part.sealed = buf_view(&sealed);
    if (!e && p->known)
        look_parts_add(&m->beside, &part);
    return e;
}

enum err look_make_encode(struct look_making *m)
{
    struct buf body;
    enum err e = seal_asker(m);
    for (size_t i = 0; !e && i < m->record.persons; i++)
        e = seal_person(m, i);
    buf_fixed(&body, m->body_bytes, sizeof m->body_bytes);
    look_record_encode(&m->record, &body);
    m->body = buf_view(&body);
    return !e && (body.failed || m->beside.failed) ? ERR_MEMORY : e;
}

void look_make_undo(struct look_making *m)
{
    for (size_t i = m->record.persons; i-- > 0;)
        if (m->person[i].number != 0)
            window_return_number(m->gate->windows, look_number_key(m->person[i].handle),
                                 m->person[i].number);
}

void look_make_end(struct look_making *m)
{
    for (size_t i = 0; i < m->record.persons; i++)
        unwrap_drop(&m->person[i].key);
    buf_fini(&m->beside);
}
