# section: confidence
# number: 4
# title: Accuracy against coverage
# caption: What accuracy would be if the least certain {images} were refused, say for a person to
#   read.
# empty: the run has not been evaluated on {images} with labels
# height: 320

# Accuracy on the images that remain when the least certain are refused.
@heading
file = data.'coverage.tsv'
least = min_accuracy
unset key
set xlabel 'share of '.images.' answered, the most certain first (%)'
set ylabel 'accuracy (%)'
set xrange [0:101]
set yrange [least - (100 - least) * 0.1 - 0.01:100 + (100 - least) * 0.1 + 0.01]
plot file using 'coverage':'accuracy' with lines lc rgb blue lw 2
