/*
 * oracle_number: our number plan against libphonenumber's.
 *
 * Over 100,000 numbers, generated from a fixed seed and picked by hand, in many
 * written forms, are read by both. They agree when both refuse, or when both
 * accept, name the same kind and give the same E.164 digits. Every other case
 * has to be explained by a line of disagreements.tsv:
 *
 *     pattern <tab> ours <tab> theirs <tab> why
 *
 * The pattern is an extended regular expression for the whole of "FORM DIGITS",
 * such as "plus 146\d{8}" with \d for [0-9]; ours and theirs are the two answers.
 * A case without a line fails, and so does a line that no case needs any more.
 * --all shows every failure, not the first hundred.
 */
#include "ours.h"

#include <phonenumbers/phonenumberutil.h>
#include <phonenumbers/shortnumberinfo.h>

#include <cstdio>
#include <cstring>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;
using i18n::phonenumbers::ShortNumberInfo;
using std::string;

namespace
{

const PhoneNumberUtil &util = *PhoneNumberUtil::GetInstance();
const ShortNumberInfo codes;

/* splitmix64: the same numbers on every machine. */
struct Random {
    uint64_t state = 0x6d656e7368656e;

    uint64_t next()
    {
        uint64_t z = state += 0x9e3779b97f4a7c15;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }

    string digits(size_t n)
    {
        string s;
        while (n-- > 0)
            s += static_cast<char>('0' + next() % 10);
        return s;
    }
};

struct Answer {
    string kind;
    uint64_t value = 0;
};

Answer ours(const string &text, const string &area)
{
    Answer a;
    a.kind = ours_parse(text.data(), text.size(), area.c_str(), &a.value);
    return a;
}

/*
 * What libphonenumber takes `text` for, dialled in China. Its kinds are named by
 * ours where they mean the same; 400, 95 and 96 numbers are "shared-cost" or
 * "toll-free" there. Short codes are asked of it only as they are dialled.
 */
Answer theirs(const string &text, const string &dialled)
{
    Answer a;
    PhoneNumber number;
    a.kind = "malformed";
    if (!dialled.empty() && codes.IsEmergencyNumber(dialled, "CN")) {
        a.kind = "emergency";
        a.value = std::stoull("86" + dialled);
        return a;
    }
    if (util.Parse(text, "CN", &number) != PhoneNumberUtil::NO_PARSING_ERROR)
        return a;
    if (!util.IsValidNumber(number)) {
        if (dialled.empty() || !codes.IsValidShortNumberForRegion(number, "CN"))
            return a;
        a.kind = "short";
        a.value = std::stoull("86" + std::to_string(number.national_number()));
        return a;
    }
    string e164;
    util.Format(number, PhoneNumberUtil::E164, &e164);
    a.value = std::stoull(e164.substr(1));
    if (number.country_code() != 86) {
        a.kind = "international";
        return a;
    }
    a.kind = "other";
    switch (util.GetNumberType(number)) {
    case PhoneNumberUtil::FIXED_LINE:
        a.kind = "fixed";
        break;
    case PhoneNumberUtil::MOBILE:
        a.kind = "mobile";
        break;
    case PhoneNumberUtil::TOLL_FREE:
        a.kind = "toll-free";
        break;
    case PhoneNumberUtil::SHARED_COST:
        a.kind = "shared-cost";
        break;
    case PhoneNumberUtil::PREMIUM_RATE:
        a.kind = "premium-rate";
        break;
    case PhoneNumberUtil::FIXED_LINE_OR_MOBILE:
    case PhoneNumberUtil::VOIP:
    case PhoneNumberUtil::PERSONAL_NUMBER:
    case PhoneNumberUtil::PAGER:
    case PhoneNumberUtil::UAN:
    case PhoneNumberUtil::VOICEMAIL:
    case PhoneNumberUtil::UNKNOWN:
        break;
    }
    return a;
}

/* Kinds that mean the same: 400 and 800 numbers are named by who pays. */
bool same_kind(const string &ours, const string &theirs)
{
    return ours == theirs || (ours == "400" && (theirs == "shared-cost" || theirs == "toll-free"));
}

/* The one case in which the class depends on the form: 0951 110 and 951110 (core/number.h). */
bool yinchuan(const Answer &a)
{
    static const std::regex value("8695[1-5]\\d{3,5}");
    return std::regex_match(std::to_string(a.value), value) &&
           strcmp(ours_classify(a.value), "95") == 0;
}

struct Line {
    unsigned at;
    string pattern, ours, theirs, why;
    std::regex regex;
    unsigned long hits;
};

class Comparison
{
  public:
    bool verbose = false; /* show every failure, not the first hundred */

    bool load(const char *path)
    {
        std::ifstream in(path);
        string text;
        for (unsigned at = 1; std::getline(in, text); at++) {
            if (text.empty() || text[0] == '#')
                continue;
            std::vector<string> part(1);
            for (char c : text) {
                if (c == '\t')
                    part.emplace_back();
                else
                    part.back() += c;
            }
            if (part.size() != 4 || part[3].empty()) {
                fprintf(stderr, "%s:%u: expected pattern, ours, theirs, why\n", path, at);
                return false;
            }
            lines.push_back({at, part[0], part[1], part[2], part[3],
                             std::regex(part[0], std::regex::ECMAScript), 0});
        }
        if (lines.empty())
            fprintf(stderr, "%s: cannot be read, or empty\n", path);
        return !lines.empty();
    }

    /*
     * One number in one form. `text` goes to us, `plain` to them, which know no
     * SIP; `dialled` is the number if the form is how it is dialled.
     */
    void compare(const string &form, const string &digits, const string &text, const string &area,
                 const string &plain, const string &dialled)
    {
        Answer a = ours(text, area), b = theirs(plain, dialled);
        bool refused = a.kind == "malformed";
        numbers++;
        kinds[a.kind]++;
        if (refused ? a.value != 0 : ours_classify(a.value) != a.kind && !yinchuan(a))
            fail(form, digits, text, a, b, "read and classified differently");
        if (!refused && b.kind != "malformed" && a.value != b.value)
            b.kind = "another number";
        if (same_kind(a.kind, b.kind)) {
            agreed++;
            return;
        }
        string subject = form + " " + digits, found;
        for (Line &line : lines) {
            if (line.ours == a.kind && line.theirs == b.kind &&
                std::regex_match(subject, line.regex)) {
                line.hits++;
                explained++;
                return;
            }
        }
        fail(form, digits, text, a, b, "not listed");
    }

    bool finish(const char *path)
    {
        for (const Line &line : lines) {
            if (line.hits == 0) {
                printf("%s:%u: nothing differs like this any more: %s\n", path, line.at,
                       line.pattern.c_str());
                failed++;
            }
        }
        for (const auto &kind : kinds)
            printf("%8lu %s\n", kind.second, kind.first.c_str());
        for (const Line &line : lines)
            printf("%8lu differ by line %u: %s\n", line.hits, line.at, line.why.c_str());
        printf("%lu numbers: %lu agree, %lu differ as explained by %zu lines, %lu failures\n",
               numbers, agreed, explained, lines.size(), failed);
        if (numbers < 100000) {
            printf("too few numbers\n");
            failed++;
        }
        printf("%lu passed, %lu failed\n", agreed + explained, failed);
        return failed == 0;
    }

  private:
    std::vector<Line> lines;
    std::map<string, unsigned long> kinds;
    unsigned long numbers = 0, agreed = 0, explained = 0, failed = 0;

    void fail(const string &form, const string &digits, const string &text, const Answer &a,
              const Answer &b, const char *why)
    {
        if (failed++ < 100 || verbose)
            printf("%s: \"%s %s\", \"%s\": ours %s %llu, theirs %s %llu\n", why, form.c_str(),
                   digits.c_str(), text.c_str(), a.kind.c_str(),
                   static_cast<unsigned long long>(a.value), b.kind.c_str(),
                   static_cast<unsigned long long>(b.value));
    }
};

string grouped(const string &digits, const string &separator, size_t size)
{
    string s;
    for (size_t i = 0; i < digits.size(); i++) {
        if (i > 0 && i % size == 0)
            s += separator;
        s += digits[i];
    }
    return s;
}

string full_width(const string &digits)
{
    string s;
    for (char c : digits)
        s += string("\xEF\xBC") + static_cast<char>(0x90 + (c - '0'));
    return s;
}

/* A national number as it is dialled, sent and written. */
void every_form(Comparison &c, const string &n)
{
    c.compare("dialled", n, n, "", n, n);
    c.compare("trunk", n, "0" + n, "", "0" + n, "");
    c.compare("plus", n, "+86" + n, "", "+86" + n, "");
    c.compare("bare86", n, "86" + n, "", "86" + n, "");
}

void written_forms(Comparison &c, const string &n)
{
    const string plus = "+86" + n;
    every_form(c, n);
    c.compare("plus", n, "0086" + n, "", "0086" + n, "");
    c.compare("plus", n, "+86 " + grouped(n, " ", 4), "", "+86 " + grouped(n, " ", 4), "");
    c.compare("plus", n, "(+86)" + grouped(n, "-", 3), "", "(+86)" + grouped(n, "-", 3), "");
    c.compare("plus", n, "+86." + grouped(n, ".", 3), "", "+86." + grouped(n, ".", 3), "");
    c.compare("plus", n, "\xEF\xBC\x8B" + full_width("86" + n), "",
              "\xEF\xBC\x8B" + full_width("86" + n), "");
    c.compare("plus", n, "tel:+86-" + n, "", "tel:+86-" + n, "");
    c.compare("plus", n, "tel:" + n + ";phone-context=+86", "", "tel:" + n + ";phone-context=+86",
              "");
    c.compare("plus", n, "tel:" + plus + ";npdi;rn=+861390000", "", "tel:" + plus, "");
    c.compare("plus", n, plus + ";ext=17", "", plus + ";ext=17", "");
    c.compare("plus", n, "sip:" + plus + "@192.0.2.1;user=phone", "", plus, "");
    c.compare("plus", n, "sips:%2B86" + n + ";npdi@example.com:5061;user=phone", "", plus, "");
    c.compare("plus-trunk", n, "+86 (0)" + n, "", "+86 (0)" + n, "");
    c.compare("plus-trunk", n, "+860" + n, "", "+860" + n, "");
    c.compare("dialled", n, grouped(n, "-", 3), "", grouped(n, "-", 3), n);
    c.compare("dialled", n, full_width(n), "", full_width(n), n);
    c.compare("dialled", n, "sip:" + n + "@example.com;user=phone", "", n, n);
    c.compare("trunk", n, "(0" + n.substr(0, 2) + ") " + n.substr(2), "",
              "(0" + n.substr(0, 2) + ") " + n.substr(2), "");
}

/* Random numbers under each prefix of three digits, 100 … 999, in each length from 3 to 13. */
void sweep(Comparison &c, Random &random)
{
    for (unsigned prefix = 100; prefix < 1000; prefix++) {
        const string head = std::to_string(prefix);
        for (size_t n = 3; n <= 13; n++) {
            for (unsigned times = 0; times < (n == 3 ? 1 : 2); times++)
                every_form(c, head + random.digits(n - 3));
        }
    }
}

/* Numbers of every block, and the local form of those with an area code. */
void blocks(Comparison &c, Random &random)
{
    struct ours_block b;
    for (size_t i = 0; ours_block(i, &b); i++) {
        const string prefix = b.prefix;
        for (size_t n = b.min_len; n <= b.max_len; n++) {
            for (unsigned times = 0; times < 3; times++)
                written_forms(c, prefix + random.digits(n - prefix.size()));
            if (!b.area)
                continue;
            for (char first = '0'; first <= '9'; first++) {
                const string rest = first + random.digits(n - prefix.size() - 1);
                every_form(c, prefix + rest);
                if (first < '2' || first > '8') /* no subscriber, and dialled as something else */
                    continue;
                c.compare("local", prefix + rest, rest, prefix, "0" + prefix + rest, "");
                c.compare("local", prefix + rest, "tel:" + rest + ";phone-context=+86" + prefix, "",
                          "tel:" + rest + ";phone-context=+86" + prefix, "");
            }
        }
        if (b.area) {
            static const char *const services[] = {"110",   "119",   "12345", "10000", "10086",
                                                   "95588", "95110", "96110", "961234"};
            for (const char *service : services) {
                c.compare("trunk", prefix + service, "0" + prefix + service, "",
                          "0" + prefix + service, "");
                c.compare("plus", prefix + service, "+86" + prefix + service, "",
                          "+86" + prefix + service, "");
            }
        }
    }
}

/* Numbers of all other countries, real and random. */
void foreign(Comparison &c, Random &random)
{
    std::set<string> regions;
    util.GetSupportedRegions(&regions);
    for (const string &region : regions) {
        if (region == "CN")
            continue;
        for (int type = 0; type <= PhoneNumberUtil::VOICEMAIL; type++) {
            PhoneNumber number;
            string e164, written;
            if (!util.GetExampleNumberForType(
                    region, static_cast<PhoneNumberUtil::PhoneNumberType>(type), &number))
                continue;
            util.Format(number, PhoneNumberUtil::E164, &e164);
            const string digits = e164.substr(1);
            c.compare("foreign", digits, e164, "", e164, "");
            c.compare("foreign", digits, "00" + digits, "", "00" + digits, "");
            c.compare("foreign", digits, "sip:" + e164 + "@192.0.2.1;user=phone", "", e164, "");
            util.Format(number, PhoneNumberUtil::INTERNATIONAL, &written);
            c.compare("foreign", digits, written, "", written, "");
            util.Format(number, PhoneNumberUtil::RFC3966, &written);
            c.compare("foreign", digits, written, "", written, "");
        }
    }
    for (unsigned i = 0; i < 4000; i++) {
        const string digits = random.digits(1 + random.next() % 17);
        if (digits.compare(0, 2, "86") == 0)
            continue;
        c.compare("foreign", digits, "+" + digits, "", "+" + digits, "");
        c.compare("foreign", digits, "00" + digits, "", "00" + digits, "");
    }
}

/* What people and machines write. The form is "text" and the digits are the text itself. */
void by_hand(Comparison &c)
{
    static const char *const texts[] = {
#include "by_hand.inc"
    };
    for (const char *text : texts) {
        const string plain = text;
        bool dialled = plain.find_first_not_of("0123456789") == string::npos;
        c.compare("text", plain, plain, "", plain, dialled ? plain : "");
    }
}

} // namespace

int main(int argc, char **argv)
{
    static const char table[] = SOURCE_ROOT "/tests/oracle/disagreements.tsv";
    Comparison comparison;
    Random random;

    comparison.verbose = argc > 1 && strcmp(argv[1], "--all") == 0;
    if (!ours_open(SOURCE_ROOT "/rules/cn.yaml") || !comparison.load(table)) {
        printf("0 passed, 1 failed\n");
        return 1;
    }
    sweep(comparison, random);
    blocks(comparison, random);
    foreign(comparison, random);
    by_hand(comparison);
    bool good = comparison.finish(table);
    ours_close();
    return good ? 0 : 1;
}
