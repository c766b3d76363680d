# section: confidence
# number: 1
# title: Confidence histogram
# caption: How sure the net was, where it was right and where it was wrong. The axis is logarithmic.
# empty: the run has not been evaluated on {images} with labels
# height: 320

# How often each confidence occurs. A log axis: on a linear one nothing but the bar at 100 % could
# be seen.
title = 'Confidence of right and wrong answers'
@heading
file = data.'confidence_histogram.tsv'
most = more(max_right, max_wrong)
set xlabel 'confidence (%)'
set ylabel images
set xrange [0:100]
set logscale y
set yrange [0.7:most * 1.6]
set format y '%.0f'
set style fill solid noborder
bar(n) = n > 0 ? n : NaN
plot file using (column('least') + 1.1):(0):(column('least') + 0.3):(column('least') + 1.9): \
        (0.7):(bar(column('right'))) \
        with boxxyerror fc rgb blue title 'right', \
     '' using (column('least') + 2.9):(0):(column('least') + 2.1):(column('least') + 3.7): \
        (0.7):(bar(column('wrong'))) \
        with boxxyerror fc rgb vermillion title 'wrong'
