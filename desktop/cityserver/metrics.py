"""Counters of this process, written as Prometheus text."""

import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

_BOUNDS_S: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """Count calls and verdicts."""

    def __init__(self) -> None:
        """Start at zero."""
        self._lock = threading.Lock()
        self._calls: Counter[tuple[str, str, int]] = Counter()
        self._seconds: dict[str, list[float]] = {}
        self._verdicts: Counter[str] = Counter()

    def called(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a call by its route (never by its path, which holds ids)."""
        with self._lock:
            self._calls[method, route, status] += 1
            buckets = self._seconds.setdefault(route, [0.0] * (len(_BOUNDS_S) + 2))
            for place, bound in enumerate(_BOUNDS_S):
                buckets[place] += seconds <= bound
            buckets[-2] += 1
            buckets[-1] += seconds

    def judged(self, kinds: Mapping[str, int]) -> None:
        """Count verdicts given."""
        with self._lock:
            self._verdicts.update(kinds)

    def text(self, gauges: Mapping[str, float]) -> str:
        """Return everything as Prometheus text, with some gauges of the moment."""
        with self._lock:
            return "\n".join(self._lines(gauges)) + "\n"

    def _lines(self, gauges: Mapping[str, float]) -> Iterator[str]:
        yield "# TYPE motcua_http_requests_total counter"
        for (method, route, status), count in sorted(self._calls.items()):
            yield f'motcua_http_requests_total{{method="{method}",route="{route}",status="{status}"}} {count}'
        yield "# TYPE motcua_http_request_seconds histogram"
        for route, buckets in sorted(self._seconds.items()):
            for place, bound in enumerate(_BOUNDS_S):
                yield f'motcua_http_request_seconds_bucket{{route="{route}",le="{bound}"}} {buckets[place]:.0f}'
            yield f'motcua_http_request_seconds_bucket{{route="{route}",le="+Inf"}} {buckets[-2]:.0f}'
            yield f'motcua_http_request_seconds_count{{route="{route}"}} {buckets[-2]:.0f}'
            yield f'motcua_http_request_seconds_sum{{route="{route}"}} {buckets[-1]:.6f}'
        yield "# TYPE motcua_verdicts_total counter"
        for kind, count in sorted(self._verdicts.items()):
            yield f'motcua_verdicts_total{{kind="{kind}"}} {count}'
        for name, value in sorted(gauges.items()):
            yield f"# TYPE motcua_{name} gauge"
            yield f"motcua_{name} {value:g}"
