# section: confidence
# number: 2
# title: Spread of confidence
# caption: Each step to the right is ten times closer to certainty. Box: the middle half of the
#   {images}; thick mark: the median; line: 5 to 95 %; dots: all.
# empty: the run has not been evaluated on {images} with labels
# height: 320

# The spread of confidence for right and for wrong answers. The axis is one of nines, -log10(1 -
# confidence), since most right answers lie within a thousandth of 100 %.
@heading
unset key
set xlabel 'confidence (%)'
set xrange [-0.15:7.2]
set xtics ('0' 0, '90' 1, '99' 2, '99.9' 3, '99.99' 4, '99.999' 5, '99.9999' 6, '≥ 7 nines' 7)
set xtics font 'Arial,10'
set rmargin at screen right(W - 34)
set yrange [1.6:-0.8]
set ytics ('right' 0, 'wrong' 1) scale 0
unset grid
set grid xtics lc rgb rule lt 1 lw 1
file = data.'confidence_box.tsv'
colour(x) = column('place') > 0 ? 0xd55e00 : 0x0072b2
set style fill transparent solid 0.35 border
plot file using 'least':(column('place')):(column('greatest') - column('least')):(0):(colour(0)) \
        with vectors nohead lw 1 dt 3 lc rgb variable, \
     '' using 'p5':(column('place')):(column('p95') - column('p5')):(0):(colour(0)) \
        with vectors nohead lw 2 lc rgb variable, \
     '' using 'p50':(column('place')):'p25':'p75':(column('place') - 0.3): \
        (column('place') + 0.3):(colour(0)) \
        with boxxyerror fc rgb variable, \
     '' using 'p50':(column('place') - 0.3):(0):(0.6):(colour(0)) \
        with vectors nohead lw 4 lc rgb variable, \
     '' using (3.5):(column('place') - 0.45):(sprintf('%d %s', column('images'), images)) \
        with labels font 'Arial,10' tc rgb muted
