# coverage.gp: accuracy on the images that remain when the least certain are refused.
title = 'Accuracy against coverage'
@heading
file = data.'coverage.tsv'
least = min_accuracy
unset key
set xlabel 'share of images answered, the most certain first (%)'
set ylabel 'accuracy (%)'
set xrange [0:101]
set yrange [least - (100 - least) * 0.1 - 0.01:100 + (100 - least) * 0.1 + 0.01]
plot file using 'coverage':'accuracy' with lines lc rgb blue lw 2
