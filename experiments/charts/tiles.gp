# tiles.gp: how images are drawn in a grid. Loaded by the scripts that show some.
#
# In: TH, TW, TC (height, width and channels of a tile), columns, cell_w and cell_h (pixels of a
# cell). A file of tiles holds one after the other, a byte a value. One unit of either axis is a
# pixel of the chart, counted from below the heading; y grows downwards.
unset key
unset border
unset tics
unset grid
set lmargin at screen 0
set rmargin at screen 1
set tmargin at screen down(50)
set bmargin at screen 0
set xrange [0:W]
set yrange [H - 50:0]
set palette defined (0 '#ffffff', 1 '#111111')
set cbrange [0:255]
unset colorbox
set style fill solid noborder

# The upper left corner of cell i; the grid begins 14 pixels from the left edge.
cx(i) = 14 + (int(i) % columns) * cell_w
cy(i) = int(i) / columns * cell_h

# @tile after a file's name: number i, its corner px, py pixels from that of cell i, `size` wide.
bytes = TC == 3 ? '%uchar%uchar%uchar' : '%uchar'
tile = "binary skip=(i * TH * TW * TC) array=(TW,TH) format=bytes ".\
       "dx=(1.0 * size / TW) dy=(1.0 * size / TW) ".\
       "origin=(cx(i) + px + 0.5 * size / TW, cy(i) + py + 0.5 * size / TW)"
# @other after another file's name: the same at px2, py2, `size2` wide.
other = "binary skip=(i * TH * TW * TC) array=(TW,TH) format=bytes ".\
        "dx=(1.0 * size2 / TW) dy=(1.0 * size2 / TW) ".\
        "origin=(cx(i) + px2 + 0.5 * size2 / TW, cy(i) + py2 + 0.5 * size2 / TW)"
picture = TC == 3 ? 'with rgbimage' : 'with image'
