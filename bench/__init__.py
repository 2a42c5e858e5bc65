"""The budgets: what each costs, measured on this machine; `python -m bench` runs them.

Every module without a leading underscore holds some, which its `rows` yields.
"""
