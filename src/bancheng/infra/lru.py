"""A bounded, thread-safe map that forgets what was used least recently. For the keys of people.

``functools.lru_cache``, which keeps texts and statements elsewhere, will not do for keys. It
forgets all or nothing, but the key of an erased person must go at once and alone. It reads one
value at a time, but a page of rows wants its keys in one query. And it would keep a key that was
read just before it was destroyed and arrived just after.
"""

from collections import OrderedDict
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Lru(Generic[K, V]):
    """At most ``size`` values of this process.

    ``epoch`` counts the evictions by name. Who puts a value says in which epoch it was read; one
    read before an eviction is not kept, because it may be the very one that was evicted.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._values: OrderedDict[K, V] = OrderedDict()
        self._lock = Lock()
        self.epoch = 0

    def get(self, key: K) -> V | None:
        """The value, if it is kept; then it counts as just used."""
        with self._lock:
            value = self._values.get(key)
            if value is not None:
                self._values.move_to_end(key)
            return value

    def put(self, key: K, value: V, epoch: int) -> None:
        """Keep ``value`` that was read in ``epoch``, unless something was evicted since."""
        with self._lock:
            if epoch != self.epoch:
                return
            self._values[key] = value
            self._values.move_to_end(key)
            if len(self._values) > self._size:
                self._values.popitem(last=False)

    def evict(self, key: K) -> None:
        """Forget the value at once, also one that is being read now."""
        with self._lock:
            self._values.pop(key, None)
            self.epoch += 1

    def clear(self) -> None:
        """Forget all values at once, also those that are being read now."""
        with self._lock:
            self._values.clear()
            self.epoch += 1
