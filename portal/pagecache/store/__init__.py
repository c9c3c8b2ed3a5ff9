"""What is kept on the disk of the node, for all of its processes, with or without Django.

`database` is the file with `entries` under their `keys`, `writer` what may be done to it, `words`
the few numbers by which the processes tell each other that something has changed.
"""
