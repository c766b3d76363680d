# matrix.gp: what was taken for what. The diagonal has a colour of its own, so that the colour
# scale is that of the errors. Loaded by confusion.gp and confusion_percent.gp.
#
# In: chart, classes, longest, and matrix_cell and matrix_left of style.gp.
percent = chart eq 'confusion_percent'
title = percent ? 'Confusion matrix, % of the actual class' : 'Confusion matrix, '.images
@heading
size = matrix_cell; left = matrix_left
unset key
set border 0
set tics scale 0
unset grid
small = classes > 20 ? 8 : classes > 12 ? 9 : 11
set xrange [-0.5:classes - 0.5]
set yrange [classes - 0.5:-0.5]
set lmargin at screen right(left)
set rmargin at screen right(left + size * classes)
set tmargin at screen down(62)
set bmargin at screen down(62 + size * classes)
label_font = sprintf('Arial,%d', small)
set xtics out font label_font
set ytics out font label_font
if (longest > 2) { set xtics rotate by 90 right }
middle = size * classes / 2.0
set label 3 'actual' at screen right(12), down(62 + middle) center rotate by 90 tc rgb muted
set label 4 'predicted' at screen right(left + middle), down(H - 10) center tc rgb muted

# An opaque shade of vermillion for errors, of blue for the diagonal: the colour with its
# transparency in the upper byte, so that it suits paper as well as a dark page.
shade(s) = (int(255 * (1 - 0.12 - 0.6 * s)) << 24) + 0xd55e00
fair = (0xd0 << 24) + 0x0072b2
cell(x) = column('diagonal') > 0 ? fair : shade(column(percent ? 'percent_shade' : 'count_shade'))
text(x) = !percent ? sprintf('%d', column('count')) \
    : sprintf(classes > 20 ? '%.0f' : column('percent') < 9.95 ? '%.2f' : '%.1f', column('percent'))
set style fill solid noborder
end = classes - 0.5
set style arrow 1 nohead lc rgb rule lw 0.5 back
set for [i = 0:classes] arrow i + 1 from i - 0.5, -0.5 to i - 0.5, end as 1
set for [i = 0:classes] arrow 1001 + i from -0.5, i - 0.5 to end, i - 0.5 as 1
plot data.'classes.tsv' using 'class':'class': \
        (0):xtic(stringcolumn('label')):ytic(stringcolumn('label')) \
        with points ps 0 notitle, \
     data.'confusion.tsv' using 'predicted':'actual':(0.5):(0.5):(cell(0)) \
        with boxxyerror fc rgb variable notitle, \
     '' using 'predicted':'actual':(text(0)) with labels font label_font tc rgb ink notitle
