#include "desk/document_page.h"

#include "core/clock.h"
#include "desk/qr.h"
#include "ledger/base64.h"
#include "registry/json_text.h"

#include <jansson.h>
#include <openssl/sha.h>
#include <stdio.h>

/* Text in a page ------------------------------------------------------------------------------- */

/* A character of three bytes that turns or hides the direction of others (UAX #9). */
static bool turns(struct str rest)
{
    if (rest.n < 3 || (uint8_t)rest.p[0] != 0xe2)
        return false;
    const uint8_t b = (uint8_t)rest.p[1], c = (uint8_t)rest.p[2];
    return (b == 0x80 && ((c >= 0xaa && c <= 0xae) || c == 0x8e || c == 0x8f)) ||
           (b == 0x81 && c >= 0xa6 && c <= 0xa9);
}

static void put_text(struct buf *out, struct str s)
{
    while (s.n > 0) {
        const char c = s.p[0];
        size_t n = 1;
        if (c == '&')
            buf_str(out, STR("&amp;"));
        else if (c == '<')
            buf_str(out, STR("&lt;"));
        else if (c == '>')
            buf_str(out, STR("&gt;"));
        else if (c == '"')
            buf_str(out, STR("&quot;"));
        else if (c == '\'')
            buf_str(out, STR("&#39;"));
        else if (c == '\n')
            buf_str(out, STR("<br>"));
        else if (turns(s))
            n = 3;
        else if ((uint8_t)c < 0x20 || c == 0x7f)
            buf_u8(out, ' ');
        else
            buf_u8(out, (uint8_t)c);
        s = str_skip(s, n);
    }
}

static void put_member(struct buf *out, const json_t *o, const char *key)
{
    put_text(out, json_text_of(o, key));
}

/* Within quotes of a style sheet: what could end them, or the sheet, as escapes (CSS Syntax
 * §4.3.7).
 */
static void put_css(struct buf *out, struct str s)
{
    for (; s.n > 0; s = str_skip(s, 1))
        if (turns(s))
            s = str_skip(s, 2);
        else if ((uint8_t)s.p[0] < 0x20 || strchr("\"'\\<>&{};", s.p[0]) != NULL)
            buf_printf(out, "\\%x ", (unsigned)(uint8_t)s.p[0]);
        else
            buf_u8(out, (uint8_t)s.p[0]);
}

/* Style ---------------------------------------------------------------------------------------- */

static const char style[] =
    "*{box-sizing:border-box}"
    "html{background:#e9e9e6;color:#000;-webkit-print-color-adjust:exact;"
    "print-color-adjust:exact}"
    "body{margin:0;font:13pt/1.55 FangSong,仿宋,STFangsong,\"Noto Serif CJK SC\",\"Songti SC\","
    "SimSun,\"Noto Sans CJK SC\",serif}"
    ":lang(en){font-family:\"Times New Roman\",\"Noto Serif\",\"Noto Serif CJK SC\",serif;"
    "font-size:11.5pt;line-height:1.36}"
    "main{width:210mm;min-height:297mm;margin:8mm auto;padding:26mm 24mm 22mm 27mm;background:#fff;"
    "box-shadow:0 0 3mm #0003;overflow-wrap:anywhere}"
    ".issuer{margin:0;color:#c00;font-size:25pt;line-height:1.35;font-weight:700;"
    "text-align:center;letter-spacing:.06em}"
    ":lang(en) .issuer{font-size:21pt;letter-spacing:0}"
    "h1{margin:5mm 0 1mm;font-size:21pt;line-height:1.4;text-align:center}"
    ":lang(en) h1{font-size:18pt}"
    ".number{margin:0 0 3mm;text-align:center}"
    "header{padding-bottom:3mm;margin-bottom:5mm;border-bottom:.6mm solid #c00}"
    "p{margin:0 0 1.2mm;text-indent:2em;text-align:start;orphans:2;widows:2}"
    ":where(:lang(en)) p{text-indent:0;margin-bottom:2.2mm;text-align:left}"
    ".to,.issuer,.number,.annulled,footer p{text-indent:0}"
    ".to{margin-top:4mm;font-weight:700}"
    "ol{margin:0 0 1.2mm;padding-left:3.6em}"
    ":lang(en) ol{padding-left:2em;margin-bottom:2.6mm}"
    "li{padding-left:.3em;break-inside:avoid}"
    ".end{break-inside:avoid}"
    ".close{margin-top:3mm;break-inside:avoid;break-before:avoid;display:flex;"
    "justify-content:flex-end}"
    ".close div{position:relative;min-width:66mm;height:39mm;display:flex;flex-direction:column;"
    "justify-content:center;text-align:center}"
    ".close p{text-indent:0;text-align:center;margin:0;position:relative}"
    ".seal{position:absolute;left:50%;top:50%;width:38mm;height:38mm;margin:-19mm;"
    "border:.35mm dashed #c00;border-radius:50%;color:#c00;font-size:9pt;line-height:1.3;"
    "display:flex;align-items:flex-end;justify-content:center;padding-bottom:4mm;opacity:.75}"
    "table{width:100%;margin-top:3mm;font-size:12pt;border-collapse:collapse;"
    "break-inside:avoid;break-before:avoid}"
    "td{border:.2mm solid #000;padding:1.5mm 2.5mm;height:10mm;vertical-align:middle}"
    "td:first-child{width:50%}"
    "footer{display:flex;gap:5mm;align-items:center;margin-top:4mm;padding-top:2.5mm;"
    "border-top:.2mm solid #888;break-inside:avoid;break-before:avoid;font:9pt/1.5 \"Noto Sans CJK "
    "SC\",\"Microsoft "
    "YaHei\",sans-serif}"
    "footer p{margin:0;text-align:left}"
    "footer .text{flex:1;min-width:0}"
    ".code{font:8pt/1.45 ui-monospace,\"DejaVu Sans Mono\",monospace;overflow-wrap:anywhere}"
    ".qr{width:24mm;height:24mm;flex:none}"
    ".annulled{margin:0 0 5mm;padding:2mm;border:.6mm solid #c00;color:#c00;font-weight:700;"
    "text-align:center}"
    "@media print{html{background:none}main{width:auto;min-height:0;margin:0;padding:0;"
    "box-shadow:none}}";

/* What is fixed stands on each page of paper (CSS Positioned Layout §3.3). */
static const char sample_style[] =
    ".sample{position:fixed;inset:0;margin:0;text-indent:0;display:flex;align-items:center;"
    "justify-content:center;pointer-events:none;transform:rotate(-30deg);font:700 54pt/1.2 \"Noto "
    "Sans CJK SC\",\"Microsoft YaHei\",sans-serif;letter-spacing:.1em;color:#c003;white-space:"
    "nowrap;z-index:1}";

/* Header with the number and "page x of y" are margin boxes, on each page (CSS Paged Media §5). */
static void put_style(struct buf *out, struct str number, bool zh, bool sample)
{
    buf_printf(out, "%s%s", style, sample ? sample_style : "");
    buf_printf(out, "@page{size:A4;margin:22mm 24mm 20mm 27mm;@top-right{content:\"");
    put_css(out, number);
    buf_printf(out,
               "\";font:9pt \"Noto Sans CJK SC\",sans-serif;color:#555}@bottom-center{content:%s;"
               "font:9pt \"Noto Sans CJK SC\",sans-serif;color:#555}}",
               zh ? "\"第 \" counter(page) \" 页　共 \" counter(pages) \" 页\""
                  : "\"Page \" counter(page) \" of \" counter(pages)");
}

static void put_policy(struct str sheet, char policy[static PAGE_POLICY])
{
    uint8_t hash[SHA256_DIGEST_LENGTH];
    char base64[64];
    struct buf b;
    buf_fixed(&b, base64, sizeof base64 - 1);
    SHA256((const uint8_t *)sheet.p, sheet.n, hash);
    base64_put(&b, hash, sizeof hash);
    snprintf(policy, PAGE_POLICY,
             "default-src 'none'; style-src 'sha256-%.*s'; base-uri 'none'; form-action 'none'; "
             "frame-ancestors 'none'",
             (int)b.n, base64);
}

struct heading {
    struct str title, number;
    bool zh, sample;
};

static void begin(struct buf *out, const struct heading *h, char policy[static PAGE_POLICY])
{
    buf_printf(out,
               "<!doctype html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n<meta "
               "name=\"viewport\" content=\"width=device-width\">\n<meta name=\"robots\" "
               "content=\"noindex\">\n<title>",
               h->zh ? "zh-CN" : "en");
    put_text(out, h->number);
    buf_printf(out, " ");
    put_text(out, h->title);
    buf_printf(out, "</title>\n<style>");
    const size_t from = out->n;
    put_style(out, h->number, h->zh, h->sample);
    put_policy(str_skip(buf_view(out), from), policy);
    buf_printf(out, "</style>\n</head>\n<body>\n%s<main>\n",
               h->sample ? "<p class=\"sample\">样例 SAMPLE</p>\n" : "");
}

/* A paper -------------------------------------------------------------------------------------- */

static void put_body(struct buf *out, const json_t *body)
{
    size_t i, k;
    const json_t *part, *item;
    json_array_foreach(body, i, part)
    {
        if (json_is_string(part)) {
            buf_printf(out, "<p>");
            put_text(out, json_text(part));
            buf_printf(out, "</p>\n");
            continue;
        }
        buf_printf(out, "<ol>\n");
        json_array_foreach(part, k, item)
        {
            buf_printf(out, "<li>");
            put_text(out, json_text(item));
            buf_printf(out, "</li>\n");
        }
        buf_printf(out, "</ol>\n");
    }
}

static void put_signs(struct buf *out, const json_t *signs)
{
    size_t i;
    const json_t *place;
    if (json_array_size(signs) == 0)
        return;
    buf_printf(out, "<table>\n");
    json_array_foreach(signs, i, place)
    {
        buf_printf(out, "<tr><td>");
        put_text(out, str_bytes(json_string_value(place), json_string_length(place)));
        buf_printf(out, "</td><td></td></tr>\n");
    }
    buf_printf(out, "</table>\n");
}

/* "2026-11-22T…" as people write a day. */
static void put_day(struct buf *out, struct str at, bool zh)
{
    static const char *const months[] = {"January",   "February", "March",    "April",
                                         "May",       "June",     "July",     "August",
                                         "September", "October",  "November", "December"};
    int64_t day;
    if (at.n < 10 || day_parse((struct str){at.p, 10}, &day) != OK)
        return;
    const struct date d = date_of_day(day);
    if (zh)
        buf_printf(out, "%d年%d月%d日", d.year, d.month, d.day);
    else
        buf_printf(out, "%d %s %d", d.day, months[d.month - 1], d.year);
}

static void put_close(struct buf *out, const json_t *paper, bool zh)
{
    buf_printf(out, "<section class=\"close\"><div><span class=\"seal\">%s</span><p>",
               zh ? "（印章）" : "(seal)");
    put_member(out, json_object_get(paper, "issuer"), zh ? "zh" : "en");
    buf_printf(out, "</p><p>");
    put_day(out, json_text_of(paper, "at"), zh);
    buf_printf(out, "</p></div></section>\n");
}

static enum err put_footer(struct buf *out, const struct document_page *p, struct problem *problem)
{
    enum err e = OK;
    buf_printf(out, "<footer>");
    if (p->address != NULL)
        e = qr_svg(p->address, "qr", p->zh ? "核验二维码" : "QR code to verify", out, problem);
    const bool zh = p->zh, code = p->address != NULL;
    buf_printf(out, "<div class=\"text\"><p>%s%s%s</p><p class=\"code\">",
               code ? (zh ? "扫描二维码或者打开下列地址" : "Scan the code or open this address")
                    : (zh ? "向签发单位出示下列核验码，或者在其网站查询下列路径"
                          : "Show this code to who issued the paper, or open this path at their "
                            "site"),
               zh ? "，可以查明本文书的真伪、签发单位和时间；核验不显示文书内容。"
                  : " to learn whether it is genuine, who issued it and when; what it says is not "
                    "shown there.",
               zh ? "" : " This is a translation; the Chinese text prevails.");
    if (code)
        put_text(out, str_of(p->address));
    else
        buf_printf(out, "SHA-256 %s<br>/v1/public/documents/%s", p->hash, p->hash);
    buf_printf(out, "</p></div></footer>\n");
    return e;
}

/* One text in papers of version 1. */
static struct str addressee_of(const json_t *paper, bool zh)
{
    const json_t *to = json_object_get(paper, "addressee");
    return json_is_string(to) ? json_text(to) : json_text_of(to, zh ? "zh" : "en");
}

static enum err put_paper(struct buf *out, const struct document_page *p, const json_t *paper,
                          char policy[static PAGE_POLICY], struct problem *problem)
{
    const json_t *words = json_object_get(paper, p->zh ? "zh" : "en");
    const struct str number = json_text_of(paper, "number"), to = addressee_of(paper, p->zh);
    const struct heading heading = {json_text_of(words, "title"), number, p->zh, p->sample};
    begin(out, &heading, policy);
    if (p->annulled)
        buf_printf(out, "<p class=\"annulled\">%s</p>\n",
                   p->zh ? "本文书已被撤销，不再有效"
                         : "This paper has been annulled and no longer holds");
    buf_printf(out, "<header><p class=\"issuer\">");
    put_member(out, json_object_get(paper, "issuer"), p->zh ? "zh" : "en");
    buf_printf(out, "</p></header>\n<h1>");
    put_member(out, words, "title");
    buf_printf(out, "</h1>\n<p class=\"number\">");
    put_text(out, number);
    buf_printf(out, "</p>\n");
    if (to.n > 0) {
        buf_printf(out, "<p class=\"to\">");
        put_text(out, to);
        buf_printf(out, p->zh ? "：</p>\n" : ":</p>\n");
    }
    put_body(out, json_object_get(words, "body"));
    /* One block: beside tables alone `break-before` does not keep a code with what it is of. */
    buf_printf(out, "<div class=\"end\">\n");
    put_close(out, paper, p->zh);
    put_signs(out, json_object_get(words, "signs"));
    enum err e = put_footer(out, p, problem);
    buf_printf(out, "</div>\n</main>\n</body>\n</html>\n");
    return e;
}

enum err document_page(const struct document_page *p, struct buf *out,
                       char policy[static PAGE_POLICY], struct problem *problem)
{
    json_error_t why;
    json_t *paper = json_loadb(p->paper.p, p->paper.n, JSON_REJECT_DUPLICATES, &why);
    if (paper == NULL)
        return problem_set(problem, ERR_CORRUPT, "a document is no JSON");
    enum err e = put_paper(out, p, paper, policy, problem);
    json_decref(paper);
    if (!e && out->failed)
        return problem_set(problem, ERR_LIMIT, "a document makes too large a page");
    return e;
}

/* What a code leads to ------------------------------------------------------------------------- */

static void put_row(struct buf *out, const char *name, const char *value)
{
    buf_printf(out, "<tr><td>%s</td><td>", name);
    put_text(out, str_of(value));
    buf_printf(out, "</td></tr>\n");
}

void document_verdict_page(const struct document_verdict *v, struct buf *out,
                           char policy[static PAGE_POLICY])
{
    const bool zh = v->zh;
    const char *says = v->genuine && v->annulled
                           ? (zh ? "文书属实，但已被撤销" : "Genuine, but annulled")
                       : v->genuine ? (zh ? "文书属实" : "Genuine")
                                    : (zh ? "查无此文书" : "No such document");
    const struct heading heading = {str_of(says), STR(""), zh, v->sample};
    begin(out, &heading, policy);
    buf_printf(out, "<h1>%s</h1>\n", says);
    if (v->genuine) {
        buf_printf(out, "<table>\n");
        put_row(out, zh ? "文号" : "Number", v->number);
        put_row(out, zh ? "签发单位" : "Issued by", v->issuer);
        put_row(out, zh ? "签发时间" : "Issued at", v->at);
        buf_printf(out, "</table>\n");
    } else {
        buf_printf(out, "<p>%s</p>\n",
                   zh ? "本系统没有签发过与该核验码相符的文书。请向文书上载明的单位核实。"
                      : "No document with this code was issued here. Ask the body that is named on "
                        "it.");
    }
    buf_printf(out, "<footer><div class=\"text\"><p>%s</p><p class=\"code\">",
               zh ? "请核对文号和签发单位是否与手中文书一致；此处不显示文书内容。"
                  : "Compare number and issuer with the paper in your hands; what it says is not "
                    "shown here.");
    put_text(out, str_of(v->hash));
    buf_printf(out, "</p></div></footer>\n</main>\n</body>\n</html>\n");
}
