#!/bin/bash
exec "${BUILD:-${0%/*}/../build}/unit/sha256x2"
