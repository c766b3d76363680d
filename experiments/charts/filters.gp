# filters.gp: the kernels of a convolution; blue is negative, white 0, orange positive. Loaded
# by filters_1.gp and filters_2.gp. In: rows (of tiles), layer_text, and filters_columns of style.gp.
title = 'Filters of '.layer_text
@heading
columns = filters_columns; cell_w = 452.0 / columns; cell_h = cell_w
load scripts.'tiles.gp'
set palette defined (0 '#0072b2', 1 '#ffffff', 2 '#d55e00')
size = cell_w * 0.88; px = 0; py = 2
plot for [i = 0:rows - 1] data.chart.'.bin' @tile @picture
