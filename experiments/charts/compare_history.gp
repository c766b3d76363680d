# compare_history.gp: two runs' histories over each other. In: chart, rows, run_a, run_b.
loss = chart eq 'compare_loss'
title = loss ? 'Loss by epoch, two runs' : 'Accuracy by epoch, two runs'
@heading
file = data.'compare_history.tsv'
what = loss ? 'loss' : 'accuracy'
set xrange [rows < 2 ? 0 : 1 - 0.02 * rows : rows < 2 ? 2 : rows * 1.02]
step = rows > 60 ? 20 : rows > 30 ? 5 : rows > 15 ? 2 : 1
set xtics step
if (rows < 2) { set xtics (1) }
set xlabel 'epoch'
set ylabel loss ? 'cross-entropy (nats)' : 'accuracy (%)'
set key maxrows 2
set tmargin at screen down(88)
if (loss) { @loss_axis }
plot file using 'epoch':'a_validation_'.what \
        with linespoints lc rgb blue lw 2 pt 7 ps 0.5 title run_a.', validation', \
     '' using 'epoch':'a_train_'.what \
        with linespoints lc rgb blue lw 1.2 dt (5, 3) pt 6 ps 0.5 title run_a.', train', \
     '' using 'epoch':'b_validation_'.what \
        with linespoints lc rgb vermillion lw 2 pt 5 ps 0.5 title run_b.', validation', \
     '' using 'epoch':'b_train_'.what \
        with linespoints lc rgb vermillion lw 1.2 dt (5, 3) pt 4 ps 0.5 title run_b.', train'
