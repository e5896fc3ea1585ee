#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Generates C from the contracts. The contracts stay free of C: the C package is injected into a copy of the whole tree,
# because a file that imports another takes its C names from the option in that other file. billing.<area>.v1 -> <area>.
# usage: protoc_c.sh PROTO_ROOT OUT
set -eu
root=$1 out=$2
rm -rf "$out/.in"
for file in $(cd "$root" && find billing -name '*.proto' | sort); do
    mkdir -p "$out/.in/$(dirname "$file")"
    awk '{ print }
         /^package billing\./ { split($2, part, ".");
             print "import \"protobuf-c/protobuf-c.proto\";";
             print "option (pb_c_file) = {c_package: \"" part[2] "\" const_strings: true};" }' \
        "$root/$file" > "$out/.in/$file"
done
cd "$out/.in"
protoc-c -I . -I /usr/include --c_out="$out" $(find billing -name '*.proto' | sort) google/protobuf/timestamp.proto
cd "$out"
# Two repairs: the _IS_INT_SIZE enumerator would have to be named in every switch, and proto style doubles the name of
# an enum in its values.
find . -name '*.pb-c.[ch]' | xargs sed -i -E \
    -e '/PROTOBUF_C__FORCE_ENUM_TO_BE_INT_SIZE/d' -e 's/\b[A-Z0-9_]+__([A-Z0-9_]+)__\1_/\1_/g'
