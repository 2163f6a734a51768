#!/bin/bash
# What bash, zsh and fish offer after the tab key.
. "${0%/*}/lib.sh"

for shell in bash zsh fish; do
	for tool in cp-fetch json2csv memzip s3put; do
		"$tool" --completion $shell >"$T/$tool.$shell" 2>"$T/err"
		result $? "$tool --completion $shell"
		command -v $shell >/dev/null || continue
		check "$shell reads it" $shell -n "$T/$tool.$shell"
	done
done
check_exit 64 'another shell' json2csv --completion tcsh
check_err 'is refused' "^json2csv: --completion: 'tcsh' is none of: bash zsh fish"

# in_bash WORD…: what it offers for the last word, sorted.
in_bash() (
	. "$T/$1.bash"
	COMP_WORDS=("$@")
	COMP_CWORD=$(($# - 1))
	"_${1//-/_}"
	printf '%s\n' "${COMPREPLY[@]}" | sort
)

# in_fish WORD…: the same.
in_fish() {
	fish --no-config -c "source '$T/$1.fish'; complete -C '$*'" 2>"$T/err" | cut -f1 | sort
}

# in_zsh WORD…: the last word that the command gets when an interactive shell
# was given the tab key after it.
in_zsh() {
	mkdir -p "$T/zsh"
	cp "$T/$1.zsh" "$T/zsh/_$1"
	timeout 60 python3 - "$T/zsh" "$1" "$*" <<'PY'
import os, pty, re, sys
functions, tool, line = sys.argv[1:]
pid, fd = pty.fork()
if pid == 0:
    os.environ.update(TERM='dumb', LC_ALL='C.UTF-8')
    os.execvp('zsh', ['zsh', '-f', '-i'])
def until(pattern):
    seen = b''
    while not (found := re.search(pattern, seen)):
        got = os.read(fd, 4096)
        if not got:
            sys.exit('zsh has ended: %r' % seen)
        seen += got
    return found
os.write(fd, f"fpath=({functions} $fpath); autoload -U compinit; compinit -D -u; "
             f"{tool}() {{ print -r -- go''t $@[-1] }}; print rea''dy\n".encode())
until(rb'\nready\r?\n')
os.write(fd, line.encode() + b'\t\n')
print(until(rb'\ngot ([^\r\n]*)\r?\n').group(1).decode())
os.kill(pid, 9)
PY
}

offers() { # offers SHELL WANTED WORD…
	local wanted=$2
	"in_$1" "${@:3}" >"$T/out"
	printf '%s\n' $wanted >"$T/want"
	look "$1: ${*:3} <tab>" diff "$T/want" "$T/out"
}
for shell in bash fish zsh; do
	command -v $shell >/dev/null || continue
	offers $shell --formula-guard json2csv --fo
	offers $shell count json2csv --arrays co
	offers $shell --passphrase-file memzip --pas
	offers $shell tar.zst memzip -F tar.zs
	offers $shell crc64nvme s3put --checksum crc6
	offers $shell bucket-owner-full-control s3put --acl bucket-owner-f
	offers $shell GLACIER_IR s3put --storage-class GLACIER_
	offers $shell --sse-kms-key-id s3put --sse-k
	offers $shell --header-env cp-fetch --header-
done
for shell in bash fish; do
	command -v $shell >/dev/null || continue
	offers $shell '--max-depth --max-errors' json2csv --max-
	offers $shell 'count join json' json2csv --arrays ''
	offers $shell 'AES256 aws:kms aws:kms:dsse' s3put --sse ''
done
offers bash cp-fetch json2csv --from cp-fe
offers bash '' json2csv --from cp-fetch --fo

finish
