"""Who may do what: roles and what each may do, the table of routes, the viewer of a request, and the rows it sees.

The gate of the pages (`web/gate.py`) asks here; nothing else decides about permission.
"""
