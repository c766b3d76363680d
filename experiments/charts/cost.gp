# section: experiments
# number: 2
# title: Accuracy against cost
# caption: A point a run of this dataset; the filled one is this run.
# empty: no finished run of this dataset has been evaluated on validation {images}
# height: 320

# What accuracy has cost in seconds of training.
@heading
file = data.'cost.tsv'
@accuracy_room
set yrange [@accuracy_low:@accuracy_high]
unset key
set xlabel 'training (s)'
set ylabel 'validation accuracy (%)'
set logscale x
set xrange [min_seconds / 2:max_seconds * 3]
set format x '%g'
set xtics (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 1e4, 2e4, 5e4, 1e5)
plot file using 'seconds':'accuracy':'standard_error' \
        with yerrorbars lc rgb blue lw 1.5 pt 6 ps 0.8, \
     '' using (column('this') > 0 ? column('seconds') : NaN):'accuracy' \
        with points lc rgb blue pt 7 ps 0.9, \
     for [i = 1:rows <= 25] file using 'seconds':'accuracy':('  '.strcol('experiment')) \
        with labels left font 'Arial,9' tc rgb muted
