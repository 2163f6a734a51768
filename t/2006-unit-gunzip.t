#!/bin/bash
exec "${BUILD:-${0%/*}/../build}/unit/gunzip"
