#include "http/webhook_url.h"

#include "unit.h"

static const char *networks[] = {"10.1.0.0/16", "127.0.0.0/8"};
static const struct config open_to_some = {.webhooks = {networks, 2}},
                           closed = {.mode = MODE_UNSET};

static const struct webhook_reach host = {.config = &closed},
                                  demo = {.config = &closed, .loopback = true},
                                  wide = {.config = &open_to_some};

static bool good(const char *url, const struct webhook_reach *reach)
{
    return webhook_url_fault(str_of(url), reach) == NULL;
}

static void takes_public_https_addresses(void **state)
{
    static const char *const urls[] = {"https://crm.example.com",
                                       "https://crm.example.com:8443/a/b?c=d", "https://1.1.1.1/",
                                       "https://[2606:4700::1111]/hook"};
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++)
        if (!good(urls[i], &host))
            fail_msg("%s: %s", urls[i], webhook_url_fault(str_of(urls[i]), &host));
}

static void refuses_others(void **state)
{
    static const char *const urls[] = {"",
                                       "crm.example.com",
                                       "ftp://crm.example.com/",
                                       "http://crm.example.com/",
                                       "https:///x",
                                       "https://user:secret@crm.example.com/",
                                       "https://user@crm.example.com/",
                                       "https://crm.example.com/#here",
                                       "https://crm.example.com/a b",
                                       "https://crm.example.com/\r\nHost: x",
                                       "https://\xe9\x97\xa8.example/",
                                       "http://127.0.0.1:8480/",
                                       "https://localhost/",
                                       "https://10.1.2.3/",
                                       "https://169.254.169.254/latest/meta-data",
                                       "https://[::1]/",
                                       "https://[::ffff:10.0.0.1]/",
                                       "https://[fd00::1]/"};
    char longer[WEBHOOK_ADDRESS + 40] = "https://crm.example.com/";
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++)
        if (good(urls[i], &host))
            fail_msg("%s is taken", urls[i]);
    memset(longer + strlen(longer), 'a', WEBHOOK_ADDRESS);
    longer[WEBHOOK_ADDRESS] = '\0';
    assert_true(good(longer, &host));
    longer[WEBHOOK_ADDRESS] = 'a';
    assert_false(good(longer, &host));
}

static void the_loopback_is_for_those_who_are_alone(void **state)
{
    assert_true(good("http://127.0.0.1:9000/x", &demo));
    assert_true(good("http://localhost:9000/x", &demo));
    assert_true(good("http://[::1]:9000/x", &demo));
    assert_false(good("https://10.1.2.3/", &demo));
    assert_true(good("https://10.1.2.3/", &wide));
    assert_true(good("http://127.0.0.1:9000/x", &wide));
    assert_false(good("http://10.1.2.3/", &wide));
    assert_false(good("https://10.2.0.1/", &wide));
}

static void looks_at_what_a_name_stands_for(void **state)
{
    char address[ADDRESS_TEXT];
    assert_int_equal(webhook_url_find("http://localhost:1/", &demo, address), OK);
    assert_true(strcmp(address, "127.0.0.1") == 0 || strcmp(address, "::1") == 0);
    assert_int_equal(webhook_url_find("https://localhost:1/", &host, address), ERR_REFUSED);
    /* As the resolver reads numbers, too. */
    assert_int_equal(webhook_url_find("https://2130706433/", &host, address), ERR_REFUSED);
    assert_int_equal(webhook_url_find("https://0x7f.1/", &host, address), ERR_REFUSED);
    assert_int_equal(webhook_url_find("https://1.1.1.1/", &host, address), OK);
    assert_string_equal(address, "1.1.1.1");
    assert_int_equal(webhook_url_find("http://1.1.1.1/", &host, address), ERR_REFUSED);
}

UNIT_MAIN(TEST(takes_public_https_addresses), TEST(refuses_others),
          TEST(the_loopback_is_for_those_who_are_alone), TEST(looks_at_what_a_name_stands_for))
