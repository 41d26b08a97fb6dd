"""What is remembered for as long as there is room."""

from threading import Thread

from mtp_tui.latest import keep_latest


def test_the_oldest_goes_and_what_is_put_again_is_no_longer_old() -> None:
    kept: dict[str, int] = {}
    for key, value in (("a", 1), ("b", 2), ("a", 3), ("c", 4)):
        keep_latest(kept, key, value, 2)
    assert list(kept.items()) == [("a", 3), ("c", 4)]


def test_several_threads_may_forget_at_once() -> None:
    kept: dict[int, int] = {}
    failed: list[KeyError] = []

    def fill(start: int) -> None:
        try:
            for key in range(start, start + 5_000):
                keep_latest(kept, key, key, 4)
        except KeyError as error:
            failed.append(error)

    threads = [Thread(target=fill, args=(start,)) for start in (0, 10_000)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len(kept) <= 5
