"""The first free address of a block as a set difference, with which NetBox finds it.

Reads the recorded addresses as decimal numbers, one a line; prints the milliseconds of building
the set of them, of one search, and the address found.
"""

import sys
import time

import netaddr

block = netaddr.IPNetwork(sys.argv[1])
recorded = [netaddr.IPAddress(int(line), 4) for line in sys.stdin]
begun = time.perf_counter()
children = netaddr.IPSet(recorded)
built = time.perf_counter()
available = netaddr.IPSet(block) - children
first = next(iter(available))
ended = time.perf_counter()
print(f"{(built - begun) * 1e3:.3f} {(ended - built) * 1e3:.3f} {int(first)}")
