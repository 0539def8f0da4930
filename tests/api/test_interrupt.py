"""Ctrl-C while the next sites are searched: the best plan so far is written, in whatever part it comes."""

import os
import signal

import pytest

from api.interrupt import ends_with_the_best
from geo.siting import Run


def test_the_first_interrupt_asks_and_the_second_breaks_off():
    before, run = signal.getsignal(signal.SIGINT), Run().begin()
    with ends_with_the_best(run):
        os.kill(os.getpid(), signal.SIGINT)
        assert run.over
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


def test_nothing_is_asked_where_nobody_interrupts():
    run = Run().begin()
    with ends_with_the_best(run):
        assert not run.over
