#include "http/fact_page.h"

struct fact_page fact_page_of(size_t most)
{
    return (struct fact_page){.list = json_array(), .most = most};
}

bool fact_page_add(struct fact_page *p, struct str id, json_t *one)
{
    p->more = json_array_size(p->list) == p->most;
    if (p->more || !str_copy(id, p->last, sizeof p->last)) {
        json_decref(one);
        return false;
    }
    return json_array_append_new(p->list, one) == 0;
}

json_t *fact_page_json(struct fact_page *p, const char *name)
{
    json_t *list = p->list;
    p->list = NULL;
    return json_pack("{s:o, s:s*}", name, list, "next", p->more ? p->last : NULL);
}
