"""The cached public front end: pages as fast as a file, never stale, never leaking.

Two kinds of process share a folder on the local disk. The *edge* (`edge`, without Django) answers
readers from it; the *render* processes (Django) fill it and empty it:

- while a page renders, `collector` notes what it is made from, as tags;
- `fill` keeps the response in the `store` with those tags, where it may be kept at all (`routes`);
- a change of content adds tags to the `journal`, in its own transaction (`changes`);
- `follower` reads the journal and drops, or marks as stale, what bears those tags.

Around that: `export` and `cdn` for web servers and caches in front, `addresses` for editors,
`explain` with `naming` and `warming` for whoever looks after the portal.

Nothing here imports anything else of the project; `edge`, `store` and `config` import no Django.
"""
