#include "person/vault.h"

#include "core/utf8.h"
#include "person/officer.h"
#include "person/opening_key.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    LABEL = 32,
    OBJECT_MAX = VAULT_FIELDS * (2 * VAULT_VALUE + 512),
};

void vault_wipe(struct buf *b)
{
    if (b->p != NULL)
        sodium_memzero(b->p, b->cap);
    buf_fini(b);
}

void vault_forget(struct vault_object *o)
{
    vault_wipe(&o->text);
    sodium_memzero(o->field, o->count * sizeof *o->field);
    o->count = 0;
}

/* JSON: one flat object of texts ------------------------------------------------------------- */

static void put_text(struct str s, struct buf *out)
{
    buf_u8(out, '"');
    for (size_t i = 0; i < s.n; i++) {
        static const char from[] = "\"\\\n\r\t", to[] = "\"\\nrt";
        const char *escaped = s.p[i] != '\0' ? strchr(from, s.p[i]) : NULL;
        if (escaped != NULL)
            buf_u8(out, '\\');
        buf_u8(out, (uint8_t)(escaped != NULL ? to[escaped - from] : s.p[i]));
    }
    buf_u8(out, '"');
}

static void encode(const struct vault_field *field, size_t count, struct buf *out)
{
    buf_u8(out, '{');
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            buf_u8(out, ',');
        put_text(field[i].name, out);
        buf_u8(out, ':');
        put_text(field[i].value, out);
    }
    buf_u8(out, '}');
}

static bool take(struct buf *in, size_t *at, char c)
{
    if (*at >= in->n || in->p[*at] != (uint8_t)c)
        return false;
    ++*at;
    return true;
}

/* Unescaped where it stands, which never makes it longer. */
static bool take_text(struct buf *in, size_t *at, struct str *out)
{
    if (!take(in, at, '"'))
        return false;
    uint8_t *to = in->p + *at;
    *out = (struct str){.p = (const char *)to};
    while (*at < in->n) {
        uint8_t c = in->p[(*at)++];
        if (c == '"')
            return true;
        if (c == '\\') {
            if (*at == in->n)
                return false;
            c = in->p[(*at)++];
            c = c == 'n' ? '\n' : c == 'r' ? '\r' : c == 't' ? '\t' : c;
        }
        *to++ = c;
        out->n++;
    }
    return false;
}

static bool decode(struct vault_object *o)
{
    size_t at = 0;
    o->count = 0;
    if (!take(&o->text, &at, '{'))
        return false;
    if (!take(&o->text, &at, '}')) {
        do {
            if (o->count == VAULT_FIELDS)
                return false;
            struct vault_field *f = &o->field[o->count++];
            if (!take_text(&o->text, &at, &f->name) || !take(&o->text, &at, ':') ||
                !take_text(&o->text, &at, &f->value))
                return false;
        } while (take(&o->text, &at, ','));
        if (!take(&o->text, &at, '}'))
            return false;
    }
    return at == o->text.n;
}

/* Rows ---------------------------------------------------------------------------------------- */

static enum err say(struct problem *problem, enum err e, struct str person, const char *label)
{
    switch (e) {
    case ERR_NOT_FOUND:
        return problem_set(problem, e, "%.*s: no key was ever made for her", STR_ARG(person));
    case ERR_CLOSED:
        return problem_set(problem, e, "%.*s: was erased", STR_ARG(person));
    case ERR_CORRUPT:
        return problem_set(problem, e,
                           "%.*s: what is kept as %s does not open; restore DATA/keys and the "
                           "database of the same day",
                           STR_ARG(person), label);
    case OK:
    case ERR_INVALID:
    case ERR_CONFLICT:
    case ERR_DENIED:
    case ERR_REFUSED:
    case ERR_IO:
    case ERR_FULL:
    case ERR_MEMORY:
    case ERR_LIMIT:
    case ERR_TIMEOUT:
        break;
    }
    return problem_set(problem, e, "%.*s: %s cannot be sealed or opened (%s)", STR_ARG(person),
                       label, err_name(e));
}

struct opening {
    const struct vault *vault;
    struct str person;
    const char *label;
    struct buf *out;
    enum err e;
};

static bool open_row(void *to, const struct value *v, size_t count)
{
    struct opening *o = to;
    (void)count;
    o->e = unwrap_text(o->vault->keys, o->person, KEY_PROFILE, str_of(o->label), v[0].s, o->out);
    if (o->e == ERR_NOT_FOUND)
        o->e = ERR_CORRUPT; /* sealed, and no key */
    return false;
}

/* ERR_NOT_FOUND, with no words: nothing is kept. */
static enum err load(const struct vault *v, struct str person, const char *label, struct buf *out,
                     struct problem *problem)
{
    struct opening o = {v, person, label, out, ERR_NOT_FOUND};
    const struct value key[] = {value_text(person), value_text(str_of(label))};
    enum err e =
        store_run(v->store, "SELECT \"sealed\" FROM vault WHERE \"person\" = $1 AND \"label\" = $2",
                  key, 2, open_row, &o, problem);
    if (e != OK || o.e == OK || o.e == ERR_NOT_FOUND)
        return e != OK ? e : o.e;
    return say(problem, o.e, person, label);
}

static enum err keep(const struct vault *v, struct str person, const char *label, struct str plain,
                     when now, struct problem *problem)
{
    struct buf sealed;
    buf_init(&sealed, UNWRAP_MAX + UNWRAP_OVERHEAD);
    enum err e = unwrap_seal(v->keys, person, KEY_PROFILE, str_of(label), plain, &sealed);
    if (e != OK) {
        say(problem, e, person, label);
    } else {
        const struct value row[] = {value_text(person), value_text(str_of(label)),
                                    value_bytes(sealed.p, sealed.n), value_int(now)};
        e = store_run(v->store,
                      "INSERT INTO vault (\"person\", \"label\", \"sealed\", \"changed\") "
                      "VALUES ($1, $2, $3, $4) ON CONFLICT (\"person\", \"label\") DO UPDATE SET "
                      "\"sealed\" = excluded.\"sealed\", \"changed\" = excluded.\"changed\"",
                      row, 4, NULL, NULL, problem);
    }
    buf_fini(&sealed);
    return e;
}

static enum err drop(const struct vault *v, struct str person, struct str label,
                     struct problem *problem)
{
    const struct value key[] = {value_text(person), value_text(label)};
    return store_run(v->store, "DELETE FROM vault WHERE \"person\" = $1 AND \"label\" = $2", key, 2,
                     NULL, NULL, problem);
}

/* Categories ---------------------------------------------------------------------------------- */

enum err vault_check(const struct rules *rules, enum category c, const struct vault_field *f,
                     struct problem *problem)
{
    enum category of;
    if (!rules_field(rules, f->name, &of) || of != c)
        return problem_set(problem, ERR_INVALID, "not a field of %s in the rule pack",
                           category_word(c));
    if (f->value.n > VAULT_VALUE)
        return problem_set(problem, ERR_INVALID, "%zu bytes; expected at most %d", f->value.n,
                           VAULT_VALUE);
    if (utf8_valid(f->value) != f->value.n)
        return problem_set(problem, ERR_INVALID, "not UTF-8; export it as UTF-8");
    for (size_t i = 0; i < f->value.n; i++) {
        const unsigned char b = (unsigned char)f->value.p[i];
        if (b == 0x7f || (b < ' ' && b != '\n' && b != '\r' && b != '\t'))
            return problem_set(problem, ERR_INVALID, "a control character; expected plain text");
    }
    return OK;
}

static enum err open_object(const struct vault *v, struct str person, enum category c,
                            struct vault_object *out, struct problem *problem)
{
    out->count = 0;
    buf_init(&out->text, OBJECT_MAX);
    enum err e = load(v, person, category_word(c), &out->text, problem);
    if (e == OK && !decode(out))
        e = say(problem, ERR_CORRUPT, person, category_word(c));
    if (e != OK)
        vault_forget(out);
    return e;
}

/* The field takes the given value, or goes. False: no room. */
static bool set_field(struct vault_object *o, const struct vault_field *f, bool *changed)
{
    size_t i = 0;
    while (i < o->count && !str_eq(o->field[i].name, f->name))
        i++;
    const struct str before = i < o->count ? o->field[i].value : STR("");
    if (str_eq(before, f->value))
        return true;
    *changed = true;
    if (f->value.n == 0) {
        o->field[i] = o->field[--o->count];
        return true;
    }
    if (i == VAULT_FIELDS)
        return false;
    o->count += i == o->count;
    o->field[i] = *f;
    return true;
}

/* Seal a category's text and keep it. */
typedef enum err closing(const struct vault *, enum category, const struct seal_text *, when now,
                         struct problem *);

static enum err close_to_her(const struct vault *v, enum category c, const struct seal_text *t,
                             when now, struct problem *problem)
{
    return keep(v, t->person, category_word(c), t->plain, now, problem);
}

/* Messages or entries: lines; of a history also what semicolons part. */
static uint32_t items_of(const struct vault_object *o, enum category c)
{
    uint32_t n = 0;
    for (size_t i = 0; i < o->count; i++) {
        struct str text = o->field[i].value, line, entry;
        while (text.n > 0 && str_split(&text, '\n', &line)) {
            n += c != CATEGORY_HISTORY && str_trim(line).n > 0;
            while (c == CATEGORY_HISTORY && line.n > 0 && str_split(&line, ';', &entry))
                n += str_trim(entry).n > 0;
        }
    }
    return n;
}

static enum err keep_object(const struct vault *v, struct str person, enum category c,
                            const struct vault_object *o, when now, closing *close,
                            struct problem *problem)
{
    struct buf text;
    const struct str label = str_of(category_word(c));
    if (o->count == 0)
        return drop(v, person, label, problem);
    buf_init(&text, OBJECT_MAX);
    buf_reserve(&text, OBJECT_MAX); /* at once: growing would leave copies behind */
    const bool room = !text.failed;
    buf_reset(&text);
    if (room)
        encode(o->field, o->count, &text);
    enum err e =
        !room || text.failed
            ? say(problem, room ? ERR_LIMIT : ERR_MEMORY, person, label.p)
            : close(v, c, &(struct seal_text){person, label, buf_view(&text), items_of(o, c)}, now,
                    problem);
    vault_wipe(&text);
    return e;
}

static enum err put_object(const struct vault *v, struct str person, enum category c,
                           const struct vault_field *field, size_t count, when now, bool *changed,
                           struct problem *problem)
{
    struct vault_object o;
    *changed = false;
    for (size_t i = 0; i < count; i++) {
        enum err e = vault_check(v->rules, c, &field[i], problem);
        if (e != OK)
            return e;
    }
    enum err e = open_object(v, person, c, &o, problem);
    if (e == ERR_NOT_FOUND)
        e = OK;
    for (size_t i = 0; i < count && e == OK; i++)
        if (!set_field(&o, &field[i], changed))
            e = problem_set(problem, ERR_LIMIT, "%.*s: more than %d fields of %s", STR_ARG(person),
                            VAULT_FIELDS, category_word(c));
    if (e == OK && *changed)
        e = keep_object(v, person, c, &o, now, close_to_her, problem);
    vault_forget(&o);
    return e;
}

static enum err only(const struct vault *v, enum category c, bool sealed, struct problem *problem)
{
    if (rules_category(v->rules, c)->sealed == sealed)
        return OK;
    return problem_set(problem, ERR_DENIED, "%s is %s sealed category", category_word(c),
                       sealed ? "no" : "a");
}

enum err vault_put(const struct vault *v, struct str person, enum category c,
                   const struct vault_field *field, size_t count, when now, bool *changed,
                   struct problem *problem)
{
    enum err e = only(v, c, false, problem);
    return e == OK ? put_object(v, person, c, field, count, now, changed, problem) : e;
}

enum err vault_get(const struct vault *v, struct str person, enum category c,
                   struct vault_object *out, struct problem *problem)
{
    enum err e = only(v, c, false, problem);
    return e == OK ? open_object(v, person, c, out, problem) : e;
}

/* A row of each category asked for. */
struct opening_all {
    const struct vault *vault;
    struct str person;
    struct unwrap_key key;
    bool taken;
    struct vault_object *out;
    const char *label; /* of the row at which it failed */
    enum err e;
};

static enum err open_kept(struct opening_all *o, enum category c, struct str sealed)
{
    struct vault_object *out = &o->out[c];
    enum err e = OK;
    if (!o->taken)
        e = unwrap_take(o->vault->keys, o->person, KEY_PROFILE, &o->key);
    o->taken = e == OK;
    if (e == OK)
        e = unwrap_text_with(&o->key, str_of(category_word(c)), sealed, &out->text);
    if (e == OK && !decode(out))
        e = ERR_CORRUPT;
    return e == ERR_NOT_FOUND ? ERR_CORRUPT : e; /* sealed, and no key */
}

static bool open_each(void *to, const struct value *v, size_t count)
{
    struct opening_all *o = to;
    enum category c;
    (void)count;
    if (!category_find(v[0].s, &c))
        return true;
    o->label = category_word(c);
    o->e = open_kept(o, c, v[1].s);
    return o->e == OK;
}

enum err vault_get_all(const struct vault *v, struct str person, categories which,
                       struct vault_object out[static CATEGORIES], struct problem *problem)
{
    struct opening_all o = {.vault = v, .person = person, .out = out};
    char words[CATEGORIES * LABEL];
    struct buf list;
    enum err e = OK;
    buf_fixed(&list, words, sizeof words);
    buf_u8(&list, ',');
    for (int c = 0; c < CATEGORIES; c++) {
        out[c].count = 0;
        buf_init(&out[c].text, OBJECT_MAX);
        if ((which >> c & 1) == 0)
            continue;
        buf_printf(&list, "%s,", category_word((enum category)c));
        if (e == OK)
            e = only(v, (enum category)c, false, problem);
    }
    if (e != OK)
        return e;
    const struct value wanted[] = {value_text(person), value_text(buf_view(&list))};
    /* Not IN, for whose list SQLite makes a table each time. */
    e = store_run(v->store,
                  "SELECT \"label\", \"sealed\" FROM vault WHERE \"person\" = $1 AND "
                  "$2 LIKE '%,' || \"label\" || ',%'",
                  wanted, 2, open_each, &o, problem);
    unwrap_drop(&o.key);
    return e == OK && o.e != OK ? say(problem, o.e, person, o.label) : e;
}

void vault_forget_all(struct vault_object out[static CATEGORIES])
{
    for (int c = 0; c < CATEGORIES; c++)
        vault_forget(&out[c]);
}

/* Sealed categories --------------------------------------------------------------------------- */

static enum err close_to_officers(const struct vault *v, enum category c, const struct seal_text *t,
                                  when now, struct problem *problem)
{
    uint8_t officer[SEAL_OFFICERS][SEAL_KEY];
    size_t count;
    struct buf sealed;
    enum err e = officer_keys(v->store, officer, &count, problem);
    if (e != OK)
        return e;
    if (count == 0)
        return problem_set(problem, ERR_REFUSED,
                           "%s is sealed to officers, and no officer's key is registered; see "
                           "`menshen user officer-key -h`",
                           category_word(c));
    buf_init(&sealed, OBJECT_MAX + SEAL_OVERHEAD);
    e = seal_close((const uint8_t(*)[SEAL_KEY])officer, count, t, &sealed);
    e = e == OK ? keep(v, t->person, category_word(c), buf_view(&sealed), now, problem)
                : say(problem, e, t->person, category_word(c));
    buf_fini(&sealed);
    return e;
}

static enum err is_kept(const struct vault *v, struct str person, enum category c, bool *kept,
                        struct problem *problem)
{
    const struct value key[] = {value_text(person), value_text(str_of(category_word(c)))};
    return store_any(v->store, "SELECT 1 FROM vault WHERE \"person\" = $1 AND \"label\" = $2", key,
                     2, kept, problem);
}

enum err vault_put_sealed(const struct vault *v, struct str person, enum category c,
                          const struct vault_field *field, size_t count, when now, bool *changed,
                          struct problem *problem)
{
    struct vault_object o = {.count = 0};
    *changed = false;
    enum err e = only(v, c, true, problem);
    for (size_t i = 0; i < count && e == OK; i++) {
        e = vault_check(v->rules, c, &field[i], problem);
        if (e == OK && !set_field(&o, &field[i], changed))
            e = say(problem, ERR_LIMIT, person, category_word(c));
    }
    if (e == OK && o.count == 0)
        e = is_kept(v, person, c, changed, problem);
    if (e == OK && *changed)
        e = keep_object(v, person, c, &o, now, close_to_officers, problem);
    sodium_memzero(&o, sizeof o);
    return e;
}

enum err vault_sealed(const struct vault *v, struct str person, enum category c, struct buf *out,
                      struct problem *problem)
{
    enum err e = only(v, c, true, problem);
    return e == OK ? load(v, person, category_word(c), out, problem) : e;
}

struct trying {
    struct str person, label, sealed;
    struct buf *plain;
    enum err e;
};

static bool try_key(void *to, const uint8_t key[static SEAL_KEY])
{
    struct trying *t = to;
    t->e = seal_open(key, t->person, t->label, t->sealed, t->plain);
    return t->e == ERR_CORRUPT; /* of what was kept before: another opening may have this one's */
}

enum err vault_try(const struct vault *v, struct str person, enum category c,
                   const uint8_t key[static SEAL_KEY], struct problem *problem)
{
    struct buf sealed, plain;
    buf_init(&sealed, OBJECT_MAX + SEAL_OVERHEAD);
    buf_init(&plain, OBJECT_MAX);
    enum err e = vault_sealed(v, person, c, &sealed, problem);
    struct trying t = {person, str_of(category_word(c)), buf_view(&sealed), &plain, e};
    if (e == OK) {
        (void)try_key(&t, key);
        if (t.e != OK)
            e = problem_set(problem, t.e, "that is not the key of her %s", category_word(c));
    }
    buf_fini(&sealed);
    vault_wipe(&plain);
    return e;
}

/* One answer, whether something is kept or not. */
static enum err not_open(enum category c, struct problem *problem)
{
    return problem_set(problem, ERR_DENIED, "%s is sealed, and no opening is in force",
                       category_word(c));
}

enum err vault_get_sealed(const struct vault *v, struct str person, enum category c, when now,
                          struct vault_object *out, struct problem *problem)
{
    struct buf sealed;
    out->count = 0;
    buf_init(&out->text, OBJECT_MAX);
    buf_init(&sealed, OBJECT_MAX + SEAL_OVERHEAD);
    enum err e = vault_sealed(v, person, c, &sealed, problem);
    if (e == OK) {
        struct trying t = {person, str_of(category_word(c)), buf_view(&sealed), &out->text,
                           ERR_DENIED};
        e = opening_key_find(v->store, v->keys, person, t.label, now, try_key, &t, problem);
        if (e == OK && t.e != OK)
            e = t.e == ERR_MEMORY ? say(problem, t.e, person, t.label.p) : not_open(c, problem);
    } else if (e == ERR_NOT_FOUND) {
        e = not_open(c, problem);
    }
    if (e == OK && !decode(out))
        e = say(problem, ERR_CORRUPT, person, category_word(c));
    if (e != OK)
        vault_forget(out);
    buf_fini(&sealed);
    return e;
}

/* Files --------------------------------------------------------------------------------------- */

static enum err file_label(const struct vault *v, enum category c, unsigned index,
                           char out[static LABEL], struct problem *problem)
{
    enum err e = only(v, c, false, problem);
    if (e == OK && (index < 1 || index > VAULT_FILES))
        e = problem_set(problem, ERR_INVALID, "files are numbered from 1 to %d", VAULT_FILES);
    snprintf(out, LABEL, "%s/%u", category_word(c), index);
    return e;
}

enum err vault_put_file(const struct vault *v, struct str person, enum category c, unsigned index,
                        struct str bytes, when now, struct problem *problem)
{
    char label[LABEL];
    enum err e = file_label(v, c, index, label, problem);
    if (e == OK && bytes.n > VAULT_FILE)
        e = problem_set(problem, ERR_LIMIT, "a file of %zu bytes; expected at most %d", bytes.n,
                        VAULT_FILE);
    return e == OK ? keep(v, person, label, bytes, now, problem) : e;
}

enum err vault_get_file(const struct vault *v, struct str person, enum category c, unsigned index,
                        struct buf *out, struct problem *problem)
{
    char label[LABEL];
    enum err e = file_label(v, c, index, label, problem);
    return e == OK ? load(v, person, label, out, problem) : e;
}

/* All of a person ----------------------------------------------------------------------------- */

struct listing {
    vault_label *each;
    void *to;
};

static bool hand_on(void *to, const struct value *v, size_t count)
{
    const struct listing *l = to;
    (void)count;
    return l->each(l->to, v[0].s, v[1].i);
}

enum err vault_labels(const struct vault *v, struct str person, vault_label *each, void *to,
                      struct problem *problem)
{
    struct listing l = {each, to};
    const struct value key = value_text(person);
    return store_run(v->store,
                     "SELECT \"label\", \"changed\" FROM vault WHERE \"person\" = $1 "
                     "ORDER BY \"label\" COLLATE \"C\"",
                     &key, 1, hand_on, &l, problem);
}

enum err vault_erase(const struct vault *v, struct str person, enum key_class class, when now,
                     struct problem *problem)
{
    enum err e = unwrap_erase(v->keys, person, class, now, problem);
    if (e != OK && e != ERR_NOT_FOUND)
        return e;
    const uint8_t byte = (uint8_t) class;
    const struct value key[] = {value_text(person), value_bytes(&byte, 1)};
    /* The second byte of a sealed text is its class (unwrap.h). */
    return store_run(v->store,
                     "DELETE FROM vault WHERE \"person\" = $1 AND substr(\"sealed\", 2, 1) = $2",
                     key, 2, NULL, NULL, problem);
}
