"""Verifies AWS Signature Version 4 in an Authorization header, for S3.

Written from AWS's description of the signing process ("Create a signed AWS
API request", and for S3 "Authenticating Requests: Using the Authorization
Header"), not from any client, so that it can be a judge of clients.
"""

import calendar
import hashlib
import hmac
import re
import time
from urllib.parse import quote, unquote_to_bytes

from .errors import S3Error

ALGORITHM = 'AWS4-HMAC-SHA256'
SKEW = 15 * 60
AUTHORIZATION = re.compile(
    r'AWS4-HMAC-SHA256\s+Credential=([^,\s]+)\s*,\s*SignedHeaders=([^,\s]+)\s*,\s*Signature=([0-9a-f]{64})\s*$')
STREAMING = 'STREAMING-'


def encode(data):
    """Percent-encode everything but the unreserved characters."""
    return quote(data, safe='-_.~')


def canonical_path(raw):
    """Decode once, encode once; dots and double slashes stay."""
    return quote(unquote_to_bytes(raw), safe='/-_.~')


def canonical_query(raw):
    pairs = []
    for item in raw.split('&') if raw else []:
        if not item:
            continue
        name, _, value = item.partition('=')
        pairs.append(tuple(encode(unquote_to_bytes(x.replace('+', ' '))) for x in (name, value)))
    return '&'.join('%s=%s' % pair for pair in sorted(pairs))


def canonical_request(method, path, query, headers, signed, payload):
    """headers: lower-case names to values, in latin-1 as they came."""
    lines = [method, canonical_path(path), canonical_query(query)]
    for name in signed:
        lines.append('%s:%s' % (name, re.sub(' +', ' ', headers[name].strip(' \t'))))
    lines += ['', ';'.join(signed), payload]
    return '\n'.join(lines)


def signing_key(secret, date, region, service):
    key = ('AWS4' + secret).encode()
    for item in (date, region, service, 'aws4_request'):
        key = hmac.new(key, item.encode(), hashlib.sha256).digest()
    return key


def signature(secret, stamp, scope, canonical):
    date, region, service, _ = scope.split('/')
    to_sign = '\n'.join([ALGORITHM, stamp, scope,
                         hashlib.sha256(canonical.encode('latin-1')).hexdigest()])
    key = signing_key(secret, date, region, service)
    return hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest(), to_sign


def verify(method, path, query, headers, now, region, find_secret, service='s3'):
    """Raises S3Error, or returns the access key id.

    path and query as they stood on the wire; now is the server's clock in
    seconds; region None accepts any; find_secret(access key, token) gives the
    secret or raises.
    """
    found = AUTHORIZATION.match(headers['authorization'])
    if not found:
        raise S3Error('AuthorizationHeaderMalformed')
    credential, names, given = found.groups()
    try:
        access, date, got_region, got_service, end = credential.rsplit('/', 4)
    except ValueError:
        raise S3Error('AuthorizationHeaderMalformed',
                      'The authorization header is malformed; the Credential is mal-formed; '
                      'expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".')
    if end != 'aws4_request' or not re.fullmatch(r'\d{8}', date):
        raise S3Error('AuthorizationHeaderMalformed')
    if got_service != service:
        raise S3Error('AuthorizationHeaderMalformed',
                      'The authorization header is malformed; incorrect service "%s". '
                      'This endpoint belongs to "%s".' % (got_service, service))
    if region and got_region != region:
        raise S3Error('AuthorizationHeaderMalformed',
                      "The authorization header is malformed; the region '%s' is wrong; "
                      "expecting '%s'" % (got_region, region),
                      extra=[('Region', region)], headers=[('x-amz-bucket-region', region)])

    payload = headers.get('x-amz-content-sha256')
    if payload is None:
        raise S3Error('InvalidRequest',
                      'Missing required header for this request: x-amz-content-sha256')
    if payload.startswith(STREAMING):
        raise S3Error('NotImplemented')
    if payload != 'UNSIGNED-PAYLOAD' and not re.fullmatch(r'[0-9a-f]{64}', payload):
        raise S3Error('InvalidArgument',
                      'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, '
                      'STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD '
                      'or a valid sha256 value.')

    stamp = headers.get('x-amz-date', '')
    if not re.fullmatch(r'\d{8}T\d{6}Z', stamp):
        raise S3Error('AccessDenied',
                      'AWS authentication requires a valid Date or x-amz-date header')
    try:
        sent = calendar.timegm(time.strptime(stamp, '%Y%m%dT%H%M%SZ'))
    except ValueError:
        raise S3Error('AccessDenied',
                      'AWS authentication requires a valid Date or x-amz-date header')
    secret = find_secret(access, headers.get('x-amz-security-token'))
    if abs(sent - now) > SKEW:
        raise S3Error('RequestTimeTooSkewed', extra=[
            ('RequestTime', stamp),
            ('ServerTime', time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(now))),
            ('MaxAllowedSkewMilliseconds', SKEW * 1000)])
    if not stamp.startswith(date):
        raise S3Error('SignatureDoesNotMatch')

    signed = names.split(';')
    unsigned = [n for n in headers
                if (n.startswith('x-amz-') or n == 'host') and n not in signed
                and not (service != 's3' and n == 'x-amz-content-sha256')]
    if unsigned:
        raise S3Error('AccessDenied',
                      'There were headers present in the request which were not signed',
                      extra=[('HeadersNotSigned', ', '.join(sorted(unsigned)))])
    if signed != sorted(set(signed)) or any(n not in headers or n != n.lower() for n in signed):
        raise S3Error('SignatureDoesNotMatch', extra=[('SignedHeaders', names)])
    canonical = canonical_request(method, path, query, headers, signed, payload)
    scope = '/'.join((date, got_region, got_service, end))
    right, to_sign = signature(secret, stamp, scope, canonical)
    if not hmac.compare_digest(right, given):
        raise S3Error('SignatureDoesNotMatch', extra=[
            ('AWSAccessKeyId', access), ('StringToSign', to_sign),
            ('SignatureProvided', given),
            ('CanonicalRequest', canonical.encode('latin-1').decode('utf-8', 'replace'))])
    return access
