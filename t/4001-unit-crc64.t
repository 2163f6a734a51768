#!/bin/bash
exec "${BUILD:-${0%/*}/../build}/unit/crc64"
