from catalog.work import WORK


def test_nothing_happens_by_time_alone_yet():
    assert WORK == []
