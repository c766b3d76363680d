# section: training
# number: 3
# title: Learning rate
# caption: The learning rate in force in each epoch; a triangle stands where a plateau reduced it.
# empty: no epoch of this run is recorded
# data: history
# height: 320

# The learning rate in steps, on a log axis.
title = 'Learning rate by epoch'
@heading
file = data.'history.tsv'
step = rows > 60 ? 20 : rows > 30 ? 5 : rows > 15 ? 2 : 1
set xrange [0.5:rows + 0.5]
set xtics step
set xlabel 'epoch'
set ylabel 'learning rate'
set logscale y
set format y '%g'
set yrange [more(min_learning_rate / 2, 1e-9):more(max_learning_rate * 2, 1e-8)]
if (max_learning_rate <= 100 * min_learning_rate) {
    set ytics (1e-7, 2e-7, 5e-7, 1e-6, 2e-6, 5e-6, 1e-5, 2e-5, 5e-5, \
               1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 5e-3, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1)
}
plot file using ($0 + 0.5):'learning_rate':(1):(0) with vectors nohead lc rgb blue lw 3 notitle, \
     for [i = 1:sum_reduced > 0] file using ($0 + 1.5): \
        (column('reduced') > 0 ? column('learning_rate') : NaN) \
        with points lc rgb green lw 2 pt 11 ps 1 title 'reduced on a plateau', \
     for [i = 1:sum_stopped > 0] file using ($0 + 1.5): \
        (column('stopped') > 0 ? column('learning_rate') : NaN) \
        with points lc rgb ink lw 2 pt 2 ps 1.4 title 'stopped early'
