#!/bin/bash
exec "${BUILD:-${0%/*}/../build}/unit/memstream"
