"""One run of a command under a fault, and what must hold whatever the fault.

Input and output go through anonymous pipes, as in a pipeline; both fit into a
pipe's buffer, so nothing has to be fed or drained meanwhile.
"""

import fcntl
import os
import re
import select
import signal
import subprocess
import tempfile
import time

F_SETPIPE_SZ = 1031
PIPE = 1 << 20                  # what a pipe takes without privileges
SEALED, UNKNOWN = 0o601, 0o600
CODES = {0, 64, 65, 69, 70, 73, 74, 75, 77, 79, 141}
# What a message says of an object or upload that stayed although the run failed.
TOLD = re.compile('not known|was stored|is stored|left behind')
# No memory is 70, but for an upload of which more is to be told, and where
# libcurl does not say which of the two it is.
UNCERTAIN = re.compile('not known|left behind|is too long, or there is no memory')
# The text of a struct err that nobody filled, and what is left of a poisoned one.
UNSET = re.compile('did not say what|\ufffd|^[a-z0-9-]+: (failed)?$')


class Result:
    """How a run ended: status (negative: the signal), hung, left (processes of
    it that live on), out, mode (of the output pipe), said (its messages)."""

    def messages(self):
        return [line for line in self.said.splitlines() if not line.startswith('{')]

    def first(self):
        return (self.messages() or [''])[0]


def pipe():
    reader, writer = os.pipe()
    fcntl.fcntl(writer, F_SETPIPE_SZ, PIPE)
    return reader, writer


def wait(process, seconds):
    """Waits without looking again and again; False when the time is over."""
    fd = os.pidfd_open(process.pid)
    try:
        return bool(select.select([fd], [], [], seconds)[0])
    finally:
        os.close(fd)


def left_over(group):
    """Whether a process of the group lives on, after a moment for its end."""
    end = time.monotonic() + 10
    while True:
        try:
            os.killpg(group, 0)
        except (ProcessLookupError, PermissionError):
            return False
        if time.monotonic() > end:
            os.killpg(group, signal.SIGKILL)
            return True
        time.sleep(0.002)


def drain(fd):
    """What is there; a process that is left over may hold the other end."""
    os.set_blocking(fd, False)
    out = []
    try:
        while data := os.read(fd, PIPE):
            out.append(data)
    except BlockingIOError:
        pass
    return b''.join(out)


def run(argv, stdin, env, seconds, prepare=None, stdin_file=False, sink_file=False):
    """Runs argv with the bytes stdin, from a pipe or a file, into the same."""
    result = Result()
    with tempfile.TemporaryFile() as data:
        if stdin_file or len(stdin) > PIPE:
            data.write(stdin)
            data.seek(0)
            source = os.dup(data.fileno())
        else:
            source, writer = pipe()
            if stdin:
                os.write(writer, stdin)
            os.close(writer)
        if sink_file:
            sink, path = tempfile.mkstemp()
            reader = os.open(path, os.O_RDONLY)
            os.unlink(path)
        else:
            reader, sink = pipe()
        heard, said = pipe()            # not a file: a limit may be on those
        process = subprocess.Popen(argv, stdin=source, stdout=sink, stderr=said, env=env, start_new_session=True,
                                   preexec_fn=prepare)
        os.close(source)
        os.close(sink)
        os.close(said)
        result.hung = not wait(process, seconds)
        if result.hung:
            process.kill()
        result.status = process.wait()
        result.left = left_over(process.pid)
        result.out = drain(reader)
        result.mode = os.fstat(reader).st_mode & 0o7777
        os.close(reader)
        result.said = drain(heard).decode(errors='replace')
        os.close(heard)
    return result


def wrong(result, no_seal=False, silent=False):
    """What is wrong with a run, whatever the fault was.  no_seal: the fault may
    leave the pipe unmarked; silent: it may take the message away."""
    status = result.status
    if result.hung:
        yield 'hangs'
        return
    if result.left:
        yield 'leaves a process'
    if status < 0:
        yield 'ends by signal %d' % -status
        return
    if status not in CODES:
        yield 'exit status %d' % status
    if status not in (0, 141) and not silent:
        if not result.messages():
            yield 'no message'
        elif UNSET.search(result.messages()[-1]):
            yield 'an error that nobody set'
    if 'TESTSECRET' in result.said:
        yield 'a secret is told'
    if status != 0 and result.mode == SEALED:
        yield 'sealed'
    if status != 0 and result.mode == UNKNOWN and result.out and not no_seal:
        yield 'bytes in a pipe without a mark'
    if status == 0 and result.mode != SEALED and not no_seal:
        yield 'not sealed (%o)' % result.mode
