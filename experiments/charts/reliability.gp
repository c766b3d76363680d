# section: confidence
# number: 3
# title: Reliability diagram
# caption: Points below the dashed line: the net is surer than it should be; above: it could be
#   surer.
# empty: the run has not been evaluated on {images} with labels
# height: 320

# Is a confidence of 80 % right in 80 of 100 cases? Points on the diagonal say yes.
title = 'Reliability'
@heading
set xlabel 'mean confidence (%)'
set ylabel 'accuracy (%)'
set xrange [0:103]
set yrange [0:103]
set xtics 20
set ytics 20
file = data.'reliability.tsv'
plot x with lines lc rgb muted dt (4, 3) title 'as sure as right', \
     file using 'confidence':'accuracy':'low':'high' \
        with yerrorbars lc rgb blue lw 1.5 pt 7 ps 0.7 \
        title 'with 95 % interval'
