#include "store_fixture.h"
#include "core/disk.h"
#include "desk/document.h"
#include "desk/document_page.h"
#include "desk/document_words.h"
#include "registry/organisation.h"

#include <sodium.h>
#include <sys/stat.h>

enum { CHINA = 480 };
#define HEAD                                                                                                  \
    "citation: {zh: 甲, en: a}, label: design, evidence: U, title: {zh: 上海市婚介行业协会, en: "   \
    "Shanghai Matchmaking Trade Association}, text: {zh: 上海市徐汇区某路1号，电话021-55550100, " \
    "en: "                                                                                                    \
    "\"1 Some Road, Xuhui, Shanghai; 021-55550100\"}"

static struct fixture f;
static struct rules *rules;
static struct account_key *key;
static struct subject officer, member, authority;
static struct desk_work w;
static struct desk_no no;
static int64_t seq;
static char id[FRESH_ID], folder[80];

static int load(void **state)
{
    static const char more[] = "letterheads:\n  - {id: t.letterhead, organisation: org_a, prefix: "
                               "沪婚协, " HEAD "}\n";
    char name[] = "/tmp/menshen-document-XXXXXX";
    const char *packs[] = {SOURCE_ROOT "/rules/cn.yaml", name};
    const int fd = mkstemp(name);
    assert_int_equal(write(fd, more, sizeof more - 1), sizeof more - 1);
    close(fd);
    assert_true(sodium_init() >= 0);
    must(rules_load(packs, 2, &rules, &problem));
    unlink(name);
    return 0;
}

static int unload(void **state)
{
    rules_free(rules);
    return 0;
}

static void organisation(const char *org, const char *name, const char *kind, const char *region)
{
    const struct value row[ORGANISATION_COLUMNS] = {
        [ORGANISATION_ID] = value_text(str_of(org)),
        [ORGANISATION_NAME] = value_text(str_of(name)),
        [ORGANISATION_KIND] = value_text(str_of(kind)),
        [ORGANISATION_REGION] = value_text(str_of(region)),
        [ORGANISATION_STATUS] = value_text(STR("active")),
    };
    must(store_begin(f.s, &problem));
    must(fact_write(f.s, &organisation_kind, row, STR("n1"), STR("test"), 0, &seq, &problem));
    must(store_end(f.s, OK, &problem));
}

static when at(const char *text)
{
    when t;
    assert_int_equal(when_parse(str_of(text), CHINA, &t, NULL), OK);
    return t;
}

static int start(void **state)
{
    fixture_open(&f);
    snprintf(folder, sizeof folder, "%s/keys", f.folder);
    assert_int_equal(mkdir(folder, 0700), 0);
    must(account_key_open(&disk_real, folder, &key, &problem));
    officer = (struct subject){
        .id = "stf_1", .organisation = "org_a", .kind = "association", .role = ROLE_ASSOCIATION};
    authority = (struct subject){
        .id = "stf_2", .organisation = "org_g", .kind = "authority", .role = ROLE_AUTHORITY};
    member = (struct subject){
        .id = "stf_3", .organisation = "org_m", .kind = "agency", .role = ROLE_MANAGER};
    w = (struct desk_work){.store = f.s,
                           .key = key,
                           .rules = rules,
                           .who = &officer,
                           .node = STR("n1"),
                           .at = at("2026-11-22T10:00")};
    organisation("org_a", "协会", "association", "31");
    organisation("org_g", "上海市民政局", "authority", "31");
    organisation("org_h", "北京市民政局", "authority", "11");
    organisation("org_k", "上海市市场监管局", "authority", "31");
    organisation("org_m", "红线婚介", "agency", "31");
    organisation("org_x", "别家婚介", "agency", "31");
    seq = 0;
    return 0;
}

static int stop(void **state)
{
    char path[160];
    account_key_close(key);
    snprintf(path, sizeof path, "%s/accounts", folder);
    unlink(path);
    rmdir(folder);
    fixture_close(&f);
    return 0;
}

static struct document summons(const char *place)
{
    struct document d = {.paper = FORM_SUMMONS, .case_id = STR("cas_1"), .addressee = STR("org_m")};
    document_number(&d, FORM_FIELD_TIME, at("2026-11-27T09:30"));
    document_text(&d, FORM_FIELD_PLACE, str_of(place));
    document_text(&d, FORM_FIELD_CAUSE, STR("多次被投诉泄露会员信息"));
    document_text(&d, FORM_FIELD_OFFICERS, STR("张三、李四"));
    return d;
}

/* In a transaction; kept if `keep`. */
static bool make(const struct document *d, bool keep)
{
    must(store_begin(f.s, &problem));
    must(document_make(&w, d, id, &no, &seq, &problem));
    if (keep && no.why == DESK_YES)
        must(store_end(f.s, OK, &problem));
    else
        store_rollback(f.s);
    return no.why == DESK_YES;
}

static const struct value *row_of(const char *doc)
{
    static struct fact_row row;
    const struct value k[DOCUMENT_COLUMNS] = {[DOCUMENT_ID] = value_text(str_of(doc))};
    must(fact_find(f.s, &document_kind, k, &row, &problem));
    return row.v;
}

static const char *paper_of(const char *doc)
{
    static char text[DESK_TEXT + 1];
    struct buf out;
    buf_fixed(&out, text, DESK_TEXT);
    must(document_read(&w, row_of(doc), &out, &problem));
    text[out.n] = '\0';
    return text;
}

static void holds(const char *text, const char *what)
{
    if (strstr(text, what) == NULL)
        fail_msg("no %s in %s", what, text);
}

static void lacks(const char *text, const char *what)
{
    if (strstr(text, what) != NULL)
        fail_msg("%s in %s", what, text);
}

static void numbers_have_no_gaps(void **state)
{
    struct document d = summons("上海市某路1号");
    assert_true(make(&d, true));
    assert_str(fact_text(&row_of(id)[DOCUMENT_NUMBER]), "沪婚协约谈〔2026〕1号");
    assert_true(make(&d, false));
    assert_true(make(&d, true));
    assert_str(fact_text(&row_of(id)[DOCUMENT_NUMBER]), "沪婚协约谈〔2026〕2号");
    d = (struct document){.paper = FORM_CLOSING};
    document_text(&d, FORM_FIELD_MATTER, STR("一"));
    document_text(&d, FORM_FIELD_RESULT, STR("二"));
    assert_true(make(&d, true));
    assert_str(fact_text(&row_of(id)[DOCUMENT_NUMBER]), "沪婚协结案〔2026〕1号");
    w.at = at("2027-01-01T00:00");
    d = summons("上海市某路1号");
    assert_true(make(&d, true));
    assert_str(fact_text(&row_of(id)[DOCUMENT_NUMBER]), "沪婚协约谈〔2027〕1号");
    w.at = at("2026-12-31T23:59");
    assert_true(make(&d, true));
    assert_str(fact_text(&row_of(id)[DOCUMENT_NUMBER]), "沪婚协约谈〔2026〕3号");
    w.who = &authority; /* without a letterhead */
    assert_true(make(&d, true));
    assert_str(fact_text(&row_of(id)[DOCUMENT_NUMBER]), "上海市民政局约谈〔2026〕1号");
}

static void a_template_is_filled_in_both_languages(void **state)
{
    struct document d = summons("上海市某路1号");
    assert_true(make(&d, true));
    const char *paper = paper_of(id);
    holds(paper, "约谈事由：多次被投诉泄露会员信息");
    holds(paper, "\"Matter: [in Chinese] 多次被投诉泄露会员信息\"");
    holds(paper, "\"Officers: 张三、李四\"");
    holds(paper, "Contact: 1 Some Road, Xuhui");
    holds(paper, "\"约谈时间：2026年11月27日9时30分\"");
    holds(paper, "\"Time: 27 November 2026, 09:30\"");
    holds(paper, "\"title\":\"约谈通知书\"");
    holds(paper, "Shanghai Matchmaking Trade Association");
    holds(paper, "红线婚介");
    /* What was not said is not announced. */
    lacks(paper, "{place}");
    d = (struct document){
        .paper = FORM_REFERRAL, .name = STR("公安机关"), .name_en = STR("Police")};
    document_both(&d, FORM_FIELD_RECIPIENT, STR("公安机关"), STR("the police"));
    document_both(&d, FORM_FIELD_MATTER, STR("涉嫌犯罪"), STR("Crime"));
    document_text(&d, FORM_FIELD_BASIS, STR("a law"));
    document_number(&d, FORM_FIELD_UNTIL, at("2026-12-05"));
    assert_true(make(&d, true));
    holds(paper_of(id), "\"addressee\":{\"en\":\"Police\",\"zh\":\"公安机关\"}");
    d = (struct document){.paper = FORM_INSPECTION_RECORD, .addressee = STR("org_m")};
    w.who = &authority;
    const struct str findings[] = {STR("投诉材料"), STR("records")};
    document_number(&d, FORM_FIELD_TIME, w.at);
    document_text(&d, FORM_FIELD_OFFICERS, STR("张三、李四"));
    document_items(&d, FORM_FIELD_FINDINGS, findings, 2);
    assert_true(make(&d, true));
    holds(paper_of(id), "[\"投诉材料\",\"records\"]");
    holds(paper_of(id), "[\"[in Chinese] 投诉材料\",\"records\"]");
    lacks(paper_of(id), "检查地点");
}

static void what_it_says_is_checked(void **state)
{
    static char large[DOCUMENT_TEXT + 2];
    struct document d = summons("");
    assert_false(make(&d, true));
    assert_string_equal(no.code, "field-missing");
    d = summons("x");
    document_number(&d, FORM_FIELD_AMOUNT, 1);
    assert_false(make(&d, true));
    assert_string_equal(no.code, "field-unknown");
    d = summons("\xff");
    assert_false(make(&d, true));
    assert_string_equal(no.code, "text-not-utf8");
    memset(large, 'a', sizeof large - 1);
    d = summons(large);
    assert_false(make(&d, true));
    assert_string_equal(no.code, "text-too-long");
    d = summons("x");
    d.addressee = STR("org_nobody");
    assert_false(make(&d, true));
    assert_string_equal(no.code, "unknown-organisation");
    d = summons("x");
    assert_true(make(&d, true));
    assert_str(fact_text(&row_of(id)[DOCUMENT_NUMBER]), "沪婚协约谈〔2026〕1号");
}

/* Decision 34: no public act, nor its title, by an association. */
static void an_association_issues_no_public_act(void **state)
{
    for (int i = 0; i < FORM_KINDS; i++) {
        const struct document d = {.paper = (enum form)i};
        w.who = &officer;
        assert_false(make(&d, true));
        if ((form_by((enum form)i) & FORM_BY_ASSOCIATION) == 0)
            assert_int_equal(no.why, DESK_DENIED);
        else
            assert_string_equal(no.code, "field-missing");
        w.who = &member;
        assert_false(make(&d, true));
        assert_int_equal(no.why, DESK_DENIED);
    }
    const struct rule_paper *p = rules_paper(rules, FORM_RECTIFICATION);
    assert_int_equal(form_by(FORM_RECTIFICATION), FORM_BY_AUTHORITY);
    assert_string_equal(p->about.title_zh, "责令改正通知书");
    for (size_t i = 0; i < rules_entries(rules, RULES_PAPER); i++) {
        p = rules_entry(rules, RULES_PAPER, i);
        if ((form_by(p->paper) & FORM_BY_ASSOCIATION) != 0 &&
            (strstr(p->about.title_zh, "处罚") || strstr(p->about.title_zh, "责令") ||
             strstr(p->about.title_zh, "通报批评") || strstr(p->about.title_zh, "检查")))
            assert_string_equal(form_word(p->paper), "self-inspection");
    }
}

static bool reads(const char *doc, const struct subject *who)
{
    struct fact_row row;
    bool there;
    w.who = who;
    must(document_find(&w, str_of(doc), &row, &there, &problem));
    w.who = &officer;
    return there;
}

static void who_may_read(void **state)
{
    const uint8_t hers[SUBJECT_LINK] = {1}, other[SUBJECT_LINK] = {2};
    struct subject stranger = member, far = authority, beside = authority;
    struct fact_row row;
    bool there;
    struct document d = summons("x");
    d.link = hers;
    assert_true(make(&d, true));
    strcpy(stranger.organisation, "org_x");
    strcpy(far.organisation, "org_h");
    assert_true(reads(id, &officer));
    assert_true(reads(id, &member));
    assert_true(reads(id, &authority));
    assert_false(reads(id, &stranger));
    assert_false(reads(id, &far));
    assert_false(reads("doc_0", &officer));
    const struct document_her she = {.link = hers, .since = w.at},
                              another = {.link = other, .since = 0},
                              later = {.link = hers, .since = w.at + 1};
    must(document_hers(&w, str_of(id), &she, &row, &there, &problem));
    assert_true(there);
    must(document_hers(&w, str_of(id), &another, &row, &there, &problem));
    assert_false(there);
    /* Nor does who got her number later. */
    must(document_hers(&w, str_of(id), &later, &row, &there, &problem));
    assert_false(there);
    /* An authority does not read another one's. */
    w.who = &authority;
    d = summons("y");
    assert_true(make(&d, true));
    strcpy(beside.organisation, "org_k");
    assert_false(reads(id, &officer));
    assert_false(reads(id, &beside));
    assert_true(reads(id, &authority));
}

static void it_is_known_by_its_hash(void **state)
{
    struct fact_row row;
    char hash[DOCUMENT_HASH_TEXT];
    struct document d = summons("x");
    assert_true(make(&d, true));
    assert_true(str_copy(fact_text(&row_of(id)[DOCUMENT_HASH]), hash, sizeof hash));
    must(document_by_hash(f.s, str_of(hash), &row, &problem));
    assert_str(fact_text(&row.v[DOCUMENT_STATUS]), "issued");
    must(store_begin(f.s, &problem));
    must(document_annul(&w, str_of(id), &seq, &problem));
    must(store_end(f.s, OK, &problem));
    must(document_by_hash(f.s, str_of(hash), &row, &problem));
    assert_str(fact_text(&row.v[DOCUMENT_STATUS]), "annulled");
    /* Once: what was annulled was so from then on. */
    const when annulled = row.v[DOCUMENT_ANNULLED_AT].i;
    struct desk_work later = w;
    later.at += WHEN_DAY;
    must(store_begin(f.s, &problem));
    must(document_annul(&later, str_of(id), &seq, &problem));
    must(store_end(f.s, OK, &problem));
    assert_int_equal(row_of(id)[DOCUMENT_ANNULLED_AT].i, annulled);
    hash[0] = hash[0] == '0' ? '1' : '0';
    assert_int_equal(document_by_hash(f.s, str_of(hash), &row, NULL), ERR_NOT_FOUND);
    /* Another text under its id is not it. */
    must(desk_text_put(&w, str_of(id), "paper", STR("{}"), &problem));
    struct buf out;
    buf_init(&out, DESK_TEXT);
    assert_int_equal(document_read(&w, row_of(id), &out, NULL), ERR_CORRUPT);
    buf_fini(&out);
}

static char policy[PAGE_POLICY];

static const char *page_of(const char *paper, const char *address, bool zh)
{
    static char text[PAGE_MAX];
    struct buf out;
    buf_fixed(&out, text, sizeof text - 1);
    const struct document_page p = {
        .paper = str_of(paper), .hash = "00", .address = address, .zh = zh};
    must(document_page(&p, &out, policy, &problem));
    text[out.n] = '\0';
    holds(policy, "default-src 'none'; style-src 'sha256-");
    return text;
}

/* What people wrote stands as text, whatever it is; nothing is loaded, and nothing runs. */
static void hostile_texts_are_text(void **state)
{
    static const char evil[] = "<script>alert(1)</script>\"'><img src=x onerror=y>&lt;\xe2\x80\xae"
                               "倒\xe2\x81\xa6\x01\n</style>{place}";
    struct document d;
    const struct str items[] = {STR("</li><b>"), STR("a&b")};
    d = (struct document){.paper = FORM_INSPECTION_RECORD, .addressee = STR("org_m")};
    document_text(&d, FORM_FIELD_PLACE, STR(evil));
    document_text(&d, FORM_FIELD_OFFICERS, STR("x"));
    document_number(&d, FORM_FIELD_TIME, w.at);
    document_items(&d, FORM_FIELD_FINDINGS, items, 2);
    organisation("org_m", "</p><script>红线\\\"", "agency", "31");
    organisation("org_g", "\";}</style><i>'\\", "authority", "31");
    w.who = &authority;
    assert_true(make(&d, true));
    const char *page = page_of(paper_of(id), "https://gate.example/v1/public/documents/00", true);
    lacks(page, "<script");
    lacks(page, "<img");
    lacks(page, "<b>");
    lacks(page, "<i>");
    lacks(page, "\xe2\x80\xae");
    lacks(page, "\xe2\x81\xa6");
    lacks(page, "\x01");
    holds(page, "&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&gt;&lt;img src=x onerror=y&gt;"
                "&amp;lt;倒 <br>&lt;/style&gt;{place}");
    holds(page, "<li>&lt;/li&gt;&lt;b&gt;</li>");
    const char *first = strstr(page, "</style>");
    assert_non_null(first);
    assert_null(strstr(first + 1, "</style>"));
    lacks(page, "http://");
    lacks(page, "src=\"");
    lacks(page, "url(");
    lacks(page, "@import");
    lacks(page, "<link");
    holds(page, "<svg class=\"qr\"");
}

static void pages_are_numbered(void **state)
{
    struct document d = summons("x");
    assert_true(make(&d, true));
    const char *page = page_of(paper_of(id), NULL, true);
    holds(page, "<html lang=\"zh-CN\">");
    holds(page, "@page{size:A4;");
    holds(page, "@top-right{content:\"沪婚协约谈〔2026〕1号\"");
    holds(page, "counter(page)");
    holds(page, "counter(pages)");
    holds(page, "（印章）");
    holds(page, "被约谈单位签收");
    lacks(page, "<svg");
    page = page_of(paper_of(id), NULL, false);
    holds(page, "<html lang=\"en\">");
    holds(page, "Notice of Summons to an Interview");
}

/* What each field could say. */
static void fill(struct document *d)
{
    static const struct {
        const char *zh, *en; /* NULL: as somebody wrote it */
    } texts[FORM_FIELD_KINDS] = {
        [FORM_FIELD_ARTEFACT] = {"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                                 NULL},
        [FORM_FIELD_ATTACHMENTS] = {"案件材料，凭本函调取",
                                    "the file of the case, to be had on this letter"},
        [FORM_FIELD_BASIS] = {"《上海市婚姻介绍机构管理办法》第十六条",
                              "Shanghai Measures on Marriage Introduction Agencies, Art. 16"},
        [FORM_FIELD_CAUSE] = {"近三个月内收到对你单位泄露会员信息的投诉十四件", NULL},
        [FORM_FIELD_COMMITMENT] =
            {"2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae", NULL},
        [FORM_FIELD_DOCUMENT] = {"沪民罚告〔2026〕7号", NULL},
        [FORM_FIELD_EXCLUDED] = {"月老婚介服务社（已停业或注销）", "月老婚介服务社 (closed down)"},
        [FORM_FIELD_EXIT] = {"完成整改并经核查合格", "It was put right, and that was verified"},
        [FORM_FIELD_FACTS] =
            {"2026年8月至10月，未经会员同意，将12名会员的资料用于婚介服务以外的用途，致使会员在退会"
             "后仍持续接到推销电话。",
             NULL},
        [FORM_FIELD_GROUND] = {"未在规定期限内完成整改", "Not put right within the time set"},
        [FORM_FIELD_HOST] = {"赵六", NULL},
        [FORM_FIELD_INSPECTORS] = {"张三、李四", NULL},
        [FORM_FIELD_LINE] = {"语音线路（主叫号码021-55550200至021-55550219）",
                             "voice line (calling numbers 021-55550200 to 021-55550219)"},
        [FORM_FIELD_MANNER] = {"直接送达", "in person"},
        [FORM_FIELD_MATTER] = {"泄露或者滥用个人信息", "Personal information passed on or misused"},
        [FORM_FIELD_MEASURE] = {"暂停呼出", "Suspended: no calls"},
        [FORM_FIELD_OFFICERS] = {"张三、李四", NULL},
        [FORM_FIELD_PLACE] = {"上海市徐汇区某路100号3楼会议室", NULL},
        [FORM_FIELD_REASONS] = {"违法情节较重，但能够主动配合调查并消除危害后果。", NULL},
        [FORM_FIELD_RECIPIENT] = {"公安机关", "the police"},
        [FORM_FIELD_REGISTER] = {"行业协会提示：经营行为异常",
                                 "Association's notice of irregular conduct"},
        [FORM_FIELD_RESULT] = {"异议成立，予以更正", "upheld; it is corrected"},
        [FORM_FIELD_SEED] = {"0b1c2d3e4f5061728394a5b6c7d8e9fa0b1c2d3e4f5061728394a5b6c7d8e9fa",
                             NULL},
        [FORM_FIELD_URL] = {"https://apps.example/item/hsn-boom?id=20260817", NULL},
        [FORM_FIELD_WEIGHED] = {"浦江良缘婚介所 ×3", NULL},
    };
    static const struct str items[] = {
        STR("停止将会员资料用于婚介服务以外的用途，删除已经导出的名单。"),
        STR("对全部从业人员的查询权限进行清理，查询记录保存不少于三年。"),
        STR("向12名会员书面说明情况并致歉，提供不再拨打的书面承诺。")};
    static const struct str names[] = {STR("红线婚姻介绍有限公司"), STR("月老婚介服务社"),
                                       STR("浦江良缘婚介所")};
    static const struct str decision = STR("沪民罚决〔2026〕5号");
    bool must;
    for (int i = FORM_OF_ACTS; i < FORM_FIELD_KINDS; i++) {
        const enum form_field which = (enum form_field)i;
        const char *en = texts[which].en;
        if (!form_says(d->paper, which, &must))
            continue;
        switch (form_field_type(which)) {
        case FORM_TEXT:
        case FORM_NAME:
            assert_non_null(texts[which].zh);
            document_both(d, which, str_of(texts[which].zh), en != NULL ? str_of(en) : STR(""));
            break;
        case FORM_TIME:
            document_number(d, which, at("2026-11-27T09:30"));
            break;
        case FORM_UNTIL:
            document_number(d, which, at("2026-12-05"));
            break;
        case FORM_MONEY:
            document_number(d, which, 1000000);
            break;
        case FORM_COUNT:
            document_number(d, which, 42);
            break;
        case FORM_LIST:
            document_items(d, which, items, 3);
            break;
        case FORM_NAMES:
            if (which == FORM_FIELD_DOCUMENTS)
                document_items(d, which, &decision, 1);
            else
                document_items(d, which, names, 3);
            break;
        }
    }
}

/* MENSHEN_PAGES: a folder to leave them in, for tests/e2e/test_print.py. */
static void leave(enum form paper, bool zh, const char *name, const char *text)
{
    const char *pages = getenv("MENSHEN_PAGES");
    char path[300];
    if (pages == NULL)
        return;
    snprintf(path, sizeof path, "%s/%s.%s.%s", pages, form_word(paper), zh ? "zh" : "en", name);
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    fputs(text, out);
    fclose(out);
}

/* Whom it would be for. */
static struct document addressed(enum form paper)
{
    struct document d = {.paper = paper};
    if (paper == FORM_ACCEPTANCE || paper == FORM_REFUSAL) {
        d.name = STR("投诉人");
        d.name_en = STR("To the complainant");
    } else if (paper == FORM_REFERRAL) {
        d.name = STR("公安机关");
        d.name_en = STR("Police");
    } else if (paper != FORM_DRAW) {
        d.addressee = STR("org_m");
    }
    return d;
}

static void every_paper_makes_a_page(void **state)
{
    static const char where[] = "https://menshen.example/v1/public/documents/"
                                "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    for (int i = 0; i < FORM_KINDS; i++) {
        struct document d = addressed((enum form)i);
        if ((form_by(d.paper) & FORM_BY_CARRIER) != 0 || form_by(d.paper) == FORM_BY_AUTHORITY)
            w.who = &authority;
        else
            w.who = &officer;
        fill(&d);
        if (!make(&d, true))
            fail_msg("%s: %s", form_word(d.paper), no.detail);
        char paper[DESK_TEXT + 1];
        memcpy(paper, paper_of(id), sizeof paper);
        for (int zh = 0; zh < 2; zh++) {
            const char *page = page_of(paper, where, zh);
            holds(page, zh ? rules_paper(rules, d.paper)->about.title_zh
                           : rules_paper(rules, d.paper)->about.title_en);
            leave(d.paper, zh, "html", page);
            leave(d.paper, zh, "policy", policy);
        }
    }
}

#define EACH(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void)
{
    const struct CMUnitTest all[] = {
        EACH(numbers_have_no_gaps),
        EACH(a_template_is_filled_in_both_languages),
        EACH(what_it_says_is_checked),
        EACH(an_association_issues_no_public_act),
        EACH(who_may_read),
        EACH(it_is_known_by_its_hash),
        EACH(every_paper_makes_a_page),
        EACH(hostile_texts_are_text),
        EACH(pages_are_numbered),
    };
    return cmocka_run_group_tests(all, load, unload);
}
