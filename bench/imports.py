"""What an import costs, in CPU time on top of a Python that does nothing."""

import resource
import statistics

from ._measure import Measured, Row, Rows, fresh, rounds

PACKAGE, MODEL = "import sage_connect", "from sage_connect import SalesInvoice"
NOTHING = "`python -c pass`"
# What costs most to load, and whatever was generated from a product's own documents.
UNWANTED = """
import sys
heavy = {"attr", "attrs", "cattrs", "httpx", "lxml", "asyncio"}
made = {"_generated", "shapes", "bodies", "api", "objects", "functions"}
ours = {name for name in sys.modules if name.startswith("sage_connect.")}
generated = {name for name in ours if made & set(name.split("."))}
print(len(generated | heavy & set(sys.modules)))
"""
CLASSES = """
import sys
names = [name for name in sys.modules if name.startswith("sage_connect.model")]
values = [one for name in names for one in vars(sys.modules[name]).values()]
classes = {one for one in values if isinstance(one, type)}
print(sum("__attrs_attrs__" in vars(one) for one in classes))
"""


def rows() -> Rows:
    yield Row(f"`{PACKAGE}`", 15, "ms", lambda: on_top(PACKAGE), against=NOTHING)
    yield Row(
        f"attrs, httpx, lxml, asyncio and generated modules that `{PACKAGE}` loads",
        0,
        "modules",
        lambda: counted(PACKAGE, UNWANTED),
    )
    yield Row(f"`{MODEL}`", 150, "ms", lambda: on_top(MODEL), against=NOTHING)
    yield Row(
        f"model classes that `{MODEL}` builds",
        40,
        "classes",
        lambda: counted(MODEL, CLASSES),
    )


def on_top(statement: str) -> Measured:
    """Return the milliseconds of CPU that `statement` adds to `pass`: interleaved."""
    for one in ("pass", statement):
        milliseconds(one)
    costs = [milliseconds(statement) - milliseconds("pass") for _ in rounds(21)]
    return Measured(statistics.median(costs))


def counted(statement: str, counting: str) -> Measured:
    return Measured(int(fresh(f"{statement}\n{counting}")))


def milliseconds(statement: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    fresh(statement)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return 1000 * used
