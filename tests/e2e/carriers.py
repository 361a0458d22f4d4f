"""Three carriers, each a menshen of its own on an address of its own, that ask each other and witness each other's logs.

    called persons ◄─ A ◄─ B ◄─ C ◄─ lin_rogue ◄─ org_rogue
"""
import json

import menshen

PAPERS = "licence;permit;number-certificate;filing;plan"
AREA = "+865798210"
ORGANISATIONS = """id,name,kind,sector,licence,region,status
org_a,Carrier A,carrier,telecom,T-1,31,active
org_b,Carrier B,carrier,telecom,T-2,31,active
org_c,Carrier C,carrier,telecom,T-3,31,active
org_g,Authority,authority,,,31,active
org_rogue,流氓信息科技,enterprise,real-estate,R-1,31,active
"""
RANGES = f"""first,last,organisation,use,direction,status
{AREA}0000,{AREA}0099,org_rogue,marketing,both,active
"""
LINES = {
    "a": f"lin_from_b,org_b,org_a,x,interconnect,*,,{PAPERS},active",
    "b": f"lin_from_c,org_c,org_b,x,interconnect,*,,{PAPERS},active",
    "c": f"lin_rogue,org_rogue,org_c,x,marketing,{AREA}0000-{AREA}0099,,{PAPERS},active",
}
LINES_HEAD = "id,organisation,carrier,location,purpose,callers,peers,documents,status\n"
CAMPAIGN = """id,principal,callers,sector,purpose,lines,consent_basis,from,until,status
cmp_rogue,org_rogue,,real-estate,marketing,lin_rogue,consent,2020-01-01,2099-12-31,active
"""
NAMES = "abc"
HOSTS = {"a": "127.0.0.1", "b": "127.0.0.2", "c": "127.0.0.3"}


class Case(menshen.Case):
    sip = False  # whether they answer calls
    more = ""    # configuration of each

    def setUp(self):
        super().setUp()
        self.nodes = {}

    def facts(self, name):
        """(kind, text) of what a node knows."""
        yield "organisations", ORGANISATIONS
        yield "lines", LINES_HEAD + LINES[name] + "\n"
        if name == "c":
            yield "ranges", RANGES
            yield "campaigns", CAMPAIGN

    def carrier(self, name):
        """A node with its line; not started."""
        s = self.server(name, sip=self.sip, start=False, http_host=HOSTS[name], sip_host=HOSTS[name],
                        config=self.file(name + ".yaml", f"ledger: {{origin: {name}.example/log}}\n{self.more}"))
        for kind, text in self.facts(name):
            self.run_ok("import", kind, self.file(f"{name}-{kind}.csv", text), "--config", s.config, data=s.data, store=s.store)
        self.nodes[name] = s
        return s

    def key(self, s, *command):
        code, out, err = s.run(*command)
        self.assertEqual(code, 0, err)
        return out.strip()

    def configure(self, s, name, carriers, ledger=""):
        """`carriers`: id → (url, token, vkey or None)."""
        text = f"{self.more}ledger:\n  origin: {name}.example/log\n{ledger}"
        if carriers:
            text += "carriers:\n"
        for id, (url, token, vkey) in carriers.items():
            file = self.file(f"{name}-{id}.token", token + "\n")
            text += f"  - id: {id}\n    url: {url}\n    token_file: {file}\n" + (f"    vkey: {vkey}\n" if vkey else "")
        s.config = self.file(name + ".yaml", text)

    def three(self, ledger=""):
        """A, B, C: A may ask B and C, whose answers must be proven; each cosigns the others' logs."""
        for name in NAMES:
            self.carrier(name)
        url = {n: f"http://{s.http_host}:{s.http_port}" for n, s in self.nodes.items()}
        log = {n: self.key(s, "ledger", "key") for n, s in self.nodes.items()}
        witness = {n: self.key(s, "witness", "--key") for n, s in self.nodes.items()}
        for name, s in self.nodes.items():
            others = [o for o in NAMES if o != name]
            text = ledger + "  witnesses:\n" + "".join(f"    - url: {url[o]}\n      vkey: {witness[o]}\n" for o in others)
            text += "  witness_for:\n" + "".join(f"    - origin: {o}.example/log\n      vkey: {log[o]}\n" for o in others)
            carriers = {f"org_{o}": (url[o], self.nodes[o].token("desk", f"org_{name}"), log[o]) for o in others}
            self.configure(s, name, carriers, text)
        for s in self.nodes.values():
            s.start()
        return [self.nodes[n] for n in NAMES]

    def witnessed(self):
        """Each log verifies, and its newest checkpoint bears the cosignatures of both others."""
        for s in self.nodes.values():
            code, out, err = s.run("witness", "--json", "--config", s.config)
            self.assertEqual(code, 0, out + err)
            self.assertEqual([w["state"] for w in json.loads(out)["witnesses"]], ["done", "done"])
            code, out, err = s.run("ledger", "verify", "--json")
            self.assertEqual(code, 0, err)
