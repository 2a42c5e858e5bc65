from collections import Counter, defaultdict
import attrs
from sage_connect.validation import Severity, Case as RCase
from sage_connect.validation.repairs import Search, joined
from sage_connect.validation.repairs.common import COMMON
from sage_connect.ledger.batch import checked, merged
import importlib
from .cases import EVERY
def remedies(target):
    try: return joined(COMMON, importlib.import_module(f"sage_connect.{target}.repairs").REPAIRS)
    except ImportError as e:
        return COMMON
def repaired(c, totals=False):
    b=c.bad
    def check(docs, settings):
        return checked(attrs.evolve(b,settings=settings).checker(), docs, b.reference)
    def cases(settings):
        return RCase(b.reference, settings=settings, target=b.target, country=b.country, edition=b.edition)
    return Search(check=check,cases=cases,remedies=remedies(b.target),totals=totals).run(b.documents,b.settings)
def test_x():
    t=Counter(); codes=defaultdict(list)
    for c in EVERY:
        r=c.bad.report()
        own=[f for f in r if f.code==c.code and f.path==c.path]
        if own[-1].severity != Severity.ERROR: continue
        rep=repaired(c)
        ok=not rep.report.errors
        t[c.bad.target,ok]+=1
        ns=[x.name for x in rep]
        codes[c.bad.target,c.code].append(('OK' if ok else 'no',c.path,ns, '' if ok else str(rep.report.errors[0])[:100]))
    print(t, sum(v for k,v in t.items() if k[1]), sum(t.values()))
    for k,v in codes.items():
        n=sum(x[0]=='OK' for x in v)
        print(k, f"{n}/{len(v)}", [x[1:] for x in v if x[0]=='no'][:3] )
