/* Addresses of the console's screens; each is the same page, which reads its own address. */
#include "http/routes.h"

#define SCREEN(address)                                                                            \
    {                                                                                              \
        .method = "GET", .path = (address), .access = ACCESS_PUBLIC, .screen = true,               \
        .summary = "A screen of the console", .answers = "text/html; charset=utf-8",               \
        .handle = api_console                                                                      \
    }

const struct route routes_console[] = {
    {.method = "GET",
     .path = "/",
     .access = ACCESS_PUBLIC,
     .summary = "The web console",
     .answers = "text/html; charset=utf-8",
     .codes = "304",
     .handle = api_console},
    {.method = "GET",
     .path = "/assets/{file}",
     .access = ACCESS_PUBLIC,
     .screen = true,
     .summary = "A file of the console",
     .answers = "application/octet-stream",
     .codes = "404 406",
     .handle = api_console_asset},
    SCREEN("/sign-in"),
    SCREEN("/setup"),
    SCREEN("/join"),
    SCREEN("/agency/{path*}"),
    SCREEN("/desk/{path*}"),
    SCREEN("/carrier/{path*}"),
    SCREEN("/me/{path*}"),
    SCREEN("/settings"),
    SCREEN("/settings/{path*}"),
    SCREEN("/audit"),
    SCREEN("/health"),
    SCREEN("/public/{path*}"),
    SCREEN("/story/{path*}"),
    SCREEN("/try/{role}"),
    SCREEN("/parts"),
    {0},
};
