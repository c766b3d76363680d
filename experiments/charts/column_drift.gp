# section: data
# number: 5
# for: table
# title: Drift by column
# caption: How far the mean of a column lies in the test rows from that in the training rows, in
#   standard deviations of the latter; the twenty columns that are farthest off. Much drift says
#   that the test rows come from elsewhere.
# empty: the dataset has no test rows, or no column varies
# height: 120 + 20 * rows

# Are the test rows like the training rows? Bars from 0 to each side.
title = 'Means of columns, test against train'
@heading
file = data.'column_drift.tsv'
far = more(0.1, more(abs(min_drift), abs(max_drift))) * 1.05
unset key
set xlabel 'standard deviations'
set xrange [-far:far]
set xtics step_of(2 * far)
set yrange [rows - 0.5:-0.5]
set ytics scale 0
unset grid
set grid xtics lc rgb rule lt 1 lw 1
set style fill solid noborder
set tmargin at screen down(50)
plot file using (0):(column('place')):(less(0, column('drift'))):(more(0, column('drift'))): \
        (column('place') - 0.3):(column('place') + 0.3):ytic(stringcolumn('column')) \
        with boxxyerror fc rgb blue
