/* schemas: the JSON Schemas (2020-12) of bodies, compiled in from src/http/schemas/. */
#pragma once

struct schema_file {
    const char *name, *text; /* an object: names to schemas */
};

extern const struct schema_file schema_files[];
