# section: data
# number: 1
# classes: 128
# title: {Images} by class
# caption: How many {images} the net could learn each class from, and how many judge it.
# empty: the dataset has no {images}
# height: 140 + 18 * rows

# How many rows each class has in each part.
@heading
file = data.'class_counts.tsv'
most = more(1, more(max_train, more(max_validation, max_test)))
step = step_of(most)
set xtics step
set xlabel images
set xrange [0:most * 1.02]
set yrange [rows - 0.5:-0.5]
set ytics scale 0
unset grid
set grid xtics lc rgb rule lt 1 lw 1
set style fill solid noborder
plot file using (0):'place':(0):'train':(column('place') - 0.38): \
        (column('place') - 0.14):ytic(stringcolumn('label')) \
        with boxxyerror fc rgb blue title 'train', \
     for [i = 1:max_validation > 0] file using (0):'place':(0):'validation': \
        (column('place') - 0.12):(column('place') + 0.12) \
        with boxxyerror fc rgb vermillion title 'validation', \
     for [i = 1:max_test > 0] file using (0):'place':(0):'test':(column('place') + 0.14): \
        (column('place') + 0.38) \
        with boxxyerror fc rgb green title 'test'
