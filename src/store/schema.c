#include "store/schema.h"

#include "core/clock.h"
#include "store/engine.h"

/* The version of the store, 0 for an empty one. */
static enum err read_version(struct store *s, int64_t *version, struct problem *problem)
{
    *version = 0;
    bool there;
    enum err e = store_has_table(s, "schema_version", &there, problem);
    if (e != OK || !there)
        return e;
    return store_integer(s, "SELECT version FROM schema_version ORDER BY version DESC LIMIT 1",
                         NULL, 0, version, problem);
}

static enum err apply(struct store *s, const struct schema_step *step, struct problem *problem)
{
    enum err e = store_script(s, step->sql, problem);
    if (e != OK) {
        struct problem why = problem ? *problem : (struct problem){.code = e};
        return problem_set(problem, e, "schema step %s: %s", step->name, why.text);
    }
    const struct value row[] = {value_int(step->version), value_text(str_of(step->name)),
                                value_int(clock_now(clock_real()))};
    return store_run(s,
                     "INSERT INTO schema_version (version, name, applied_at) VALUES ($1, $2, $3)",
                     row, 3, NULL, NULL, problem);
}

enum err schema_update(struct store *s, const struct schema_step *steps, size_t count,
                       struct problem *problem)
{
    const int64_t latest = count > 0 ? steps[count - 1].version : 0;
    for (;;) {
        int64_t version;
        enum err e = read_version(s, &version, problem);
        if (e != OK)
            return e;
        if (version > latest)
            return problem_set(problem, ERR_CONFLICT,
                               "the store was made by a newer menshen (schema %lld, this one knows "
                               "%lld); use that version, nothing was changed",
                               (long long)version, (long long)latest);
        if (version == latest)
            return OK;
        e = store_begin(s, problem);
        if (e != OK)
            return e;
        e = store_script(s,
                         "CREATE TABLE IF NOT EXISTS schema_version ("
                         "version BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, "
                         "applied_at BIGINT NOT NULL)",
                         problem);
        /* Another process may have been faster: decide under the lock. */
        if (e == OK)
            e = read_version(s, &version, problem);
        if (e == OK && version < latest)
            e = apply(s, &steps[version], problem);
        e = store_end(s, e, problem);
        if (e != OK)
            return e;
    }
}
