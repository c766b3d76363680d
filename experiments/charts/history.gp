# history.gp: loss or accuracy of each epoch, for training and validation, the latter also by the
# averaged weights where they are kept. In: chart, rows.
loss = chart eq 'history_loss'
title = loss ? 'Loss by epoch' : 'Accuracy by epoch'
@heading
file = data.'history.tsv'
what = loss ? 'loss' : 'accuracy'
low = loss ? less(min_average_loss, less(min_train_loss, min_validation_loss)) \
    : less(min_average_accuracy, less(min_train_accuracy, min_validation_accuracy))
high = loss ? more(max_average_loss, more(max_train_loss, max_validation_loss)) \
    : more(max_average_accuracy, more(max_train_accuracy, max_validation_accuracy))
if (low == high) { set yrange [low * 0.5:high * 1.5 + (high > 0 ? 0 : 1)] }
has_validation = (loss ? n_validation_loss : n_validation_accuracy) > 0
has_average = (loss ? n_average_loss : n_average_accuracy) > 0

step = rows > 60 ? 20 : rows > 30 ? 5 : rows > 15 ? 2 : 1
set xrange [rows < 2 ? 0 : 1 - 0.02 * rows : rows < 2 ? 2 : rows * 1.02]
set xtics step
if (rows < 2) { set xtics (1) }
set xlabel 'epoch'
set ylabel loss ? 'cross-entropy (nats)' : 'accuracy (%)'
set key maxrows 2
set tmargin at screen down(88)
if (loss && low > 0) { @loss_axis }

of(name) = column(name.'_'.what)
main = has_average ? 'average' : has_validation ? 'validation' : 'train'
plot file using 'epoch':(of('train')) \
        with linespoints lc rgb vermillion lw 2 pt 4 ps 0.5 title 'train', \
     for [i = 1:has_validation] file using 'epoch':(of('validation')) \
        with linespoints lc rgb blue lw 2 pt 7 ps 0.5 \
        title 'validation', \
     for [i = 1:has_average] file using 'epoch':(of('average')) \
        with linespoints lc rgb green lw 2 pt 5 ps 0.4 \
        title 'averaged', \
     for [i = 1:sum_best > 0] file using 'epoch':(column('best') > 0 ? of(main) : NaN) \
        with points lc rgb has_average ? green : blue lw 2 pt 6 ps 1.6 \
        title 'best epoch', \
     for [i = 1:sum_reduced > 0] file using 'epoch':(column('reduced') > 0 ? of(main) : NaN) \
        with points lc rgb ink lw 2 pt 10 ps 1.4 \
        title 'rate reduced', \
     for [i = 1:sum_stopped > 0] file using 'epoch':(column('stopped') > 0 ? of(main) : NaN) \
        with points lc rgb ink lw 2 pt 2 ps 1.4 \
        title 'stopped early'
