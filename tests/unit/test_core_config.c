#include "unit.h"
#include "core/config.h"
#include "core/disk.h"

#include <arpa/inet.h>

static struct config *load(const char *text)
{
    struct config *c;
    struct problem problem = {0};
    if (config_load_memory("etc/menshen.yaml", text, strlen(text), &c, &problem) != OK)
        fail_msg("%s", problem.text);
    return c;
}

static const struct peer_config *peer(const struct config *c, const char *address)
{
    struct in6_addr a;
    assert_int_equal(inet_pton(AF_INET6, address, &a), 1);
    return config_peer(c, &a);
}

static void has_a_default_for_every_key(void **state)
{
    struct config *c;
    struct problem problem;
    assert_int_equal(config_load(NULL, &c, &problem), OK);
    assert_string_equal(c->sip.listen, "127.0.0.1:5060");
    assert_string_equal(c->http.listen, "127.0.0.1:8480");
    assert_null(c->sip.next_hop);
    assert_string_equal(c->sip.area_code, "");
    assert_null(c->store);
    assert_non_null(strstr(c->ledger.origin, "/menshen"));
    assert_int_equal(c->ledger.deadline_ms, 200);
    assert_int_equal(c->ledger.retention_days, 1830);
    assert_int_equal(c->ledger.checkpoint_ms, 1000);
    assert_false(c->call.commercial_rings);
    assert_true(c->call.other_rings);
    assert_int_equal(c->mode, MODE_ENFORCE);
    assert_int_equal(c->limits.windows, 4000000);
    assert_int_equal(c->rule_count, 1);
    assert_string_equal(c->rules[0], SOURCE_ROOT "/rules/cn.yaml");
    assert_true(peer(c, "::ffff:127.3.2.1")->trusted);
    assert_true(peer(c, "::1")->trusted);
    assert_null(peer(c, "::ffff:10.0.0.1"));
    config_free(c);
}

static void reads_every_key(void **state)
{
    struct config *c = load("sip:\n"
                            "  listen: '[::]:5060'\n"
                            "  next_hop: 10.0.0.9:5060\n"
                            "  announcement: sip:notice@media\n"
                            "  relay_announcement: sip:ended@media\n"
                            "  area_code: 21\n"
                            "  workers: 3\n"
                            "  max_pending: 10\n"
                            "  tls: {listen: 0.0.0.0:5061, certificate: c.pem, key: /k.pem}\n"
                            "  identity: {anchors: a.pem, certificates: folder}\n"
                            "http: {listen: '', public_url: 'https://gate.example.com'}\n"
                            "redress: {name: N, tel: +86-21, certificate: r.crt, key: /r.key}\n"
                            "keys: {master: credential:m}\n"
                            "codes: {webhook: 'https://sms.example.com', webhook_secret: s}\n"
                            "store: postgresql://menshen@db/menshen\n"
                            "ledger:\n"
                            "  origin: gate.example.com/a\n"
                            "  deadline_ms: 50\n"
                            "  checkpoint_ms: 100\n"
                            "  witnesses: [{url: 'http://10.0.0.2:8480', vkey: b+1+x}]\n"
                            "  witness_for: [{origin: b, vkey: b+1+x}]\n"
                            "carriers:\n"
                            "- {id: org_b, url: 'https://b.example.com', token_file: t, ca_file: "
                            "/ca.pem}\n"
                            "- {id: org_c, url: 'http://127.0.0.3:8480', token_file: /u, vkey: "
                            "c+1+x}\n"
                            "call: {on_ledger_failure: {commercial: ring, other: block}}\n"
                            "rules: [cn.yaml, /etc/more.yaml]\n"
                            "limits: {windows: 5000}\n");
    assert_string_equal(c->sip.listen, "[::]:5060");
    assert_string_equal(c->sip.next_hop, "10.0.0.9:5060");
    assert_string_equal(c->sip.announcement, "sip:notice@media");
    assert_string_equal(c->sip.relay_announcement, "sip:ended@media");
    assert_string_equal(c->sip.area_code, "21");
    assert_int_equal(c->sip.workers, 3);
    assert_int_equal(c->sip.max_pending, 10);
    assert_string_equal(c->sip.tls.certificate, "etc/c.pem");
    assert_string_equal(c->sip.tls.key, "/k.pem");
    assert_string_equal(c->http.listen, "");
    assert_string_equal(c->http.public_url, "https://gate.example.com");
    assert_string_equal(c->sip.identity.anchors, "etc/a.pem");
    assert_string_equal(c->sip.identity.certificates, "etc/folder");
    assert_string_equal(c->redress.name, "N");
    assert_string_equal(c->redress.tel, "+86-21");
    assert_null(c->redress.url);
    assert_string_equal(c->redress.certificate, "etc/r.crt");
    assert_string_equal(c->redress.key, "/r.key");
    assert_string_equal(c->keys.master, "credential:m");
    assert_string_equal(c->codes.webhook, "https://sms.example.com");
    assert_string_equal(c->codes.webhook_secret, "etc/s");
    assert_int_equal(c->codes.command_count, 0);
    assert_string_equal(c->store, "postgresql://menshen@db/menshen");
    assert_string_equal(c->ledger.origin, "gate.example.com/a");
    assert_int_equal(c->ledger.witness_count, 1);
    assert_string_equal(c->ledger.witnesses[0].url, "http://10.0.0.2:8480");
    assert_string_equal(c->ledger.witness_for[0].url, "b");
    assert_int_equal(c->carrier_count, 2);
    assert_string_equal(config_carrier(c, STR("org_b"))->token_file, "etc/t");
    assert_string_equal(config_carrier(c, STR("org_b"))->ca_file, "/ca.pem");
    assert_string_equal(config_carrier(c, STR("org_c"))->token_file, "/u");
    assert_string_equal(config_carrier(c, STR("org_c"))->vkey, "c+1+x");
    assert_null(config_carrier(c, STR("org_")));
    assert_true(c->call.commercial_rings);
    assert_false(c->call.other_rings);
    assert_int_equal(c->rule_count, 2);
    assert_string_equal(c->rules[0], "etc/cn.yaml");
    assert_string_equal(c->rules[1], "/etc/more.yaml");
    assert_int_equal(c->limits.windows, 5000);
    config_free(c);
}

static void reads_modes(void **state)
{
    struct config *c = load("mode: observe\n");
    assert_int_equal(c->mode, MODE_OBSERVE);
    config_free(c);

    c = load("mode:\n"
             "  default: enforce\n"
             "  peers: {10.0.0.0/8: observe, 127.0.0.1: observe}\n"
             "  lines: {lin_1: observe}\n"
             "  rules: {cn.call.hours: observe}\n");
    assert_int_equal(c->mode, MODE_ENFORCE);
    assert_int_equal(config_line_mode(c, STR("lin_1")), MODE_OBSERVE);
    assert_int_equal(config_line_mode(c, STR("lin_2")), MODE_UNSET);
    assert_int_equal(config_rule_mode(c, STR("cn.call.hours")), MODE_OBSERVE);
    assert_int_equal(peer(c, "::ffff:10.2.3.4")->mode, MODE_OBSERVE);
    assert_false(peer(c, "::ffff:10.2.3.4")->trusted);
    assert_int_equal(peer(c, "::ffff:127.0.0.1")->mode, MODE_OBSERVE);
    assert_true(peer(c, "::ffff:127.0.0.1")->trusted);
    assert_int_equal(peer(c, "::ffff:127.0.0.2")->mode, MODE_UNSET);
    config_free(c);
}

static void finds_the_narrowest_peer(void **state)
{
    struct config *c =
        load("sip: {trusted_peers: [10.0.0.0/8, '2001:db8::/32']}\n"
             "peers:\n"
             "  - {address: 10.1.0.0/16, mode: observe}\n"
             "  - {address: 10.1.2.3, line: lin_1, block_right: 486, sip608: true}\n"
             "  - {address: 10.1.2.4, trusted: false, block_wish: 486, block_behaviour: 607}\n"
             "  - {address: 192.168.0.0/17, trusted: true}\n");
    assert_string_equal(peer(c, "::ffff:10.1.2.3")->line, "lin_1");
    assert_true(peer(c, "::ffff:10.1.2.3")->trusted);
    assert_int_equal(peer(c, "::ffff:10.1.2.3")->block_right, 486);
    assert_true(peer(c, "::ffff:10.1.2.3")->sip608);
    assert_int_equal(peer(c, "::ffff:10.1.2.3")->mode, MODE_OBSERVE);
    assert_false(peer(c, "::ffff:10.1.2.4")->trusted);
    assert_int_equal(peer(c, "::ffff:10.1.2.4")->block_behaviour, 607);
    assert_true(peer(c, "::ffff:10.1.9.9")->trusted);
    assert_int_equal(peer(c, "::ffff:10.2.0.1")->mode, MODE_UNSET);
    assert_true(peer(c, "::ffff:192.168.127.255")->trusted);
    assert_null(peer(c, "::ffff:192.168.128.0"));
    assert_true(peer(c, "2001:db8:1::1")->trusted);
    assert_null(peer(c, "2001:db9::1"));
    assert_null(peer(c, "::ffff:127.0.0.1"));
    config_free(c);
}

/* Unless it is said, the registry decides, at the time of the call. */
static void who_is_told_the_parties_of_a_relay_call(void **state)
{
    struct config *c = load("sip: {trusted_peers: [10.0.0.0/8]}\n"
                            "peers:\n"
                            "  - {address: 10.1.0.0/16, relay: false}\n"
                            "  - {address: 10.1.2.3, line: lin_1}\n"
                            "  - {address: 10.1.2.4, relay: true}\n"
                            "  - {address: 10.1.2.5, trusted: false, relay: false}\n");
    assert_false(peer(c, "::ffff:10.2.0.1")->relay_stated);
    assert_true(peer(c, "::ffff:10.1.9.9")->relay_stated);
    assert_false(peer(c, "::ffff:10.1.9.9")->relay);
    assert_true(peer(c, "::ffff:10.1.2.3")->relay_stated);
    assert_false(peer(c, "::ffff:10.1.2.3")->relay);
    assert_true(peer(c, "::ffff:10.1.2.4")->relay);
    config_free(c);
}

static void refuses_with_the_place(void **state)
{
    static const struct {
        const char *text, *expected;
    } cases[] = {
        {"sip: {lisen: a}",
         "f:1:7: unknown key \"lisen\" in sip, expected one of: listen next_hop announcement "
         "relay_announcement area_code workers max_pending tls identity trusted_peers"},
        {"sip:\n  listen: 5060",
         "f:2:11: found \"5060\", expected ADDRESS:PORT such as 127.0.0.1:5060, or \"\" for "
         "no SIP"},
        {"sip: {listen: 'a:65536'}", "f:1:15: found \"a:65536\", expected ADDRESS:PORT such as "
                                     "127.0.0.1:5060, or \"\" for no SIP"},
        {"sip: {listen: 'localhost:5060'}",
         "f:1:15: found \"localhost:5060\", expected ADDRESS:PORT such as 127.0.0.1:5060, or \"\" "
         "for no SIP"},
        {"http: {tls: {listen: 'a.example:443', certificate: c, key: k}}",
         "f:1:22: found \"a.example:443\", expected ADDRESS:PORT such as 0.0.0.0:8443"},
        {"sip: {next_hop: ''}", "f:1:17: found an empty text, expected some"},
        {"sip: {announcement: 'tel:1'}",
         "f:1:21: found \"tel:1\", expected a SIP URI such as sip:notice@media.example.com"},
        {"sip: {relay_announcement: here}",
         "f:1:27: found \"here\", expected a SIP URI such as sip:notice@media.example.com"},
        {"sip: {area_code: a}",
         "f:1:18: found \"a\", expected an area code without its zero, such as 21"},
        {"sip: {workers: 257}", "f:1:16: found \"257\", expected a whole number from 0 to 256"},
        {"sip: {tls: {listen: '127.0.0.1:1'}}",
         "f:1:12: sip: tls lacks the key \"certificate\", without which it does nothing"},
        {"sip: {identity: {anchors: a.pem}}",
         "f:1:17: sip: identity lacks the key \"certificates\", without which it does nothing"},
        {"codes: {webhook: x, webhook_secret: s}",
         "f:1:18: found \"x\", expected an address such as https://sms.example.com/hook"},
        {"codes: {webhook: 'http://x.example'}",
         "f:1:8: codes needs both webhook and webhook_secret, or neither"},
        {"codes: {command: [a], webhook: 'http://x.example', webhook_secret: s}",
         "f:1:8: codes go by a command or by a webhook, not both"},
        {"webhooks: {networks: [10.0.0.0/8, 10.0.0.1/8]}",
         "f:1:35: found \"10.0.0.1/8\", expected an address, or a network by its first one, such "
         "as 10.1.0.0/16"},
        {"webhooks: {networks: [localhost]}",
         "f:1:23: found \"localhost\", expected an address, or a network by its first one, such as "
         "10.1.0.0/16"},
        {"redress: {url: 'https://x.example'}",
         "f:1:10: redress needs a name, and one of url, tel and email"},
        {"redress: {name: x}", "f:1:10: redress needs a name, and one of url, tel and email"},
        {"redress: {name: x, tel: '110'}",
         "f:1:25: found \"110\", expected a number such as +86-21-62345678"},
        {"redress: {name: x, email: 'a b@c'}",
         "f:1:27: found \"a b@c\", expected an address such as complaints@example.com"},
        {"redress: {name: x, tel: '+8621', key: k}",
         "f:1:10: redress needs both certificate and key to sign, or neither"},
        {"redress: {name: x, tel: '+8621', key: k, certificate: c}",
         "f:1:10: a signed card is fetched at http.public_url, which is not set"},
        {"http: {public_url: ftp://x}",
         "f:1:20: found \"ftp://x\", expected an address such as https://gate.example.com"},
        {"store: postgresql://menshen:secret@db/menshen",
         "f:1:8: found an address with a password, expected a path or a postgresql:// address "
         "without a "
         "password; put the password in a pgpass file"},
        {"store: postgres://db/menshen?sslmode=require&password=secret",
         "f:1:8: found an address with a password, expected a path or a postgresql:// address "
         "without a "
         "password; put the password in a pgpass file"},
        {"ledger: {retention_days: 30}",
         "f:1:26: found \"30\", expected 0 (entries are never deleted) or 184 and more"},
        {"ledger: {deadline_ms: 0}",
         "f:1:23: found \"0\", expected a whole number from 1 to 60000"},
        {"ledger: {witnesses: [{url: x, vkey: y}]}",
         "f:1:28: found \"x\", expected an address such as http://10.0.0.2:8480"},
        {"ledger: {witness_for: [{vkey: y}]}", "f:1:24: a log to cosign lacks the key \"origin\""},
        {"carriers: [{id: b, url: 'http://10.0.0.2', token_file: t}]",
         "f:1:25: found \"http://10.0.0.2\", expected an address such as "
         "https://gate.example.com, or http:// on the loopback, without a name and password"},
        {"carriers: [{id: b, url: 'http://127.evil.example', token_file: t}]",
         "f:1:25: found \"http://127.evil.example\", expected an address such as "
         "https://gate.example.com, or http:// on the loopback, without a name and password"},
        {"carriers: [{id: b, url: 'https://u:p@b.example', token_file: t}]",
         "f:1:25: found \"https://u:p@b.example\", expected an address such as "
         "https://gate.example.com, or http:// on the loopback, without a name and password"},
        {"carriers: [{id: b, url: 'https://b'}]", "f:1:12: a carrier lacks the key \"token_file\""},
        {"carriers:\n- {id: b, url: 'https://b', token_file: t}\n"
         "- {id: b, url: 'https://c', token_file: t}",
         "f:3:8: found \"b\", which is there already; name each carrier once"},
        {"call: {on_ledger_failure: {other: allow}}",
         "f:1:35: found \"allow\", expected block | ring"},
        {"mode: off", "f:1:7: found \"off\", expected enforce | observe"},
        {"mode: {lines: {a: off}}", "f:1:19: found \"off\", expected enforce | observe"},
        {"mode: {peers: {host: observe}}",
         "f:1:16: found \"host\", expected an address or a network such as 10.1.0.0/16"},
        {"peers:\n- address: 10.0.0.1/8", "f:2:12: found \"10.0.0.1/8\", which has bits behind its "
                                          "/8; write the network's first address"},
        {"peers:\n- {address: 10.0.0.0/33}",
         "f:2:13: found \"10.0.0.0/33\", expected an address or a network such as 10.1.0.0/16"},
        {"peers:\n- {address: 10.0.0.1}\n- {address: 10.0.0.1/32}",
         "f:3:13: this address stands in `peers` a second time"},
        {"peers: [{address: 10.0.0.1, mode: observe}]\nmode: {peers: {10.0.0.1: enforce}}",
         "f:2:16: `peers` gives this address another mode"},
        {"peers: [{address: '::1', block_wish: 200}]",
         "f:1:38: found \"200\", expected a whole number from 400 to 699"},
        {"peers: [{address: '::1', block_right: 404}]",
         "f:1:39: found \"404\", which does not end a call for certain; expected 403, 486, 600, "
         "603, 607 or 608"},
        {"peers: [{address: '::1', block_behaviour: 503}]",
         "f:1:43: found \"503\", which does not end a call for certain; expected 403, 486, 600, "
         "603, 607 or 608"},
        {"sip: {area_code: '021'}",
         "f:1:18: found \"021\", expected an area code without its zero, such as 21"},
        {"ledger: {origin: a b}", "f:1:18: found \"a b\", expected a name without blanks and "
                                  "\"+\", such as gate.example.com/calls"},
        {"ledger: {origin: a+b}", "f:1:18: found \"a+b\", expected a name without blanks and "
                                  "\"+\", such as gate.example.com/calls"},
        {"ledger: {origin: '门\u3000'}", "f:1:18: found \"门\u3000\", expected a name without "
                                         "blanks and \"+\", such as gate.example.com/calls"},
        {"store: mysql://u:secret@db/x",
         "f:1:8: found an address of another kind, expected a path or a postgresql:// address "
         "without a password; put the password in a pgpass file"},
        {"peers: [{trusted: true}]", "f:1:9: a peer lacks the key \"address\""},
        {"sip: {trusted_peers: [localhost]}",
         "f:1:23: found \"localhost\", expected an address or a network such as 10.1.0.0/16"},
        {"peers: [{address: 10.0.0.1, relay: true}]",
         "f:1:36: only a trusted peer may learn who is behind a relay number; write `trusted: "
         "true`, or leave `relay` out"},
        {"rules: cn.yaml", "f:1:8: found \"cn.yaml\", expected a list"},
        {"limits: {windows: 1}",
         "f:1:19: found \"1\", expected a whole number from 1024 to 1000000000"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct config *c;
        struct problem problem = {0};
        enum err e = config_load_memory("f", cases[i].text, strlen(cases[i].text), &c, &problem);
        if (e != ERR_INVALID || strcmp(problem.text, cases[i].expected) != 0)
            fail_msg("%s\n   gave %s: %s\n   expected %s", cases[i].text, err_name(e), problem.text,
                     cases[i].expected);
        assert_null(c);
    }
}

static void says_that_a_file_is_missing(void **state)
{
    struct config *c;
    struct problem problem;
    assert_int_equal(config_load("/nonexistent/menshen.yaml", &c, &problem), ERR_NOT_FOUND);
    assert_string_equal(problem.text, "/nonexistent/menshen.yaml: there is no such file");
    assert_null(c);
}

static void note(void *to, const char *key, const char *value, const char *origin)
{
    char line[2000];
    snprintf(line, sizeof line, "%s=%s (%s)\n", key, value, origin);
    assert_true(strlen(to) + strlen(line) < 16384);
    strncat(to, line, 2000);
}

static void tells_where_each_value_comes_from(void **state)
{
    char all[16384] = "";
    struct config *c =
        load("sip:\n  workers: 2\n  trusted_peers: [10.0.0.1]\n"
             "ledger: {origin: o}\n"
             "call: {on_ledger_failure: {commercial: ring}}\n"
             "mode:\n  default: observe\n  rules: {cn.call.hours: enforce}\n"
             "peers:\n- {address: 10.0.0.2, line: lin_1, mode: observe, block_wish: 486}\n"
             "- {address: 10.0.0.3, relay: false}\n");
    config_each(c, note, all);
    static const char *const expected[] = {
        "sip.listen=127.0.0.1:5060 (default)\n",
        "sip.workers=2 (etc/menshen.yaml:2)\n",
        "sip.next_hop= (default)\n",
        "sip.trusted_peers=10.0.0.1 (etc/menshen.yaml:3)\n",
        "ledger.origin=o (etc/menshen.yaml:4)\n",
        "ledger.deadline_ms=200 (default)\n",
        "call.on_ledger_failure.commercial=ring (etc/menshen.yaml:5)\n",
        "call.on_ledger_failure.other=ring (default)\n",
        "mode=observe (etc/menshen.yaml:7)\n",
        "mode.rules.cn.call.hours=enforce (etc/menshen.yaml:8)\n",
        "peers.10.0.0.2=not trusted, line lin_1, observe, block_wish 486 (etc/menshen.yaml:10)\n",
        "peers.10.0.0.3=not trusted, no relay (etc/menshen.yaml:11)\n",
        "peers.10.0.0.1=trusted (etc/menshen.yaml:3)\n",
        "limits.windows=4000000 (default)\n",
        "limits.scrub_rows=5000000 (default)\n",
        "limits.http_per_address=64 (default)\n",
        "limits.sign_ins_per_address=20 (default)\n",
        "limits.confirmed_minutes=10 (default)\n",
    };
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        if (strstr(all, expected[i]) == NULL)
            fail_msg("%s is not in\n%s", expected[i], all);
    config_free(c);
}

static void look_up(void *page, const char *key, const char *value, const char *origin)
{
    char wanted[160];
    if (strncmp(key, "peers.", 6) == 0)
        key = "peers";
    snprintf(wanted, sizeof wanted, "`%s`", key);
    if (strstr(page, wanted) == NULL)
        fail_msg("docs/configuration.md lacks %s", wanted);
}

static void the_page_names_every_key(void **state)
{
    struct config *c = load("ledger: {witnesses: [], witness_for: []}");
    void *page;
    size_t n;
    assert_int_equal(
        disk_load(&disk_real, SOURCE_ROOT "/docs/configuration.md", 1 << 20, &page, &n), OK);
    config_each(c, look_up, page);
    free(page);
    config_free(c);
}

UNIT_MAIN(TEST(has_a_default_for_every_key), TEST(reads_every_key), TEST(reads_modes),
          TEST(finds_the_narrowest_peer), TEST(who_is_told_the_parties_of_a_relay_call),
          TEST(refuses_with_the_place), TEST(says_that_a_file_is_missing),
          TEST(tells_where_each_value_comes_from), TEST(the_page_names_every_key))
