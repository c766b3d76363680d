# style.gp: what all charts have in common. Loaded before each script.
#
# A chart is two files: sql/charts/NAME.sql says what it shows, experiments/charts/NAME.gp draws it.
# Nobody else knows its name. The script begins with lines that say what it is:
#
#     # section: results              of the page; or compare, on the page of two runs
#     # number: 4                     its place in the section
#     # title: Errors by class        also the heading of the picture, unless the script sets one
#     # caption: What can be seen.    below the picture; a line that is indented goes on
#     # empty: the run has not ...    why it is missing where the query has no rows
#
# and, where they are not as here:
#
#     # width: 480                    pixels; more than 600 is drawn over the whole page
#     # height: 320                   each may be computed: 62 + 82 * ceil(rows / 2.0)
#     # data: NAME                    the query that it shows, if not that of its own name
#     # also: classes                 further data, by blanks; rows_NAME is how many rows they have
#     # needs: loss                   a number must be in a column whose name ends so
#     # dark: keep                    images have their own colours on a dark page
#     # for: images                   or table: only where the dataset is of that kind
#     # classes: 64                   with more classes it is left out
#
# In title, caption and empty {images}, {Images}, {image} and {Image} are what the dataset's rows are
# called; in a script images and image have the words.
#
# An empty line ends them. Data that no query can give, made of pixels or of the net, come from the
# program report: nearest (to the images of a query), mean_images, deviation_images, intensity,
# drift, feature_maps, filters_1, filters_2, layer_time. A script that others load begins with its
# own name, as this one.
#
# In: format (svg or png), out (the file), data (the folder of the data files, ends with '/'), width
# and height, title, subtitle, rows, images, image, value_zero and value_one (what pixels of 0 and 255
# are in the file), classes, longest (label, in characters), and of each column of
# the query n_COLUMN (how many numbers it has), min_COLUMN, max_COLUMN and sum_COLUMN. What a run
# may not have is plotted `for [i = 1:there]`, with 0 or 1. A script sets its own axes and begins
# with @heading.
#
# The inks below are what the pages' style sheet looks for to turn a chart dark, so a new one
# belongs there too. The colours are those of Okabe and Ito (2008), told apart with every kind of
# colour vision, and have three times the luminance of black as well as a third of that of white.

reset
note = '' # a script may add to the subtitle
set encoding utf8
set datafile separator "\t"
set datafile columnheaders
set datafile commentschars ""

ink = '#222222'
muted = '#666666'
rule = '#d8d8d8'
blue = '#0072b2'
vermillion = '#d55e00'
green = '#009e73'
purple = '#cc79a7'

# The least and the greatest of what may have no number: NaN is not less than anything.
less(a, b) = b != b || a < b ? a : b
more(a, b) = b != b || a > b ? a : b

# The confusion matrix: pixels of a cell, left of the matrix, and below it.
matrix_cell = classes <= 10 ? 40 : classes <= 16 ? 30 : classes <= 26 ? 26 : 20
matrix_letter = classes > 20 ? 5 : 7
matrix_left = 36 + matrix_letter * longest
matrix_width = more(480, matrix_left + matrix_cell * classes + 20)
matrix_height = 62 + matrix_cell * classes + 40 + (longest > 2 ? matrix_letter * longest : 10)

# The filters of a layer.
filters_columns = rows > 32 ? 12 : 8
filters_height = 62 + ceil(1.0 * rows / filters_columns) * 452 / filters_columns

W = int(@width)
H = int(@height)

if (format eq 'png') {
    set terminal pngcairo size 2 * W, 2 * H font 'Arial,12' fontscale 1.5 linewidth 2 pointscale 2 \
        background '#ffffff' noenhanced
} else {
    set terminal svg size W, H dynamic standalone font 'Arial,12' noenhanced
}
set output out

# Heights from the upper edge and widths from the left one, in pixels, as parts of the screen.
down(y) = 1 - y / (1.0 * H)
right(x) = x / (1.0 * W)

set border 3 lc rgb muted
set tics nomirror scale 0.5 tc rgb ink
set grid ytics lc rgb rule lt 1 lw 1
set xlabel tc rgb muted offset 0, 0.4
set ylabel tc rgb muted
set key at screen right(14), down(46) left top Left reverse horizontal samplen 1.5 tc rgb ink maxrows 1
set tmargin at screen down(74)
set bmargin at screen down(H - 48)
set rmargin at screen right(W - 18)
set style fill solid border
set errorbars small

# From the lowest to the highest accuracy with its error, and room at both ends: there may be one
# only.
accuracy_low = "min_accuracy - max_standard_error - room"
accuracy_high = "max_accuracy + max_standard_error + room"
accuracy_room = "room = 0.08 * (max_accuracy - min_accuracy) > 0.1 ? 0.08 * (max_accuracy - min_accuracy) : 0.1"

# A step of 1, 2 or 5 times a power of ten that cuts 0 to m into four to nine parts.
tens(m) = 10 ** floor(log10(m))
step_of(m) = m <= 0 ? 1 : m / tens(m) < 2 ? 0.2 * tens(m) : m / tens(m) < 5 ? 0.5 * tens(m) : tens(m)

# The axis of a loss: 1, 2 and 5 of each power of ten.
loss_axis = "set logscale y; set format y '%g'; set ytics (1e-5, 1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 5e-3, ".\
            "0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50)"

# A text as long as the picture is wide, at about 5.6 pixels a letter.
most_letters = int((W - 28) / 5.6)
fitting(text) = strlen(text) <= most_letters ? text : substr(text, 1, most_letters - 1).'…'

heading = "set label 1001 title at screen right(14), down(18) left font 'Arial:Bold,14' tc rgb ink front;".\
          "set label 1002 fitting(subtitle.note) at screen right(14), down(36) left font 'Arial,11' tc rgb muted front"
