# history.gp: loss or accuracy of each epoch, for training and validation. In: chart, rows.
loss = chart eq 'history_loss'
title = loss ? 'Loss by epoch' : 'Accuracy by epoch'
@heading
file = data.'history.tsv'
what = loss ? 'loss' : 'accuracy'
# What follows has happened in some runs only, and is in the key of those.
stats file using 'reduced' nooutput
reductions = STATS_sum
stats file using 'stopped' nooutput
stops = STATS_sum
stats file using 'best' nooutput
bests = STATS_sum

step = rows > 60 ? 20 : rows > 30 ? 5 : rows > 15 ? 2 : 1
set xrange [rows < 2 ? 0 : 1 - 0.02 * rows : rows < 2 ? 2 : rows * 1.02]
set xtics step
if (rows < 2) { set xtics (1) }
set xlabel 'epoch'
set ylabel loss ? 'cross-entropy (nats)' : 'accuracy (%)'
set key maxrows 2
set tmargin at screen down(88)
if (loss) { @loss_axis }

of(name) = column(name.'_'.what)
main = has_validation ? 'validation' : 'train'
if (rows < 2) { @single_epoch }
plot file using 'epoch':(of('train')) with linespoints lc rgb vermillion lw 2 pt 4 ps 0.5 title 'train', \
     '' using 'epoch':(has_validation ? of('validation') : NaN) with linespoints lc rgb blue lw 2 pt 7 ps 0.5 \
        title has_validation ? 'validation' : '', \
     '' using 'epoch':(column('best') > 0 ? of(main) : NaN) with points lc rgb blue lw 2 pt 6 ps 1.6 \
        title bests > 0 ? 'best epoch' : '', \
     '' using 'epoch':(column('reduced') > 0 ? of(main) : NaN) with points lc rgb green lw 2 pt 10 ps 1.4 \
        title reductions > 0 ? 'rate reduced' : '', \
     '' using 'epoch':(column('stopped') > 0 ? of(main) : NaN) with points lc rgb ink lw 2 pt 2 ps 1.4 \
        title stops > 0 ? 'stopped early' : ''
