# section: data
# number: 4
# for: images
# title: Pixel values
# caption: In steps of eight values, on a logarithmic axis.
# empty: the dataset has no training images
# height: 320

# How often each pixel value occurs, on a log axis.
@heading
range = value_zero == 0 && value_one == 255 ? '0 to 255' \
    : sprintf('0 to 255 stand for %g to %g of the file', value_zero, value_one)
set xlabel 'pixel value ('.range.')'
set ylabel 'share of pixels (%)'
set xrange [-2:257]
set xtics 32
set logscale y
set format y '%g'
set yrange [*:200]
file = data.'intensity.tsv'
share(name) = column(name) > 0 ? column(name) : NaN
plot file using 'least':(share('train')) with histeps lc rgb blue lw 1.5 title 'train', \
     for [i = 1:has_test] file using 'least':(share('test')) \
        with histeps lc rgb vermillion lw 1.5 dt (6, 3) title 'test'
