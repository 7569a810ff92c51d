"""No two counters ever have one block, whatever the city forgot."""

from itertools import chain

from desktop.cityserver.blocks import MAX_COUNTER, blocks_of_copy, first_blocks, free_blocks, is_of_copy, ladder

COUNTERS = range(1, MAX_COUNTER + 1)


def test_no_block_is_on_two_counters_ladders() -> None:
    blocks = list(chain.from_iterable(ladder(counter) for counter in COUNTERS))

    assert len(set(blocks)) == len(blocks)


def test_the_city_s_own_blocks_are_nobody_s() -> None:
    assert {9, 19}.isdisjoint(chain.from_iterable(ladder(counter) for counter in COUNTERS))


def test_the_first_counters_begin_with_the_law_s_plain_ordinal_and_an_overflow() -> None:
    assert [first_blocks(counter) for counter in (1, 2, 9)] == [(0, 10), (1, 11), (8, 18)]
    assert all(block >= 10 for counter in range(10, 20) for block in first_blocks(counter))


def test_further_blocks_follow_the_ladder_and_end_with_it() -> None:
    assert free_blocks(1, {0, 10}, 2) == (20, 100)
    assert free_blocks(1, ladder(1), 1) == ()


def test_a_copy_begins_at_the_far_half_of_the_ladder_and_each_copy_elsewhere() -> None:
    chosen = {blocks_of_copy(1, {0, 10}, f"epoch-{n}", 1) for n in range(40)}

    assert len(chosen) > 3
    assert all(is_of_copy(1, blocks) for blocks in chosen)
    assert not is_of_copy(1, free_blocks(1, {0, 10}, 3))


def test_a_copy_gets_what_is_left_of_the_ladder_and_no_block_twice() -> None:
    assert sorted(blocks_of_copy(1, (), "epoch", 100)) == sorted(ladder(1))
    assert blocks_of_copy(1, ladder(1), "epoch", 1) == ()
