# class_counts.gp: how many images each class has in each part. In: rows, has_test_labels.
title = 'Images by class'
@heading
file = data.'class_counts.tsv'
stats file using 'train' nooutput
step = step_of(STATS_max)
set xtics step
set xlabel 'images'
set xrange [0:*]
set yrange [rows - 0.5:-0.5]
set ytics scale 0
unset grid
set grid xtics lc rgb rule lt 1 lw 1
set style fill solid noborder
plot file using (0):'place':(0):'train':(column('place') - 0.38):(column('place') - 0.14):ytic(stringcolumn('label')) \
        with boxxyerror fc rgb blue title 'train', \
     '' using (0):'place':(0):'validation':(column('place') - 0.12):(column('place') + 0.12) \
        with boxxyerror fc rgb vermillion title has_validation ? 'validation' : '', \
     '' using (0):'place':(0):'test':(column('place') + 0.14):(column('place') + 0.38) \
        with boxxyerror fc rgb green title has_test_labels ? 'test' : ''
