"""What is under way between ranks: requests, and what is known of a message."""

import pickle
import queue
import time

from _lab import kernel

ANY_SOURCE = ANY_TAG = -1
UNDEFINED = -32766
SUCCESS = 0
# How long a rank rests between two looks at several requests.
REST = 0.0005


class Status:
    def __init__(self):
        self.source, self.tag, self.count, self.error = ANY_SOURCE, ANY_TAG, 0, SUCCESS

    def _is_of(self, source, tag, count):
        self.source, self.tag, self.count = source, tag, count

    def Get_source(self):
        return self.source

    def Get_tag(self):
        return self.tag

    def Get_count(self, datatype=None):
        return self.count

    def Get_error(self):
        return self.error


class Request:
    """Done once it was waited for or found done; then it is as good as none."""

    def __init__(self, op=None, called=None, **asked):
        # Without an operation it is of a message to or from PROC_NULL: done already.
        self._op, self._asked = op, asked
        self._called = called  # how the communicator calls a rank
        self._there = True

    @classmethod
    def sending(cls, data, **asked):
        return cls("rank.sent", id=kernel.call("rank.send", data, later=True, **asked)["id"])

    @classmethod
    def receiving(cls, called, **asked):
        return cls("rank.received", called, id=kernel.call("rank.ask", **asked)["id"], source=asked["source"])

    def __bool__(self):
        return self._there

    def _done(self, seconds, status=None):
        """Whether it is done, and what it brought."""
        if not self._there:
            return True, None
        value = None
        if self._op:
            try:
                got = kernel.call(self._op, seconds=seconds, **self._asked)
            except queue.Empty:
                return False, None
            if self._op == "rank.received":
                value = pickle.loads(got["data"])
                if status is not None:
                    status._is_of(self._called(got["source"]), got["tag"], len(got["data"]))
        self._there = False
        return True, value

    def wait(self, status=None):
        return self._done(None, status)[1]

    def test(self, status=None):
        return self._done(0, status)

    def Wait(self, status=None):
        self.wait(status)
        return True

    def Test(self, status=None):
        return self.test(status)[0]

    # ---- several of them

    @staticmethod
    def waitall(requests, statuses=None):
        found = [Status() for _ in requests]
        values = [request.wait(status) for request, status in zip(requests, found)]
        if statuses is not None:
            statuses[:] = found
        return values

    @staticmethod
    def testall(requests, statuses=None):
        # Nothing is taken before all is there.
        if not all(request._is_ready() for request in requests):
            return False, None
        return True, Request.waitall(requests, statuses)

    def _is_ready(self):
        if not self._there or self._op is None:
            return True
        try:
            kernel.call(self._op, seconds=0, peek=True, **self._asked)
        except queue.Empty:
            return False
        return True

    @staticmethod
    def testany(requests, status=None):
        if not any(requests):
            return UNDEFINED, True, None
        for place, request in enumerate(requests):
            if request:
                done, value = request.test(status)
                if done:
                    return place, True, value
        return UNDEFINED, False, None

    @staticmethod
    def waitany(requests, status=None):
        while True:
            place, done, value = Request.testany(requests, status)
            if done:
                return place, value
            time.sleep(REST)

    @staticmethod
    def testsome(requests, statuses=None):
        if not any(requests):
            return None, None
        places, values, found = [], [], []
        for place, request in enumerate(requests):
            if request:
                status = Status()
                done, value = request.test(status)
                if done:
                    places.append(place)
                    values.append(value)
                    found.append(status)
        if statuses is not None:
            statuses[:] = found
        return places, values

    @staticmethod
    def waitsome(requests, statuses=None):
        while True:
            places, values = Request.testsome(requests, statuses)
            if places is None or places:
                return places, values
            time.sleep(REST)

    @staticmethod
    def Waitall(requests, statuses=None):
        Request.waitall(requests, statuses)
        return True

    @staticmethod
    def Testall(requests, statuses=None):
        return Request.testall(requests, statuses)[0]

    @staticmethod
    def Waitany(requests, status=None):
        return Request.waitany(requests, status)[0]

    @staticmethod
    def Testany(requests, status=None):
        return Request.testany(requests, status)[:2]

    @staticmethod
    def Waitsome(requests, statuses=None):
        return Request.waitsome(requests, statuses)[0]

    @staticmethod
    def Testsome(requests, statuses=None):
        return Request.testsome(requests, statuses)[0]
