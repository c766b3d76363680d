# section: experiments
# number: 3
# title: Runs by experiment
# caption: How far accuracy depends on the seed.
# empty: no finished run of this dataset has been evaluated on validation {images}
# height: 150 + 30 * rows

# How far accuracy varies between runs of one experiment.
title = 'Runs of each experiment'
@heading
file = data.'seeds.tsv'
experiments = max_place + 1
@accuracy_room
set xrange [@accuracy_low:@accuracy_high]
set xlabel 'validation accuracy (%)'
set yrange [experiments - 0.5:-0.5]
set ytics scale 0
unset grid
set grid xtics lc rgb rule lt 1 lw 1
plot file using 'accuracy': \
        (column('place') + 0.25 * ((column('run') * 0.618) - floor(column('run') * 0.618) - 0.5)) \
        with points lc rgb blue pt 6 ps 0.8 lw 1.5 title 'run', \
     '' using 'mean':'place':ytic(stringcolumn('experiment')) with points ps 0 notitle, \
     '' using 'mean':(column('place') - 0.3):(0):(0.6) \
        with vectors nohead lc rgb vermillion lw 2.5 title 'mean'
