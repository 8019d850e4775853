"""Failures that pass: the database is away, busy, or chose us to break a deadlock.

No event is to blame for them, so nothing is stopped; it is tried again.
"""

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

PASSING = (OperationalError, InterfaceError, PoolTimeoutError, TimeoutError, ConnectionError)
