# section: experiments
# number: 1
# title: Leaderboard
# caption: Bars are plus and minus one standard error; runs whose bars overlap can hardly be told apart by these validation {images}.
# empty: no finished run of this dataset has been evaluated on validation {images}
# height: 150 + 20 * rows

# The best runs with their standard errors; this run is the filled one.
@heading
file = data.'leaderboard.tsv'
@accuracy_room
set xrange [@accuracy_low:@accuracy_high]
set xlabel 'validation accuracy (%)'
set yrange [rows - 0.5:-0.5]
set ytics scale 0
unset grid
set grid xtics lc rgb rule lt 1 lw 1
unset key
plot file using 'accuracy':'place':'standard_error':ytic(stringcolumn('label')) \
        with xerrorbars lc rgb blue lw 1.5 pt 6 ps 0.8, \
     '' using (column('this') > 0 ? column('accuracy') : NaN):'place' \
        with points lc rgb blue pt 7 ps 0.9
