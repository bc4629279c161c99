"""mpi4py, as far as it sends Python objects: `from mpi4py import MPI`."""


class rc:
    initialize = True
    finalize = True
