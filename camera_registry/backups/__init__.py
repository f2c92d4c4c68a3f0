"""Backups: one file that holds a registry at one moment, and a registry made from it again.

Strategy: `making` takes the database as it was at one moment while everything runs (`database.dumping`), counts and
digests every table of that very moment, and packs it with the settings into one file (`archive`), which is there whole
or not at all. `restoring` believes nothing of such a file before its bytes, its rows and the key have been checked. The
key is never in it. `folder` knows the names of the files, the newest, and the old ones.
"""
