# section: data
# number: 5
# for: images
# title: Brightness of train and test images
# caption: Curves that differ would say that the test images come from elsewhere.
# empty: the dataset has no training images
# height: 320

# Are the test images like the training images? The spread of their mean brightness.
title = has_test ? 'Brightness of images, train and test' : 'Brightness of training images'
@heading
file = data.'drift.tsv'
stats file using 'middle' nooutput
first = STATS_min - 4
last = STATS_max + 4
set xlabel 'mean pixel value of an image (0 to 255)'
set ylabel 'share of images (%)'
set yrange [0:*]
set xrange [first:last]
plot file using 'middle':'train' with linespoints lc rgb blue lw 2 pt 7 ps 0.3 title 'train', \
     for [i = 1:has_test] file using 'middle':'test' \
        with linespoints lc rgb vermillion lw 2 pt 4 ps 0.5 title 'test'
