#include "gate/budget.h"

#include <pthread.h>
#include <stdlib.h>

/*
 * One table for two things, told apart by `member`: (staff, member, day) is an opening,
 * (staff, 0, day) their number. Open addressing; what was given back stays as a mark until
 * the table is made anew, which drops former days.
 */
struct place {
    uint64_t staff, member;
    int64_t day;
    uint32_t count; /* 0: given back */
    bool taken;
};

struct budget {
    pthread_mutex_t lock;
    struct place *place;
    size_t mask, taken;
    int64_t newest;
};

enum err budget_new(size_t room, struct budget **out)
{
    size_t size = 16;
    struct budget *b = *out = calloc(1, sizeof *b);
    while (size < room * 4)
        size *= 2;
    if (b)
        b->place = calloc(size, sizeof *b->place);
    if (!b || !b->place) {
        free(b);
        *out = NULL;
        return ERR_MEMORY;
    }
    b->mask = size - 1;
    pthread_mutex_init(&b->lock, NULL);
    return OK;
}

void budget_free(struct budget *b)
{
    if (!b)
        return;
    pthread_mutex_destroy(&b->lock);
    free(b->place);
    free(b);
}

static struct place *find(struct budget *b, uint64_t staff, uint64_t member, int64_t day)
{
    uint64_t h = staff * UINT64_C(0x9e3779b97f4a7c15) ^ member ^
                 (uint64_t)day * UINT64_C(0xc2b2ae3d27d4eb4f);
    size_t i = (h ^ h >> 29) & b->mask;
    for (; b->place[i].taken; i = (i + 1) & b->mask)
        if (b->place[i].staff == staff && b->place[i].member == member && b->place[i].day == day)
            break;
    return &b->place[i];
}

static struct place *put(struct budget *b, uint64_t staff, uint64_t member, int64_t day)
{
    struct place *p = find(b, staff, member, day);
    if (!p->taken) {
        *p = (struct place){.staff = staff, .member = member, .day = day, .taken = true};
        b->taken++;
    }
    return p;
}

/* Room for two more, if need be without former days. */
static bool make_room(struct budget *b)
{
    const size_t most = b->mask / 2;
    if (b->taken + 2 <= most)
        return true;
    struct place *old = b->place, *fresh = calloc(b->mask + 1, sizeof *fresh);
    if (!fresh)
        return false;
    b->place = fresh;
    b->taken = 0;
    for (size_t i = 0; i <= b->mask; i++)
        if (old[i].count > 0 && old[i].day >= b->newest - 1)
            put(b, old[i].staff, old[i].member, old[i].day)->count = old[i].count;
    free(old);
    return b->taken + 2 <= most;
}

bool budget_spend(struct budget *b, uint64_t staff, uint64_t member, int64_t day, unsigned limit,
                  bool *fresh)
{
    bool open = false;
    *fresh = false;
    pthread_mutex_lock(&b->lock);
    if (day > b->newest)
        b->newest = day;
    if (find(b, staff, member, day)->count > 0) {
        open = true;
    } else if (find(b, staff, 0, day)->count < limit && make_room(b)) {
        put(b, staff, member, day)->count = 1;
        put(b, staff, 0, day)->count++;
        *fresh = open = true;
    }
    pthread_mutex_unlock(&b->lock);
    return open;
}

void budget_return(struct budget *b, uint64_t staff, uint64_t member, int64_t day)
{
    pthread_mutex_lock(&b->lock);
    struct place *one = find(b, staff, member, day), *all = find(b, staff, 0, day);
    if (one->count > 0 && all->count > 0) {
        one->count = 0;
        all->count--;
    }
    pthread_mutex_unlock(&b->lock);
}

unsigned budget_used(struct budget *b, uint64_t staff, int64_t day)
{
    pthread_mutex_lock(&b->lock);
    unsigned used = find(b, staff, 0, day)->count;
    pthread_mutex_unlock(&b->lock);
    return used;
}
