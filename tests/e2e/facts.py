"""A small set of facts for tests that send calls: an insurer with consents, a carrier's subscribers.

Calling hours of the law would make tests depend on the time of day they run at, so
`always.yaml`, loaded after the real pack, opens them; everything else is as in the pack.
"""
import os

import menshen

PERSON_LINE = "lin_subscribers"
SALES_LINE = "lin_insurer"
SALES_NUMBER = "95500"
CAMPAIGN = "cmp_policy"

FILES = {
    "organisations": """\
id,name,kind,sector,licence,region,status
org_carrier,Test Carrier,carrier,telecom,T-1,31,active
org_insurer,Test Insurer,enterprise,finance.insurance,I-1,31,active
""",
    "ranges": """\
first,last,organisation,use,direction,status
+8613800000000,+8613899999999,org_carrier,person,both,active
95500,95500,org_insurer,marketing,both,active
""",
    "lines": f"""\
id,organisation,carrier,location,purpose,callers,peers,documents,status
{PERSON_LINE},org_carrier,org_carrier,Shanghai,person,+8613800000000-+8613899999999,,licence;permit;number-certificate;filing;plan,active
{SALES_LINE},org_insurer,org_carrier,Shanghai,marketing,95500,,licence;permit;number-certificate;filing;plan,active
""",
    "campaigns": f"""\
id,principal,callers,sector,purpose,lines,consent_basis,from,until,status
{CAMPAIGN},org_insurer,,finance.insurance,marketing,{SALES_LINE},consent,2020-01-01,2099-12-31,active
""",
}

ALWAYS = """\
# Opens the calling hours for tests; everything else stays as the pack has it.
profiles:
  - id: cn.profile.default
    name: default
    hours: ["00:00-24:00"]
    caps:
      - {limit: 3, window: 24h, scope: principal}
      - {limit: 1, window: 1min, scope: principal}
      - {limit: 3, window: 5min, scope: principal}
    ceiling: {limit: 5, window: 24h, scope: principal}
    citation: {zh: 测试, en: test}
    label: design
    evidence: U
    title: {zh: 测试, en: Test}
    text: {zh: 测试, en: Test}
"""


def config(case, more=""):
    """A configuration that loads the pack with the hours open; `more` is YAML of the caller."""
    case.file("always.yaml", ALWAYS)
    cn = os.path.join(menshen.ROOT, "rules/cn.yaml")
    return f"rules: [{cn}, {case.path('always.yaml')}]\n{more}"


def callee(n):
    """The n-th person who has consented to the insurer."""
    return f"+861390000{n:04d}"


def consents(count):
    head = "number,organisation,purposes,categories,channels,from,until,wording,evidence\n"
    evidence = "sha256:" + "0" * 64
    return head + "".join(
        f"{callee(n)},org_insurer,marketing,contact,call,2020-01-01,,You may call me about policies.,{evidence}\n"
        for n in range(count))


def load(case, data, people=100, store=None):
    """Import the facts into a data folder (or store) before or while a server runs on it."""
    for kind, text in FILES.items():
        menshen.run("import", kind, case.file(kind + ".csv", text), data=data, store=store)
    path = case.file("consents.csv", consents(people))
    code, out, err = menshen.run("import", "consents", path, data=data, store=store)
    case.assertEqual(code, 0, out + err)
