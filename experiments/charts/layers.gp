# section: model
# number: 1
# title: Layers
# caption: Time is measured in a few steps of training when this report is made; a ReLU that is
#   computed together with the layer before it takes none of its own.
# empty: the layers of this run are not recorded
# also: layer_time
# height: 136 + 24 * rows

# Where a net keeps its parameters and spends its time, layer by layer.
title = 'Parameters, multiply-adds and time by layer'
has_time = rows_layer_time > 0
@heading
set xlabel '% of the net'
set xrange [0:100]
set yrange [rows - 0.5:-0.5]
set ytics scale 0
unset grid
set grid xtics lc rgb rule lt 1 lw 1
set style fill solid noborder
file = data.'layers.tsv'
plot file using (0):(column('place') - 0.27):(0):(column('parameter_share')): \
        (column('place') - 0.38):(column('place') - 0.14):ytic(stringcolumn('text')) \
        with boxxyerror fc rgb blue title 'parameters', \
     '' using (0):(column('place')):(0):(column('mac_share')):(column('place') - 0.12): \
        (column('place') + 0.12) \
        with boxxyerror fc rgb green title 'multiply-adds', \
     for [i = 1:has_time] (has_time ? data.'layer_time.tsv' : file) using (0):($0 + 0.27):(0): \
        (has_time ? column('share') : 0):($0 + 0.14):($0 + 0.38) \
        with boxxyerror fc rgb vermillion title 'time'
