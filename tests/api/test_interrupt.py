"""Ctrl-C while the next sites are searched: the best plan so far is written, in whatever part it comes."""

import os
import signal

import pytest

from api.interrupt import ends_with_the_best
from geo.siting import Run


@pytest.fixture(params=[signal.default_int_handler])
def handler(request):
    """Interrupts as the test asks, whatever the tests themselves were started to do with them."""
    before = signal.signal(signal.SIGINT, request.param)
    yield request.param
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("handler")
def test_the_first_interrupt_asks_and_the_second_breaks_off():
    before, run = signal.getsignal(signal.SIGINT), Run().begin()
    with ends_with_the_best(run):
        os.kill(os.getpid(), signal.SIGINT)
        assert run.over
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.parametrize("handler", [signal.SIG_IGN], indirect=True)
def test_interrupts_that_are_to_be_ignored_are_ignored(handler):
    run = Run().begin()
    with ends_with_the_best(run):
        os.kill(os.getpid(), signal.SIGINT)
        assert not run.over
    assert signal.getsignal(signal.SIGINT) is handler


def test_nothing_is_asked_where_nobody_interrupts():
    run = Run().begin()
    with ends_with_the_best(run):
        assert not run.over
