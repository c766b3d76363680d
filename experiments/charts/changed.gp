# changed.gp: images that one of two runs reads and the other does not. In: chart (fixed or
# broken), rows.
title = chart eq 'fixed' ? run_b.' reads, '.run_a.' did not' : run_a.' read, '.run_b.' does not'
@heading
columns = 2; cell_w = 228; cell_h = 76
load scripts.'tiles.gp'
size = 56; px = 0; py = 4
file = data.chart.'.tsv'
plot for [i = 0:rows - 1] data.chart.'.bin' @tile @picture, \
     file using (cx($0) + 62):(cy($0) + 12):('true: '.strcol('actual_label')) \
        with labels left font 'Arial,10' tc rgb ink, \
     file using (cx($0) + 62):(cy($0) + 30): \
        (sprintf(run_a.': %s %.1f %%', strcol('a_label'), column('a_confidence'))) \
        with labels left font 'Arial,10' tc rgb ink, \
     file using (cx($0) + 62):(cy($0) + 46): \
        (sprintf(run_b.': %s %.1f %%', strcol('b_label'), column('b_confidence'))) \
        with labels left font 'Arial,10' tc rgb ink
