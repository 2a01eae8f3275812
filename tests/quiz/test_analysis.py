"""Figures of questions and papers on an example worked by hand, and silence about small samples."""

import pytest

from quiz import analysis
from quiz.analysis import Item, efficiency, fisher, item, reliability, sums, wilson
from quiz.verdicts import remarks

# Five people, four questions, each person one question further: totals 4, 3, 2, 1, 0.
LADDER = [[1, 1, 1, 1], [1, 1, 1, 0], [1, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0]]


def pairs(matrix, at):
    return [(row[at], (sum(row) - row[at]) / (len(row) - 1)) for row in matrix]


def test_facility_is_the_mean_share_of_the_mark():
    assert [0.8, 0.6, 0.4, 0.2] == [item(sums(pairs(LADDER, i))).facility for i in range(4)]


def test_discrimination_is_the_correlation_with_the_rest_of_the_paper():
    # Question 2: marks 1 1 1 0 0, rests 3 2 1 1 0. Deviations multiply to 1.8; squares add up to 1.2 and 5.2.
    assert item(sums(pairs(LADDER, 1))).discrimination == pytest.approx(1.8 / (1.2 * 5.2) ** 0.5)


def test_efficiency_compares_with_the_best_order_of_the_same_marks():
    # Marks 1 0 0 against rests 1 2 0: covariance 0; put in order 0 0 1 against 0 1 2 it would be 0.5.
    assert 1.0 == pytest.approx(efficiency(pairs(LADDER, 1)))
    assert 0.0 == pytest.approx(efficiency([(1, 1), (0, 2), (0, 0)]))


def test_reliability_of_all_or_nothing_marks_is_kr_20():
    # Variances of the questions .2 + .3 + .3 + .2 = 1.0, of the totals 2.5: 4/3 (1 - 1/2.5) = 0.8.
    # KR-20 with pq: (.16 + .24 + .24 + .16) = .8, variance of totals over n = 2: 4/3 (1 - .8/2) = 0.8.
    found = reliability([[float(v) for v in row] for row in LADDER])

    assert (5, 4, True) == (found.people, found.items, found.dichotomous)
    assert 0.8 == pytest.approx(found.alpha)
    assert 100 / 4 * (2.5 * 0.2) ** 0.5 == pytest.approx(found.error)
    assert found.interval[0] < 0.8 < found.interval[1] < 1


def test_part_marks_make_it_cronbachs_alpha():
    # Each question varies by .25, the totals 0, 1, 2 by 1: 2 (1 - (.25 + .25) / 1) = 1.
    found = reliability([[0.0, 0.0], [0.5, 0.5], [1.0, 1.0]])

    assert not found.dichotomous
    assert 1.0 == pytest.approx(found.alpha)


def test_intervals_are_the_textbook_ones():
    assert (0.2366, 0.7634) == tuple(round(v, 4) for v in wilson(0.5, 10))
    # z = 0.5493 ± 1.96 / √25
    assert (0.156, 0.736) == tuple(round(v, 3) for v in fisher(0.5, 28))
    assert fisher(0.5, 3) is None


def test_what_everybody_got_right_has_no_discrimination():
    assert item(sums([(1, 0.5), (1, 0.7)])).discrimination is None


def figures(n, facility, low, high):
    return Item(n, facility, wilson(facility, n), 0.5, (low + high) / 2, (low, high))


def test_nothing_is_concluded_from_fewer_than_thirty():
    assert () == remarks(figures(analysis.ENOUGH - 1, 0.05, -0.9, -0.2))


def test_a_wrong_key_comes_before_a_weak_question():
    wrong, weak = remarks(figures(60, 0.5, -0.7, -0.2)), remarks(figures(60, 0.5, -0.1, 0.15))

    assert ["会的人反而答错"] == [r.words for r in wrong]
    assert ["分不出会不会"] == [r.words for r in weak]
    assert wrong[0].weight > weak[0].weight


def test_a_moved_source_is_said_even_without_answers():
    assert ["出处改过"] == [r.words for r in remarks(item(sums(())), [("a", "规定")])]
