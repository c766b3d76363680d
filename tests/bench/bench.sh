#!/bin/bash
# The benchmark of the library: training and inference against PyTorch, in one run.
#
#     bench.sh [--rounds 9] [--seconds 0.5] [--threads N] DIGITS.csv
#
# Each row of the table is a net, a mode and a batch. In each round every engine has its turn at every
# row, one after the other, so that all of them meet the same weather on the machine; the table has the
# median of the rounds with least and greatest. PyTorch is taken from Debian's python3-torch and left
# out where that is missing; both engines get the kernels of OpenBLAS that suit the CPU best.
# Writes $BUILD/bench.csv and, with gnuplot, $BUILD/bench.svg.
set -eu

rounds=9 seconds=0.5 threads=$(nproc)
while [ $# -gt 1 ]; do
    case $1 in
    --rounds) rounds=$2 ;;
    --seconds) seconds=$2 ;;
    --threads) threads=$2 ;;
    *) echo "bench.sh: unknown option '$1'" >&2; exit 2 ;;
    esac
    shift 2
done
digits=$1
here=$(dirname "$0")
build=${BUILD:-build}
nn=$build/bench/bench_nn
rows=('baseline train 32' 'baseline train 128' 'baseline-bn train 32' 'baseline-bn train 128'
      'batchnorm train 32' 'batchnorm train 128'
      'baseline infer 1000' 'baseline-bn infer 1000' 'batchnorm infer 1000')

# OpenBLAS chooses its kernels itself, for both engines; bench_nn says where it does not know the CPU.
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE
description=$($nn "$digits" describe)
case $description in *SkylakeX*) export OPENBLAS_CORETYPE=SkylakeX ;; esac

coproc NN { exec "$nn" "$digits"; }
ask_nn() { echo "$1" >&"${NN[1]}"; read -r answer <&"${NN[0]}"; }
engines=(pixelmill)
if /usr/bin/python3 -c 'import torch' 2> /dev/null; then
    engines+=(torch-fp32 torch-bf16)
    exec {keep}<&"${NN[0]}" {give}>&"${NN[1]}"
    mkfifo "$build/bench/to" "$build/bench/from"
    trap 'rm -f "$build/bench/to" "$build/bench/from"' EXIT
    /usr/bin/python3 "$here/peer.py" "$digits" < "$build/bench/to" > "$build/bench/from" &
    exec {to_peer}> "$build/bench/to" {from_peer}< "$build/bench/from"
else
    echo "PyTorch is not installed: its rows are left out (make bench-peer installs it)."
fi
ask_peer() { echo "$1" >&$to_peer; read -r answer <&$from_peer; }

ask() { # engine, net, mode, batch, seconds
    local request="$3 experiments/$2.conf $4 $threads $5"
    case $1 in
    pixelmill) ask_nn "$request" ;;
    torch-*) ask_peer "$request ${1#torch-}" ;;
    esac
}

samples=$build/bench/samples
: > "$samples"
for round in $(seq 0 "$rounds"); do # round 0 warms up
    for row in "${rows[@]}"; do
        read -r net mode batch <<< "$row"
        for engine in "${engines[@]}"; do
            ask "$engine" "$net" "$mode" "$batch" "$seconds"
            [ "$round" = 0 ] || echo "$net,$mode,$batch,$threads,$engine,$answer" >> "$samples"
        done
    done
    [ ! -t 2 ] || printf '\rround %d of %d' "$round" "$rounds" >&2
done
[ ! -t 2 ] || printf '\r\033[K' >&2

# Sorted by figure, so that the median of a row stands in its middle.
{
    echo net,mode,batch,threads,engine,images_per_second,min,max
    for row in "${rows[@]}"; do
        read -r net mode batch <<< "$row"
        for engine in "${engines[@]}"; do
            grep "^$net,$mode,$batch,$threads,$engine," "$samples" | cut -d, -f6 | sort -g |
                awk -v row="$net,$mode,$batch,$threads,$engine" \
                    '{v[NR] = $1} END {m = NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2
                     printf "%s,%.0f,%.0f,%.0f\n", row, m, v[1], v[NR]}'
        done
    done
} > "$build/bench.csv"

echo "$(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1), $threads threads, $description"
ask_nn "peak $threads"
peak=$answer
echo "sgemm peak $peak GFLOP/s; images a second, median of $rounds rounds of $seconds s (least - greatest)"
echo
printf '%-12s %-5s %5s | %-25s %7s %5s | %-22s %6s | %-22s %6s\n' net mode batch pixelmill \
    GFLOP/s peak 'torch fp32' ratio 'torch bf16' ratio
for row in "${rows[@]}"; do
    read -r net mode batch <<< "$row"
    ask_nn "flops experiments/$net.conf"
    read -r forward training <<< "$answer"
    flops=$forward
    [ "$mode" = infer ] || flops=$training
    awk -F, -v net="$net" -v mode="$mode" -v batch="$batch" -v flops="$flops" -v peak="$peak" '
        $1 == net && $2 == mode && $3 == batch { m[$5] = $6; r[$5] = sprintf("%d (%d - %d)", $6, $7, $8) }
        END {
            p = m["pixelmill"]
            printf "%-12s %-5s %5d | %-25s %7.0f %4.0f%% |", net, mode, batch, r["pixelmill"],
                   p * flops / 1e9, 100 * p * flops / 1e9 / peak
            for (i = 1; i <= 2; i++) {
                e = i == 1 ? "torch-fp32" : "torch-bf16"
                if (e in m) printf " %-22s %5.1fx %s", r[e], p / m[e], i == 1 ? "|" : ""
            }
            print ""
        }' "$build/bench.csv"
done

echo
echo "GFLOP/s are counted by direct convolution: Winograd and the sparse backward pass do less work."
for net in baseline baseline-bn batchnorm; do
    echo
    echo "$net, training, batch 128: microseconds an image of one thread, GFLOP/s of one thread"
    ask_nn "layers experiments/$net.conf 128 $threads 1"
    while [ "$answer" != end ]; do
        IFS='|' read -r text path each rate <<< "$answer"
        printf '  %-24s %-10s %8s %7s\n' "$text" "$path" "$each" "${rate/#0/-}"
        read -r answer <&"${NN[0]}"
    done
done

echo
echo "what augmentation adds to a training step, batch 128 (medians of steps in turns):"
for net in quick; do
    ask_nn "augment experiments/$net.conf 128 $threads 3"
    read -r without with <<< "$answer"
    awk -v net=$net -v a="$without" -v b="$with" \
        'BEGIN {printf "  %-12s %.2f ms without, %.2f ms with: %+.1f %%\n", net, a, b, 100 * (b / a - 1)}'
done

echo
echo "peak memory of training at batch 128, MiB:"
for net in baseline baseline-bn batchnorm; do
    printf '  %-12s pixelmill %s' "$net" "$($nn "$digits" "memory experiments/$net.conf 128 $threads")"
    if [ ${#engines[@]} -gt 1 ]; then
        printf ', torch fp32 %s' "$(/usr/bin/python3 "$here/peer.py" "$digits" "memory experiments/$net.conf 128 $threads fp32")"
    fi
    echo
done

if command -v gnuplot > /dev/null; then
    gnuplot -e "input='$build/bench.csv'; output='$build/bench.svg'" experiments/bench.gp
    echo
    echo "$build/bench.csv, $build/bench.svg"
fi
