"""multiprocessing, on the lab's kernel: processes are workers of the browser, each with an
interpreter of its own, and what they share is kept by the kernel."""

import queue as _queue
from os import cpu_count as _cpu_count  # noqa: F401

from . import process
from .context import BaseContext, get_all_start_methods, get_context, get_start_method, set_start_method
from .process import (
    AuthenticationError,
    BufferTooShort,
    ProcessError,
    TimeoutError,
    active_children,
    current_process,
    parent_process,
)

_default = BaseContext(None)
Process = process.Process
for _name in BaseContext.OFFERED:
    globals()[_name] = getattr(_default, _name)

__all__ = [
    *BaseContext.OFFERED, "AuthenticationError", "BufferTooShort", "Process", "ProcessError", "TimeoutError",
    "active_children", "current_process", "get_all_start_methods", "get_context", "get_start_method",
    "parent_process", "set_start_method",
]
