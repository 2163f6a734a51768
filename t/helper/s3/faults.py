"""Misbehaviour on demand: rules from a script, and seeded chance.

What the rules look like is told in t/helper/s3-server.
"""

import fnmatch
import json
import random
import threading

FIELDS = {'op', 'key', 'part', 'nth', 'times', 'do', 'when', 'code', 'message', 'status',
          'retry_after', 'x_amz_retry_after', 'region', 'location', 'seconds', 'rate',
          'then', 'bytes', 'etag', 'headers'}
WHEN = ('head', 'body', 'after', 'done')


class Rule:
    def __init__(self, fields):
        unknown = set(fields) - FIELDS
        if unknown or 'do' not in fields:
            raise ValueError('rule %s: %s' % (json.dumps(fields), ', '.join(sorted(unknown)) or 'no "do"'))
        if fields.get('when', 'after') not in WHEN:
            raise ValueError('rule %s: when' % json.dumps(fields))
        self.fields = fields
        self.seen = 0
        self.used = 0

    def __getattr__(self, name):
        if name in FIELDS:
            return self.fields.get(name)
        raise AttributeError(name)

    def matches(self, op, key, part):
        f = self.fields
        if f.get('op', '*') != '*' and op not in f['op'].split('|'):
            return False
        if 'key' in f and not fnmatch.fnmatchcase(key or '', f['key']):
            return False
        return 'part' not in f or f['part'] == part

    def due(self):
        """Counts one match; whether it is one that the rule is for."""
        self.seen += 1
        nth, times = self.fields.get('nth', 1), self.fields.get('times', 1)
        if self.seen < nth or (times > 0 and self.seen >= nth + times):
            return False
        self.used += 1
        return True


def parse_chaos(text):
    """SEED,PROBABILITY"""
    seed, comma, probability = text.partition(',')
    if not comma or not 0 <= float(probability) <= 1:
        raise ValueError('chaos is SEED,PROBABILITY')
    return seed, float(probability)


def parse(text):
    """One rule, a list of rules, or one rule a line."""
    text = text.strip()
    if text.startswith('['):
        return [Rule(f) for f in json.loads(text)]
    return [Rule(json.loads(line)) for line in text.splitlines()
            if line.strip() and not line.lstrip().startswith('#')]


# What chance may do: nothing that a client with patience cannot survive.
CHAOS = [
    {'do': '500'}, {'do': '503'}, {'do': '503', 'x_amz_retry_after': 5},
    {'do': '502'}, {'do': 'RequestTimeout'}, {'do': 'empty', 'status': 500},
    {'do': 'reset', 'when': 'head'}, {'do': 'reset', 'when': 'body'},
    {'do': 'reset', 'when': 'after'}, {'do': 'close', 'when': 'after'},
    {'do': 'reset', 'when': 'done'}, {'do': 'close', 'when': 'done'},
    {'do': '503', 'when': 'done'}, {'do': 'cut', 'when': 'done'},
    {'do': 'delay', 'seconds': 0.05},
]
CHAOS_COMPLETE = [
    {'do': '200-error'}, {'do': '200-error', 'when': 'done'},
    {'do': 'keepalive', 'seconds': 0.05, 'then': 'result'},
    {'do': 'keepalive', 'seconds': 0.05, 'then': 'error'},
    {'do': 'keepalive', 'seconds': 0.05, 'then': 'reset'},
    {'do': 'keepalive', 'seconds': 0.05, 'then': 'reset', 'when': 'done'},
    {'do': 'truncated', 'when': 'done'},
]


class Faults:
    def __init__(self, chaos=None):
        self.lock = threading.Lock()
        self.rules = []
        self.set_chaos(chaos)

    def set_chaos(self, chaos):
        """(seed, probability) or None; what was counted for chance is forgotten."""
        with self.lock:
            self.chaos = chaos
            self.turns = {}

    def add(self, rules):
        with self.lock:
            self.rules += rules

    def clear(self):
        with self.lock:
            self.rules = []
            self.chaos = None

    def pick(self, op, key, part):
        """The rule for this request, or None.  Every rule that matches counts it."""
        with self.lock:
            due = [r for r in self.rules if r.matches(op, key, part) and r.due()]
            if due:
                return due[0]
            if not self.chaos:
                return None
            # Bound to the request, not to the order in which threads run.
            seed, probability = self.chaos
            turn = self.turns[op, key, part] = self.turns.get((op, key, part), 0) + 1
            dice = random.Random('%s/%s/%s/%s/%d' % (seed, op, key, part, turn))
            if dice.random() >= probability:
                return None
            choice = CHAOS + (CHAOS_COMPLETE if op == 'CompleteMultipartUpload' else [])
            return Rule(dict(dice.choice(choice)))

    def show(self):
        with self.lock:
            return [dict(r.fields, seen=r.seen, used=r.used) for r in self.rules]
