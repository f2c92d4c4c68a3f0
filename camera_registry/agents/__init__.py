"""Agents: workers at schools, which ask for work over a line that they open themselves.

`subjects` what each may say and hear; `users` the same, for the broker; `seals`, `messages` what travels; `join` the
file an agent is set up with; `nkey` its key at the broker; `bus` the one place that knows the broker; `at_site` the
agent itself.
"""
