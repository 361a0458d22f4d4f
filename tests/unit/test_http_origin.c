#include "http/origin.h"

#include "unit.h"

static void only_our_own_pages_are_ours(void **state)
{
    static const struct {
        struct origin_facts facts;
        bool ours;
    } cases[] = {
        {{.host = "a.example"}, true},
        {{.origin = "https://a.example", .host = "a.example", .tls = true}, true},
        {{.origin = "https://A.example", .host = "a.example", .tls = true}, true},
        {{.origin = "http://a.example", .host = "a.example", .tls = true}, false},
        {{.origin = "http://127.0.0.1:8480", .host = "127.0.0.1:8480"}, true},
        {{.origin = "http://127.0.0.1:8481", .host = "127.0.0.1:8480"}, false},
        {{.origin = "https://b.example", .host = "a.example", .tls = true}, false},
        {{.origin = "https://a.example.b.example", .host = "a.example", .tls = true}, false},
        {{.origin = "null", .host = "null"}, false},
        {{.origin = "", .host = ""}, false},
        {{.origin = "https://", .host = ""}, false},
        {{.origin = "ftp://a.example", .host = "a.example"}, false},
        {{.origin = "https://a.example"}, false},
        {{.origin = "https://gate.example",
          .host = "10.0.0.1:8480",
          .public_url = "https://gate.example/"},
         true},
        {{.origin = "http://gate.example",
          .host = "10.0.0.1:8480",
          .public_url = "https://gate.example"},
         false},
        {{.fetch_site = "same-origin", .host = "a.example"}, true},
        {{.fetch_site = "same-site", .host = "a.example"}, false},
        {{.fetch_site = "cross-site", .host = "a.example"}, false},
        {{.fetch_site = "none", .host = "a.example"}, false},
        {{.origin = "https://a.example", .fetch_site = "cross-site", .host = "a.example"}, false},
        {{.origin = "https://b.example", .fetch_site = "same-origin", .host = "a.example"}, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (origin_is_ours(&cases[i].facts) != cases[i].ours)
            fail_msg("case %zu: %s, %s", i, cases[i].facts.origin, cases[i].facts.host);
}

UNIT_MAIN(TEST(only_our_own_pages_are_ours))
