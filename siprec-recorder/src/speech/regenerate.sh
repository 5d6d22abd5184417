#!/bin/sh
# Makes the speech clips of the SIPREC client again: for each dialogue one file per side, 8 kHz G.711 µ-law in WAV, both of
# the same length, a whole number of 20 ms packets. Needs espeak-ng and sox.
#
# usage: regenerate.sh [DIRECTORY]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=${1:-$here/../main/resources/io/earwitness/recorder/client/speech}
for tool in espeak-ng sox soxi; do
  command -v "$tool" >/dev/null || { echo "$tool is missing: apt-get install espeak-ng sox" >&2; exit 3; }
done
mkdir -p "$out"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# A dialogue file has lines of the form  caller|voice|pitch|text  or  agent|voice|pitch|text, in the order of speaking.
for dialogue in "$here"/*.dialogue; do
  name=$(basename "$dialogue" .dialogue)
  rm -f "$work"/*
  turn=100
  callers= agents=
  while IFS='|' read -r side voice pitch text; do
    case $side in caller|agent) ;; *) continue ;; esac
    turn=$((turn + 1))
    espeak-ng -v "$voice" -p "$pitch" -s 175 -w "$work/$turn-raw.wav" "$text"
    # telephone band; the pause behind each turn is 0.24 s
    sox -D "$work/$turn-raw.wav" -r 8000 -b 16 -c 1 "$work/$turn.wav" gain -3 highpass 200 gain -n -6 \
      silence 1 0.01 0.5% reverse silence 1 0.01 0.5% reverse pad 0 0.24
    sox -D "$work/$turn.wav" "$work/$turn-silence.wav" gain -144
    if [ "$side" = caller ]; then
      callers="$callers $work/$turn.wav" agents="$agents $work/$turn-silence.wav"
    else
      callers="$callers $work/$turn-silence.wav" agents="$agents $work/$turn.wav"
    fi
  done < "$dialogue"
  for side in caller agent; do
    if [ "$side" = caller ]; then parts=$callers; else parts=$agents; fi
    # shellcheck disable=SC2086 # a list of file names without spaces of ours
    sox -D $parts "$work/$side.wav"
    samples=$(soxi -s "$work/$side.wav")
    sox -D "$work/$side.wav" -e u-law "$out/$name-$side.wav" pad 0 $(((160 - samples % 160) % 160))s
  done
  echo "$name $(soxi -D "$out/$name-caller.wav") s"
done
