"""
The state machines of Fastpath: no sockets, no event loop, no clock.

Every entry point is a plain method that takes what happened and *now*, and
the relay answers what is to be done about it.
"""
