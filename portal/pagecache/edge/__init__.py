"""What answers readers, in a process without Django: `application` is where a request arrives.

It asks `clients` who wants what, gives out `replies` that lie ready, lets one at a time make what
is missing (`flights`), and hands everything else to Django (`upstream`).
"""
