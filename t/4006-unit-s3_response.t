#!/bin/bash
exec "${BUILD:-${0%/*}/../build}/unit/s3_response"
