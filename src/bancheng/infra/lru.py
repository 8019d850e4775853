"""A bounded, thread-safe map that forgets what was used least recently."""

from collections import OrderedDict
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Lru(Generic[K, V]):
    """``epoch`` rises with each eviction by name; a value read before one is not put after it."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._values: OrderedDict[K, V] = OrderedDict()
        self._lock = Lock()
        self.epoch = 0

    def __len__(self) -> int:
        return len(self._values)

    def get(self, key: K) -> V | None:
        with self._lock:
            value = self._values.get(key)
            if value is not None:
                self._values.move_to_end(key)
            return value

    def put(self, key: K, value: V, epoch: int) -> None:
        """Keep ``value``, unless something was evicted since ``epoch``: it may be this one."""
        with self._lock:
            if epoch != self.epoch:
                return
            self._values[key] = value
            self._values.move_to_end(key)
            if len(self._values) > self._size:
                self._values.popitem(last=False)

    def evict(self, key: K) -> None:
        with self._lock:
            self._values.pop(key, None)
            self.epoch += 1
