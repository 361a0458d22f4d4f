/* Those who work at the sample agencies, their association, and authorities. */
#include "cli/demo_inner.h"

#include <stddef.h>

/* `days`: how long the certificate is still good; 0: none. */
static const struct {
    const char *id, *organisation, *name, *role, *login, *certificate;
    int days;
} staff[] = {
    {"stf_x01", "org_xique_xuhui", "沈若溪", "sales", "ruoxi", "HJ-310104-0017", 611},
    {"stf_x02", "org_xique_xuhui", "顾晓岚", "sales", "xiaolan", "HJ-310104-0023", 287},
    {"stf_x03", "org_xique_xuhui", "方振宇", "sales", "zhenyu", "HJ-310104-0031", 902},
    {"stf_x04", "org_xique_xuhui", "陆文君", "sales", "wenjun", "HJ-310104-0034", 455},
    {"stf_x05", "org_xique_xuhui", "汤佳宁", "sales", "jianing", "HJ-310104-0042", 130},
    {"stf_x06", "org_xique_xuhui", "韩冬青", "sales", "dongqing", "HJ-310104-0045", 25},
    {"stf_x07", "org_xique_yangpu", "邵一鸣", "sales", "yiming", "HJ-310110-0008", 733},
    {"stf_x08", "org_xique_yangpu", "程雨薇", "sales", "yuwei", "HJ-310110-0012", 366},
    {"stf_x09", "org_xique_yangpu", "钱立秋", "sales", "liqiu", "HJ-310110-0019", 820},
    {"stf_x10", "org_xique_yangpu", "庄慧敏", "sales", "huimin", "HJ-310110-0021", 210},
    {"stf_x11", "org_xique_yangpu", "邹远帆", "sales", "yuanfan", "HJ-310110-0026", 540},
    {"stf_x12", "org_xique_yangpu", "任思齐", "sales", "siqi", "HJ-310110-0027", -41},
    {"stf_x13", "org_xique_xuhui", "季明珠", "manager", "mingzhu", "HJ-310104-0002", 680},
    {"stf_x14", "org_xique_yangpu", "贺长风", "manager", "changfeng", "HJ-310110-0001", 395},
    {"stf_x15", "org_xique_xuhui", "俞静之", "compliance", "jingzhi", "", 0},
    {"stf_x16", "org_xique_yangpu", "丁守正", "compliance", "shouzheng", "", 0},
    {"stf_h01", "org_hunxie", "吴秉衡", "auditor", "bingheng", "", 0},
    {"stf_h02", "org_hunxie", "姚若兰", "examiner", "ruolan", "", 0},
    {"stf_h03", "org_hunxie", "沈砚秋", "officer", "yanqiu", "", 0},
    {"stf_h04", "org_hunxie", "唐维", "officer", "tangwei", "", 0},
    {"stf_g01", "org_shiguan", "章平", "officer", "zhangping", "", 0},
    {"stf_g02", "org_shiguan", "罗青", "approver", "luoqing", "", 0},
    {"stf_g03", "org_shiguan", "顾行之", "officer", "xingzhi", "", 0},
    {"stf_m01", "org_minzheng", "苏文博", "officer", "wenbo", "", 0},
    {"stf_w01", "org_wangxin", "殷晓", "officer", "", "", 0},
    {"stf_p01", "org_gongan", "雷鸣", "officer", "", "", 0},
    {"stf_c01", "org_tongguan", "柯正", "officer", "kezheng", "", 0},
    {"stf_j01", "org_jiangnan", "宋网", "operator", "songwang", "", 0},
    {"stf_j02", "org_jiangnan", "江一苇", "operator", "yiwei", "", 0},
    {"stf_a01", "org_yingyong", "白鲸", "manager", "", "", 0},
    {"stf_d01", "org_hospital", "杜仲", "manager", "", "", 0},
    {"stf_y01", "org_yuelao", "霍月", "manager", "huoyue", "", 0},
    {"stf_t01", "org_tongxin", "陶然", "manager", "", "", 0},
    {"stf_s01", "org_jinse", "金瑟瑟", "manager", "sese", "", 0},
};

void demo_staff(struct buf *b, when today)
{
    buf_printf(b, "id,organisation,name,role,login,certificate,status\n");
    for (size_t i = 0; i < sizeof staff / sizeof *staff; i++) {
        char until[DEMO_DATE];
        demo_date(today, staff[i].days, until);
        buf_printf(b, "%s,%s,%s,%s,%s,", staff[i].id, staff[i].organisation, staff[i].name,
                   staff[i].role, staff[i].login);
        if (staff[i].days != 0)
            buf_printf(b, "%s:%s", staff[i].certificate, until);
        buf_printf(b, ",active\n");
    }
}
