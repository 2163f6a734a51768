#!/bin/bash
. "${0%/*}/lib.sh"
"$BUILD/unit/processors" "$T"
