"""A ring of ranks by PyPar, as mpirun starts it: every rank runs this program (a bug hunt)."""

import pypar as pp

rank, p = pp.rank(), pp.size()
print(f"rank {rank} of {p} on node {pp.get_processor_name()}")

if rank == 0:
    msh = "P0"
    pypar.send(msg, 1)
    msg = pp.receive(-1)
    print "rank 0 has", msg
else:
    msg = pp.receive(rank - 1)
    pp.send(msg + f"P{rank}", (rank + 1) % p)

pp.finalize()
