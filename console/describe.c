/* Print the API's description, from which the console's types are made. */
#include "http/route.h"

#include <stdio.h>

int main(int argc, char **argv)
{
    json_t *all = openapi_document(argc > 1 ? argv[1] : "");
    bool ok = all != NULL && json_dumpf(all, stdout, JSON_INDENT(1) | JSON_SORT_KEYS) == 0 &&
              fflush(stdout) == 0;
    json_decref(all);
    return ok ? 0 : 1;
}
