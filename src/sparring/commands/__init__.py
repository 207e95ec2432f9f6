"""The commands, a file for each family: words become calls of the library, and its answers text or JSON.

`translate` also settles which files are read and written, and `evaluate` how its table is laid out.
"""
