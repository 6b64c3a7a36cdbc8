"""Write docs/roles.md from the policy table, or check it.

python scripts/roles_page.py            writes the page
python scripts/roles_page.py --check    fails if it is out of date
"""

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
if __package__ in (None, ""):
    sys.path.insert(0, str(ROOT))

from domain.actors import Role  # noqa: E402 - the path comes first
from domain.rights import TABLE, Operation, reach  # noqa: E402

PAGE = ROOT / "docs" / "roles.md"
INTRODUCTION = """# Who may do what

Written by `python scripts/roles_page.py` from `domain/rights/table.py`; a test keeps it fresh.

How far a role reaches with an operation:

* **own**: the cases that the caller has opened or, being a citizen, is the citizen of
* **task**: those that await a decision of the role now
* **unit**: those that the role's unit handles: they are with it or have been, by a hand-over; they await a decision
  of its role or have awaited one; or the caller has opened them
* **all**: every case; **—**: none, which is a 403. A case out of reach is a 404, like one that does not exist

Which decisions a case takes, and from whom, is said by the case itself: `domain/standing.py`, `docs/procedures.md`.
What is *logged* shows personal data: who does it is written into the access log before the answer leaves (AUD-3). The
operation `read_appeal` is logged where the caller also has `read_personal_data`, and shows no personal data else.
"""


def page() -> str:
    roles: list[Role] = [role for role in Role if role is not Role.SYSTEM]
    head = ["operation", *(role.value.replace("_", " ") for role in roles), "scope of a portal", "logged"]
    lines = [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}"]
    lines += [f"| {' | '.join(_row(operation, roles))} |" for operation in TABLE]
    return f"{INTRODUCTION}\n" + "\n".join(lines) + "\n"


def _row(operation: Operation, roles: list[Role]) -> list[str]:
    rule = TABLE[operation]
    reached = [reach(role, operation).value.replace("none", "—") for role in roles]
    if rule.is_public:
        reached = ["anybody"] * len(roles)
    scope = f"`{rule.scope}`" if rule.scope else "—"
    return [f"`{operation}`", *reached, scope, "yes" if rule.personal else "—"]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--check", action="store_true")
    if not arguments.parse_args().check:
        PAGE.write_text(page(), encoding="utf-8")
    elif PAGE.read_text(encoding="utf-8") != page():
        sys.exit(f"{PAGE.name} is out of date: run scripts/roles_page.py")


if __name__ == "__main__":
    main()
