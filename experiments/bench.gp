# Draws the benchmark: gnuplot -e "input='build/bench.csv'; output='build/bench.svg'" experiments/bench.gp
# One group of bars a row of the table; the whiskers are the least and the greatest of the rounds.
set terminal svg size 960,420 font "sans-serif,12" background "white"
set output output
set datafile separator ","
set style data histograms
set style histogram errorbars gap 1.5 lw 1
set style fill solid 0.9 noborder
set boxwidth 0.9
set title "Images a second: median of the rounds, with the least and the greatest"
set bmargin 4
set errorbars front lc rgb "#333333"
set ylabel "images a second"
set format y "%.0f"
set grid y lc rgb "#dddddd"
set border 3
set tics nomirror
set key top left
set xtics scale 0
rows(engine) = sprintf("< awk -F, '$5 == \"%s\"' %s", engine, input)
label(net, mode, batch) = sprintf("%s\n%s %s", net, mode, batch)
plot rows("pixelmill") using 6:7:8:xtic(label(strcol(1), strcol(2), strcol(3))) title "Pixelmill" lc rgb "#0072b2", \
     rows("torch-fp32") using 6:7:8 title "PyTorch, 32-bit" lc rgb "#e69f00", \
     rows("torch-bf16") using 6:7:8 title "PyTorch, bf16" lc rgb "#999999"
