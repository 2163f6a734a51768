#!/bin/bash
# AWS's files as botocore reads them: 200 pairs of them, more or less regular.
# SEED and FILES try others.
. "${0%/*}/lib.sh"

/usr/bin/python3 -c 'import botocore' 2>/dev/null || skip_all "python3-boto3 is not installed"
timeout $((200 * PATIENCE)) "$HELPER/aws-files" "$BUILD/helper/aws-profile" "$T" "${FILES:-200}" "${SEED:-1}" >"$T/out" 2>&1
rc=$?
cp "$T/out" "$T/err"
result $rc "$(tail -1 "$T/out")"
finish
