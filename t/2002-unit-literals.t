#!/bin/bash
. "${0%/*}/lib.sh"
exec "$BUILD/unit/literals"
