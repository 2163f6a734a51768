"""Small runs of each tool in each mode, and what is right of each.

A scenario is run often, with a fault each time: inputs are as small as lets
the mode do what it does.
"""

import gzip
import hashlib
import io
import json
import os
import random
import subprocess
import tarfile
import zipfile

from . import trial
from .servers import Server

NOISE = random.Random(7).randbytes(1 << 16)


def records(n, shape=lambda i: {'a': i, 'b': 'x"y,%d' % i, 'c': {'d': [1, 2, {'e': i}]}, 't': [{'n': i}, {'n': i + 1}]}):
    return [json.dumps(shape(i), ensure_ascii=False).encode() for i in range(n)]


def lines(rows):
    return b'\n'.join(rows) + b'\n'


def array(rows):
    return b'[' + b',\n'.join(rows) + b']'


FEW = lines(records(60))
ROWS = records(9000, lambda i: {'a': i, 'b': 'text é %d' % (i * 7919), 'c': {'d': i}, 'e': 'x' * (i % 60)})
TEXT = NOISE[:5000] + b'hello world ' * 250000         # several blocks for two threads


def made_zip(members=3, method=zipfile.ZIP_DEFLATED):
    file = io.BytesIO()
    with zipfile.ZipFile(file, 'w', method) as archive:
        for i in range(members):
            archive.writestr('dir/é %d.txt' % i, b'hello' * 300 + NOISE[i * 500:i * 500 + 700])
    return file.getvalue()


def made_tar():
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode='w', format=tarfile.PAX_FORMAT) as archive:
        for name, data in (('a.txt', b'hello' * 1000), ('d/ö' + 'x' * 120, b'x' * 3000)):
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return file.getvalue()


def made_by_bsdtar(form):
    """The same members, by libarchive's own program."""
    return subprocess.run(['bsdtar', '-cf', '-', '--format', form, '@-'], input=made_tar(), capture_output=True, check=True).stdout


class Scenario:
    """argv with words "{http}", "{folder}" filled in; what is right is a run
    without a fault."""

    secure = False              # the S3 server speaks TLS

    def __init__(self, name, argv, stdin=b'', env=None, file=False, slow=False):
        self.name, self.argv, self.stdin, self.env = name, argv, stdin, env or {}
        self.file, self.slow = file, slow

    def begin(self, world):
        """Before each run: its command and its input."""
        return [word.format_map(world.words) for word in self.argv], self.stdin

    def judge(self, world, result, right):
        """What is wrong with a run beyond trial.wrong()."""
        if result.status == 0 and result.out != right.out:
            yield 'other output with exit status 0 (%d bytes for %d)' % (len(result.out), len(right.out))


class Fresh(Scenario):
    """A body whose server remembers what it has answered: a name for each run."""

    def begin(self, world):
        world.words['n'] += 1
        return super().begin(world)

    def judge(self, world, result, right):
        if result.status == 0 and result.out != world.body(result.argv[-1]):
            yield 'other output with exit status 0'


class Kept(Scenario):
    """What S3 has is read: a small object and one of several ranges."""

    def begin(self, world):
        world.s3.reset()
        for key, content in (('a', FEW), ('b', NOISE * 3)):
            subprocess.run(['s3put', '-q', 's3://bucket/k/' + key], input=content, env=world.env, check=True)
        return super().begin(world)


class Encrypted(Scenario):
    """Salted: other bytes each time, the same when read."""

    def judge(self, world, result, right):
        if result.status == 0:
            back = subprocess.run(['memzip', '-x', '--passphrase-file', world.words['folder'] + '/word'], input=result.out,
                                  capture_output=True, env=world.env, check=False)
            if back.stdout != self.stdin:
                yield 'other output with exit status 0'


class Stored(Scenario):
    """An object, of the bytes content."""

    def __init__(self, *args, content=None, prepared=False, secure=False, **more):
        super().__init__(*args, **more)
        self.secure, self.content, self.prepared = secure, content if content is not None else self.stdin, prepared
        self.sum = hashlib.sha256(self.content).hexdigest()

    def begin(self, world):
        self.server = world.tls() if self.secure else world.s3
        self.server.reset()
        argv, stdin = super().begin(world)
        if self.prepared:
            made = subprocess.run(['s3put', '-q', '--prepare', 's3://bucket/k'], input=self.content, env=world.env,
                                  capture_output=True, check=True)
            stdin = b'' if self.prepared == 'unused' else made.stdout
        return argv, stdin

    def judge(self, world, result, right):
        state = self.server.state()
        told = trial.TOLD.search(result.said)
        if any(o['sha256'] != self.sum for o in state['objects']):
            yield 'another object'
        if state['bugs']:
            yield 'a bug of the server: %s' % state['bugs']
        if result.status != 0 and state['objects'] and not told:
            yield 'stored, and not told'
        yield from self.ending(result, state, told)

    def ending(self, result, state, told):
        if result.status == 0 and not state['objects']:
            yield 'exit status 0, and no object'
        if state['uploads'] and not told:
            yield 'an upload is left, and not told'


class Prepared(Stored):
    def ending(self, result, state, told):
        if result.status == 0 and len(state['uploads']) != 1 and not told:
            yield 'exit status 0, and %d uploads' % len(state['uploads'])
        if result.status != 0 and state['uploads'] and not told:
            yield 'an upload is left, and not told'
        if state['objects']:
            yield 'an object'


class Committed(Stored):
    """What is not committed stays: its receipt is still good."""

    def ending(self, result, state, told):
        if result.status == 0 and not state['objects']:
            yield 'exit status 0, and no object'
        if not state['objects'] and not state['uploads']:
            yield 'neither object nor upload'


class Removed(Stored):
    """--abort and --sweep."""

    def ending(self, result, state, told):
        if result.status == 0 and state['uploads']:
            yield 'exit status 0, and an upload is left'
        if state['objects']:
            yield 'an object'


class Task(Stored):
    """A task of an array leaves its receipt on S3."""

    def judge(self, world, result, right):
        state = self.server.state()
        told = trial.TOLD.search(result.said)
        receipts = [o['key'] for o in state['objects'] if o['key'] == '_pending/j/0']
        if any(not o['key'].startswith('_pending/j/0') for o in state['objects']):
            yield 'an object'
        if result.status == 0 and (not receipts or len(state['uploads']) != 1) and not told:
            yield 'exit status 0, %d receipts and %d uploads' % (len(receipts), len(state['uploads']))
        if result.status != 0 and (receipts or state['uploads']) and not told:
            yield 'a receipt or an upload is left, and not told'
        if receipts and not state['uploads']:
            yield 'a receipt without its upload'


class Job(Stored):
    """Two tasks have prepared, one of them twice."""

    COMMIT = ['s3put', '-q', '--commit', '--expect', '2', '--success', 's3://bucket/set/_SUCCESS', 's3://bucket/_pending/j/']

    def begin(self, world):
        argv, stdin = super().begin(world)
        for i in 0, 1, 1:
            subprocess.run(['s3put', '--shard', '%d/2' % i, '--prepare', '--receipt', 's3://bucket/_pending/j/{index}',
                            's3://bucket/set/{index}'], input=self.content, env=world.env, capture_output=True, check=True)
        return argv, stdin

    def whole(self, state):
        return sorted(o['key'] for o in state['objects']) == ['set/0', 'set/1', 'set/_SUCCESS'] and not state['uploads']

    def judge(self, world, result, right):
        state = self.server.state()
        manifest = any(o['key'] == 'set/_SUCCESS' for o in state['objects'])
        if result.status == 0 and not self.whole(state):
            yield 'exit status 0, and it is not whole'
        if manifest and sum(o['key'].startswith('set/') for o in state['objects']) != 3:
            yield 'a manifest without its objects'
        again = subprocess.run(self.COMMIT, env=world.env, capture_output=True, check=False)
        if again.returncode != 0 or not self.whole(self.server.state()):
            yield 'it cannot be run again: %s' % again.stderr.decode(errors='replace').strip()


class JobDropped(Job):
    def judge(self, world, result, right):
        state = self.server.state()
        if result.status == 0 and (state['objects'] or state['uploads']):
            yield 'exit status 0, and something is left'
        again = subprocess.run(result.argv, env=world.env, capture_output=True, check=False)
        state = self.server.state()
        if again.returncode != 0 or state['objects'] or state['uploads']:
            yield 'it cannot be run again: %s' % again.stderr.decode(errors='replace').strip()


CONFIG = '''\
[profile process]
credential_process = cat {folder}/key
[profile role]
role_arn = arn:aws:iam::123456789012:role/x
source_profile = base
[profile base]
aws_access_key_id = TESTKEY
aws_secret_access_key = TESTSECRET
'''
CREDENTIALS = '[default]\naws_access_key_id = TESTKEY\naws_secret_access_key = TESTSECRET\nregion = us-east-1\n'
KEY = '{"Version":1,"AccessKeyId":"TESTKEY","SecretAccessKey":"TESTSECRET"}'
NO_KEY = {'AWS_ACCESS_KEY_ID': None, 'AWS_SECRET_ACCESS_KEY': None}
FETCH = ['cp-fetch', '--retries', '4', '--backoff', '1ms']
BIG = NOISE * 81                                       # above one part of 5 MiB


def scenarios():
    from_file = dict(NO_KEY, AWS_SHARED_CREDENTIALS_FILE='{folder}/credentials')
    profile = dict(NO_KEY, AWS_CONFIG_FILE='{folder}/config')
    packed = made_zip()
    return [
        Scenario('fetch', [*FETCH, '{http}/body?size=20000']),
        Scenario('fetch-chunked', [*FETCH, '--stats', '{http}/c?size=20000&plan=chunked']),
        Scenario('fetch-gzip', [*FETCH, '--compressed', '{http}/g?size=20000&plan=gzip']),
        Scenario('fetch-post', [*FETCH, '-H', 'X-Test: 1', '--data', 'a=b', '{http}/p?plan=echo']),
        Scenario('fetch-redirect', [*FETCH, '{http}/r?plan=status=302:location={http}%2Fbody%3Fsize=900']),
        Fresh('fetch-resume', [*FETCH, '{http}/b{n}?size=40000&plan=cut=15000,ok']),
        Fresh('fetch-again', [*FETCH, '{http}/b{n}?size=40000&plan=status=503,cut=15000:etag=none,ok:etag=none']),
        Scenario('fetch-parallel', [*FETCH, '-j', '3', '--chunk', '64K', '{http}/body?size=300000']),
        Scenario('fetch-pages', [*FETCH, '--pager', 'link', '--items', '.', '--dedupe', 'id',
                                 '{http}/pages/link-array?n=30&size=5']),
        Scenario('fetch-cursor', [*FETCH, '--pager', 'cursor,next=meta.next', '--items', 'items',
                                  '{http}/pages/cursor?n=30&size=5']),
        Scenario('fetch-list', [*FETCH, '-i', '{folder}/list']),
        Scenario('fetch-list-parallel', [*FETCH, '-j', '3', '-i', '{folder}/list']),
        Kept('fetch-s3', [*FETCH, 's3://bucket/k/b']),
        Kept('fetch-s3-parallel', [*FETCH, '-j', '3', '--chunk', '64K', 's3://bucket/k/b']),
        Kept('fetch-s3-prefix', [*FETCH, '-j', '2', '--exclude', 'x*', 's3://bucket/k/']),

        Scenario('csv', ['json2csv', '-T1', '-f', 'a,b,c.d'], FEW),
        Scenario('csv-array', ['json2csv', '-T1', '-r', 'x.y', '-f', 'a,b'], b'{"x":{"y":' + array(records(60)) + b'}}'),
        Scenario('csv-columns', ['json2csv', '-T2', '--stats'], FEW),
        Scenario('csv-unwind', ['json2csv', '-T2', '--unwind', 't', '--join', ';', '-f', 'a,b,t.n'], FEW),
        Scenario('csv-odd', ['json2csv', '-T1', '--invalid-utf8=replace', '--max-errors', '9', '--excel', '-f', 'a,b'],
                 FEW + b'{"a":"\xff"}\n{"a":}\n{"a":3}\n'),
        Scenario('csv-threads', ['json2csv', '-T3', '-f', 'a,b,c.d'], lines(ROWS)),
        Scenario('csv-threads-array', ['json2csv', '-T3'], array(ROWS)),
        Scenario('csv-threads-unwind', ['json2csv', '-T3', '--unwind', 't'], lines(records(3000))),
        Scenario('csv-from', ['json2csv', '-T1', '-f', 'a', '--from', 'cat', '{folder}/records']),
        Scenario('csv-fields', ['json2csv', '--fields-file', '{folder}/fields', '{folder}/records']),

        Scenario('zip', ['memzip', '-T2'], FEW),
        Scenario('zip-threads', ['memzip', '-T3', '-1', '-m', '24M'], TEXT),
        Scenario('zip-verify', ['memzip', '-T2', '--verify'], TEXT),
        Scenario('zip-entries', ['memzip', '-T2', 'a=-', 'b={folder}/records', 'c={folder}/fields'], FEW),
        Scenario('zip-split', ['memzip', '-T2', '--split-entry', '8K', '--repeat-header'], FEW),
        Scenario('zip-adapt', ['memzip', '-T2', '--adapt', '-n', 'x'], b'one line\n'),
        Scenario('zip-from', ['memzip', '-T1', '--from', 'cat', '{folder}/records']),
        Scenario('zip-tar', ['memzip', '-T2', '--tar'], gzip.compress(made_tar(), mtime=0)),
        Encrypted('zip-encrypted', ['memzip', '-e', '--passphrase-file', '{folder}/word'], FEW),
        Encrypted('zip-encrypted-verify', ['memzip', '-e', '--verify', '--passphrase-file', '{folder}/word'], FEW),
        Scenario('gzip', ['memzip', '-T2', '-F', 'gzip'], TEXT),
        Scenario('zstd', ['memzip', '-F', 'zstd', '--verify'], FEW),
        Scenario('xz', ['memzip', '-F', 'xz'], FEW),
        Scenario('tar.gz', ['memzip', '-T2', '-F', 'tar.gz', '-m', '64M'], FEW),
        Scenario('tar.zst', ['memzip', '-F', 'tar.zst', '-m', '64M', '--verify'], FEW),
        *(Scenario('%s-%s%s' % (way, form, '-file' * file), ['memzip', option], data, file=file)
          for way, option in (('extract', '-x'), ('list', '-l'), ('test', '-t'))
          for form, data in (('zip', packed), ('tar.gz', gzip.compress(made_tar(), mtime=0)))
          for file in (False, True)),
        Scenario('extract-bzip2', ['memzip', '-x'], made_zip(method=zipfile.ZIP_BZIP2)),
        Scenario('extract-lzma', ['memzip', '-x'], made_zip(method=zipfile.ZIP_LZMA)),
        *(Scenario('%s-%s-file' % (way, form), ['memzip', option], made_by_bsdtar(form), file=True)
          for way, option in (('extract', '-x'), ('list', '-l')) for form in ('7zip', 'newc')),
        Scenario('extract-newc', ['memzip', '-x'], made_by_bsdtar('newc')),
        Scenario('extract-gzip', ['memzip', '-x'], gzip.compress(FEW, mtime=0)),
        Scenario('extract-from', ['memzip', '-x', '--from', 'memzip', '--from', 'cat', '{folder}/records']),

        Stored('put', ['s3put', 's3://bucket/k'], FEW),
        Stored('put-quiet', ['s3put', '-q', '--stats', '--checksum', 'sha256', '--metadata', 'a=b', 's3://bucket/k'], FEW),
        Stored('put-parts', ['s3put', '--part-size', '5M', '-j', '2', 's3://bucket/k'], BIG, slow=True),
        Stored('put-file', ['s3put', '--no-clobber', 's3://bucket/k', '{folder}/records'], content=FEW),
        Stored('put-from', ['s3put', '--sha256', hashlib.sha256(FEW).hexdigest(), 's3://bucket/k', '--from', 'cat',
                            '{folder}/records'], content=FEW),
        Stored('put-credentials', ['s3put', 's3://bucket/k'], FEW, env=from_file),
        Stored('put-process', ['s3put', 's3://bucket/k'], FEW, env=dict(profile, AWS_PROFILE='process')),
        Stored('put-role', ['s3put', 's3://bucket/k'], FEW, env=dict(profile, AWS_PROFILE='role')),
        Stored('put-container', ['s3put', 's3://bucket/k'], FEW,
               env=dict(NO_KEY, AWS_CONTAINER_CREDENTIALS_FULL_URI='{s3}/creds')),
        Stored('put-identity', ['s3put', 's3://bucket/k'], FEW,
               env=dict(NO_KEY, AWS_ROLE_ARN='arn:aws:iam::123456789012:role/x', AWS_WEB_IDENTITY_TOKEN_FILE='{folder}/word')),
        Stored('put-instance', ['s3put', 's3://bucket/k'], FEW,
               env=dict(NO_KEY, AWS_EC2_METADATA_DISABLED='false', AWS_EC2_METADATA_SERVICE_ENDPOINT='{s3}')),
        Stored('put-tls', ['s3put', 's3://bucket/k'], FEW, env=dict(AWS_CA_BUNDLE='{folder}/cert', AWS_ENDPOINT_URL='{tls}'),
               secure=True, slow=True),
        Stored('put-chain', ['s3put', 's3://bucket/k', '--from', 'json2csv', '-f', 'a', '--from', 'cat', '{folder}/records'],
               content=b'a\n' + b''.join(b'%d\n' % i for i in range(60))),
        Prepared('prepare', ['s3put', '--prepare', 's3://bucket/k'], FEW),
        Committed('commit', ['s3put', '--commit'], content=FEW, prepared=True),
        Removed('abort', ['s3put', '--abort'], content=FEW, prepared=True),
        Task('prepare-task', ['s3put', '--shard', '0/1', '--prepare', '--receipt', 's3://bucket/_pending/j/{{index}}',
                              's3://bucket/k'], FEW),
        Job('commit-job', Job.COMMIT, content=FEW),
        JobDropped('abort-job', ['s3put', '--abort', 's3://bucket/_pending/j/'], content=FEW),
        Removed('sweep', ['s3put', '--sweep', '--older-than', '0s', 's3://bucket/'], content=FEW, prepared='unused'),
    ]


class World:
    """The servers and files that the scenarios name."""

    def __init__(self, folder, env):
        self.s3 = Server('s3-server', '--min-part', '0', '--skip-slow-crc')
        self.http, self.secure = Server('http-faults'), None
        self.env = dict(env, AWS_ENDPOINT_URL=self.s3.url)
        self.words = {'folder': folder, 'http': self.http.url, 's3': self.s3.url, 'n': 0}
        for name, text in (('records', FEW), ('fields', b'a\nb\n'), ('word', b'secret\n'), ('key', KEY.encode()),
                           ('credentials', CREDENTIALS.encode()), ('config', CONFIG.format_map(self.words).encode()),
                           ('list', lines([b'%s/y%d?size=1000' % (self.http.url.encode(), i) for i in range(5)]))):
            with open(os.path.join(folder, name), 'wb') as file:
                file.write(text)

    def body(self, url):
        """What http-faults sends for a URL, by the rule in its source."""
        path, _, query = url[len(self.http.url):].partition('?')
        size = int(query.split('size=')[1].split('&')[0])
        return random.Random(hashlib.sha256(('%s 1' % path).encode()).digest()).randbytes(size)

    def environment(self, scenario):
        env = dict(self.env)
        for name, value in scenario.env.items():
            if value is None:
                env.pop(name)
            else:
                env[name] = value.format_map(self.words)
        return env

    def tls(self):
        """The server that speaks TLS, which few need."""
        if self.secure is None:
            folder = self.words['folder']
            subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes',
                            '-days', '2', '-subj', '/CN=test', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout',
                            folder + '/private', '-out', folder + '/cert'], capture_output=True, check=True)
            self.secure = Server('s3-server', '--skip-slow-crc', '--tls', folder + '/cert', folder + '/private',
                                 cert=folder + '/cert')
            self.words['tls'] = self.secure.url
        return self.secure

    def run(self, scenario, seconds, env=None, prepare=None, sink_file=False):
        argv, stdin = scenario.begin(self)
        result = trial.run(argv, stdin, dict(self.environment(scenario), **(env or {})), seconds, prepare, scenario.file,
                           sink_file)
        result.argv = argv
        return result

    def stop(self):
        self.s3.stop()
        self.http.stop()
        if self.secure:
            self.secure.stop()
