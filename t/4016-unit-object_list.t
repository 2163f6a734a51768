#!/bin/bash
exec "${BUILD:-${0%/*}/../build}/unit/object_list"
