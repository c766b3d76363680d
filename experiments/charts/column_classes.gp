# section: data
# number: 2
# for: table
# title: Columns by class
# caption: The columns of numbers of which the class tells most. Box: the middle half of a class's
#   training rows; thick mark: the median; line: 5 to 95 %.
# empty: no column of numbers varies with the class, or there are more than 20 classes
# height: 120 + 14 * rows + 20 * max_place

# How the classes lie apart in the few columns that tell them best, all on one axis, in standard
# deviations.
title = 'Columns that tell the classes apart'
@heading
file = data.'column_classes.tsv'
least = min_p5; most = max_p95
room = 0.05 * (most - least) + 0.05
unset key
set xlabel 'standard deviations from the mean'
set xrange [least - room:most + room]
# A place is a column: a line for its name, then its classes.
classes_here = max_class + 1
at(x) = column('place') * (classes_here + 1.4) + column('class') + 1
set yrange [(max_place + 1) * (classes_here + 1.4) - 0.4:-0.9]
set ytics scale 0 font 'Arial,10'
unset grid
set grid xtics lc rgb rule lt 1 lw 1
set tmargin at screen down(50)
set style fill transparent solid 0.35 border
told(x) = sprintf('%s · told by the class: %.0f %%', strcol('column'), column('told'))
plot file using 'p5':(at(0)):(column('p95') - column('p5')):(0):ytic(stringcolumn('label')) \
        with vectors nohead lw 1.5 lc rgb blue, \
     '' using 'p50':(at(0)):'p25':'p75':(at(0) - 0.35):(at(0) + 0.35) \
        with boxxyerror fc rgb blue, \
     '' using 'p50':(at(0) - 0.35):(0):(0.7) with vectors nohead lw 3 lc rgb vermillion, \
     '' using (column('class') == 0 ? least - room : NaN):(at(0) - 1):(told(0)) \
        with labels left font 'Arial:Bold,10' tc rgb ink
