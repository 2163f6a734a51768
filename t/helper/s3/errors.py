"""S3's errors: code, status and wording as the service documents them."""

from xml.sax.saxutils import escape

STATUS = {
    'AccessDenied': (403, 'Access Denied'),
    'AllAccessDisabled': (403, 'All access to this object has been disabled'),
    'AuthorizationHeaderMalformed': (400, 'The authorization header that you provided is not valid.'),
    'BadDigest': (400, 'The Content-MD5 you specified did not match what we received.'),
    'BadGateway': (502, 'Bad Gateway'),
    'BucketAlreadyOwnedByYou': (409, 'Your previous request to create the named bucket succeeded and you already own it.'),
    'BucketNotEmpty': (409, 'The bucket you tried to delete is not empty'),
    'ConditionalRequestConflict': (409, 'The conditional request cannot succeed due to a conflicting operation against this resource.'),
    'EntityTooLarge': (400, 'Your proposed upload exceeds the maximum allowed size'),
    'EntityTooSmall': (400, 'Your proposed upload is smaller than the minimum allowed size'),
    'ExpiredToken': (400, 'The provided token has expired.'),
    'GatewayTimeout': (504, 'Gateway Timeout'),
    'IllegalLocationConstraintException': (400, 'The location constraint is incompatible for the region specific endpoint this request was sent to.'),
    'InternalError': (500, 'We encountered an internal error. Please try again.'),
    'InvalidAccessKeyId': (403, 'The AWS Access Key Id you provided does not exist in our records.'),
    'InvalidArgument': (400, 'Invalid Argument'),
    'InvalidBucketName': (400, 'The specified bucket is not valid.'),
    'InvalidDigest': (400, 'The Content-MD5 you specified was invalid.'),
    'InvalidPart': (400, "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag."),
    'InvalidPartOrder': (400, 'The list of parts was not in ascending order. Parts must be ordered by part number.'),
    'InvalidRange': (416, 'The requested range is not satisfiable'),
    'InvalidRequest': (400, 'Invalid Request'),
    'InvalidStorageClass': (400, 'The storage class you specified is not valid'),
    'InvalidTag': (400, 'The tag provided was not a valid tag.'),
    'InvalidToken': (400, 'The provided token is malformed or otherwise invalid.'),
    'InvalidURI': (400, "Couldn't parse the specified URI."),
    'KeyTooLongError': (400, 'Your key is too long'),
    'MalformedXML': (400, 'The XML you provided was not well-formed or did not validate against our published schema'),
    'MetadataTooLarge': (400, 'Your metadata headers exceed the maximum allowed metadata size'),
    'MethodNotAllowed': (405, 'The specified method is not allowed against this resource.'),
    'MissingContentLength': (411, 'You must provide the Content-Length HTTP header.'),
    'NoSuchBucket': (404, 'The specified bucket does not exist'),
    'NoSuchKey': (404, 'The specified key does not exist.'),
    'NoSuchUpload': (404, 'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.'),
    'NotImplemented': (501, 'A header you provided implies functionality that is not implemented'),
    'OperationAborted': (409, 'A conflicting conditional operation is currently in progress against this resource. Please try again.'),
    'PermanentRedirect': (301, 'The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.'),
    'PreconditionFailed': (412, 'At least one of the pre-conditions you specified did not hold'),
    'RequestTimeTooSkewed': (403, 'The difference between the request time and the current time is too large.'),
    'RequestTimeout': (400, 'Your socket connection to the server was not read from or written to within the timeout period. Idle connections will be closed.'),
    'ServiceUnavailable': (503, 'Service is unable to handle request.'),
    'SignatureDoesNotMatch': (403, 'The request signature we calculated does not match the signature you provided. Check your key and signing method.'),
    'SlowDown': (503, 'Please reduce your request rate.'),
    'TemporaryRedirect': (307, 'Please re-send this request to the specified temporary endpoint. Continue to use the original request endpoint for future requests.'),
    'ThrottlingException': (400, 'Rate exceeded'),
    'XAmzContentSHA256Mismatch': (400, "The provided 'x-amz-content-sha256' header does not match what was computed."),
}

# What a bare status stands for when a script asks for "503".
BY_STATUS = {
    301: 'PermanentRedirect', 307: 'TemporaryRedirect', 400: 'InvalidRequest',
    403: 'AccessDenied', 404: 'NoSuchKey', 405: 'MethodNotAllowed',
    409: 'ConditionalRequestConflict', 411: 'MissingContentLength',
    412: 'PreconditionFailed', 500: 'InternalError', 501: 'NotImplemented',
    502: 'BadGateway', 503: 'SlowDown', 504: 'GatewayTimeout',
}


class S3Error(Exception):
    """An error answer.  extra: further XML elements; headers: further headers."""

    def __init__(self, code, message=None, status=None, extra=(), headers=()):
        known = STATUS.get(code, (400, code))
        self.code = code
        self.status = status or known[0]
        self.message = message or known[1]
        self.extra = list(extra)
        self.headers = list(headers)
        super().__init__(code)

    def xml(self, resource, request_id):
        items = [('Code', self.code), ('Message', self.message)] + self.extra
        items += [('Resource', resource), ('RequestId', request_id), ('HostId', 'local')]
        inner = ''.join('<%s>%s</%s>' % (k, escape(str(v)), k) for k, v in items)
        return ('<?xml version="1.0" encoding="UTF-8"?>\n<Error>%s</Error>' % inner).encode()
