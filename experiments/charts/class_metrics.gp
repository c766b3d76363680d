# section: results
# number: 3
# classes: 128
# title: Metrics by class
# caption: The axis shows the region that matters, not 0 to 100 %. A class without a dot of one kind
#   was never predicted, or has no {images}.
# empty: the run has not been evaluated on {images} with labels
# height: 140 + 18 * rows

# Precision, recall and F1 of each class. Dots, since the axis need not begin at 0.
title = 'Precision, recall and F1 by class'
@heading
file = data.'class_metrics.tsv'
least = less(100, less(min_recall, less(min_f1, min_precision)))
set xlabel '%'
set yrange [rows - 0.5:-0.5]
set ytics scale 0
unset grid
set grid xtics lc rgb rule lt 1 lw 1
room = least < 99.9 ? 0.06 * (100 - least) : 0.01
set xrange [least - room:100 + room]
plot file using 'recall':(column('place') - 0.22):ytic(stringcolumn('label')) \
        with points pt 4 ps 0.7 lw 1.5 lc rgb vermillion title 'recall', \
     '' using 'precision':(column('place')) \
        with points pt 9 ps 0.8 lc rgb blue title 'precision', \
     '' using 'f1':(column('place') + 0.22) with points pt 7 ps 0.6 lc rgb green title 'F1'
