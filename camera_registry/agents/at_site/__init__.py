"""At site: the agent, beside the devices. It knows no registry, only orders and the folder in which it keeps them.

`kept` and `rows` what it keeps on its disk; `logins` what a login may do here; `steps` each change of an item;
`source` an order as work for `sweep.run`; `running` taking, working, sending, greeting.
"""
