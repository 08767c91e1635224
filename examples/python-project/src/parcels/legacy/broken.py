"""A port from Python 2 that was never finished."""

import sys


def ask(question):
    answer = raw_input(question)
    print "you said", answer)
    return answer


def leave(code=0):
    sys.exit(code)
